//! What can be made to go wrong, and how a rule for it is written: `429=0.05,retry-after=2`.
//!
//! A rule is a kind, the share of calls or blocks that meet it (all of them when absent), and
//! options: `times=N` ends it after N injections, `every=N` lets it see each Nth call only,
//! `retry-after=WHEN` goes with a status, `delay-ms=N` with `slow`, `cap-tokens=N` with
//! `truncated`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What is wrong with a fault rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultError(String);

impl fmt::Display for FaultError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for FaultError {}

macro_rules! fault_kinds {
    ($($(#[$meta:meta])* $variant:ident = $text:literal,)+) => {
        /// One way in which a call, or one block's result in it, goes wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(into = "String", try_from = "String")]
        pub enum FaultKind { $($(#[$meta])* $variant,)+ }

        impl FaultKind {
            /// Every kind, in the order of the documentation.
            pub const ALL: &'static [FaultKind] = &[$(FaultKind::$variant,)+];

            /// Its name in rules and statistics.
            pub const fn as_str(self) -> &'static str {
                match self { $(FaultKind::$variant => $text,)+ }
            }
        }
    };
}

fault_kinds! {
    /// A block gets no result. Chosen per block.
    Missing = "missing",
    /// Every third block of a pack gets no result. Chosen per block, of those.
    MissingThird = "missing-third",
    /// A block whose content has the word POISON never gets a result, however often it is asked.
    Poison = "poison",
    /// A block gets the same result twice. Chosen per block.
    Duplicate = "duplicate",
    /// A block gets two results that differ. Chosen per block.
    DifferingDuplicate = "differing-duplicate",
    /// A block's result has a value of the wrong type. Chosen per block.
    Invalid = "invalid",
    /// One more result, for the number after the last block's.
    UnknownId = "unknown-id",
    /// The results come in reversed order.
    Reversed = "reversed",
    /// The answer stops in its later half, or after the rule's `cap-tokens`, as at an output limit.
    Truncated = "truncated",
    /// The answer is broken JSON although it is complete.
    Malformed = "malformed",
    /// The model declines: a text instead of the answer, or nothing at all.
    Refusal = "refusal",
    /// Status 200, and an error for a body.
    ErrorBody = "error-body",
    BadRequest = "400",
    Unauthorized = "401",
    Billing = "402",
    NotFound = "404",
    RateLimited = "429",
    ServerError = "500",
    Overloaded = "529",
    /// The answer takes two seconds longer, or the rule's `delay-ms`.
    Slow = "slow",
    /// The connection drops, before the answer or within it.
    Reset = "reset",
    /// Nothing is answered at all, for ten minutes.
    Hang = "hang",
}

impl FaultKind {
    /// Whether each block of a call has its own dice.
    pub const fn is_per_block(self) -> bool {
        self.loses_result()
            || matches!(self, Self::Duplicate | Self::DifferingDuplicate | Self::Invalid)
    }

    /// Whether a block that meets it gets no result.
    pub const fn loses_result(self) -> bool {
        matches!(self, Self::Missing | Self::MissingThird | Self::Poison)
    }

    /// Whether the call ends with this instead of an answer.
    pub const fn ends_call(self) -> bool {
        self.status().is_some() || matches!(self, Self::ErrorBody | Self::Reset | Self::Hang)
    }

    /// The HTTP status of the kinds that are one; a provider that lacks it has its own nearest.
    pub const fn status(self) -> Option<u16> {
        Some(match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Billing => 402,
            Self::NotFound => 404,
            Self::RateLimited => 429,
            Self::ServerError => 500,
            Self::Overloaded => 529,
            _ => return None,
        })
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for FaultKind {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let all: Vec<_> = Self::ALL.iter().map(|kind| kind.as_str()).collect();
            FaultError(format!("`{text}` is not a fault; it is one of {}", all.join(", ")))
        })
    }
}

/// How an error tells the client when to come back. Written `2`, `500ms` or `date:2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum RetryAfter {
    /// `retry-after` in seconds.
    Seconds(u64),
    /// `retry-after-ms`.
    Millis(u64),
    /// `retry-after` as an HTTP date so many seconds ahead.
    Date(u64),
}

impl fmt::Display for RetryAfter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Seconds(n) => write!(f, "{n}"),
            Self::Millis(n) => write!(f, "{n}ms"),
            Self::Date(n) => write!(f, "date:{n}"),
        }
    }
}

impl FromStr for RetryAfter {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let (number, of): (_, fn(u64) -> Self) = match text.strip_prefix("date:") {
            Some(secs) => (secs, Self::Date),
            None => match text.strip_suffix("ms") {
                Some(millis) => (millis, Self::Millis),
                None => (text, Self::Seconds),
            },
        };
        // A day is the longest any provider asks for, and keeps the date arithmetic in range.
        match number.parse() {
            Ok(n) if n <= 86_400_000 => Ok(of(n)),
            _ => {
                Err(FaultError(format!("`{text}` is not a retry-after; write 2, 500ms or date:2")))
            }
        }
    }
}

