//! Charts: what they plot, as a table.

use std::collections::HashMap;

use gloss_ingest::IngestError;
use gloss_ingest::docling::{TableCell, TableData};

use super::chart_points::{Points, format_of_points, levels, points, values, write_dates};
use super::text::paragraphs;
use crate::office::dates::{self, Kind};
use crate::office::package::Part;
use crate::office::tree::Element;

/// A chart's title, and what it plots: a row a category, a column a series.
#[derive(Debug, PartialEq)]
pub(in crate::office) struct Chart {
    pub(in crate::office) title: Option<String>,
    pub(in crate::office) data: TableData,
}

impl Chart {
    /// Reads a chart part; none if it has no title and plots nothing that is kept in it.
    ///
    /// # Errors
    /// XML that is broken, or nests too deeply.
    pub(in crate::office) fn read(part: &Part) -> Result<Option<Self>, IngestError> {
        let tree = part.tree()?;
        Ok(tree.root().and_then(chart))
    }
}

fn chart(space: Element<'_>) -> Option<Chart> {
    let chart = space.child("chart")?;
    let title = chart.child("title").and_then(title);
    let area = chart.child("plotArea");
    let grid = match (area, space.child("chartData")) {
        (Some(area), None) => plotted(area, is_on(space.child("date1904"))),
        (Some(area), Some(data)) => extended(area, data),
        (None, _) => Grid::default(),
    };
    let data = grid.table();
    (title.is_some() || data.num_rows > 0).then_some(Chart { title, data })
}

/// What a title or the name of a series says: typed in, or as last seen in a sheet.
fn title(holder: Element<'_>) -> Option<String> {
    let tx = holder.child("tx")?;
    let said: Vec<String> = if let Some(rich) = tx.child("rich") {
        paragraphs(rich).collect()
    } else if let Some(value) = tx.child("v").or_else(|| tx.at(&["txData", "v"])) {
        vec![value.text().trim().to_owned()]
    } else {
        points(tx).into_iter().map(|(_, text)| text).collect()
    };
    Some(said.join("\n")).filter(|said| !said.is_empty())
}

/// All series of all plots that a plot area overlays.
fn plotted(area: Element<'_>, since_1904: bool) -> Grid {
    let plots = area.children().filter(|inside| inside.name().ends_with("Chart"));
    let series = plots.flat_map(|plot| {
        let mut series: Vec<_> = plot.children().filter(|inside| inside.is("ser")).collect();
        series.sort_by_cached_key(|series| order(*series));
        series
    });
    let mut grid = Grid { corner: axis_titles(area), ..Grid::default() };
    let has_date_axis = area.children().any(is_date_axis);
    for series in series {
        let mut labels = Vec::new();
        if let Some(holder) = series.child("cat").or_else(|| series.child("xVal")) {
            labels = levels(holder);
            if has_date_axis || format_of_points(holder).is_some_and(|format| is_date(&format)) {
                write_dates(&mut labels, since_1904);
            }
        }
        let plots = [series.child("val"), series.child("yVal"), series.child("bubbleSize")];
        let plots = plots.into_iter().flatten().map(values);
        grid.add(title(series).unwrap_or_default(), labels, plots);
    }
    grid
}

fn order(series: Element<'_>) -> Option<u32> {
    series.child("order")?.attribute("val")?.parse().ok()
}

/// What axes say of themselves, that of the categories first.
fn axis_titles(area: Element<'_>) -> String {
    let shown = |axis: &Element<'_>| axis.name().ends_with("Ax") && !is_on(axis.child("delete"));
    let mut axes: Vec<_> = area.children().filter(shown).collect();
    axes.sort_by_key(|axis| !matches!(axis.name(), "catAx" | "dateAx"));
    let titles = axes.into_iter().filter_map(|axis| title(axis.child("title")?));
    titles.collect::<Vec<_>>().join(" / ")
}

