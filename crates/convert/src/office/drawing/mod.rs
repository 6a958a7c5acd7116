//! What Word, PowerPoint and Excel draw alike.

mod chart;
mod chart_points;
mod diagram;
mod text;

pub(super) use chart::Chart;
pub(super) use diagram::diagram;
pub(super) use text::{paragraph, paragraphs};
