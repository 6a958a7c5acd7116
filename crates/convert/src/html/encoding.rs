//! Bytes of a web page as text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Where a page may say how it is written.
const HEAD_BYTES: usize = 4 * 1024;

pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    gloss_ingest::decode(bytes, declared(&bytes[..bytes.len().min(HEAD_BYTES)]))
}

/// What `<meta charset>`, `<meta http-equiv>` or `<?xml encoding?>` name.
fn declared(head: &[u8]) -> Option<&'static Encoding> {
    match head {
        [b'<', 0, ..] => return Some(UTF_16LE),
        [0, b'<', ..] => return Some(UTF_16BE),
        _ => {}
    }
    let head: String = head.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let mut tags = head.split('<').skip(1).filter_map(|tag| {
        let inside = tag.split('>').next()?;
        let key = match inside {
            _ if inside.starts_with("meta") => "charset",
            _ if inside.starts_with("?xml") => "encoding",
            _ => return None,
        };
        let value = inside.split(key).nth(1)?.trim_start().strip_prefix('=')?.trim_start();
        let ends = |c: char| matches!(c, '"' | '\'' | ';' | '/' | '?') || c.is_whitespace();
        value.trim_start_matches(['"', '\'']).split(ends).next().map(str::to_owned)
    });
    let encoding = tags.find_map(|name| Encoding::for_label(name.as_bytes()))?;
    // Whoever can read this has not read UTF-16.
    Some(if encoding == UTF_16LE || encoding == UTF_16BE { UTF_8 } else { encoding })
}
