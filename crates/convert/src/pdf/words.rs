//! Words: glyphs that stand next to each other, with where and how they are set.

use super::geometry::Rect;
use super::markers;

/// A run of letters without a space in it, in one face.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) l: f32,
    pub(super) r: f32,
    /// The baseline, from the top of the page.
    pub(super) y: f32,
    /// The type size in points, as seen.
    pub(super) size: f32,
    pub(super) face: u16,
    /// The operation that showed it, counted over the page: what is told in one breath.
    pub(super) op: u32,
    /// A space is written before it, however wide the gap is.
    pub(super) spaced: bool,
    /// It goes on where the word before it ends, in another face.
    pub(super) glued: bool,
    /// Marked by the file as page furniture.
    pub(super) artifact: bool,
    /// Not read from left to right; the box is what `turned` says.
    pub(super) turned: Option<Rect>,
}

/// One glyph as it is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Glyph<'a> {
    pub(super) text: &'a str,
    pub(super) from: (f32, f32),
    pub(super) to: (f32, f32),
    /// Where the pen stands after it, tracking included.
    pub(super) pen: (f32, f32),
    pub(super) size: f32,
    pub(super) face: u16,
    pub(super) op: u32,
    pub(super) artifact: bool,
}

/// Room between two glyphs of one word, in ems. Spaces are 0.2 to 0.33 em, kerning below 0.1.
const WORD_GAP_EM: f32 = 0.15;

/// How far back kerning and overprinted accents reach, in ems.
const BACK_EM: f32 = 0.5;

/// A baseline moves by less than this between letters of one word, in ems.
const SAME_BASELINE_EM: f32 = 0.05;

/// Slope of a baseline that still counts as level.
const LEVEL: f32 = 0.02;

/// Glyphs further from the page's corner than this, or larger, are no one's text, in points: a page
/// has 14,400 at most. Sums and counts of what is nearer cannot overflow.
const REACH: f32 = 1e6;

/// Puts glyphs together to words, in the order they are shown.
#[derive(Debug, Default)]
pub(super) struct Words {
    words: Vec<Word>,
    /// Where the pen stood after the last glyph; none after a space.
    pen: Option<(f32, f32)>,
    space: bool,
}

impl Words {
    pub(super) fn glyph(&mut self, glyph: Glyph<'_>) {
        let (dx, dy) = (glyph.to.0 - glyph.from.0, glyph.to.1 - glyph.from.1);
        let ends = [glyph.from.0, glyph.from.1, glyph.to.0, glyph.to.1, glyph.size];
        if !ends.iter().all(|number| number.abs() <= REACH) {
            return;
        }
        if glyph.text.trim().is_empty() {
            self.space |= !glyph.text.is_empty();
            self.pen = None;
            return;
        }
        let turned = dy.abs() > LEVEL * dx.abs() || dx < 0.0;
        match self.words.last_mut() {
            Some(word)
                if continues(word, self.pen, &glyph, turned)
                    && !(word.op != glyph.op && markers::counts(&word.text)) =>
            {
                word.text.push_str(glyph.text.trim());
                word.r = word.r.max(glyph.to.0);
                word.turned = word.turned.map(|area| area.join(inked(&glyph)));
            }
            last => {
                let glued = last.is_some_and(|word| {
                    word.face != glyph.face && touches(word, self.pen, &glyph, turned)
                });
                self.words.push(Word {
                    text: glyph.text.trim().to_owned(),
                    l: glyph.from.0.min(glyph.to.0),
                    r: glyph.from.0.max(glyph.to.0),
                    y: glyph.from.1,
                    size: glyph.size,
                    face: glyph.face,
                    op: glyph.op,
                    spaced: self.space,
                    glued,
                    artifact: glyph.artifact,
                    turned: turned.then(|| inked(&glyph)),
                });
            }
        }
        self.space = false;
        self.pen = Some(glyph.pen);
    }

    pub(super) fn finish(self) -> Vec<Word> {
        self.words
    }
}

fn inked(glyph: &Glyph<'_>) -> Rect {
    Rect::of(glyph.from, glyph.to)
}

fn continues(word: &Word, pen: Option<(f32, f32)>, glyph: &Glyph<'_>, turned: bool) -> bool {
    word.face == glyph.face
        && word.artifact == glyph.artifact
        && (word.size - glyph.size).abs() <= SAME_BASELINE_EM * glyph.size
        && touches(word, pen, glyph, turned)
}

fn touches(word: &Word, pen: Option<(f32, f32)>, glyph: &Glyph<'_>, turned: bool) -> bool {
    let Some(pen) = pen else { return false };
    let (dx, dy) = (glyph.from.0 - pen.0, glyph.from.1 - pen.1);
    if turned != word.turned.is_some() {
        return false;
    }
    let em = glyph.size.max(word.size);
    if turned {
        return dx.hypot(dy) <= WORD_GAP_EM * em;
    }
    dy.abs() <= SAME_BASELINE_EM * em && (-BACK_EM * em..=WORD_GAP_EM * em).contains(&dx)
}
