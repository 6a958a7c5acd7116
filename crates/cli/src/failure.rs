//! How an error is shown: what failed, what to do; or the same as JSON.

use gloss_app::Error;
use serde_json::json;

use crate::console::Console;

pub(crate) fn show(error: &Error, as_json: bool, console: &mut Console) {
    if as_json {
        let object = json!({
            "error": { "code": error.code, "message": error.message, "hint": error.hint },
        });
        console.note(&object.to_string());
        return;
    }
    tell(&error.message, console);
    if let Some(hint) = &error.hint {
        advise(hint, console);
    }
}

/// What failed, for people.
pub(crate) fn tell(message: &str, console: &mut Console) {
    line("error:", "1;31", message, console);
}

/// What to do about it, for people.
pub(crate) fn advise(hint: &str, console: &mut Console) {
    line("hint:", "1;36", hint, console);
}

fn line(head: &str, colour: &str, text: &str, console: &mut Console) {
    let head = match console.colour {
        true => format!("\u{1b}[{colour}m{head}\u{1b}[0m"),
        false => head.to_owned(),
    };
    console.note(&format!("{head} {text}"));
}
