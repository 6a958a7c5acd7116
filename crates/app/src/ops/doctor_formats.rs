//! Reads one small document of every format, start to end, and holds what comes out against what
//! each format promises.

use std::time::Instant;

use gloss_core_model::{Block, ConvUid, Locator, OwnerId, SourceType, Tool};

use super::DocumentIngest;
use crate::converters::DoclingServe;
use crate::error::{Error, Result};
use crate::views::{FormatCheckView, FormatsView, IngestView};
use crate::{App, Ctx};

/// One document each: the file's name, its bytes, and how many blocks are in it.
const SAMPLES: &[(SourceType, &str, &[u8], u32)] = &[
    (SourceType::Md, "sample.md", include_bytes!("../../samples/sample.md"), 5),
    (SourceType::Txt, "sample.txt", include_bytes!("../../samples/sample.txt"), 2),
    (SourceType::Docx, "sample.docx", include_bytes!("../../samples/sample.docx"), 5),
    (SourceType::Pdf, "sample.pdf", include_bytes!("../../samples/sample.pdf"), 5),
    (SourceType::Pptx, "sample.pptx", include_bytes!("../../samples/sample.pptx"), 3),
    (SourceType::Xlsx, "sample.xlsx", include_bytes!("../../samples/sample.xlsx"), 1),
    (SourceType::Html, "sample.html", include_bytes!("../../samples/sample.html"), 5),
    (SourceType::Csv, "sample.csv", include_bytes!("../../samples/sample.csv"), 1),
];

impl App {
    /// Every format on this database and with these converters, as an owner made for this call:
    /// two who look at once do not meet. Nothing of that owner stays, whatever came of it.
    pub async fn doctor_formats(&self) -> Result<FormatsView> {
        let ctx = Ctx { owner: OwnerId(self.new_id()), actor: "doctor".to_owned() };
        let formats = self.format_checks(&ctx).await;
        self.store.owner_forget(ctx.owner).await?;
        self.objects.forget(ctx.owner).await?;
        let formats = formats?;
        Ok(FormatsView { healthy: formats.iter().all(|format| format.passed), formats })
    }

    async fn format_checks(&self, ctx: &Ctx) -> Result<Vec<FormatCheckView>> {
        let mut formats = Vec::with_capacity(SourceType::ALL.len());
        for source_type in SourceType::ALL {
            formats.push(self.format_check(ctx, *source_type).await?);
        }
        Ok(formats)
    }

    async fn format_check(&self, ctx: &Ctx, source_type: SourceType) -> Result<FormatCheckView> {
        let started = Instant::now();
        let sample = SAMPLES.iter().find(|(kind, ..)| *kind == source_type);
        let Some((_, name, bytes, blocks)) = sample else {
            return Ok(failed(source_type, "there is no sample of this format".to_owned()));
        };
        let command = DocumentIngest {
            file_name: (*name).into(),
            bytes: bytes.to_vec(),
            title: None,
            project: None,
        };
        // What policy allows is not what is asked here.
        let ingested = match self.document_read(ctx, source_type, None, command).await {
            Ok(view) => view,
            Err(error) => return Ok(failed(source_type, error.to_string())),
        };
        let checked = self.promises(ctx, source_type, &ingested, *blocks).await?;
        let conversion = ingested.document.conversion;
        Ok(FormatCheckView {
            format: source_type.to_string(),
            passed: checked.is_ok(),
            status: ingested.document.status,
            converter: conversion.as_ref().map(|c| c.converter.clone()),
            parsing_tool: conversion.as_ref().map(|c| c.parsing_tool.clone()),
            representation_type: conversion.as_ref().map(|c| c.representation_type.clone()),
            locator_type: checked.as_ref().ok().map(|first| first.locator.type_name().to_owned()),
            total_blocks: conversion.map_or(0, |conversion| conversion.total_blocks),
            first_block: checked.as_ref().ok().map(|first| first.content.clone()),
            milliseconds: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            problem: checked.err(),
        })
    }

    /// The first block, if everything is as the format promises; else what is not.
    async fn promises(
        &self,
        ctx: &Ctx,
        source_type: SourceType,
        ingested: &IngestView,
        blocks: u32,
    ) -> Result<std::result::Result<Block, String>> {
        let document = &ingested.document;
        let Some(conversion) = &document.conversion else {
            return Ok(Err(document.error.clone().unwrap_or_default()));
        };
        let conv_uid: ConvUid = conversion.conv_uid.parse().map_err(Error::internal)?;
        let kept = self.store.block_page(ctx.owner, conv_uid, 0, blocks + 1).await?;
        let tool = source_type.tool();
        let pairing = [
            ("status", document.status.as_str(), "ingested"),
            ("parsing_tool", &conversion.parsing_tool, tool.as_str()),
            (
                "representation_type",
                &conversion.representation_type,
                tool.representation().as_str(),
            ),
        ];
        for (what, found, promised) in pairing {
            if found != promised {
                return Ok(Err(format!("{what} is {found} and should be {promised}")));
            }
        }
        // A server of somebody else's has its own way with a page.
        let is_ours = conversion.converter != DoclingServe::CONVERTER;
        if is_ours && kept.len() != blocks as usize {
            return Ok(Err(format!("there are {} blocks and should be {blocks}", kept.len())));
        }
        let paired = |locator: &Locator| match locator {
            Locator::TextOffsetRange { .. } => tool == Tool::Mdast,
            Locator::DoclingJsonPointer { pointer, .. } => {
                tool == Tool::Docling && pointer.starts_with("#/")
            }
        };
        if let Some(block) = kept.iter().find(|block| !paired(&block.locator)) {
            let kind = block.locator.type_name();
            return Ok(Err(format!("block {} is found by {kind}", block.index)));
        }
        let first = kept.into_iter().next();
        Ok(first.filter(|block| !block.content.is_empty()).ok_or("no first block".to_owned()))
    }
}

fn failed(source_type: SourceType, problem: String) -> FormatCheckView {
    FormatCheckView {
        format: source_type.to_string(),
        problem: Some(problem),
        ..FormatCheckView::default()
    }
}
