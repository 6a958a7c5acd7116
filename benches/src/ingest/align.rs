//! How alike two texts are, and which of two orders of things belong together.

/// From 0 to 1: one less the edits between the two, as a share of the longer one.
///
/// 0 as soon as it is certain to be below the threshold, which most pairs are.
pub(super) fn similarity(a: &[char], b: &[char], threshold: f64) -> f64 {
    let longer = a.len().max(b.len());
    if longer == 0 {
        return 1.0;
    }
    // A tenth is a little less than a tenth in binary.
    let allowed = ((1.0 - threshold) * longer as f64 + 1e-9).floor() as usize;
    if a == b {
        return 1.0;
    }
    match edits_within(a, b, allowed) {
        Some(edits) => 1.0 - edits as f64 / longer as f64,
        None => 0.0,
    }
}

/// Levenshtein's distance if it is at most `allowed`: only cells that near the diagonal are filled.
fn edits_within(a: &[char], b: &[char], allowed: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > allowed {
        return None;
    }
    let far = allowed + 1;
    let mut last: Vec<usize> = (0..=b.len()).map(|j| j.min(far)).collect();
    let mut row = vec![far; b.len() + 1];
    for (i, from) in a.iter().enumerate() {
        let (low, high) = (i.saturating_sub(allowed), (i + allowed + 1).min(b.len()));
        row[low] = if low == 0 { (i + 1).min(far) } else { far };
        let mut least = row[low];
        for j in low..high {
            let replaced = last[j] + usize::from(*from != b[j]);
            row[j + 1] = replaced.min(last[j + 1] + 1).min(row[j] + 1).min(far);
            least = least.min(row[j + 1]);
        }
        if high < b.len() {
            row[high + 1] = far;
        }
        if least >= far {
            return None;
        }
        std::mem::swap(&mut last, &mut row);
    }
    Some(last[b.len()]).filter(|edits| *edits <= allowed)
}

/// The pairs (i, j), both rising, with the largest sum of weights.
pub(super) fn in_order(
    rows: usize,
    columns: usize,
    weight: impl Fn(usize, usize) -> f64,
) -> Vec<(usize, usize)> {
    let width = columns + 1;
    let weights: Vec<f64> =
        (0..rows * columns).map(|at| weight(at / columns, at % columns)).collect();
    // best[i][j]: the largest sum from row i and column j to the ends.
    let mut best = vec![0.0_f64; (rows + 1) * width];
    for i in (0..rows).rev() {
        for j in (0..columns).rev() {
            let skipped = best[(i + 1) * width + j].max(best[i * width + j + 1]);
            let weight = weights[i * columns + j];
            let paired = if weight > 0.0 { weight + best[(i + 1) * width + j + 1] } else { 0.0 };
            best[i * width + j] = skipped.max(paired);
        }
    }
    let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
    while i < rows && j < columns {
        let here = best[i * width + j];
        if here == best[(i + 1) * width + j] {
            i += 1;
        } else if here == best[i * width + j + 1] {
            j += 1;
        } else {
            pairs.push((i, j));
            (i, j) = (i + 1, j + 1);
        }
    }
    pairs
}

/// As `in_order`; then what is left over is paired wherever it stands, the likest first.
pub(super) fn one_to_one(
    rows: usize,
    columns: usize,
    weight: impl Fn(usize, usize) -> f64,
) -> Vec<(usize, usize)> {
    let mut pairs = in_order(rows, columns, &weight);
    let mut taken = vec![false; columns];
    let mut paired = vec![false; rows];
    for (i, j) in &pairs {
        (paired[*i], taken[*j]) = (true, true);
    }
    for i in (0..rows).filter(|i| !paired[*i]) {
        let free = (0..columns).filter(|j| !taken[*j]).map(|j| (weight(i, j), j));
        let likest = free.filter(|(w, _)| *w > 0.0).max_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, j)) = likest {
            taken[j] = true;
            pairs.push((i, j));
        }
    }
    pairs.sort_unstable();
    pairs
}

/// Pairs of pairs that stand in one order here and in the other there, and how many there are.
pub(super) fn inversions(pairs: &[(usize, usize)]) -> (u64, u64) {
    let mut inverted = 0;
    for (at, (_, j)) in pairs.iter().enumerate() {
        inverted += pairs[at + 1..].iter().filter(|(_, later)| later < j).count() as u64;
    }
    let count = pairs.len() as u64;
    (inverted, count * count.saturating_sub(1) / 2)
}