/// One kind of fault and how often it strikes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FaultRule {
    pub kind: FaultKind,
    /// Share of the calls, or of the blocks, that meet it: `0.0..=1.0`.
    #[serde(default = "always")]
    pub rate: f64,
    /// At most so many injections in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Each Nth call only, counted over all that could be read since the rules were set. With
    /// `times` the one option that sees in which order calls arrive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<RetryAfter>,
    /// For `slow`; two seconds when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// For `truncated`: the longest answer, in tokens. A shorter one is whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap_tokens: Option<u32>,
}

const fn always() -> f64 {
    1.0
}

impl FaultRule {
    /// A rule that strikes every time.
    pub const fn always(kind: FaultKind) -> Self {
        Self {
            kind,
            rate: always(),
            times: None,
            every: None,
            retry_after: None,
            delay_ms: None,
            cap_tokens: None,
        }
    }

    fn checked(self) -> Result<Self, FaultError> {
        if !(0.0..=1.0).contains(&self.rate) {
            return Err(FaultError(format!(
                "rate {} of `{}` is not in 0..=1",
                self.rate, self.kind
            )));
        }
        let kind = self.kind;
        let wrong = if self.retry_after.is_some() && kind.status().is_none() {
            format!("`{kind}` has no retry-after; it is no status")
        } else if self.delay_ms.is_some() && kind != FaultKind::Slow {
            format!("`{kind}` has no delay-ms; only slow has")
        } else if self.cap_tokens.is_some() && kind != FaultKind::Truncated {
            format!("`{kind}` has no cap-tokens; only truncated has")
        } else if kind == FaultKind::Poison && self.rate < always() {
            format!("`{kind}` has no rate; it strikes whenever the word is there")
        } else if self.every == Some(0) {
            format!("every 0 of `{kind}` is no call; the smallest is 1")
        } else {
            return Ok(self);
        };
        Err(FaultError(wrong))
    }
}

impl FromStr for FaultRule {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let mut parts = text.split(',').map(str::trim);
        let head = parts.next().unwrap_or_default();
        let (kind, rate) = head.split_once('=').map_or((head, None), |(k, r)| (k, Some(r)));
        let mut rule = Self::always(kind.parse()?);
        if let Some(rate) = rate {
            rule.rate = number("rate", rate)?;
        }
        for part in parts {
            match part.split_once('=') {
                Some(("times", n)) => rule.times = Some(number("times", n)?),
                Some(("every", n)) => rule.every = Some(number("every", n)?),
                Some(("cap-tokens", n)) => rule.cap_tokens = Some(number("cap-tokens", n)?),
                Some(("retry-after", when)) => rule.retry_after = Some(when.parse()?),
                Some(("delay-ms", n)) => rule.delay_ms = Some(number("delay-ms", n)?),
                _ => {
                    return Err(FaultError(format!(
                        "`{part}` is not an option; write times=N, every=N, retry-after=WHEN, \
                         delay-ms=N or cap-tokens=N"
                    )));
                }
            }
        }
        rule.checked()
    }
}

fn number<T: FromStr>(what: &str, text: &str) -> Result<T, FaultError> {
    text.parse().map_err(|_| FaultError(format!("{what} `{text}` is not a number in range")))
}

impl fmt::Display for FaultRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.kind, self.rate)?;
        if let Some(times) = self.times {
            write!(f, ",times={times}")?;
        }
        if let Some(every) = self.every {
            write!(f, ",every={every}")?;
        }
        if let Some(when) = self.retry_after {
            write!(f, ",retry-after={when}")?;
        }
        if let Some(delay_ms) = self.delay_ms {
            write!(f, ",delay-ms={delay_ms}")?;
        }
        self.cap_tokens.map_or(Ok(()), |tokens| write!(f, ",cap-tokens={tokens}"))
    }
}

/// All rules in force and the seed of their dice.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Faults {
    #[serde(default)]
    pub seed: u64,
    #[serde(default)]
    pub rules: Vec<FaultRule>,
}

impl Faults {
    /// Reads rules as they are written in flags.
    pub fn parse<'a>(
        seed: u64,
        rules: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, FaultError> {
        Ok(Self { seed, rules: rules.into_iter().map(str::parse).collect::<Result<_, _>>()? })
    }

    /// The same rules, or what is wrong with one of them.
    pub(crate) fn checked(self) -> Result<Self, FaultError> {
        let rules = self.rules.into_iter().map(FaultRule::checked).collect::<Result<_, _>>()?;
        Ok(Self { rules, ..self })
    }
}

macro_rules! in_json_as_text {
    ($($name:ident)+) => {$(
        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = FaultError;

            fn try_from(text: String) -> Result<Self, FaultError> {
                text.parse()
            }
        }
    )+};
}

in_json_as_text!(FaultKind RetryAfter);

#[cfg(test)]
mod tests;
