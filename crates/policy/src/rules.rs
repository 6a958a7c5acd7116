//! What keys ask of one another, checked on the whole candidate.

use std::fmt;

use crate::key::Key;
use crate::layer::Source;

/// The first may not be above the second.
const ORDERED: &[(Key, Key)] = &[
    (Key::WorkerBatchingPackSize, Key::WorkerBatchingPackSizeMax),
    (Key::WorkerBatchingTextHeavyMaxPackSize, Key::WorkerBatchingPackSizeMax),
    (Key::WorkerBatchingPerBlockOutputTokens, Key::WorkerBatchingMaxOutputTokens),
    (Key::WorkerClaimBatchSizeMin, Key::WorkerClaimBatchSizeDefault),
    (Key::WorkerClaimBatchSizeDefault, Key::WorkerClaimBatchSizeMax),
    (Key::WorkerClaimBatchSizeMin, Key::WorkerClaimBatchSizeMax),
];

/// The first must exceed the sum of the others, or no block would ever fit into a call.
const ROOM: (Key, [Key; 2]) = (
    Key::WorkerBatchingContextWindowTokens,
    [Key::WorkerBatchingOutputReserveTokens, Key::WorkerBatchingToolOverheadTokens],
);

/// One key's part in a broken rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    pub key: Key,
    pub value: u32,
    pub source: Source,
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` = {} ({})", self.key, self.value, self.source.label())
    }
}

/// Two or three values that are fine alone and impossible together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenRule {
    #[error("{low} is above {high}; lower the first or raise the second")]
    Above { low: Term, high: Term },
    #[error(
        "{whole} leaves no input after {} and {}; raise the first or lower the others",
        parts[0],
        parts[1]
    )]
    NoRoom { whole: Term, parts: [Term; 2] },
}

impl BrokenRule {
    /// The values that clash, in the order in which the error names them.
    pub fn terms(&self) -> Vec<Term> {
        match self {
            Self::Above { low, high } => vec![*low, *high],
            Self::NoRoom { whole, parts } => vec![*whole, parts[0], parts[1]],
        }
    }
}

/// Every rule that the candidate breaks.
pub(crate) fn broken(candidate: impl Fn(Key) -> (u32, Source)) -> Vec<BrokenRule> {
    let term = |key| {
        let (value, source) = candidate(key);
        Term { key, value, source }
    };
    let pairs = ORDERED.iter().map(|(low, high)| (term(*low), term(*high)));
    let above = pairs
        .filter(|(low, high)| low.value > high.value)
        .map(|(low, high)| BrokenRule::Above { low, high });
    let (whole, parts) = (term(ROOM.0), ROOM.1.map(term));
    let taken: u64 = parts.iter().map(|part| u64::from(part.value)).sum();
    let no_room = (u64::from(whole.value) <= taken).then_some(BrokenRule::NoRoom { whole, parts });
    above.chain(no_room).collect()
}

/// What other keys ask of this one, for people: `at most worker.batching.pack_size_max`.
pub(crate) fn of(key: Key) -> Vec<String> {
    let mut rules = Vec::new();
    for (low, high) in ORDERED {
        if *low == key {
            rules.push(format!("at most {high}"));
        } else if *high == key {
            rules.push(format!("at least {low}"));
        }
    }
    let (whole, [first, second]) = ROOM;
    if whole == key {
        rules.push(format!("more than {first} + {second}"));
    } else if [first, second].contains(&key) {
        rules.push(format!("{first} + {second} less than {whole}"));
    }
    rules
}
