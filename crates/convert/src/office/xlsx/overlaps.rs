//! Areas that lie over each other: found in one sweep down the sheet, whatever their number.

use std::collections::BTreeMap;

use super::area::Area;
use super::groups::Groups;

/// The areas that a sweep has begun and not left behind, by their left sides: side by side.
type Open = BTreeMap<u32, usize>;

/// The merged cells of a sheet, from top to bottom and from left to right. Of those that lie over
/// each other, which Excel never writes, the first counts.
pub(super) fn apart(mut merged: Vec<Area>) -> Vec<Area> {
    merged.retain(|area| area.rows() > 1 || area.columns() > 1);
    merged.sort_unstable();
    let mut kept: Vec<Area> = Vec::new();
    let mut open = Open::new();
    for area in merged {
        let is_free = loop {
            let Some((left, at)) = beside(&open, &kept, area) else { break true };
            if kept[at].bottom > area.top {
                break false;
            }
            open.remove(&left);
        };
        if is_free {
            open.insert(area.left, kept.len());
            kept.push(area);
        }
    }
    kept
}

/// Puts areas that lie over each other into one group, and makes each of them as large as all of
/// them. An area that grows may come to lie over others.
pub(super) fn unite(areas: &mut [Area]) -> Groups {
    let mut groups = Groups::new(areas.len());
    for _ in 0..SWEEPS_MAX {
        if !sweep(areas, &mut groups) {
            break;
        }
    }
    groups
}

/// Real sheets take two. After that, areas may stay that share cells.
const SWEEPS_MAX: usize = 16;

fn sweep(areas: &mut [Area], groups: &mut Groups) -> bool {
    let mut order: Vec<usize> = (0..areas.len()).filter(|at| groups.of(*at) == *at).collect();
    order.sort_by_key(|at| areas[*at].top);
    let mut open = Open::new();
    let mut is_changed = false;
    for at in order {
        let (mut area, mut first) = (areas[at], at);
        while let Some((left, other)) = beside(&open, areas, area) {
            open.remove(&left);
            if areas[other].bottom > area.top {
                area = area.and(areas[other]);
                first = groups.join(first, other);
                is_changed = true;
            }
        }
        areas[first] = area;
        open.insert(area.left, first);
    }
    is_changed
}

/// An open area in columns of another one.
fn beside(open: &Open, areas: &[Area], area: Area) -> Option<(u32, usize)> {
    let (left, at) = open.range(..area.right).next_back()?;
    (areas[*at].right > area.left).then_some((*left, *at))
}
