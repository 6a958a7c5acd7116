//! Regions of a sheet: cells that touch, in the smallest rectangle around them.

use std::borrow::Cow;

use super::area::Area;
use super::groups::Groups;
use super::overlaps;
use super::sheet::{Cell, Sheet};

/// A cell, or several that are merged, and what they show.
#[derive(Debug)]
pub(super) struct Placed<'b> {
    pub(super) area: Area,
    pub(super) text: Cow<'b, str>,
}

/// What stands together on a sheet, in reading order.
#[derive(Debug)]
pub(super) struct Region<'b> {
    pub(super) area: Area,
    pub(super) placed: Vec<Placed<'b>>,
}

/// The regions of a sheet that show something, from top to bottom and from left to right. Time and
/// room grow with the number of cells, not with where they stand.
pub(super) fn regions(sheet: Sheet<'_>) -> Vec<Region<'_>> {
    let Ground { placed, mut groups, .. } = Ground::of(sheet);
    // Of each group, by its first cell, its place in the list of those that show something.
    let mut place_of = vec![None; placed.len()];
    let mut areas: Vec<Area> = Vec::new();
    let mut says = vec![false; placed.len()];
    for (at, it) in placed.iter().enumerate() {
        says[groups.of(at)] |= !it.text.trim().is_empty();
    }
    for (at, it) in placed.iter().enumerate() {
        let group = groups.of(at);
        match place_of[group] {
            Some(place) => areas[place] = it.area.and(areas[place]),
            None if says[group] => {
                place_of[group] = Some(areas.len());
                areas.push(it.area);
            }
            None => {}
        }
    }
    let mut united = overlaps::unite(&mut areas);
    let mut regions: Vec<Region<'_>> =
        areas.into_iter().map(|area| Region { area, placed: Vec::new() }).collect();
    for (at, it) in placed.into_iter().enumerate() {
        if let Some(place) = place_of[groups.of(at)] {
            regions[united.of(place)].placed.push(it);
        }
    }
    regions.retain(|region| !region.placed.is_empty());
    regions.sort_by_key(|region| region.area.top);
    regions
}

/// A sheet on which cells are placed from top to bottom and from left to right.
#[derive(Default)]
struct Ground<'b> {
    placed: Vec<Placed<'b>>,
    groups: Groups,
    /// What was placed last in each column.
    lowest: Vec<Option<usize>>,
}

impl<'b> Ground<'b> {
    fn of(sheet: Sheet<'b>) -> Self {
        let Sheet { mut cells, merged } = sheet;
        let place = |cell: &Cell<'_>| (cell.row, cell.column);
        if !cells.is_sorted_by_key(place) {
            cells.sort_by_key(place);
        }
        let mut merged = overlaps::apart(merged).into_iter().peekable();
        let mut ground = Self::default();
        for Cell { row, column, text } in cells {
            while let Some(area) = merged.next_if(|area| (area.top, area.left) <= (row, column)) {
                ground.place(area, Cow::Borrowed(""));
            }
            match ground.open(row, column) {
                None => ground.place(Area::cell(row, column), text),
                // Merged cells show what the first of them holds; of a cell that a file has twice,
                // the last counts.
                Some(at) => {
                    let Placed { area, text: shown } = &mut ground.placed[at];
                    if (area.top, area.left) == (row, column) {
                        *shown = text;
                    }
                }
            }
        }
        for area in merged {
            ground.place(area, Cow::Borrowed(""));
        }
        ground
    }

    /// What covers a cell of the row that is being placed.
    fn open(&self, row: u32, column: u32) -> Option<usize> {
        let at = (*self.lowest.get(column as usize)?)?;
        (self.placed[at].area.bottom > row).then_some(at)
    }

    /// Groups what is placed with what it touches.
    fn place(&mut self, area: Area, text: Cow<'b, str>) {
        let placed = self.placed.len();
        let (left, right) = (area.left as usize, area.right as usize);
        if self.lowest.len() < right {
            self.lowest.resize(right, None);
        }
        self.groups.add();
        let beside = [area.left.checked_sub(1), Some(area.right)];
        for column in beside.into_iter().flatten() {
            if let Some(other) = self.open(area.top, column) {
                self.groups.join(placed, other);
            }
        }
        for column in left..right {
            let above = self.lowest[column].replace(placed);
            if let Some(above) = above.filter(|at| self.placed[*at].area.bottom == area.top) {
                self.groups.join(placed, above);
            }
        }
        self.placed.push(Placed { area, text });
    }
}
