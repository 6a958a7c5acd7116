//! How pages say how they are written, and what is done if they do not.

use super::blocks;

fn latin_1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[track_caller]
fn check(html: &[u8], expect: &str) {
    assert_eq!(blocks(html), format!("paragraph {expect:?}"));
}

#[test]
fn marks_names_and_guesses() {
    check("\u{feff}<p>Größe".as_bytes(), "Größe");
    check("<p>Größe".as_bytes(), "Größe");
    check(
        &latin_1("<p>Größe und Maße sind für die Prüfung nötig"),
        "Größe und Maße sind für \
        die Prüfung nötig",
    );
    check(&latin_1("<meta charset=iso-8859-1><p>Größe"), "Größe");
    let said = b"<META http-equiv=Content-Type content='text/html; charset = windows-1251'><p>\xcf";
    check(said, "П");
    check(b"<?xml version='1.0' encoding='koi8-r'?><html><p>\xf0", "П");
    check(b"<meta charset=shift_jis><p>\x93\xfa\x96{", "日本");
    // What it says is not true.
    check("<meta charset=euc-jp><p>Größe".as_bytes(), "Größe");
    check(&latin_1("<meta charset=utf-8><p>Größe"), "Größe");
    check("<meta charset=utf-16><p>Größe".as_bytes(), "Größe");
}

#[test]
fn two_bytes_a_character() {
    let le = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    let be = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>();
    check(&le("\u{feff}<p>Größe"), "Größe");
    check(&le("<p>Größe"), "Größe");
    check(&be("<p>Größe"), "Größe");
}
