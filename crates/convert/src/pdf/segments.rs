//! Segments: words of one line that were written together, cut at rules and wide gaps.

use super::faces::{Face, Faces};
use super::geometry::Rect;
use super::rules::Drawn;
use super::words::Word;

/// Part of a line: all of it in flowing text, a cell's in a table.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Segment {
    pub(super) text: String,
    pub(super) l: f32,
    pub(super) r: f32,
    /// The baseline, from the top of the page.
    pub(super) y: f32,
    /// The size that most letters have, in points.
    pub(super) size: f32,
    /// How most letters look.
    pub(super) face: Face,
    /// Where it comes in the file, counted over the page.
    pub(super) order: u32,
    pub(super) first: FirstWord,
    pub(super) artifact: bool,
    pub(super) turned: Option<Rect>,
}

/// The first word of a segment: a list marker, or what did not fit on the line before.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct FirstWord {
    /// In bytes of the segment's text.
    pub(super) len: usize,
    pub(super) r: f32,
    /// Where the second word begins, if there is one.
    pub(super) next_l: Option<f32>,
    /// Set in a face of signs.
    pub(super) symbol: bool,
}

/// Type reaches this far above and below its baseline, in ems.
pub(super) const ASCENT_EM: f32 = 0.75;
pub(super) const DESCENT_EM: f32 = 0.22;

impl Segment {
    /// How wide its first word is, in points.
    pub(super) fn first_width(&self) -> f32 {
        (self.first.r - self.l).max(0.0)
    }

    pub(super) fn area(&self) -> Rect {
        self.turned.unwrap_or(Rect {
            l: self.l,
            t: self.y - ASCENT_EM * self.size,
            r: self.r,
            b: self.y + DESCENT_EM * self.size,
        })
    }
}

/// Two words are on one line if their baselines differ by less, in ems.
pub(super) const SAME_LINE_EM: f32 = 0.12;

/// Raised and lowered text is smaller than the text it belongs to by at least this factor …
const SCRIPT_SIZE: f32 = 0.85;
/// … and stands off its baseline by at most this, in ems of the larger.
const SCRIPT_RISE_EM: f32 = 0.55;

/// Gaps within a line, in ems. With no space written, columns of a table are nearer than this …
const GAP_EM: f32 = 0.8;
/// … a written space may be stretched to fill a line, at a change of type …
const SPACE_GAP_EM: f32 = 1.6;
/// … and within one showing of text even more, in narrow columns.
const ONE_BREATH_GAP_EM: f32 = 5.0;

/// Segments of one line that were written apart belong together if they are as near as words.
const NEAR_EM: f32 = 0.4;
/// … or, where spaces are written, as near as letters.
const TOUCHING_EM: f32 = 0.15;

/// Copies that are shifted by less make type look bold, in ems.
const OVERPRINT_EM: f32 = 0.15;

/// Puts words together as the file wrote them, then neighbours that it wrote out of order.
pub(super) fn of_page(words: &[Word], drawn: &Drawn, faces: &Faces) -> Vec<Segment> {
    let mut segments = Vec::new();
    let spaces = writes_spaces(words);
    let mut first = 0;
    for at in 1..=words.len() {
        let goes_on = match words.get(at - 1..=at) {
            Some([before, word]) => same_segment(before, word, drawn, spaces),
            _ => false,
        };
        if !goes_on {
            segments.extend(words.get(first..at).and_then(|part| segment(part, faces)));
            first = at;
        }
    }
    join_neighbours(segments, drawn, if spaces { TOUCHING_EM } else { NEAR_EM })
}

/// Whether the page's text has its spaces written, so that a gap without one is a jump.
fn writes_spaces(words: &[Word]) -> bool {
    let pairs = words.windows(2).filter(|pair| match pair {
        [before, word] => !word.glued && before.y == word.y && word.l > before.r,
        _ => false,
    });
    let (mut all, mut written) = (0_usize, 0_usize);
    for pair in pairs {
        all += 1;
        written += usize::from(pair.iter().skip(1).all(|word| word.spaced));
    }
    written * 2 > all
}

fn same_segment(before: &Word, word: &Word, drawn: &Drawn, spaces: bool) -> bool {
    if before.artifact != word.artifact || before.turned.is_some() != word.turned.is_some() {
        return false;
    }
    if before.turned.is_some() {
        return before.op == word.op || word.glued;
    }
    let em = before.size.max(word.size);
    let gap = word.l - before.r;
    if !same_line(before.y, before.size, word.y, word.size) || gap < -GAP_EM * em {
        return false;
    }
    let one_breath = before.op == word.op;
    let limit = match (word.spaced, one_breath) {
        (true, true) => ONE_BREATH_GAP_EM,
        (true, false) => SPACE_GAP_EM,
        (false, false) if spaces && !word.glued => TOUCHING_EM,
        _ => GAP_EM,
    };
    gap <= limit * em && !drawn.divides(before.r, word.l, word.y - em / 4.0)
}

fn same_line(y: f32, size: f32, other_y: f32, other_size: f32) -> bool {
    let (small, large) = (size.min(other_size), size.max(other_size));
    let off = (y - other_y).abs();
    off <= SAME_LINE_EM * large || (small <= SCRIPT_SIZE * large && off <= SCRIPT_RISE_EM * large)
}

