//! One page's content stream, carried out as far as text and rules need it.

use unpdf::parser::backend::{
    ContentOp, ObjectId, PageId, PaintedXObject, PdfBackend, PdfValue, ResourceScope,
};

use super::faces::Faces;
use super::geometry::{Matrix, Rect};
use super::rules::{Drawn, Path};
use super::text_state::TextState;
use super::words::{Word, Words};

/// What one page shows.
#[derive(Debug, Default)]
pub(super) struct Ink {
    pub(super) width: f32,
    pub(super) height: f32,
    pub(super) words: Vec<Word>,
    pub(super) drawn: Drawn,
    /// Text that no one can read, because the file does not say what its glyphs mean.
    pub(super) unreadable: bool,
    /// Content that could not be decoded, or was too much.
    pub(super) lost: bool,
}

/// Operations carried out on one page, forms unfolded: a dense map has a million.
const OPERATIONS_MAX: usize = 5_000_000;

/// Forms inside each other; writers nest two or three.
const FORM_DEPTH_MAX: usize = 12;

/// Saved graphics states inside each other.
const STATE_DEPTH_MAX: usize = 1_000;

/// Marked content inside each other.
const MARK_DEPTH_MAX: usize = 1_000;

/// Carries out a page's content.
pub(super) fn read(backend: &dyn PdfBackend, page: PageId, faces: &mut Faces) -> Ink {
    faces.begin_page();
    let crop = backend.crop_box(page);
    let crop = Rect { l: crop.llx, t: crop.lly, r: crop.urx, b: crop.ury };
    let (view, width, height) = Matrix::to_view(crop, backend.page_rotation(page));
    let mut painter = Painter {
        backend,
        page,
        form: None,
        faces,
        state: State { view, text: TextState::default() },
        saved: Vec::new(),
        path: Path::default(),
        marks: Vec::new(),
        outer: Open::default(),
        words: Words::default(),
        drawn: Drawn::default(),
        unreadable: false,
        lost: false,
        budget: OPERATIONS_MAX,
        op: 0,
    };
    match backend.page_content_with_losses(page) {
        Ok(content) => {
            painter.lost = content.undecodable_streams > 0;
            painter.run(&content.data, 0);
        }
        Err(_) => painter.lost = true,
    }
    painter.drawn.sort();
    Ink {
        width,
        height,
        words: painter.words.finish(),
        drawn: painter.drawn,
        unreadable: painter.unreadable,
        lost: painter.lost,
    }
}

/// What `q` saves and `Q` restores.
#[derive(Debug, Clone)]
struct State {
    view: Matrix,
    text: TextState,
}

struct Painter<'a> {
    backend: &'a dyn PdfBackend,
    page: PageId,
    form: Option<ObjectId>,
    faces: &'a mut Faces,
    state: State,
    saved: Vec<State>,
    path: Path,
    /// Of each open mark, whether it says that what is inside is page furniture.
    marks: Vec<bool>,
    /// What a form found open and may not close.
    outer: Open,
    words: Words,
    drawn: Drawn,
    unreadable: bool,
    lost: bool,
    budget: usize,
    op: u32,
}

/// How much is open.
#[derive(Debug, Clone, Copy, Default)]
struct Open {
    saved: usize,
    marks: usize,
}

