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
    let paint = |text: &str, code: &str| match console.colour {
        true => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        false => text.to_owned(),
    };
    let mut text = format!("{} {}", paint("error:", "1;31"), error.message);
    if let Some(hint) = &error.hint {
        text.push_str(&format!("\n{} {hint}", paint("hint:", "1;36")));
    }
    console.note(&text);
}