fn is_date_axis(axis: Element<'_>) -> bool {
    let own_format = || {
        let format = axis.child("numFmt")?;
        let linked = format.attribute("sourceLinked");
        if linked.is_some_and(|linked| linked != "0" && linked != "false") {
            return None;
        }
        format.attribute("formatCode")
    };
    axis.is("dateAx") || (axis.is("catAx") && own_format().is_some_and(|format| is_date(&format)))
}

fn is_date(format: &str) -> bool {
    dates::kind(format) == Kind::Date
}

fn is_on(switch: Option<Element<'_>>) -> bool {
    switch
        .is_some_and(|switch| switch.attribute("val").is_none_or(|val| val == "1" || val == "true"))
}

/// What a chart of a newer kind plots, such as a waterfall. It keeps its data apart.
fn extended(area: Element<'_>, data: Element<'_>) -> Grid {
    let mut data: HashMap<_, _> =
        data.children().map(|data| (data.attribute("id"), data)).collect();
    let mut grid = Grid::default();
    for series in area.descendants().filter(|inside| inside.is("series")) {
        let id = series.child("dataId").and_then(|id| id.attribute("val"));
        // Once: a small file could name the same points without end.
        let Some(data) = data.remove(&id) else { continue };
        let labels = data.child("strDim").map(levels).unwrap_or_default();
        let plots = data.children().filter(|inside| inside.is("numDim")).map(values);
        grid.add(title(series).unwrap_or_default(), labels, plots);
    }
    grid
}

/// Columns from left to right.
#[derive(Debug, Default)]
struct Grid {
    corner: String,
    labels: Vec<Points>,
    columns: Vec<(String, Points)>,
}

impl Grid {
    /// Adds a series, with labels of its own where they are not those of the first one.
    fn add(&mut self, name: String, labels: Vec<Points>, plots: impl Iterator<Item = Points>) {
        if self.labels.is_empty() {
            self.labels = labels;
        } else if self.labels != labels {
            self.columns.extend(labels.into_iter().map(|points| (String::new(), points)));
        }
        let at = self.columns.len();
        self.columns.extend(plots.map(|points| (String::new(), points)));
        match self.columns.get_mut(at) {
            Some((header, _)) => *header = name,
            None => self.columns.push((name, Points::new())),
        }
    }

    /// The columns as a table. Places where nothing is are no rows: what a file says of how many
    /// there are is not believed.
    fn table(self) -> TableData {
        if self.columns.is_empty() {
            return TableData::default();
        }
        let mut labels = self.labels;
        if labels.is_empty() {
            labels.push(Points::new());
        }
        let label_columns = labels.len();
        let headers = std::iter::once(self.corner);
        let headers = headers.chain(std::iter::repeat_n(String::new(), label_columns - 1));
        let columns: Vec<_> = headers.zip(labels).chain(self.columns).collect();
        let places = columns.iter().flat_map(|(_, points)| points).map(|(place, _)| *place);
        let mut places: Vec<_> = places.collect();
        places.sort_unstable();
        places.dedup();

        let count = |len: usize| u32::try_from(len).unwrap_or(u32::MAX);
        let (num_rows, num_cols) = (count(places.len()).saturating_add(1), count(columns.len()));
        let mut table_cells = Vec::new();
        for (column, (header, points)) in (0_u32..).zip(columns) {
            let cell = TableCell::at(0, column, header);
            table_cells.push(TableCell { column_header: true, ..cell });
            for (place, text) in points {
                let row = count(places.partition_point(|before| *before < place)).saturating_add(1);
                let row_header = (column as usize) < label_columns;
                table_cells.push(TableCell { row_header, ..TableCell::at(row, column, text) });
            }
        }
        table_cells.sort_by_key(|cell| (cell.start_row_offset_idx, cell.start_col_offset_idx));
        TableData { num_cols, num_rows, table_cells }
    }
}

#[cfg(test)]
mod tests;
