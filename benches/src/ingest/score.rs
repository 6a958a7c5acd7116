//! One reading held against the truth: what was found, as what, in which order.
//!
//! A block is right if a block of the same class has a text that is at least 90 % the same, one
//! found block for one of the truth. All figures are sums over documents, so that a long document
//! counts for more than a short one; a file that could not be read counts as read empty.

use std::collections::{BTreeMap, HashMap};

use super::align::{inversions, one_to_one, similarity};
use super::cells::{self, Hits};
use super::corpus::{Block, Truth};
use super::normal;

const THRESHOLD: f64 = 0.9;

/// What one or many readings were worth.
#[derive(Debug, Clone, Default)]
pub(super) struct Score {
    /// Blocks of the right class with the right text.
    pub(super) blocks: Hits,
    /// The same whatever the class: is the text divided as it is meant to be?
    pub(super) any: Hits,
    /// The same for each class alone: `heading`, `list_item`, `prose`, `table`, `code_block`.
    pub(super) classes: BTreeMap<&'static str, Hits>,
    /// Cells of all tables of a document, one after the other, so that a table that is cut in two
    /// still has its cells.
    pub(super) cells: Hits,
    /// Words with their counts, wherever they stand; running headers and footers left out.
    pub(super) words: Hits,
    /// Pairs of blocks, of those right in `any`, that stand the wrong way round; and all pairs.
    /// Footnotes do not count, because pages and files have them in different places.
    pub(super) inverted: (u64, u64),
    /// Texts of running headers, footers and navigation that are in content blocks; and all.
    pub(super) leaked: (u64, u64),
}

impl Score {
    pub(super) fn add(&mut self, other: &Score) {
        self.blocks.add(other.blocks);
        self.any.add(other.any);
        for (class, hits) in &other.classes {
            self.classes.entry(class).or_default().add(*hits);
        }
        self.cells.add(other.cells);
        self.words.add(other.words);
        self.inverted.0 += other.inverted.0;
        self.inverted.1 += other.inverted.1;
        self.leaked.0 += other.leaked.0;
        self.leaked.1 += other.leaked.1;
    }

    pub(super) fn class(&self, class: &str) -> Hits {
        self.classes.get(class).copied().unwrap_or_default()
    }

    /// 1 is the right order, 0 the reverse.
    pub(super) fn order(&self) -> f64 {
        1.0 - self.inverted.0 as f64 / self.inverted.1 as f64
    }

    pub(super) fn leak(&self) -> f64 {
        self.leaked.0 as f64 / self.leaked.1 as f64
    }
}

/// Some readers give an item with all that is nested in it, others each item alone. Both are
/// right, so each reader is scored against the one that suits it.
pub(super) fn score(truth: &Truth, found: &[Block]) -> Score {
    best(truth, found).score()
}

fn best<'a>(truth: &'a Truth, found: &[Block]) -> Match<'a> {
    let flat = Match::of(truth, &truth.blocks, found);
    let folded = fold(&truth.blocks);
    if folded.len() == truth.blocks.len() {
        return flat;
    }
    let folded = Match::of(truth, &folded, found);
    if folded.blocks().f1() > flat.blocks().f1() { folded } else { flat }
}

/// Blocks of the truth that are not found as such, and found blocks that are not true.
pub(super) fn differences(truth: &Truth, found: &[Block]) -> (Vec<String>, Vec<String>) {
    let Match { wanted, found, typed, .. } = best(truth, found);
    let show = |part: &Part| format!("{}: {}", part.class, part.text);
    let lost = (0..wanted.len()).filter(|i| typed.iter().all(|pair| pair.0 != *i));
    let added = (0..found.len()).filter(|j| typed.iter().all(|pair| pair.1 != *j));
    (lost.map(|i| show(&wanted[i])).collect(), added.map(|j| show(&found[j])).collect())
}

/// Items within items become part of the outermost.
fn fold(blocks: &[Block]) -> Vec<Block> {
    let mut out: Vec<Block> = Vec::new();
    for block in blocks {
        match out.last_mut() {
            Some(outer) if block.kind == "list_item" && block.level > 0 => {
                outer.text.push(' ');
                outer.text.push_str(&block.text);
            }
            _ => out.push(block.clone()),
        }
    }
    out
}

/// A block made ready to be compared.
struct Part {
    class: &'static str,
    is_footnote: bool,
    text: String,
    chars: Vec<char>,
    rows: Vec<Vec<(usize, String)>>,
}

impl Part {
    /// `None` for page furniture and for blocks without text.
    fn of(block: &Block) -> Option<Self> {
        let class = match block.kind.as_str() {
            "page_header" | "page_footer" => return None,
            "heading" => "heading",
            "list_item" | "checkbox" => "list_item",
            "table" => "table",
            "code_block" => "code_block",
            // Captions and footnotes too: few tools have a name for these.
            _ => "prose",
        };
        let rows = cells::rows(&block.rows);
        let text = if class == "table" {
            let cells = block.rows.iter().flatten().map(|cell| normal::text(cell));
            cells.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
        } else {
            folded_text(block)
        };
        let chars = text.chars().collect();
        let is_footnote = block.kind == "footnote";
        (!text.is_empty()).then_some(Self { class, is_footnote, text, chars, rows })
    }

    /// Word's footnotes come as a list at the end from some readers, which is as good.
    fn may_be(&self, found: &Self) -> bool {
        self.class == found.class || self.is_footnote && found.class == "list_item"
    }

