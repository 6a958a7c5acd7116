//! Draws a string that matches a regular expression, for the expressions schemas really use.
//!
//! Best effort: look-around, back-references and flags give `None`, and the caller falls back.

use std::iter::Peekable;
use std::str::Chars;

use crate::digest::Dice;

/// How much an open-ended repetition may add to its minimum.
const REPEAT_EXTRA_MAX: u32 = 6;
/// Patterns nest groups; anything deeper than this is given up.
const DEPTH_MAX: u32 = 16;
/// Longest string a pattern may be drawn into.
const CHARS_MAX: usize = 4_096;

type Ranges = Vec<(char, char)>;
type Sequence = Vec<Term>;

enum Atom {
    OneOf(Ranges),
    Group(Vec<Sequence>),
}

struct Term {
    atom: Atom,
    at_least: u32,
    at_most: u32,
}

/// One string that matches, or nothing where the pattern uses what is not understood here.
pub(crate) fn sample(pattern: &str, dice: &mut Dice) -> Option<String> {
    let mut chars = pattern.chars().peekable();
    let branches = alternatives(&mut chars, 0)?;
    if chars.next().is_some() {
        return None;
    }
    let mut drawn = String::new();
    draw(&branches, dice, &mut drawn)?;
    Some(drawn)
}

fn draw(branches: &[Sequence], dice: &mut Dice, drawn: &mut String) -> Option<()> {
    let branch = branches.get(dice.below(branches.len() as u64) as usize)?;
    for term in branch {
        let spread = u64::from(term.at_most.saturating_sub(term.at_least)) + 1;
        for _ in 0..u64::from(term.at_least) + dice.below(spread) {
            if drawn.len() > CHARS_MAX {
                return None;
            }
            match &term.atom {
                Atom::Group(nested) => draw(nested, dice, drawn)?,
                Atom::OneOf(ranges) => drawn.push(pick(ranges, dice)?),
            }
        }
    }
    Some(())
}

fn pick(ranges: &Ranges, dice: &mut Dice) -> Option<char> {
    let &(from, to) = ranges.get(dice.below(ranges.len() as u64) as usize)?;
    let width = u64::from(u32::from(to).checked_sub(u32::from(from))?) + 1;
    char::from_u32(u32::from(from) + dice.below(width) as u32)
}

fn alternatives(chars: &mut Peekable<Chars<'_>>, depth: u32) -> Option<Vec<Sequence>> {
    if depth > DEPTH_MAX {
        return None;
    }
    let mut branches = vec![Vec::new()];
    while let Some(&next) = chars.peek() {
        if next == ')' {
            break;
        }
        chars.next();
        let atom = match next {
            '|' => {
                branches.push(Vec::new());
                continue;
            }
            '^' | '$' => continue,
            '(' => group(chars, depth)?,
            '[' => Atom::OneOf(class(chars)?),
            '.' => Atom::OneOf(word()),
            '\\' => match escape(chars)? {
                Some(ranges) => Atom::OneOf(ranges),
                None => continue,
            },
            '*' | '+' | '?' => return None,
            literal => Atom::OneOf(vec![(literal, literal)]),
        };
        let (at_least, at_most) = repetition(chars)?;
        branches.last_mut()?.push(Term { atom, at_least, at_most });
    }
    Some(branches)
}

fn group(chars: &mut Peekable<Chars<'_>>, depth: u32) -> Option<Atom> {
    if chars.next_if_eq(&'?').is_some() {
        chars.next_if_eq(&'P');
        match chars.next()? {
            ':' => {}
            '<' if !matches!(chars.peek(), Some('=' | '!')) => {
                chars.by_ref().take_while(|c| *c != '>').for_each(drop);
            }
            _ => return None,
        }
    }
    let nested = alternatives(chars, depth + 1)?;
    chars.next_if_eq(&')')?;
    Some(Atom::Group(nested))
}

fn repetition(chars: &mut Peekable<Chars<'_>>) -> Option<(u32, u32)> {
    let bounds = match chars.peek() {
        Some('*') => (0, REPEAT_EXTRA_MAX),
        Some('+') => (1, 1 + REPEAT_EXTRA_MAX),
        Some('?') => (0, 1),
        Some('{') => {
            chars.next();
            let inside: String = chars.by_ref().take_while(|c| *c != '}').collect();
            let bounds = match inside.split_once(',') {
                None => (inside.parse().ok()?, inside.parse().ok()?),
                Some((low, "")) => {
                    let low: u32 = low.parse().ok()?;
                    (low, low.saturating_add(REPEAT_EXTRA_MAX))
                }
                Some((low, high)) => (low.parse().ok()?, high.parse().ok()?),
            };
            chars.next_if_eq(&'?');
            return Some(bounds);
        }
        _ => return Some((1, 1)),
    };
    chars.next();
    chars.next_if_eq(&'?');
    Some(bounds)
}

/// What follows a backslash: a set to draw from, or `Some(None)` for a boundary without width.
fn escape(chars: &mut Peekable<Chars<'_>>) -> Option<Option<Ranges>> {
    Some(match chars.next()? {
        'b' => None,
        'd' => Some(vec![('0', '9')]),
        'w' => Some(word()),
        's' => Some(vec![(' ', ' ')]),
        'D' | 'S' => Some(vec![('a', 'z')]),
        'W' => Some(vec![('-', '-')]),
        't' => Some(vec![('\t', '\t')]),
        'n' => Some(vec![('\n', '\n')]),
        'p' => Some(property(chars)?),
        other if other.is_alphanumeric() => return None,
        literal => Some(vec![(literal, literal)]),
    })
}

fn property(chars: &mut Peekable<Chars<'_>>) -> Option<Ranges> {
    chars.next_if_eq(&'{')?;
    let name: String = chars.by_ref().take_while(|c| *c != '}').collect();
    match name.as_str() {
        "L" | "Letter" | "Ll" => Some(vec![('a', 'z')]),
        "Lu" => Some(vec![('A', 'Z')]),
        "N" | "Nd" => Some(vec![('0', '9')]),
        _ => None,
    }
}

fn class(chars: &mut Peekable<Chars<'_>>) -> Option<Ranges> {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut ranges = Ranges::new();
    loop {
        let from = match chars.next()? {
            ']' if !ranges.is_empty() => break,
            '\\' => match escape(chars)??.as_slice() {
                [(one, same)] if one == same => *one,
                several => {
                    ranges.extend(several);
                    continue;
                }
            },
            '[' => return None,
            literal => literal,
        };
        let is_range = chars.peek() == Some(&'-') && chars.clone().nth(1) != Some(']');
        let to = if is_range {
            chars.next();
            match chars.next()? {
                '\\' => chars.next()?,
                literal => literal,
            }
        } else {
            from
        };
        ranges.push((from, to));
    }
    if !negated {
        return Some(ranges);
    }
    let outside = |c: &char| !ranges.iter().any(|(from, to)| (from..=to).contains(&c));
    Some(('a'..='z').chain('A'..='Z').chain('0'..='9').filter(outside).map(|c| (c, c)).collect())
}

fn word() -> Ranges {
    vec![('a', 'z'), ('0', '9')]
}

#[cfg(test)]
mod tests;
