//! The pack planner: which blocks share one model call. Pure, contiguous, greedy, and every pack
//! says why it stopped growing.

use gloss_core_model::named_enum;

mod experience;

pub use experience::Experience;

/// One block to be asked about, with its estimates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackItem {
    pub index: u32,
    pub input_tokens: u32,
    pub output_tokens: u32,
    /// Must have a call of its own: its previous answer was not usable.
    pub alone: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PackLimits {
    pub blocks_max: u32,
    /// Tokens left for blocks once prefix, prompt, reserve and margin are taken off the window.
    pub input_tokens_max: u32,
    /// Beyond this every token of the call costs more. No pack grows past it; a block that is as
    /// large by itself is asked at that price.
    pub cliff_tokens_max: u32,
    pub output_tokens_max: u32,
}

named_enum! {
    PackStop, "pack stop reason" {
        BlockCap = "block_cap",
        InputBudget = "input_budget",
        PriceCliff = "price_cliff",
        OutputBudget = "output_budget",
        /// The pack or its neighbour holds a block that goes alone.
        Alone = "alone",
        End = "end",
    }
}

/// Blocks of one call, in document order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pack {
    pub indexes: Vec<u32>,
    pub input_tokens: u32,
    pub output_tokens: u32,
    pub stop: PackStop,
}

/// A block whose input alone exceeds what a call can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Oversize {
    pub index: u32,
    pub input_tokens: u32,
    pub input_tokens_max: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Packing {
    pub packs: Vec<Pack>,
    pub oversize: Vec<Oversize>,
}

/// Puts every item into exactly one pack or among the oversize, keeping their order.
///
/// A block whose *output* estimate exceeds the limit still gets a pack of its own: the estimate
/// may be wrong, and a truncated answer is dealt with when it comes.
pub fn plan(items: &[PackItem], limits: PackLimits) -> Packing {
    let mut packing = Packing::default();
    let mut open: Vec<PackItem> = Vec::new();
    for item in items {
        if item.input_tokens > limits.input_tokens_max {
            packing.oversize.push(Oversize {
                index: item.index,
                input_tokens: item.input_tokens,
                input_tokens_max: limits.input_tokens_max,
            });
            continue;
        }
        if let Some(stop) = refuses(&open, item, limits) {
            packing.packs.push(close(&mut open, stop));
        }
        open.push(*item);
    }
    if !open.is_empty() {
        packing.packs.push(close(&mut open, PackStop::End));
    }
    packing
}

/// Why `item` may not join the open pack, if it may not.
fn refuses(open: &[PackItem], item: &PackItem, limits: PackLimits) -> Option<PackStop> {
    let last = open.last()?;
    let input_tokens = sum(open, |i| i.input_tokens).saturating_add(item.input_tokens);
    if item.alone || last.alone {
        Some(PackStop::Alone)
    } else if u32::try_from(open.len()).is_ok_and(|n| n >= limits.blocks_max.max(1)) {
        Some(PackStop::BlockCap)
    } else if input_tokens > limits.input_tokens_max {
        Some(PackStop::InputBudget)
    } else if input_tokens > limits.cliff_tokens_max {
        Some(PackStop::PriceCliff)
    } else if sum(open, |i| i.output_tokens).saturating_add(item.output_tokens)
        > limits.output_tokens_max
    {
        Some(PackStop::OutputBudget)
    } else {
        None
    }
}

fn close(open: &mut Vec<PackItem>, stop: PackStop) -> Pack {
    let pack = Pack {
        indexes: open.iter().map(|item| item.index).collect(),
        input_tokens: sum(open, |item| item.input_tokens),
        output_tokens: sum(open, |item| item.output_tokens),
        stop,
    };
    open.clear();
    pack
}

fn sum(items: &[PackItem], of: impl Fn(&PackItem) -> u32) -> u32 {
    items.iter().fold(0, |total, item| total.saturating_add(of(item)))
}

#[cfg(test)]
mod tests;
