//! What to measure, where, and how long.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use super::place::Kind;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Create,
    Cells,
    Growth,
    Bloat,
    Claims,
}

impl Part {
    const ALL: [Part; 5] = [Part::Create, Part::Cells, Part::Growth, Part::Bloat, Part::Claims];

    pub(super) fn name(self) -> &'static str {
        match self {
            Part::Create => "create",
            Part::Cells => "cells",
            Part::Growth => "growth",
            Part::Bloat => "bloat",
            Part::Claims => "claims",
        }
    }
}

#[derive(Debug)]
pub(super) struct Options {
    pub(super) databases: Vec<Kind>,
    pub(super) parts: Vec<Part>,
    pub(super) quick: bool,
    pub(super) json: Option<PathBuf>,
    /// The cells to measure, instead of all.
    pub(super) batches: Vec<u32>,
    pub(super) workers: Vec<usize>,
    /// How many claims are held against the table of holders.
    pub(super) claims: i64,
}

impl Options {
    pub(super) fn parse(args: &[String]) -> Result<Self, String> {
        let mut databases = Kind::ALL.to_vec();
        let (mut parts, mut quick, mut json) = (Vec::new(), false, None);
        let (mut claims, mut batches, mut workers) = (None, Vec::new(), Vec::new());
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} needs a value"));
            match arg.as_str() {
                "--quick" => quick = true,
                "--claims" => claims = Some(number_of(value()?)?),
                "--batch" => batches.push(number_of(value()?)?),
                "--workers" => workers.push(number_of(value()?)?),
                "--json" => json = Some(PathBuf::from(value()?)),
                "--database" => databases = databases_of(value()?)?,
                "--part" => parts.push(part_of(value()?)?),
                other => return Err(format!("`{other}` is not known here")),
            }
        }
        if parts.is_empty() {
            parts = Part::ALL.to_vec();
        }
        if Kind::Postgres.server().is_none() && databases.contains(&Kind::Postgres) {
            println!("no PostgreSQL: SQLite only");
            databases.retain(|kind| *kind != Kind::Postgres);
        }
        let claims = claims.unwrap_or(if quick { 10_000 } else { 1_000_000 });
        if batches.is_empty() {
            batches = if quick { vec![1, 100] } else { vec![1, 10, 25, 100] };
        }
        if workers.is_empty() {
            workers = if quick { vec![1, 8] } else { vec![1, 4, 8, 16] };
        }
        Ok(Self { databases, parts, quick, json, batches, workers, claims })
    }

    pub(super) fn pick<T>(&self, quick: T, full: T) -> T {
        if self.quick { quick } else { full }
    }

    pub(super) fn rounds(&self) -> usize {
        self.pick(1, 7)
    }

    /// How long one side of one cell is driven in a round.
    pub(super) fn window(&self) -> Duration {
        self.pick(Duration::from_millis(300), Duration::from_millis(1000))
    }
}

fn databases_of(name: &str) -> Result<Vec<Kind>, String> {
    if name == "both" {
        return Ok(Kind::ALL.to_vec());
    }
    let found = Kind::ALL.into_iter().find(|kind| kind.name() == name);
    Ok(vec![found.ok_or(format!("`{name}` is none of sqlite, postgres, both"))?])
}

fn number_of<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

fn part_of(name: &str) -> Result<Part, String> {
    let found = Part::ALL.into_iter().find(|part| part.name() == name);
    found.ok_or(format!("`{name}` is none of create, cells, growth, bloat, claims"))
}