fn segment(words: &[Word], faces: &Faces) -> Option<Segment> {
    let (head, tail) = words.split_first()?;
    let mut text = String::new();
    for word in words {
        if !text.is_empty() && !word.glued {
            text.push(' ');
        }
        push_plain(&mut text, &word.text);
    }
    let (size, y, face) = most(words, faces);
    let second = tail.iter().find(|word| !word.glued);
    let glued = tail.iter().take_while(|word| word.glued).last().unwrap_or(head);
    let len = text.find(' ').unwrap_or(text.len());
    let first = FirstWord {
        len,
        r: glued.r,
        next_l: second.map(|word| word.l),
        symbol: faces.get(head.face).symbol,
    };
    Some(Segment {
        text,
        l: words.iter().map(|word| word.l).fold(f32::INFINITY, f32::min),
        r: words.iter().map(|word| word.r).fold(f32::NEG_INFINITY, f32::max),
        y,
        size,
        face,
        order: head.op,
        first,
        artifact: head.artifact,
        turned: words.iter().filter_map(|word| word.turned).reduce(Rect::join),
    })
}

/// Ligatures are two letters to whoever searches; soft hyphens are hyphens where they show.
fn push_plain(text: &mut String, word: &str) {
    for letter in word.chars() {
        match letter {
            '\u{fb00}' => text.push_str("ff"),
            '\u{fb01}' => text.push_str("fi"),
            '\u{fb02}' => text.push_str("fl"),
            '\u{fb03}' => text.push_str("ffi"),
            '\u{fb04}' => text.push_str("ffl"),
            '\u{fb05}' | '\u{fb06}' => text.push_str("st"),
            '\u{ad}' => text.push('-'),
            '\u{200b}' | '\u{feff}' => {}
            letter if letter.is_whitespace() => text.push(' '),
            letter => text.push(letter),
        }
    }
}

/// The size, baseline and face that most letters have.
fn most(words: &[Word], faces: &Faces) -> (f32, f32, Face) {
    let letters = |word: &Word| word.text.chars().count();
    let all: usize = words.iter().map(letters).sum();
    let with = |is: fn(Face) -> bool| {
        let some: usize = words.iter().filter(|word| is(faces.get(word.face))).map(letters).sum();
        some * MOST.1 >= all * MOST.0
    };
    let mut best: Option<(usize, &Word)> = None;
    // Few words have a size of their own, so that this is no long search.
    for word in words.iter().take(SIZES_LOOKED_AT) {
        let same = |other: &&Word| (other.size - word.size).abs() < 0.1;
        let count: usize = words.iter().take(SIZES_LOOKED_AT).filter(same).map(letters).sum();
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, word));
        }
    }
    let (size, y) = best.map_or((0.0, 0.0), |(_, word)| (word.size, word.y));
    let face = Face {
        bold: with(|face| face.bold),
        italic: with(|face| face.italic),
        mono: with(|face| face.mono),
        symbol: with(|face| face.symbol),
    };
    (size, y, face)
}

/// Nine letters in ten make a line bold, italic or code.
const MOST: (usize, usize) = (9, 10);

/// Words of a line that are asked for their size.
const SIZES_LOOKED_AT: usize = 60;

/// Joins what stands side by side as near as words, and drops overprints.
fn join_neighbours(mut segments: Vec<Segment>, drawn: &Drawn, near: f32) -> Vec<Segment> {
    segments.sort_by(|a, b| a.turned.is_some().cmp(&b.turned.is_some()).then(a.y.total_cmp(&b.y)));
    let mut joined: Vec<Segment> = Vec::with_capacity(segments.len());
    let mut rest = segments.into_iter().peekable();
    while let Some(first) = rest.next() {
        let (y, reach) = (first.y, SAME_LINE_EM * first.size);
        let mut row = vec![first];
        if row.iter().all(|segment| segment.turned.is_none()) {
            while let Some(next) = rest.next_if(|next| next.turned.is_none() && next.y - y <= reach)
            {
                row.push(next);
            }
        }
        row.sort_by(|a, b| a.l.total_cmp(&b.l).then(a.order.cmp(&b.order)));
        join_row(row, drawn, near, &mut joined);
    }
    joined
}

fn join_row(row: Vec<Segment>, drawn: &Drawn, near: f32, joined: &mut Vec<Segment>) {
    let from = joined.len();
    for segment in row {
        let Some(before) = joined.get_mut(from..).and_then(<[Segment]>::last_mut) else {
            joined.push(segment);
            continue;
        };
        let em = before.size.max(segment.size);
        let gap = segment.l - before.r;
        let near = (-OVERPRINT_EM * em..=near * em).contains(&gap)
            && segment.turned.is_none()
            && before.artifact == segment.artifact
            && !drawn.divides(before.r, segment.l, segment.y - em / 4.0);
        if before.text == segment.text && (before.l - segment.l).abs() <= OVERPRINT_EM * em {
            before.face.bold = true;
        } else if near {
            append(before, &segment);
        } else {
            joined.push(segment);
        }
    }
}

/// Puts `segment` behind `before`, as one line.
pub(super) fn append(before: &mut Segment, segment: &Segment) {
    if before.first.next_l.is_none() {
        before.first.next_l = Some(segment.l);
    }
    before.text.push(' ');
    before.text.push_str(&segment.text);
    let (long, short) = (before.r - before.l, segment.r - segment.l);
    if short > long {
        (before.size, before.y) = (segment.size, segment.y);
    }
    before.face = Face {
        bold: before.face.bold && segment.face.bold,
        italic: before.face.italic && segment.face.italic,
        mono: before.face.mono && segment.face.mono,
        symbol: before.face.symbol && segment.face.symbol,
    };
    before.r = before.r.max(segment.r);
    before.order = before.order.min(segment.order);
}
