//! `gloss review …`

use gloss_app::ops::{OverlayList, OverlayReview, ReviewAction};
use gloss_app::{Error, Result};

use super::Desk;
use super::documents::page;
use crate::args::{BlocksArgs, ReviewCommand};
use crate::console::Console;
use crate::render;

/// Block numbers in one --blocks argument.
const BLOCKS_MAX: usize = 100_000;

pub(super) async fn run(desk: &Desk, command: ReviewCommand, console: &mut Console) -> Result<u8> {
    match command {
        ReviewCommand::Show { run_id, status, page: args } => {
            let list = OverlayList { run_id, status, page: page(args) };
            let view = desk.app.overlay_list(&desk.ctx, list).await?;
            desk.show(&view, render::overlays, console)?;
        }
        ReviewCommand::Confirm(args) => {
            review(desk, args, ReviewAction::Confirm, "confirmed", console).await?;
        }
        ReviewCommand::Reject { blocks, reason } => {
            review(desk, blocks, ReviewAction::Reject { reason }, "rejected", console).await?;
        }
        ReviewCommand::Reopen(args) => {
            review(desk, args, ReviewAction::Reopen, "reopened", console).await?;
        }
        ReviewCommand::Edit { run_id, block, value, revision } => {
            let value = serde_json::from_str(&value).map_err(|error| {
                Error::invalid("invalid_json", format!("--value is not valid JSON: {error}"))
                    .hint("give the whole answer, for example --value '{\"risk\":\"low\"}'")
            })?;
            let view = desk.app.overlay_edit(&desk.ctx, &run_id, block, revision, value).await?;
            desk.show(&view, |view| format!("block {} edited", view.block_index), console)?;
        }
    }
    Ok(0)
}

async fn review(
    desk: &Desk,
    args: BlocksArgs,
    action: ReviewAction,
    verb: &str,
    console: &mut Console,
) -> Result<()> {
    let review = OverlayReview {
        run_id: args.run_id,
        blocks: args.blocks.as_deref().map(blocks).transpose()?,
        revision: args.revision,
        action,
    };
    let view = desk.app.overlay_review(&desk.ctx, review).await?;
    desk.show(&view, |view| render::reviewed(view, verb), console)
}

/// `3,7,10-19` as numbers.
fn blocks(text: &str) -> Result<Vec<u32>> {
    let wrong = || {
        Error::invalid("invalid_blocks", format!("`{text}` is not a list of blocks"))
            .hint("give numbers and ranges such as 3,7,10-19")
    };
    let mut blocks = Vec::new();
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let number = |text: &str| text.trim().parse::<u32>().map_err(|_| wrong());
        let (first, last) = (number(first)?, number(last)?);
        if first > last || blocks.len() + (last - first) as usize >= BLOCKS_MAX {
            return Err(wrong());
        }
        blocks.extend(first..=last);
    }
    Ok(blocks)
}
