//! Text as it flows through a block: white space collapsed by HTML's rules.

/// Text that is being put together.
#[derive(Debug, Default)]
pub(super) struct Flow {
    text: String,
    gap: Gap,
    /// Elements `code` that said something, and whether anything else did.
    codes: usize,
    is_mixed: bool,
}

/// What stands between the text so far and what comes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
}

impl Flow {
    pub(super) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Appends running text, of an element `code` or not.
    pub(super) fn push(&mut self, text: &str, is_code: bool) {
        let mut rest = text;
        while let Some(start) = rest.find(|c| !is_space(c)) {
            if start > 0 {
                self.space();
            }
            self.is_mixed |= !is_code;
            rest = &rest[start..];
            let end = rest.find(is_space).unwrap_or(rest.len());
            self.word(&rest[..end]);
            rest = &rest[end..];
        }
        if !rest.is_empty() {
            self.space();
        }
    }

    /// Appends text whose white space means something.
    pub(super) fn push_as_is(&mut self, text: &str) {
        self.close_gap();
        self.text.extend(text.chars().map(|c| if c == '\u{a0}' { ' ' } else { c }));
    }

    pub(super) fn space(&mut self) {
        self.gap = self.gap.max(Gap::Space);
    }

    /// What comes stands on a line of its own.
    pub(super) fn line(&mut self) {
        self.gap = Gap::Line;
    }

    /// A line break that was asked for, and may follow another.
    pub(super) fn line_break(&mut self) {
        if self.gap == Gap::Line {
            self.close_gap();
        }
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.gap = Gap::None;
    }

    pub(super) fn begin_code(&mut self) {
        self.codes += 1;
    }

    /// Whether one element `code` is all there is.
    pub(super) fn is_code(&self) -> bool {
        self.codes == 1 && !self.is_mixed
    }

    /// The text so far; what comes begins anew.
    pub(super) fn take(&mut self) -> String {
        let mut text = std::mem::take(self).text;
        text.truncate(text.trim_end().len());
        text
    }

    /// The same of preformatted text, whose first line may be indented.
    pub(super) fn take_as_is(&mut self) -> String {
        let text = self.take();
        match text.find(|c| c != '\n') {
            Some(0) | None => text,
            Some(start) => text[start..].to_owned(),
        }
    }

    fn word(&mut self, word: &str) {
        if !word.is_ascii() && word.contains(is_nothing) {
            let shown = word.replace(is_nothing, "");
            if !shown.is_empty() {
                self.close_gap();
                self.text.push_str(&shown);
            }
        } else {
            self.close_gap();
            self.text.push_str(word);
        }
    }

    fn close_gap(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if self.text.is_empty() || self.text.ends_with('\n') {
            return;
        }
        match gap {
            Gap::None => {}
            Gap::Space => self.text.push(' '),
            Gap::Line => self.text.push('\n'),
        }
    }
}

/// White space of every script, and what HTML has pages use where it would collapse.
fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// Marks that say where a word may be broken, and show nothing.
fn is_nothing(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}')
}
