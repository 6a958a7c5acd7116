//! What Word, PowerPoint and Excel draw alike.

mod chart;

pub(super) use chart::Chart;
