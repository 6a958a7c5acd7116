//! Points, rectangles and the matrices that PDF moves them with.

/// A rectangle on a page as it is seen: points from the top left corner, y grows downwards.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Rect {
    pub(super) l: f32,
    pub(super) t: f32,
    pub(super) r: f32,
    pub(super) b: f32,
}

impl Rect {
    pub(super) fn of(a: (f32, f32), b: (f32, f32)) -> Self {
        Self { l: a.0.min(b.0), t: a.1.min(b.1), r: a.0.max(b.0), b: a.1.max(b.1) }
    }

    pub(super) fn join(self, other: Self) -> Self {
        Self {
            l: self.l.min(other.l),
            t: self.t.min(other.t),
            r: self.r.max(other.r),
            b: self.b.max(other.b),
        }
    }

    pub(super) fn width(self) -> f32 {
        self.r - self.l
    }

    pub(super) fn height(self) -> f32 {
        self.b - self.t
    }

    pub(super) fn mid_x(self) -> f32 {
        f32::midpoint(self.l, self.r)
    }

    /// Whether no side is infinite or not a number: files may say anything.
    pub(super) fn is_finite(self) -> bool {
        self.l.is_finite() && self.t.is_finite() && self.r.is_finite() && self.b.is_finite()
    }
}

/// `[a b c d e f]`: (x, y) becomes (a·x + c·y + e, b·x + d·y + f).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Matrix(pub(super) [f32; 6]);

impl Matrix {
    pub(super) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(super) const fn shift(x: f32, y: f32) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// This matrix first, then `next`.
    pub(super) fn then(self, next: Self) -> Self {
        let [a, b, c, d, e, f] = self.0;
        let [na, nb, nc, nd, ne, nf] = next.0;
        Self([
            a * na + b * nc,
            a * nb + b * nd,
            c * na + d * nc,
            c * nb + d * nd,
            e * na + f * nc + ne,
            e * nb + f * nd + nf,
        ])
    }

    pub(super) fn apply(self, x: f32, y: f32) -> (f32, f32) {
        let [a, b, c, d, e, f] = self.0;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// From a page's own space to the page as it is seen: cropped, turned, and y downwards.
    /// `crop` is in the page's own space, where y grows upwards.
    pub(super) fn to_view(crop: Rect, rotation: u16) -> (Self, f32, f32) {
        let (l, b, r, t) = (crop.l, crop.t, crop.r, crop.b);
        let (width, height) = (r - l, t - b);
        match rotation {
            90 => (Self([0.0, 1.0, 1.0, 0.0, -b, -l]), height, width),
            180 => (Self([-1.0, 0.0, 0.0, 1.0, r, -b]), width, height),
            270 => (Self([0.0, -1.0, -1.0, 0.0, t, r]), height, width),
            _ => (Self([1.0, 0.0, 0.0, -1.0, -l, t]), width, height),
        }
    }
}
