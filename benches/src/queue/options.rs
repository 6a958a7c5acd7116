//! What to measure, where, and how long.

use std::path::PathBuf;
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
    /// The bare side keeps one connection per worker, which shows what the pool costs.
    pub(super) hold: bool,
    pub(super) json: Option<PathBuf>,
    /// How many claims are held against the table of holders.
    pub(super) claims: i64,
}

impl Options {
    pub(super) fn parse(args: &[String]) -> Result<Self, String> {
        let mut databases = Kind::ALL.to_vec();
        let (mut parts, mut quick, mut hold, mut json) = (Vec::new(), false, false, None);
        let mut claims = None;
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().ok_or(format!("{arg} needs a value"));
            match arg.as_str() {
                "--quick" => quick = true,
                "--hold" => hold = true,
                "--claims" => claims = Some(number_of(value()?)?),
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
        Ok(Self { databases, parts, quick, hold, json, claims })
    }

    pub(super) fn pick<T>(&self, quick: T, full: T) -> T {
        if self.quick { quick } else { full }
    }

    pub(super) fn rounds(&self) -> usize {
        self.pick(1, 3)
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

fn number_of(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| format!("`{text}` is no number"))
}

fn part_of(name: &str) -> Result<Part, String> {
    let found = Part::ALL.into_iter().find(|part| part.name() == name);
    found.ok_or(format!("`{name}` is none of create, cells, growth, bloat, claims"))
}
