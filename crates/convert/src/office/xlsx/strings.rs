//! Text in cells: the strings that a workbook shares.

use std::borrow::Cow;

use gloss_ingest::IngestError;

use crate::office::escapes::decoded;
use crate::office::package::Part;
use crate::office::xml::{Event, Events, XmlError};

/// The strings that cells name by their number.
///
/// # Errors
/// XML that is broken.
pub(super) fn read(part: &Part) -> Result<Vec<String>, IngestError> {
    let mut events = part.events();
    let mut strings = Vec::new();
    let mut all = || -> Result<(), XmlError> {
        while let Some(event) = events.next()? {
            if matches!(event, Event::Start(tag) if tag.name() == "si") {
                strings.push(rich(&mut events)?);
            }
        }
        Ok(())
    };
    all().map_err(|error| part.failed(error))?;
    Ok(strings)
}

/// The text of the element that began last, its runs joined. How it is pronounced is left out.
pub(super) fn rich(events: &mut Events<'_>) -> Result<String, XmlError> {
    let mut joined = String::new();
    let mut open = 1_usize;
    while open > 0 {
        match events.next()? {
            Some(Event::Start(tag)) => match tag.name() {
                "t" => joined.push_str(&decoded(&text(events)?)),
                "r" => open += 1,
                _ => events.skip()?,
            },
            Some(Event::End) => open -= 1,
            Some(Event::Text(_)) => {}
            None => break,
        }
    }
    Ok(joined)
}

/// The text directly in the element that began last.
pub(super) fn text<'x>(events: &mut Events<'x>) -> Result<Cow<'x, str>, XmlError> {
    let mut joined = Cow::Borrowed("");
    loop {
        match events.next()? {
            Some(Event::Text(text)) => joined += text,
            Some(Event::Start(_)) => events.skip()?,
            Some(Event::End) | None => return Ok(joined),
        }
    }
}
