//! Medians, percentiles, and tables that line up.

use serde_json::{Value, json};

pub(crate) fn median(values: &[f64]) -> f64 {
    percentile(values, 50.0)
}

/// By nearest rank; NaN of nothing.
pub(crate) fn percentile(values: &[f64], percent: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

/// Null where there is nothing to divide.
pub(crate) fn ratio(ours: f64, theirs: f64) -> Value {
    rounded(ours / theirs)
}

/// Null for what is no number.
pub(crate) fn rounded(ratio: f64) -> Value {
    if ratio.is_finite() { json!((ratio * 1000.0).round() / 1000.0) } else { Value::Null }
}

/// A number to read: thousands apart, two digits where it is small.
pub(crate) fn show(value: &Value) -> String {
    let Some(number) = value.as_f64().filter(|_| !value.is_string()) else {
        return value.as_str().unwrap_or("–").to_owned();
    };
    if number.fract() != 0.0 && number.abs() < 100.0 {
        return format!("{number:.2}");
    }
    let digits = format!("{number:.0}");
    let mut apart = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            apart.push(',');
        }
        apart.push(digit);
    }
    apart
}

/// Prints the rows' columns under their names, right-aligned, and answers with the rows.
pub(crate) fn table(title: &str, columns: &[&str], rows: Vec<Value>) -> Value {
    let cells: Vec<Vec<String>> =
        rows.iter().map(|row| columns.iter().map(|column| show(&row[column])).collect()).collect();
    let width = |i: usize| {
        let inside = cells.iter().map(|row| row[i].chars().count()).max().unwrap_or(0);
        inside.max(columns[i].chars().count())
    };
    let widths: Vec<usize> = (0..columns.len()).map(width).collect();
    let line = |row: Vec<&str>| {
        let padded = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:>width$}"));
        println!("{}", padded.collect::<Vec<_>>().join("  "));
    };
    println!("{title}\n");
    line(columns.to_vec());
    for row in &cells {
        line(row.iter().map(String::as_str).collect());
    }
    println!();
    Value::Array(rows)
}