impl Painter<'_> {
    fn run(&mut self, content: &[u8], depth: usize) {
        let Ok(operations) = self.backend.decode_content(content) else {
            self.lost = true;
            return;
        };
        for operation in &operations {
            if self.budget == 0 {
                self.lost = true;
                return;
            }
            self.budget -= 1;
            self.carry_out(operation, depth);
        }
    }

    fn carry_out(&mut self, operation: &ContentOp, depth: usize) {
        let operands = operation.operands.as_slice();
        match operation.operator.as_str() {
            "q" if self.saved.len() < STATE_DEPTH_MAX => self.saved.push(self.state.clone()),
            "Q" if self.saved.len() > self.outer.saved => {
                if let Some(state) = self.saved.pop() {
                    self.state = state;
                }
            }
            "cm" => {
                if let Some(matrix) = matrix(operands) {
                    self.state.view = matrix.then(self.state.view);
                }
            }
            "Do" => {
                if let Some(PdfValue::Name(name)) = operands.first() {
                    self.external(name, depth);
                }
            }
            "BI" => self.picture(),
            "BMC" | "BDC" if self.marks.len() < MARK_DEPTH_MAX => {
                let artifact =
                    matches!(operands.first(), Some(PdfValue::Name(tag)) if tag == b"Artifact");
                self.marks.push(artifact);
            }
            "EMC" if self.marks.len() > self.outer.marks => {
                self.marks.pop();
            }
            "Tj" | "'" | "\"" | "TJ" => self.show(operation),
            "Tf" => {
                if let Some(PdfValue::Name(name)) = operands.first() {
                    let face = self.faces.find(self.backend, self.page, self.form, name);
                    let size = number(operands, 1).unwrap_or(0.0);
                    self.state.text.set_font(name, face, size);
                }
            }
            other if self.path_operator(other, operands) => {}
            other => {
                let numbers: Vec<f32> =
                    (0..operands.len()).map_while(|at| number(operands, at)).collect();
                self.state.text.operator(other, &numbers);
            }
        }
    }

    fn path_operator(&mut self, operator: &str, operands: &[PdfValue]) -> bool {
        let view = self.state.view;
        let point = |at: usize| {
            let (x, y) = (number(operands, at)?, number(operands, at + 1)?);
            Some(view.apply(x, y))
        };
        match operator {
            "m" => point(0).into_iter().for_each(|at| self.path.begin(at)),
            "l" => point(0).into_iter().for_each(|to| self.path.line(to)),
            "c" => point(4).into_iter().for_each(|to| self.path.curve(to)),
            "v" | "y" => point(2).into_iter().for_each(|to| self.path.curve(to)),
            "h" => self.path.close(),
            "re" => {
                if let Some([x, y, w, h]) = numbers(operands) {
                    self.path.rectangle(view, x, y, w, h);
                }
            }
            "S" => self.path.paint(&mut self.drawn, true, false),
            "s" => {
                self.path.close();
                self.path.paint(&mut self.drawn, true, false);
            }
            "f" | "F" | "f*" => self.path.paint(&mut self.drawn, false, true),
            "B" | "B*" => self.path.paint(&mut self.drawn, true, true),
            "b" | "b*" => {
                self.path.close();
                self.path.paint(&mut self.drawn, true, true);
            }
            "n" => self.path.paint(&mut self.drawn, false, false),
            _ => return false,
        }
        true
    }

    fn external(&mut self, name: &[u8], depth: usize) {
        let scope = ResourceScope { page: self.page, form: self.form };
        match self.backend.xobject(scope, name) {
            Some(PaintedXObject::Image) => self.picture(),
            Some(PaintedXObject::Form(form)) if depth < FORM_DEPTH_MAX => {
                let Some(content) = form.content else {
                    self.lost = true;
                    return;
                };
                let (caller, state) = (self.form.replace(form.id), self.state.clone());
                let open = Open { saved: self.saved.len(), marks: self.marks.len() };
                let outer = std::mem::replace(&mut self.outer, open);
                self.state.view = Matrix(form.matrix).then(self.state.view);
                self.run(&content, depth + 1);
                (self.form, self.state, self.outer) = (caller, state, outer);
                self.saved.truncate(open.saved);
                self.marks.truncate(open.marks);
            }
            _ => {}
        }
    }

    /// A picture fills the unit square.
    fn picture(&mut self) {
        let view = self.state.view;
        let area = Rect::of(view.apply(0.0, 0.0), view.apply(1.0, 1.0));
        self.drawn.any = true;
        if area.is_finite() && self.drawn.pictures.len() < PICTURES_MAX {
            self.drawn.pictures.push(area);
        }
    }

    fn show(&mut self, operation: &ContentOp) {
        let operands = operation.operands.as_slice();
        match operation.operator.as_str() {
            "'" => self.state.text.operator("T*", &[]),
            "\"" => {
                let spacing = [number(operands, 0), number(operands, 1)];
                for (operator, value) in ["Tw", "Tc"].into_iter().zip(spacing) {
                    self.state.text.operator(operator, value.as_slice());
                }
                self.state.text.operator("T*", &[]);
            }
            _ => {}
        }
        let pieces = match operands.last() {
            Some(PdfValue::Array(pieces)) => pieces.as_slice(),
            Some(_) => &operands[operands.len() - 1..],
            None => return,
        };
        self.op = self.op.saturating_add(1);
        let scope = ResourceScope { page: self.page, form: self.form };
        let artifact = self.marks.contains(&true);
        let shown = self.state.text.show(self.backend, scope, pieces, self.state.view, |glyph| {
            self.words.glyph(super::words::Glyph { op: self.op, artifact, ..glyph });
        });
        self.unreadable |= !shown;
        self.drawn.any = true;
    }
}

/// Pictures noted on one page.
const PICTURES_MAX: usize = 10_000;

pub(super) fn number(operands: &[PdfValue], at: usize) -> Option<f32> {
    match operands.get(at)? {
        #[expect(clippy::cast_precision_loss, reason = "coordinates are far below 2^24")]
        PdfValue::Integer(value) => Some(*value as f32),
        PdfValue::Real(value) => Some(*value).filter(|value| value.is_finite()),
        _ => None,
    }
}

fn numbers<const N: usize>(operands: &[PdfValue]) -> Option<[f32; N]> {
    let mut found = [0.0; N];
    for (at, slot) in found.iter_mut().enumerate() {
        *slot = number(operands, at)?;
    }
    Some(found)
}

fn matrix(operands: &[PdfValue]) -> Option<Matrix> {
    numbers(operands).map(Matrix)
}
