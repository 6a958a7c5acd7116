//! The text state: which font, where the pen stands, and how far each glyph moves it.

use unpdf::parser::backend::{DecodedRun, GlyphAdvance, PdfBackend, PdfValue, ResourceScope};

use super::geometry::Matrix;
use super::words::Glyph;

/// What `BT` … `ET` work on, and the parameters that outlive them.
#[derive(Debug, Clone)]
pub(super) struct TextState {
    font: Vec<u8>,
    face: u16,
    size: f32,
    tracking: f32,
    word_spacing: f32,
    /// 1.0 for glyphs as wide as they were made.
    stretch: f32,
    leading: f32,
    rise: f32,
    line: Matrix,
    pen: Matrix,
}

impl Default for TextState {
    fn default() -> Self {
        Self {
            font: Vec::new(),
            face: 0,
            size: 0.0,
            tracking: 0.0,
            word_spacing: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
            line: Matrix::IDENTITY,
            pen: Matrix::IDENTITY,
        }
    }
}

/// The width of a glyph whose font does not say, in ems.
const GUESSED_EM: f32 = 0.5;

/// The width of a sign whose font does not say, in ems.
const SIGN_EM: f32 = 0.35;

/// Stands for a glyph whose meaning the file does not tell: a code point for private use.
pub(super) const SIGN: &str = "\u{f0b7}";

/// Whether a letter means something only in the font it is from.
pub(super) fn is_private(letter: char) -> bool {
    ('\u{e000}'..='\u{f8ff}').contains(&letter)
}

impl TextState {
    pub(super) fn set_font(&mut self, name: &[u8], face: u16, size: f32) {
        self.font = name.to_vec();
        self.face = face;
        self.size = size;
    }

    pub(super) fn operator(&mut self, operator: &str, numbers: &[f32]) {
        match (operator, numbers) {
            ("BT", _) => self.place(Matrix::IDENTITY),
            ("Tm", [a, b, c, d, e, f]) => self.place(Matrix([*a, *b, *c, *d, *e, *f])),
            ("Td", [x, y]) => self.move_line(*x, *y),
            ("TD", [x, y]) => {
                self.leading = -y;
                self.move_line(*x, *y);
            }
            ("T*", _) => self.move_line(0.0, -self.leading),
            ("Tc", [value]) => self.tracking = *value,
            ("Tw", [value]) => self.word_spacing = *value,
            ("Tz", [value]) => self.stretch = value / 100.0,
            ("TL", [value]) => self.leading = *value,
            ("Ts", [value]) => self.rise = *value,
            _ => {}
        }
    }

    fn place(&mut self, at: Matrix) {
        self.line = at;
        self.pen = at;
    }

    fn move_line(&mut self, x: f32, y: f32) {
        self.place(Matrix::shift(x, y).then(self.line));
    }

