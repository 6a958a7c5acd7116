//! What a run's calls have taught about its packs: how large they may be, how long answers are.

use std::collections::{BTreeMap, VecDeque};

use gloss_core_model::BlockType;

/// So many packs in a row without a fault, and packs may grow again by half.
const CLEAN_TO_GROW: u32 = 4;
/// How many answers are remembered of each type, and how many tell anything.
const ANSWERS_MAX: usize = 128;
const ANSWERS_MIN: usize = 16;
/// Of ten answers nine are no longer than planned.
const QUANTILE: f64 = 0.9;
const FACTORS: (f64, f64) = (0.25, 8.0);
/// Single answers that were compared with the packed ones, and how many have to agree.
const CHECKS_MAX: usize = 20;
const CHECKS_MIN: usize = 10;
const AGREE_MIN: f64 = 0.9;

#[derive(Debug, Clone, Default)]
pub struct Experience {
    /// None while no pack has failed.
    cap: Option<u32>,
    clean: u32,
    /// Tokens written for a block, over tokens estimated.
    lengths: BTreeMap<BlockType, VecDeque<f64>>,
    checks: VecDeque<bool>,
}

impl Experience {
    /// How many blocks a pack may hold now, out of what policy allows.
    pub fn blocks_max(&self, allowed: u32) -> u32 {
        self.cap.map_or(allowed, |cap| cap.min(allowed))
    }

    /// Every block of a pack was answered, and the answer was whole.
    pub fn went_well(&mut self, asked: u32, allowed: u32) {
        let Some(cap) = self.cap.filter(|cap| asked >= *cap) else { return };
        self.clean += 1;
        if self.clean >= CLEAN_TO_GROW {
            self.clean = 0;
            self.cap = Some(cap + (cap / 2).max(1)).filter(|cap| *cap < allowed);
        }
    }

    /// The answer was cut, or blocks were left out, mixed up or made up.
    pub fn went_wrong(&mut self, asked: u32) {
        // By what was asked: packs that were under way together do not shrink the cap together.
        let half = asked.div_ceil(2).max(1);
        self.cap = Some(self.cap.map_or(half, |cap| cap.min(half)));
        self.clean = 0;
    }

    /// A block was asked again on its own. Packs that cost quality shrink.
    pub fn checked(&mut self, agreed: bool, allowed: u32) {
        self.checks.push_back(agreed);
        if self.checks.len() > CHECKS_MAX {
            self.checks.pop_front();
        }
        let agreeing = self.checks.iter().filter(|agreed| **agreed).count();
        let share = agreeing as f64 / self.checks.len() as f64;
        if self.checks.len() >= CHECKS_MIN && share < AGREE_MIN {
            self.checks.clear();
            self.went_wrong(self.blocks_max(allowed));
        }
    }

    /// An answer took so many tokens, and was estimated to take so many.
    pub fn written(&mut self, block_type: BlockType, tokens: f64, estimated: u32) {
        let lengths = self.lengths.entry(block_type).or_default();
        lengths.push_back(tokens / f64::from(estimated.max(1)));
        if lengths.len() > ANSWERS_MAX {
            lengths.pop_front();
        }
    }

    /// What an estimate of an answer's length is to be multiplied by.
    pub fn length_factor(&self, block_type: BlockType) -> f64 {
        let Some(lengths) = self.lengths.get(&block_type).filter(|l| l.len() >= ANSWERS_MIN) else {
            return 1.0;
        };
        quantile(lengths).clamp(FACTORS.0, FACTORS.1)
    }
}

fn quantile(ratios: &VecDeque<f64>) -> f64 {
    let mut sorted: Vec<f64> = ratios.iter().copied().collect();
    sorted.sort_by(f64::total_cmp);
    let place = (QUANTILE * (sorted.len() - 1) as f64).ceil() as usize;
    sorted[place]
}

#[cfg(test)]
mod tests {
    use gloss_core_model::BlockType;

    use super::Experience;

    #[test]
    fn packs_shrink_at_once_and_grow_slowly() {
        let mut learned = Experience::default();
        let mut sizes = vec![learned.blocks_max(25)];
        // Three that were under way together.
        (0..3).for_each(|_| learned.went_wrong(25));
        sizes.push(learned.blocks_max(25));
        for _ in 0..12 {
            learned.went_well(learned.blocks_max(25), 25);
            sizes.push(learned.blocks_max(25));
        }
        assert_eq!(sizes, [25, 13, 13, 13, 13, 19, 19, 19, 19, 25, 25, 25, 25, 25]);
        // Small packs say nothing about large ones, and one block is the least.
        learned.went_wrong(2);
        (0..9).for_each(|_| learned.went_well(1, 25));
        assert_eq!(learned.blocks_max(25), 2);
        (0..9).for_each(|_| learned.went_wrong(1));
        assert_eq!(learned.blocks_max(25), 1);
    }

    #[test]
    fn answers_that_differ_on_their_own_shrink_packs() {
        let mut learned = Experience::default();
        (0..18).for_each(|_| learned.checked(true, 10));
        assert_eq!(learned.blocks_max(10), 10);
        (0..3).for_each(|_| learned.checked(false, 10));
        assert_eq!(learned.blocks_max(10), 5);
    }

    #[test]
    fn nine_of_ten_answers_are_no_longer_than_planned() {
        let mut learned = Experience::default();
        let factor = |learned: &Experience| learned.length_factor(BlockType::Paragraph);
        (0..15).for_each(|_| learned.written(BlockType::Paragraph, 60.0, 200));
        assert_eq!(factor(&learned), 1.0);
        learned.written(BlockType::Paragraph, 60.0, 200);
        assert_eq!(factor(&learned), 0.3);
        (0..5).for_each(|_| learned.written(BlockType::Paragraph, 300.0, 200));
        assert_eq!(factor(&learned), 1.5);
        assert_eq!(learned.length_factor(BlockType::Table), 1.0);
    }
}
