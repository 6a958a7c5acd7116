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
    let flat = against(truth, &truth.blocks, found);
    let folded = fold(&truth.blocks);
    if folded.len() == truth.blocks.len() {
        return flat;
    }
    let folded = against(truth, &folded, found);
    if folded.blocks.f1() > flat.blocks.f1() { folded } else { flat }
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

fn against(truth: &Truth, blocks: &[Block], found: &[Block]) -> Score {
    let wanted: Vec<Part> = blocks.iter().filter_map(Part::of).collect();
    let mut found: Vec<Part> = found.iter().filter_map(Part::of).collect();
    let pairs = pairs_of(&wanted, &found);
    let pairs = without_optional(truth, &mut found, pairs);
    let classes = typed(&wanted, &found, &pairs);
    let mut blocks = Hits::default();
    classes.values().for_each(|hits| blocks.add(*hits));
    let any = Hits {
        right: pairs.any.len() as u64,
        wanted: wanted.len() as u64,
        found: found.len() as u64,
    };
    let ordered: Vec<_> =
        pairs.any.iter().copied().filter(|(i, _)| !wanted[*i].is_footnote).collect();
    let all_rows = |parts: &[Part]| parts.iter().flat_map(|it| it.rows.clone()).collect::<Vec<_>>();
    Score {
        blocks,
        any,
        classes,
        cells: cells::compare(&all_rows(&wanted), &all_rows(&found)),
        words: words(&wanted, &found),
        inverted: inversions(&ordered),
        leaked: leaked(&truth.furniture, &found),
    }
}

/// Which block of the truth each found one is, by index.
struct Pairs {
    typed: Vec<(usize, usize)>,
    any: Vec<(usize, usize)>,
}

fn pairs_of(wanted: &[Part], found: &[Part]) -> Pairs {
    // Both alignments ask for the same pairs, the second several times.
    let mut likeness = vec![0.0; wanted.len() * found.len()];
    for (i, a) in wanted.iter().enumerate() {
        for (j, b) in found.iter().enumerate() {
            likeness[i * found.len() + j] = a.likeness(b);
        }
    }
    let any = |i: usize, j: usize| likeness[i * found.len() + j];
    let typed = |i: usize, j: usize| {
        if wanted[i].class == found[j].class { any(i, j) } else { 0.0 }
    };
    Pairs {
        typed: one_to_one(wanted.len(), found.len(), typed),
        any: one_to_one(wanted.len(), found.len(), any),
    }
}

/// What a reader may add, such as the names of sheets, does not count against it.
fn without_optional(truth: &Truth, found: &mut Vec<Part>, mut pairs: Pairs) -> Pairs {
    let optional: Vec<String> = truth.optional.iter().map(|text| normal::text(text)).collect();
    let is_paired = |at: usize| pairs.typed.iter().chain(&pairs.any).any(|(_, j)| *j == at);
    let keep: Vec<bool> =
        (0..found.len()).map(|at| is_paired(at) || !optional.contains(&found[at].text)).collect();
    let before = |at: usize| keep[..at].iter().filter(|kept| **kept).count();
    for (_, j) in pairs.typed.iter_mut().chain(&mut pairs.any) {
        *j = before(*j);
    }
    let mut kept = keep.iter();
    found.retain(|_| kept.next().copied().unwrap_or(true));
    pairs
}

fn typed(wanted: &[Part], found: &[Part], pairs: &Pairs) -> BTreeMap<&'static str, Hits> {
    let mut classes: BTreeMap<&'static str, Hits> = BTreeMap::new();
    for part in wanted {
        classes.entry(part.class).or_default().wanted += 1;
    }
    for part in found {
        classes.entry(part.class).or_default().found += 1;
    }
    for (i, _) in &pairs.typed {
        classes.entry(wanted[*i].class).or_default().right += 1;
    }
    classes
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
