//! Bytes as text, for formats that do not fix their encoding.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::Encoding;

/// What is looked at to guess an encoding, from shortly before the first byte that is no UTF-8.
const GUESSED_BYTES: usize = 64 * 1024;
const BEFORE: usize = 1024;

/// By its byte order mark; as the file itself `declared`, if that is true; as UTF-8 where it is
/// valid; or else by what its bytes look like most. Never fails: what is no text then is U+FFFD.
pub fn decode<'a>(bytes: &'a [u8], declared: Option<&'static Encoding>) -> Cow<'a, str> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[mark..]).0;
    }
    if let Some(encoding) = declared
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
