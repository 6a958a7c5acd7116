//! One way to write a DoclingDocument down: sorted keys, no white space, nothing twice.

use std::fmt;
use std::ops::Range;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// Rewrites JSON with the keys of every object sorted, so that the same document has the same
/// identity whoever wrote it down, and without the grids of tables, which docling-core computes
/// from their cells when it loads them. One pass, straight from text to text: a table of a hundred
/// thousand cells as a tree of values would be ten times its text.
///
/// # Errors
/// Text that is no JSON, or nests deeper than `serde_json` bears.
pub(crate) fn canonical(json: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let mut written = Vec::with_capacity(json.len());
    let mut from = serde_json::Deserializer::from_slice(json);
    Sorting { to: &mut written }.deserialize(&mut from)?;
    from.end()?;
    Ok(written)
}

/// The key, as it is written.
const GRID: &[u8] = b"\"grid\"";

/// Reads one value and appends it.
struct Sorting<'a> {
    to: &'a mut Vec<u8>,
}

impl Sorting<'_> {
    fn scalar<E: Error>(self, value: impl serde::Serialize) -> Result<(), E> {
        serde_json::to_writer(self.to, &value).map_err(E::custom)
    }
}

impl<'de> DeserializeSeed<'de> for Sorting<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Sorting<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.scalar(())
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.scalar(value)
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.scalar(value)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.scalar(value)
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.scalar(value)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<(), E> {
        self.scalar(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { to } = self;
        to.push(b'[');
        let first = to.len();
        while items.next_element_seed(Sorting { to: &mut *to })?.is_some() {
            to.push(b',');
        }
        close(to, first, b']');
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Self { to } = self;
        to.push(b'{');
        let first = to.len();
        let mut written: Vec<Member> = Vec::new();
        loop {
            let start = to.len();
            if members.next_key_seed(Sorting { to: &mut *to })?.is_none() {
                break;
            }
            let key = start..to.len();
            if to[key.clone()] == *GRID {
                members.next_value::<IgnoredAny>()?;
                to.truncate(start);
                continue;
            }
            to.push(b':');
            members.next_value_seed(Sorting { to: &mut *to })?;
            to.push(b',');
            written.push(Member { key, whole: start..to.len() });
        }
        if !written.is_sorted_by_key(|member| &to[member.key.clone()]) {
            written.sort_by(|one, other| to[one.key.clone()].cmp(&to[other.key.clone()]));
            let unsorted = to.split_off(first);
            for Member { whole, .. } in written {
                to.extend(&unsorted[whole.start - first..whole.end - first]);
            }
        }
        close(to, first, b'}');
        Ok(())
    }
}

/// Where a member of an object was written: `"key"`, and `"key":value,`.
struct Member {
    key: Range<usize>,
    whole: Range<usize>,
}

/// Ends a list: in place of the comma after its last member, if it has any.
fn close(to: &mut Vec<u8>, first: usize, bracket: u8) {
    if to.len() > first {
        to.pop();
    }
    to.push(bracket);
}