    /// Shows strings and moves; false when the font does not tell what its codes mean.
    pub(super) fn show(
        &mut self,
        backend: &dyn PdfBackend,
        scope: ResourceScope,
        pieces: &[PdfValue],
        view: Matrix,
        mut glyph: impl FnMut(Glyph<'_>),
    ) -> bool {
        let run = Run::of(pieces);
        let mut readable = true;
        let decoded = backend.decode_run(scope, &self.font, &run.bytes);
        if let Some(bytes_per_code) = run.code_width(&decoded) {
            readable &= decoded.decoded.suppressed.is_none();
            if decoded.decoded.text.is_empty() {
                self.show_sign(&decoded, run.bytes.len() / bytes_per_code, view, &mut glyph);
            } else {
                self.show_run(&decoded, &run.moves, bytes_per_code, view, &mut glyph);
            }
            return readable;
        }
        // Where codes cannot be told apart, each string is measured alone.
        for piece in pieces {
            match piece {
                PdfValue::Str(bytes) => {
                    let decoded = backend.decode_run(scope, &self.font, bytes);
                    readable &= decoded.decoded.suppressed.is_none();
                    if decoded.decoded.text.is_empty() {
                        self.show_sign(&decoded, bytes.len(), view, &mut glyph);
                    } else {
                        self.show_run(&decoded, &[], 1, view, &mut glyph);
                    }
                }
                other => {
                    if let Some(thousandths) =
                        super::content::number(std::slice::from_ref(other), 0)
                    {
                        self.advance_by(-thousandths / 1000.0 * self.size * self.stretch);
                    }
                }
            }
        }
        readable
    }

    fn show_run(
        &mut self,
        run: &DecodedRun,
        moves: &[(usize, f32)],
        bytes_per_code: usize,
        view: Matrix,
        glyph: &mut impl FnMut(Glyph<'_>),
    ) {
        let mut moves = moves.iter().peekable();
        let mut code = 0;
        for (text, codes) in clusters(run) {
            while let Some((_, thousandths)) =
                moves.next_if(|(before, _)| *before <= code * bytes_per_code)
            {
                self.advance_by(-thousandths / 1000.0 * self.size * self.stretch);
            }
            let mut width = 0.0;
            for advance in codes.advances() {
                let spacing = if advance.is_word_space { self.word_spacing } else { 0.0 };
                let em = advance.width / 1000.0;
                width += (em * self.size + self.tracking + spacing) * self.stretch;
                code += 1;
            }
            self.emit(text, width, view, glyph);
        }
        for (_, thousandths) in moves {
            self.advance_by(-thousandths / 1000.0 * self.size * self.stretch);
        }
    }

    /// Glyphs without a meaning: one alone is a sign, such as a bullet; more are lost text.
    fn show_sign(
        &mut self,
        run: &DecodedRun,
        codes: usize,
        view: Matrix,
        glyph: &mut impl FnMut(Glyph<'_>),
    ) {
        let glyphs = run.glyphs.as_deref().unwrap_or_default();
        let width: f32 = glyphs.iter().map(|glyph| glyph.width / 1000.0 * self.size).sum();
        let alone = codes == 1 || glyphs.len() == 1;
        let text = if alone { SIGN } else { "" };
        let drawn = if alone { width.max(SIGN_EM * self.size) } else { width };
        self.emit(text, drawn * self.stretch, view, glyph);
    }

    fn emit(&mut self, text: &str, width: f32, view: Matrix, glyph: &mut impl FnMut(Glyph<'_>)) {
        let seen = Matrix::shift(0.0, self.rise).then(self.pen).then(view);
        let [_, _, c, d, ..] = seen.0;
        let tracking = self.tracking * self.stretch;
        glyph(Glyph {
            text,
            from: seen.apply(0.0, 0.0),
            to: seen.apply(width - tracking, 0.0),
            pen: seen.apply(width, 0.0),
            size: (self.size * c.hypot(d)).abs(),
            face: self.face,
            op: 0,
            artifact: false,
        });
        self.advance_by(width);
    }

    fn advance_by(&mut self, x: f32) {
        if x.is_finite() {
            self.pen = Matrix::shift(x, 0.0).then(self.pen);
        }
    }
}

/// The strings of one operation as one, and the moves between them by the byte they stand before.
#[derive(Debug, Default)]
struct Run {
    bytes: Vec<u8>,
    moves: Vec<(usize, f32)>,
}

impl Run {
    fn of(pieces: &[PdfValue]) -> Self {
        let mut run = Self::default();
        for (at, piece) in pieces.iter().enumerate() {
            match piece {
                PdfValue::Str(bytes) => run.bytes.extend_from_slice(bytes),
                _ => run.moves.extend(
                    super::content::number(pieces, at).map(|value| (run.bytes.len(), value)),
                ),
            }
        }
        run
    }

    /// How many bytes a code has, if all have as many and each is measured.
    fn code_width(&self, decoded: &DecodedRun) -> Option<usize> {
        decoded.clusters.as_ref()?;
        let codes = decoded.glyphs.as_ref()?.len();
        [1, 2].into_iter().find(|width| codes * width == self.bytes.len())
    }
}

/// The codes behind one cluster of text: measured, or guessed.
enum Codes<'a> {
    Measured(&'a [GlyphAdvance]),
    Guessed(GlyphAdvance),
}

impl Codes<'_> {
    fn advances(&self) -> &[GlyphAdvance] {
        match self {
            Self::Measured(advances) => advances,
            Self::Guessed(advance) => std::slice::from_ref(advance),
        }
    }
}

/// A run's text in the smallest pieces that are measured, in order.
fn clusters(run: &DecodedRun) -> Vec<(&str, Codes<'_>)> {
    let text = run.decoded.text.as_str();
    if let (Some(clusters), Some(glyphs)) = (&run.clusters, &run.glyphs) {
        let piece = |range: &std::ops::Range<usize>| text.get(range.clone()).unwrap_or("");
        let codes = |range: &std::ops::Range<usize>| glyphs.get(range.clone()).unwrap_or(&[]);
        return clusters
            .iter()
            .map(|cluster| (piece(&cluster.text), Codes::Measured(codes(&cluster.glyphs))))
            .collect();
    }
    // All advances together, shared out evenly: the extent is right, the inside about right.
    let count = text.chars().count().max(1);
    let total: f32 = run.glyphs.iter().flatten().map(|glyph| glyph.width).sum();
    #[expect(clippy::cast_precision_loss, reason = "a run has far fewer than 2^24 letters")]
    let share = if run.glyphs.is_some() { total / count as f32 } else { GUESSED_EM * 1000.0 };
    let split = text.char_indices().map(|(at, letter)| &text[at..at + letter.len_utf8()]);
    split
        .map(|letter| {
            let advance =
                GlyphAdvance { width: share, vertical: None, is_word_space: letter == " " };
            (letter, Codes::Guessed(advance))
        })
        .collect()
}
