//! Digests and dice: every choice the simulator makes is drawn from a hash, never from a clock or
//! a random source, so that the same request always meets the same fate.

use sha2::{Digest, Sha256};

/// The first eight bytes of a SHA-256 over the parts, each preceded by its length.
pub(crate) fn hash(parts: &[&[u8]]) -> u64 {
    let mut sha = Sha256::new();
    for part in parts {
        // Lengths keep ("ab", "c") and ("a", "bc") apart.
        sha.update((part.len() as u64).to_be_bytes());
        sha.update(part);
    }
    let bytes: [u8; 32] = sha.finalize().into();
    bytes.iter().take(8).fold(0, |sum, byte| sum << 8 | u64::from(*byte))
}

/// Eight hex digits that stand for a content.
pub(crate) fn hex8(content: &str) -> String {
    format!("{:08x}", hash(&[content.as_bytes()]) >> 32)
}

/// A number in `0.0..1.0` out of a hash.
pub(crate) fn unit(hash: u64) -> f64 {
    (hash >> 11) as f64 / (1_u64 << 53) as f64
}

/// A stream of choices that starts from one hash (splitmix64).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A choice in `0..n`; 0 when there is nothing to choose from.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.roll().checked_rem(n).unwrap_or(0)
    }
}
