//! Formats of money and of percentages. Other formats of numbers say how to read a number, not what
//! it is, and numbers are given as they are kept.

/// A format: what a number shows if it is more than zero, less, or zero.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount(Vec<Section>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Section {
    /// Whatever the number.
    Literal(String),
    Digits {
        before: String,
        is_grouped: bool,
        decimals: usize,
        after: String,
    },
    /// The number as it is kept.
    Unknown,
}

const COLOURS: [&str; 8] = ["black", "blue", "cyan", "green", "magenta", "red", "white", "yellow"];

impl Amount {
    /// None if nothing in the format is known here.
    pub(super) fn of(code: &str) -> Option<Self> {
        let code = without_brackets(code)?;
        let mut in_quotes = false;
        let sections = code.split(|letter| {
            in_quotes ^= letter == '"';
            letter == ';' && !in_quotes
        });
        let sections: Vec<_> = sections.map(Section::of).collect();
        if matches!(sections.as_slice(), [Section::Literal(text)] if text.is_empty()) {
            // A colour alone says nothing of digits.
            return None;
        }
        let is_known = sections.len() <= 4 && sections.iter().any(|it| *it != Section::Unknown);
        is_known.then_some(Self(sections))
    }

    /// None if the number is shown as it is kept.
    pub(super) fn show(&self, number: f64) -> Option<String> {
        let sections = self.0.len();
        let at = match number {
            _ if number < 0.0 && sections > 1 => 1,
            _ if number == 0.0 && sections > 2 => 2,
            _ => 0,
        };
        match self.0.get(at)? {
            Section::Unknown => None,
            Section::Literal(text) => Some(text.clone()),
            Section::Digits { before, is_grouped, decimals, after } => {
                let moved = if after.contains('%') { 2 } else { 0 };
                let digits = rounded(number.abs(), moved, *decimals);
                let digits = if *is_grouped { grouped(&digits) } else { digits };
                let sign = if number < 0.0 && at == 0 { "-" } else { "" };
                Some(format!("{sign}{before}{digits}{after}"))
            }
        }
    }
}

/// A format without its colours, and with its dollars as such; none if it has other brackets, which
/// are conditions and countries.
fn without_brackets(code: &str) -> Option<String> {
    if code.contains("\\;") {
        return None;
    }
    let mut kept = String::new();
    let mut rest = code;
    while let Some((before, bracket)) = rest.split_once('[') {
        let (inside, behind) = bracket.split_once(']')?;
        kept.push_str(before);
        let inside = inside.to_ascii_lowercase();
        if inside.starts_with("$$-") {
            kept.push_str("\"$\"");
        } else if !COLOURS.contains(&inside.as_str()) {
            return None;
        }
        rest = behind;
    }
    kept.push_str(rest);
    Some(kept)
}

impl Section {
    fn of(code: &str) -> Self {
        if let Some(text) = quoted(code) {
            return Self::Literal(text.to_owned());
        }
        Self::digits(code).unwrap_or(Self::Unknown)
    }

    fn digits(code: &str) -> Option<Self> {
        let plain = unquoted(code)?;
        let start = plain.find(|letter| !"$( -".contains(letter))?;
        let (before, rest) = plain.split_at(start);
        let (is_grouped, rest) = match rest.strip_prefix("#,##0") {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix('0')?),
        };
        let decimals = rest.strip_prefix('.').unwrap_or_default();
        let decimals = decimals.len() - decimals.trim_start_matches('0').len();
        let after = if decimals > 0 { rest.get(decimals + 1..)? } else { rest };
        let count = |letter| plain.matches(letter).count();
        let is_amount =
            matches!((count('$'), count('%')), (0 | 1, 0 | 1)) && plain.contains(['$', '%']);
        if !after.chars().all(|letter| "$% )-".contains(letter)) {
            return None;
        }
        let (before, after) = (before.to_owned(), after.to_owned());
        (is_amount && decimals <= 15).then_some(Self::Digits {
            before,
            is_grouped,
            decimals,
            after,
        })
    }
}

/// What a section says that is nothing but a text.
fn quoted(code: &str) -> Option<&str> {
    if code.is_empty() {
        return Some(code);
    }
    code.strip_prefix('"')?.strip_suffix('"').filter(|text| !text.contains('"'))
}

/// A section without quotes, without room (`_)`), and without backslashes. Texts in it say nothing
/// that could be taken for digits.
fn unquoted(code: &str) -> Option<String> {
    let mut plain = String::new();
    let mut letters = code.chars();
    let mut in_quotes = false;
    while let Some(letter) = letters.next() {
        match letter {
            '_' => drop(letters.next()),
            '"' => in_quotes = !in_quotes,
            '\\' => plain.push(letters.next().filter(|letter| "()$ -".contains(*letter))?),
            _ if in_quotes && "0#.,%".contains(letter) => return None,
            _ => plain.push(letter),
        }
    }
    Some(plain)
}

/// The decimal digits of a number that is not negative, its point moved to the right, and rounded
/// as people do: half up, by the digits that people see.
fn rounded(number: f64, moved: usize, decimals: usize) -> String {
    let written = number.to_string();
    let (whole, rest) = written.split_once('.').unwrap_or((&written, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(rest.bytes()).collect();
    let point = whole.len() + moved;
    let end = point + decimals;
    let rounds_up = digits.get(end).is_some_and(|digit| *digit >= b'5');
    digits.resize(end, b'0');
    let mut carries = rounds_up;
    for digit in digits.iter_mut().rev() {
        if !carries {
            break;
        }
        carries = *digit == b'9';
        *digit = if carries { b'0' } else { *digit + 1 };
    }
    let mut shown = if carries { "1".to_owned() } else { String::new() };
    let (whole, rest) = digits.split_at(point.min(digits.len()));
    shown.extend(whole.iter().map(|digit| char::from(*digit)));
    let zeros = shown.len() - shown.trim_start_matches('0').len();
    shown.drain(..zeros.min(shown.len().saturating_sub(1)));
    if decimals > 0 {
        shown.push('.');
        shown.extend(rest.iter().map(|digit| char::from(*digit)));
    }
    shown
}

fn grouped(digits: &str) -> String {
    let whole = digits.find('.').unwrap_or(digits.len());
    let mut shown = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at < whole && (whole - at).is_multiple_of(3) {
            shown.push(',');
        }
        shown.push(digit);
    }
    shown
}
