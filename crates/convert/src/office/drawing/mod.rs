//! What Word, PowerPoint and Excel draw alike.

mod chart;
mod chart_points;
mod serial_date;
mod text;

pub(super) use chart::Chart;
pub(super) use text::{paragraph, paragraphs};
