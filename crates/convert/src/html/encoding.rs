//! Bytes of a web page as text.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

/// Where a page may say how it is written.
const HEAD_BYTES: usize = 4 * 1024;
/// What is looked at to guess, from shortly before the first byte that is no UTF-8.
const GUESSED_BYTES: usize = 64 * 1024;
const BEFORE: usize = 1024;

/// By its byte order mark; as it says itself, if that is true; as UTF-8 where it is valid; or else
/// by what its bytes look like most. Never fails: what is no text then becomes U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    if let Some(encoding) = declared(&bytes[..bytes.len().min(HEAD_BYTES)])
        && let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes)
    {
        return text;
    }
    let beyond_ascii = match std::str::from_utf8(bytes) {
        Ok(text) => return Cow::Borrowed(text),
        Err(error) => error.valid_up_to(),
    };
    guessed(&bytes[beyond_ascii.saturating_sub(BEFORE)..]).decode_without_bom_handling(bytes).0
}

fn guessed(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(&bytes[..bytes.len().min(GUESSED_BYTES)], true);
    detector.guess(None, Utf8Detection::Deny)
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
