//! Our own readers.

use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::time::Instant;

use gloss_app::{ConverterConfig, Converters};
use gloss_ingest::Limits;

use super::child;
use super::corpus::Block;
use super::tools::Reading;
use crate::figures::median;

/// What this program is called with to be the child: `ingest child READER FORMAT FILE`.
pub(super) const CHILD: &str = "child";

/// Files above so many bytes are read again and again, as `tools/runner.py` does.
const LARGE_BYTES: u64 = 100_000;
const ROUNDS_MAX: usize = 15;
const ROUNDS_SECONDS: f64 = 2.0;

/// What a document costs Gloss once it runs: the median of its rounds.
fn seconds(format: &str, file: &Path) -> Result<f64, String> {
    let bytes = file.metadata().map_err(|error| error.to_string())?.len();
    let mut rounds = vec![once(format, file)?];
    while bytes > LARGE_BYTES
        && rounds.len() < ROUNDS_MAX
        && rounds.iter().sum::<f64>() < ROUNDS_SECONDS
    {
        rounds.push(once(format, file)?);
    }
    Ok(median(&rounds))
}

/// From the bytes to the blocks, in a process of its own where Gloss starts one.
fn once(format: &str, file: &Path) -> Result<f64, String> {
    let source_type = format.parse().map_err(|_| format!("{format} is not read yet"))?;
    let converters = Converters::new(ConverterConfig::this_program());
    let begun = Instant::now();
    let bytes: Arc<[u8]> = std::fs::read(file).map_err(|error| error.to_string())?.into();
    let convert = converters.convert(source_type, &bytes);
    let converted =
        tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(convert));
    let converted = converted.map_err(|error| error.to_string())?;
    converted.outcome.map_err(|failure| failure.reason)?;
    Ok(begun.elapsed().as_secs_f64())
}

/// The same in a process of its own, whatever it is, from its start to its end.
pub(super) fn alone(format: &str, file: &Path) -> Command {
    again("gloss", format, file)
}

/// The PDF library that we build on, without what we add.
fn unpdf(file: &Path) -> Result<Vec<Block>, String> {
    let document = unpdf::parse_file(file).map_err(|error| error.to_string())?;
    let elements = document.pages.iter().flat_map(|page| &page.elements);
    Ok(elements.filter_map(element).collect())
}

fn element(element: &unpdf::Block) -> Option<Block> {
    let block = |kind: &str, text: String| {
        let kind = kind.to_owned();
        Some(Block { kind, text, ..Block::default() })
    };
    match element {
        unpdf::Block::Paragraph(paragraph) => {
            let kind = match &paragraph.style {
                style if style.heading_level.is_some() => "heading",
                style if style.list_info.is_some() => "list_item",
                _ => "paragraph",
            };
            block(kind, paragraph.plain_text())
        }
        unpdf::Block::Table(table) => {
            let rows = table.rows.iter();
            let cells =
                rows.map(|row| row.cells.iter().map(unpdf::TableCell::plain_text).collect());
            Some(Block { kind: "table".to_owned(), rows: cells.collect(), ..Block::default() })
        }
        unpdf::Block::Code { content } => block("code_block", content.clone()),
        unpdf::Block::Raw { content } => block("paragraph", content.clone()),
        _ => None,
    }
}

fn convert(format: &str, file: &Path) -> Result<Vec<Block>, String> {
    let source_type = format.parse().map_err(|_| format!("{format} is not read yet"))?;
    let bytes = std::fs::read(file).map_err(|error| error.to_string())?;
    let converted = gloss_convert::convert(source_type, &bytes, &Limits::DEFAULT)
        .map_err(|error| error.to_string())?;
    let blocks = converted.blocks.into_iter();
    Ok(blocks.map(|block| as_block(block.block_type.as_str(), block.content)).collect())
}

/// A table's text is its rows, one a line, with `|` between the cells.
fn as_block(kind: &str, content: String) -> Block {
    let kind = kind.to_owned();
    if kind == "html_block" && content.starts_with("<table") {
        return Block {
            kind: "table".to_owned(),
            rows: tagged_cells(&content),
            ..Block::default()
        };
    }
    if kind != "table" {
        return Block { kind, text: content, ..Block::default() };
    }
    let rows = content.lines().map(cells_of).filter(|row| !is_delimiter(row)).collect();
    Block { kind, rows, ..Block::default() }
}

/// A table that a Markdown file has as HTML stays what it is, one block.
fn tagged_cells(content: &str) -> Vec<Vec<String>> {
    let rows = content.split("<tr>").skip(1);
    let cells = rows.map(|row| {
        row.split("<t").skip(1).filter_map(|cell| {
            let text = cell.split_once('>')?.1;
            Some(text.split('<').next().unwrap_or_default().trim().to_owned())
        })
    });
    cells.map(Iterator::collect).collect()
}

fn cells_of(line: &str) -> Vec<String> {
    // GFM has a bar at both ends and the docling track has none.
    let line = line.trim();
    let inner = line.strip_prefix('|').map_or(line, |line| line.strip_suffix('|').unwrap_or(line));
    let marked = inner.replace("\\|", "\u{1}");
    marked.split('|').map(|cell| cell.trim().replace('\u{1}', "|")).collect()
}

/// The second line of a GFM table.
fn is_delimiter(row: &[String]) -> bool {
    let is_rule = |cell: &String| cell.contains('-') && cell.chars().all(|c| "-: ".contains(c));
    row.iter().all(is_rule)
}

fn again(reader: &str, format: &str, file: &Path) -> Command {
    let me = std::env::current_exe().unwrap_or_else(|_| "gloss-benches".into());
    let mut command = Command::new(me);
    command.args(["ingest", CHILD, reader, format]).arg(file);
    command
}

/// The child's side: prints the blocks as JSON.
pub(super) fn child(args: &[String]) -> ExitCode {
    let found = match args {
        [reader, _, file] if reader == "unpdf" => unpdf(Path::new(file)),
        [_, format, file] => convert(format, Path::new(file)),
        _ => Err("give a reader, a format and a file".to_owned()),
    };
    let text = found.and_then(|blocks| serde_json::to_string(&blocks).map_err(|e| e.to_string()));
    match text {
        Ok(text) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

pub(super) fn read(reader: &str, format: &str, file: &Path) -> Reading {
    let done = child::measure(&mut again(reader, format, file)).and_then(|done| {
        let blocks = serde_json::from_slice(&done.stdout).map_err(|error| error.to_string())?;
        let whole = done.wall.as_secs_f64();
        let seconds = if reader == "gloss" { seconds(format, file)? } else { whole };
        Ok((done, seconds, blocks))
    });
    let file = file.to_owned();
    match done {
        Ok((done, seconds, blocks)) => {
            Reading { file, seconds, peak_rss_mb: done.peak_mb, error: None, blocks }
        }
        Err(error) => Reading { file, error: Some(error), ..Reading::default() },
    }
}
