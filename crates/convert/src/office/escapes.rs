//! Letters that XML cannot hold.

use std::borrow::Cow;

/// Letters that XML cannot hold stand as `_x000D_`; ends of lines become `\n`.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") && !text.contains('\r') {
        return Cow::Borrowed(text);
    }
    let mut letters = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, from) = rest.split_at(at);
        letters.push_str(before);
        let (letter, behind) = escaped(from).unwrap_or(('_', &from[1..]));
        letters.push(letter);
        rest = behind;
    }
    letters.push_str(rest);
    Cow::Owned(letters.replace("\r\n", "\n").replace('\r', "\n"))
}

/// The letter that `_xHHHH_` at the start stands for, and what follows.
fn escaped(from: &str) -> Option<(char, &str)> {
    let digits = from.get(2..6).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let behind = from.get(6..)?.strip_prefix('_')?;
    Some((char::from_u32(u32::from_str_radix(digits, 16).ok()?)?, behind))
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn letters_that_xml_cannot_hold() {
        for (written, meant) in [
            ("a_x000D_\nb", "a\nb"),
            ("a\r\nb\rc", "a\nb\nc"),
            ("_x0041_", "A"),
            ("_x005F_x0041_", "_x0041_"),
            ("_xD83D_ _x00_ _x+041_ _x0041", "_xD83D_ _x00_ _x+041_ _x0041"),
            ("__x0041__x", "_A_x"),
            ("_xé041_ _x004é", "_xé041_ _x004é"),
            ("snake_xyz_", "snake_xyz_"),
        ] {
            assert_eq!(decoded(written), meant);
        }
    }
}
