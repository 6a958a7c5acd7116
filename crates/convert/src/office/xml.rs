//! The XML of a part, event by event, for parts that are long. [`super::tree`] has the others.
//!
//! Names are local ones: `p` is `w:p` and `a:p`, and where a reader stands tells which.

use std::borrow::Cow;

use quick_xml::events::attributes::Attributes;
use quick_xml::events::{BytesRef, Event as Raw};
use quick_xml::{Reader, XmlVersion};

/// What is wrong with a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum XmlError {
    Malformed,
    /// A document type, which Office never writes, or an entity that only one could declare.
    DocType,
    /// Elements inside each other beyond the limit.
    TooDeep,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Event<'x> {
    /// An element begins. One without content ends with the next event.
    Start(Tag<'x>),
    End,
    /// A piece of text: what stands between two elements may come in several.
    Text(Cow<'x, str>),
}

/// The start of an element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tag<'x> {
    prefix: Option<&'x str>,
    name: &'x str,
    attributes: &'x str,
}

/// The prefix of relationships, wherever elements have none.
const RELATIONSHIPS: &str = "r";

impl<'x> Tag<'x> {
    /// `inside` is all that stands between `<` and `>`.
    fn new(inside: &'x str) -> Self {
        let end = inside.find(|c: char| c.is_ascii_whitespace()).unwrap_or(inside.len());
        let (name, attributes) = inside.split_at(end);
        let (prefix, name) = split(name);
        Self { prefix, name, attributes }
    }

    /// The local name.
    pub(super) fn name(self) -> &'x str {
        self.name
    }

    /// The value of an attribute in the element's own vocabulary, such as `w:val` of `w:jc` or
    /// `sheetId` of `sheet`.
    pub(super) fn attribute(self, name: &str) -> Option<Cow<'x, str>> {
        self.find(name, |prefix| match (prefix, self.prefix) {
            (None, _) => true,
            (Some(prefix), None) => prefix != RELATIONSHIPS,
            (prefix, own) => prefix == own,
        })
    }

    /// The value of an attribute from another vocabulary: mostly the id of a relationship, such as
    /// `r:embed` of `a:blip`.
    pub(super) fn relation(self, name: &str) -> Option<Cow<'x, str>> {
        self.find(name, |prefix| prefix.is_some() && prefix != self.prefix)
    }

    fn find(self, name: &str, accepts: impl Fn(Option<&str>) -> bool) -> Option<Cow<'x, str>> {
        let mut attributes = Attributes::new(self.attributes, 0);
        let decoder = attributes.decoder();
        let found = attributes.with_checks(false).flatten().find(|attribute| {
            let Ok(key) = str::from_utf8(attribute.key.into_inner()) else { return false };
            let (prefix, local) = split(key);
            local == name && prefix != Some("xmlns") && accepts(prefix)
        });
        found?.decoded_and_normalized_value(XmlVersion::Implicit1_0, decoder).ok()
    }
}

/// A prefix, and the name behind it.
fn split(name: &str) -> (Option<&str>, &str) {
    name.split_once(':').map_or((None, name), |(prefix, name)| (Some(prefix), name))
}

/// Reads a part. What depends on nesting may recurse: it goes no deeper than the limit.
#[derive(Debug)]
pub(super) struct Events<'x> {
    xml: &'x str,
    reader: Reader<&'x [u8]>,
    /// The element that began last has no content, and its end comes next.
    is_empty: bool,
    depth: usize,
    depth_max: usize,
}

impl<'x> Events<'x> {
    pub(super) fn new(xml: &'x str, depth_max: usize) -> Self {
        let xml = xml.trim_start_matches('\u{feff}');
        Self { xml, reader: Reader::from_str(xml), is_empty: false, depth: 0, depth_max }
    }

