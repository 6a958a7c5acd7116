//! Quality and speed of our readers and the field's, over a corpus whose blocks are known.

use std::process::ExitCode;

use serde_json::{Value, json};

use options::Options;

mod align;
mod alone;
mod cells;
mod child;
mod corpus;
mod normal;
mod options;
mod ours;
mod report;
mod score;
mod speed;
#[cfg(test)]
mod tests;
mod tools;
mod venv;

pub(crate) fn bench(args: &[String]) -> ExitCode {
    if let [first, rest @ ..] = args
        && first == ours::CHILD
    {
        return ours::child(rest);
    }
    match Options::parse(args).and_then(|options| measure(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn measure(options: &Options) -> Result<(), String> {
    tools::check(options)?;
    let python = venv::python()?;
    let folder = corpus::folder(options, &python)?;
    let documents = corpus::load(&folder, options)?;
    println!("{} documents in {}\n", documents.len(), folder.display());
    let mut missing = Vec::new();
    let (mut quality, mut speeds, mut wholes) = (Vec::new(), Vec::new(), Vec::new());
    for format in &options.formats {
        let of_format: Vec<_> = documents.iter().filter(|it| it.truth.format == *format).collect();
        let readers = tools::of_format(format, options);
        let runs = tools::run_all(&readers, &of_format, &python, &mut missing);
        if options.explain > 0 {
            report::explain(&of_format, &runs, options.explain);
        }
        quality.extend(report::quality(format, &of_format, &runs));
        speeds.extend(speed::rows(&of_format, &runs));
        wholes.extend(alone::rows(&of_format, &readers, &python));
    }
    println!("{}", report::LEGEND);
    let missing = report::missing(missing);
    let speeds = speed::table_of(speeds);
    let wholes = alone::table_of(wholes);
    let figures = json!({ "quality": quality, "big": speeds, "alone": wholes, "missing": missing });
    write(options, &figures)
}

fn write(options: &Options, figures: &Value) -> Result<(), String> {
    let Some(path) = &options.json else { return Ok(()) };
    std::fs::write(path, format!("{figures:#}\n"))
        .map_err(|error| format!("could not write {}: {error}", path.display()))?;
    println!("figures: {}", path.display());
    Ok(())
}