    fn likeness(&self, other: &Self) -> f64 {
        match (self.class, other.class) {
            ("table", "table") => Some(cells::compare(&self.rows, &other.rows).f1())
                .filter(|likeness| *likeness >= THRESHOLD)
                .unwrap_or(0.0),
            _ => similarity(&self.chars, &other.chars, THRESHOLD),
        }
    }
}

/// In an item each line may be an item within it, with a mark of its own.
fn folded_text(block: &Block) -> String {
    if block.kind != "list_item" {
        return normal::text(&block.text);
    }
    let lines = block.text.lines().map(normal::text).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join(" ")
}

/// Which found block is which of the truth.
struct Match<'a> {
    truth: &'a Truth,
    wanted: Vec<Part>,
    found: Vec<Part>,
    /// Indices of pairs whose class agrees, and of pairs whatever their class.
    typed: Vec<(usize, usize)>,
    any: Vec<(usize, usize)>,
}

impl<'a> Match<'a> {
    fn of(truth: &'a Truth, blocks: &[Block], found: &[Block]) -> Self {
        let wanted: Vec<Part> = blocks.iter().filter_map(Part::of).collect();
        let found: Vec<Part> = found.iter().filter_map(Part::of).collect();
        // Both alignments ask for the same pairs, the second several times.
        let pairs = wanted.iter().flat_map(|a| found.iter().map(|b| a.likeness(b)));
        let likeness: Vec<f64> = pairs.collect();
        let any = |i: usize, j: usize| likeness[i * found.len() + j];
        let typed = |i: usize, j: usize| if wanted[i].may_be(&found[j]) { any(i, j) } else { 0.0 };
        let typed = one_to_one(wanted.len(), found.len(), typed);
        let any = one_to_one(wanted.len(), found.len(), any);
        let mut matched = Self { truth, wanted, found, typed, any };
        for (i, j) in &matched.typed {
            matched.found[*j].class = matched.wanted[*i].class;
        }
        matched.drop_optional();
        matched
    }

    /// What a reader may add, such as the names of sheets, does not count against it.
    fn drop_optional(&mut self) {
        let optional: Vec<_> = self.truth.optional.iter().map(|it| normal::text(it)).collect();
        let is_paired = |at| self.typed.iter().chain(&self.any).any(|(_, j)| *j == at);
        let is_kept = |at: usize| is_paired(at) || !optional.contains(&self.found[at].text);
        let kept: Vec<bool> = (0..self.found.len()).map(is_kept).collect();
        for (_, j) in self.typed.iter_mut().chain(&mut self.any) {
            *j = kept[..*j].iter().filter(|kept| **kept).count();
        }
        let mut kept = kept.into_iter();
        self.found.retain(|_| kept.next().unwrap_or(true));
    }

    fn blocks(&self) -> Hits {
        self.hits(&self.typed)
    }

    fn hits(&self, pairs: &[(usize, usize)]) -> Hits {
        let (wanted, found) = (self.wanted.len() as u64, self.found.len() as u64);
        Hits { right: pairs.len() as u64, wanted, found }
    }

    fn score(&self) -> Score {
        let Self { truth, wanted, found, any, .. } = self;
        let ordered: Vec<_> =
            any.iter().copied().filter(|(i, _)| !wanted[*i].is_footnote).collect();
        let rows = |parts: &[Part]| parts.iter().flat_map(|it| it.rows.clone()).collect::<Vec<_>>();
        Score {
            blocks: self.blocks(),
            any: self.hits(any),
            classes: self.classes(),
            cells: cells::compare(&rows(wanted), &rows(found)),
            words: words(wanted, found),
            inverted: inversions(&ordered),
            leaked: leaked(&truth.furniture, found),
        }
    }

    fn classes(&self) -> BTreeMap<&'static str, Hits> {
        let mut classes: BTreeMap<&'static str, Hits> = BTreeMap::new();
        for part in &self.wanted {
            classes.entry(part.class).or_default().wanted += 1;
        }
        for part in &self.found {
            classes.entry(part.class).or_default().found += 1;
        }
        for (i, _) in &self.typed {
            classes.entry(self.wanted[*i].class).or_default().right += 1;
        }
        classes
    }
}

fn words(wanted: &[Part], found: &[Part]) -> Hits {
    fn bag(parts: &[Part]) -> HashMap<&str, u64> {
        let mut bag = HashMap::new();
        for word in parts.iter().flat_map(|part| part.text.split(' ')) {
            *bag.entry(word).or_default() += 1;
        }
        bag
    }
    let (wanted, found) = (bag(wanted), bag(found));
    let right = wanted.iter().map(|(word, n)| *n.min(found.get(word).unwrap_or(&0))).sum();
    Hits { right, wanted: wanted.values().sum(), found: found.values().sum() }
}

/// The words alone, which is quick for long documents too.
pub(super) fn bag_of_words(truth: &Truth, found: &[Block]) -> Hits {
    let parts = |blocks: &[Block]| blocks.iter().filter_map(Part::of).collect::<Vec<_>>();
    words(&parts(&truth.blocks), &parts(found))
}

fn leaked(furniture: &[String], found: &[Part]) -> (u64, u64) {
    // With a space at both ends, `page 1` is not in `page 12`.
    let texts: Vec<String> = found.iter().map(|part| format!(" {} ", part.text)).collect();
    let is_inside = |text: &&String| {
        let text = format!(" {} ", normal::text(text));
        texts.iter().any(|found| found.contains(&text))
    };
    (furniture.iter().filter(is_inside).count() as u64, furniture.len() as u64)
}