    /// The next event; none at the end of the part.
    ///
    /// # Errors
    /// See [`XmlError`].
    pub(super) fn next(&mut self) -> Result<Option<Event<'x>>, XmlError> {
        if std::mem::take(&mut self.is_empty) {
            return Ok(Some(Event::End));
        }
        loop {
            let event = self.reader.read_event().map_err(|_| XmlError::Malformed)?;
            return Ok(Some(match event {
                Raw::Start(tag) => {
                    self.depth += 1;
                    if self.depth > self.depth_max {
                        return Err(XmlError::TooDeep);
                    }
                    Event::Start(Tag::new(self.inside(tag.len(), ">")))
                }
                Raw::Empty(tag) => {
                    self.is_empty = true;
                    Event::Start(Tag::new(self.inside(tag.len(), "/>")))
                }
                Raw::End(_) => {
                    self.depth = self.depth.saturating_sub(1);
                    Event::End
                }
                Raw::Text(text) => {
                    Event::Text(text.xml10_content().map_err(|_| XmlError::Malformed)?)
                }
                Raw::CData(text) => {
                    Event::Text(text.xml10_content().map_err(|_| XmlError::Malformed)?)
                }
                Raw::GeneralRef(name) => Event::Text(Cow::Owned(referred(&name)?.into())),
                Raw::DocType(_) => return Err(XmlError::DocType),
                Raw::Eof if self.depth > 0 => return Err(XmlError::Malformed),
                Raw::Eof => return Ok(None),
                Raw::Decl(_) | Raw::PI(_) | Raw::Comment(_) => continue,
            }));
        }
    }

    /// Goes behind the end of the element that began last.
    ///
    /// # Errors
    /// As [`Self::next`].
    pub(super) fn skip(&mut self) -> Result<(), XmlError> {
        let mut open = 1_usize;
        while open > 0 {
            match self.next()? {
                Some(Event::Start(_)) => open += 1,
                Some(Event::End) => open -= 1,
                Some(Event::Text(_)) => {}
                None => return Ok(()),
            }
        }
        Ok(())
    }

    /// The text of the event that was read last, of which `close` is the end. The library's own
    /// copy of it lives as long as the event; this one as long as the part.
    fn inside(&self, bytes: usize, close: &str) -> &'x str {
        let at = usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX);
        let end = at.saturating_sub(close.len());
        self.xml.get(end.saturating_sub(bytes)..end).unwrap_or_default()
    }
}

/// What `&name;` stands for.
fn referred(name: &BytesRef<'_>) -> Result<char, XmlError> {
    if let Some(letter) = name.resolve_char_ref().map_err(|_| XmlError::Malformed)? {
        return Ok(letter);
    }
    match &**name {
        b"amp" => Ok('&'),
        b"lt" => Ok('<'),
        b"gt" => Ok('>'),
        b"quot" => Ok('"'),
        b"apos" => Ok('\''),
        _ => Err(XmlError::DocType),
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, Events, XmlError};

    fn told(xml: &str) -> String {
        let mut events = Events::new(xml, 3);
        let mut told = Vec::new();
        loop {
            match events.next() {
                Ok(Some(Event::Start(tag))) => {
                    let (val, id) = (tag.attribute("val"), tag.relation("id"));
                    told.push(format!("<{} val {val:?} id {id:?}>", tag.name()));
                }
                Ok(Some(Event::End)) => told.push("</>".to_owned()),
                Ok(Some(Event::Text(text))) => told.push(format!("{text:?}")),
                Ok(None) => return told.join("\n"),
                Err(error) => return format!("{}\n{error:?}", told.join("\n")),
            }
        }
    }

    #[test]
    fn events_of_a_part() {
        insta::assert_snapshot!(told(
            "\u{feff}<?xml version='1.0'?><!-- no --><w:p>a &amp; b&#x41;<![CDATA[<c>]]>\
             <w:jc w:val='left &lt;' r:id='rId1'/><w:x val=\"1\"></w:x ></w:p>"
        ), @r#"
        <p val None id None>
        "a "
        "&"
        " b"
        "A"
        "<c>"
        <jc val Some("left <") id Some("rId1")>
        </>
        <x val Some("1") id None>
        </>
        </>
        "#);
        insta::assert_snapshot!(told("<sheet r:val='2' val='1' r:id='x' id='y'/>"), @r#"
        <sheet val Some("1") id Some("x")>
        </>
        "#);
        // Prefixes that are declared are no attributes.
        insta::assert_snapshot!(told("<c xmlns:val='u' xmlns:id='u' val='1' r:id='x'/>"), @r#"
        <c val Some("1") id Some("x")>
        </>
        "#);
        assert!(told("<a><b><c><d/></c></b></a>").ends_with("</>"));
        assert!(told("<a><b><c><d></d></c></b></a>").ends_with("TooDeep"));
        for (xml, error) in [
            ("<a>", XmlError::Malformed),
            ("<a></b>", XmlError::Malformed),
            ("<a>&mine;</a>", XmlError::DocType),
            ("<!DOCTYPE a><a/>", XmlError::DocType),
        ] {
            assert!(told(xml).ends_with(&format!("{error:?}")), "{xml}");
        }
    }
}
