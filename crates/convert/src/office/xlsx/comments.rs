//! Comments on cells, of both kinds that Excel knows: notes, and threads in which people answer.

use std::collections::{BTreeMap, HashMap};

use gloss_ingest::IngestError;

use super::area;
use crate::office::escapes;
use crate::office::package::{Package, Part};
use crate::office::tree::Element;

/// The comments on a sheet, by row and column.
#[derive(Debug, Default)]
pub(super) struct Comments(BTreeMap<(u32, u32), Comment>);

#[derive(Debug, Default)]
pub(super) struct Comment {
    /// The name of the cell.
    pub(super) cell: String,
    notes: Vec<String>,
    thread: Vec<Message>,
}

#[derive(Debug)]
struct Message {
    id: String,
    answers: Option<String>,
    time: Option<String>,
    said: String,
}

/// The names of people by their ids.
pub(super) type People = HashMap<String, String>;

/// # Errors
/// XML that is broken.
pub(super) fn people(part: &Part) -> Result<People, IngestError> {
    let tree = part.tree()?;
    let people = tree.root().into_iter().flat_map(Element::children);
    let named = people.filter_map(|person| {
        Some((
            person.attribute("id")?.into_owned(),
            crate::office::name(&person.attribute("displayName")?),
        ))
    });
    Ok(named.collect())
}

impl Comments {
    /// # Errors
    /// XML that is broken, and parts that cannot be unpacked.
    pub(super) fn read_notes(
        &mut self,
        name: &str,
        package: &mut Package<'_>,
    ) -> Result<(), IngestError> {
        let Some(part) = package.part(name)? else { return Ok(()) };
        let tree = part.tree()?;
        let Some(root) = tree.root() else { return Ok(()) };
        let authors = root.child("authors").into_iter().flat_map(Element::children);
        let authors: Vec<_> = authors.map(|author| crate::office::name(&author.text())).collect();
        for note in root.child("commentList").into_iter().flat_map(Element::children) {
            let author = note.attribute("authorId").and_then(|id| id.parse::<usize>().ok());
            let author = author.and_then(|at| authors.get(at)).map_or("", String::as_str);
            let text = note.child("text").map(rich).unwrap_or_default();
            if let Some(comment) = self.on(note).filter(|_| !text.is_empty()) {
                comment.notes.push(format!("[author: {author}]: {text}"));
            }
        }
        Ok(())
    }

    /// # Errors
    /// As [`Self::read_notes`].
    pub(super) fn read_threads(
        &mut self,
        name: &str,
        people: &People,
        package: &mut Package<'_>,
    ) -> Result<(), IngestError> {
        let Some(part) = package.part(name)? else { return Ok(()) };
        let tree = part.tree()?;
        for message in tree.root().into_iter().flat_map(Element::children) {
            let text = message.child("text").map(Element::text).unwrap_or_default();
            let author = message.attribute("personId").and_then(|id| people.get(&*id));
            let author = author.map_or("Unknown", String::as_str);
            let time = message.attribute("dT").map(|time| to_milliseconds(&time));
            let of = time.as_ref().map(|time| format!(", time: {time}")).unwrap_or_default();
            let said = format!("[author: {author}{of}]: {}", text.trim());
            let id = message.attribute("id").unwrap_or_default().into_owned();
            let answers = message.attribute("parentId").map(std::borrow::Cow::into_owned);
            if let Some(comment) = self.on(message) {
                comment.thread.push(Message { id, answers, time, said });
            }
        }
        Ok(())
    }

    /// The comment on the cell that an element names.
    fn on(&mut self, element: Element<'_>) -> Option<&mut Comment> {
        let cell = element.attribute("ref")?.into_owned();
        // What is fixed to no cell comes last.
        let place = area::cell(&cell).unwrap_or((u32::MAX, u32::MAX));
        Some(self.0.entry(place).or_insert_with(|| Comment { cell, ..Comment::default() }))
    }

    pub(super) fn into_comments(self) -> impl Iterator<Item = Comment> {
        self.0.into_values()
    }
}

impl Comment {
    /// What was said, in order. The note on a cell with a thread only repeats it.
    pub(super) fn said(self) -> Vec<String> {
        if self.thread.is_empty() { self.notes } else { in_order(self.thread) }
    }
}

/// A comment comes before its answers, and those by their times.
fn in_order(mut thread: Vec<Message>) -> Vec<String> {
    thread.sort_by(|one, other| {
        let times = (one.time.is_none(), other.time.is_none());
        times.0.cmp(&times.1).then_with(|| one.time.cmp(&other.time))
    });
    let places: HashMap<&str, usize> =
        thread.iter().enumerate().rev().map(|(at, message)| (message.id.as_str(), at)).collect();
    let mut answers = vec![Vec::new(); thread.len()];
    let mut next: Vec<usize> = Vec::new();
    for (at, message) in thread.iter().enumerate().rev() {
        match message.answers.as_deref().and_then(|id| places.get(id)) {
            Some(question) => answers[*question].push(at),
            None => next.push(at),
        }
    }
    let mut order = Vec::new();
    while let Some(at) = next.pop() {
        order.push(at);
        next.append(&mut answers[at]);
    }
    // Comments that answer each other in a circle.
    order.extend(answers.into_iter().flatten().rev());
    let mut said: Vec<_> = thread.into_iter().map(|message| message.said).collect();
    order.into_iter().map(|at| std::mem::take(&mut said[at])).collect()
}

/// The text of runs, without how it is pronounced.
fn rich(element: Element<'_>) -> String {
    let runs =
        element.children().filter_map(|it| if it.is("r") { it.child("t") } else { Some(it) });
    let texts = runs.filter(|it| it.is("t")).map(Element::text);
    let joined: String = texts.collect();
    escapes::decoded(&joined).trim().to_owned()
}

/// `2026-06-18T17:15:52.31` with all digits of its milliseconds.
fn to_milliseconds(time: &str) -> String {
    let (time, zone) = match time.strip_suffix('Z') {
        Some(time) => (time, "+00:00"),
        None => (time, ""),
    };
    let (seconds, rest) = time.split_once('.').unwrap_or((time, ""));
    let digits: String = rest.chars().chain("000".chars()).take(3).collect();
    format!("{seconds}.{digits}{zone}")
}
