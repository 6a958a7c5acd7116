//! The JSON of the canonical record, field by field in its published order.

use std::collections::BTreeMap;

use gloss_core_model as model;
use gloss_core_model::{BlockUid, Locator};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::{DocumentFacts, Facts, Options, Row, SchemaFacts};

/// One line of an export. Field order is the contract: do not sort.
#[derive(Debug, Serialize)]
pub(crate) struct Record<'a> {
    immutable: Immutable<'a>,
    user_defined: UserDefined<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    provenance: Option<Provenance<'a>>,
}

#[derive(Debug, Serialize)]
struct Immutable<'a> {
    source_upload: SourceUpload<'a>,
    conversion: Conversion<'a>,
    block: Block<'a>,
}

#[derive(Debug, Serialize)]
struct SourceUpload<'a> {
    source_uid: &'a str,
    source_type: &'static str,
    source_filesize: u64,
    source_total_characters: Option<u64>,
    source_upload_timestamp: String,
}

#[derive(Debug, Serialize)]
struct Conversion<'a> {
    conv_status: &'static str,
    conv_uid: &'a str,
    conv_parsing_tool: &'static str,
    conv_representation_type: &'static str,
    conv_total_blocks: u32,
    conv_block_type_freq: BTreeMap<&'static str, u32>,
    conv_total_characters: u64,
}

#[derive(Debug, Serialize)]
struct Block<'a> {
    block_uid: String,
    block_index: u32,
    block_type: &'static str,
    block_locator: BlockLocator<'a>,
    block_content: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(tag = "type")]
enum BlockLocator<'a> {
    #[serde(rename = "text_offset_range")]
    TextOffsetRange { start_offset: u64, end_offset: u64 },
    #[serde(rename = "docling_json_pointer")]
    DoclingJsonPointer {
        pointer: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        page_no: Option<u32>,
    },
}

#[derive(Debug, Serialize)]
struct UserDefined<'a> {
    schema_ref: Option<&'a str>,
    schema_uid: Option<&'a str>,
    data: Data<'a>,
    /// Said of drafts only; its absence means confirmed or nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    draft: Option<bool>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Data<'a> {
    /// There is no run that could have data.
    NoRun(Map<String, Value>),
    OfRun(Option<&'a Value>),
}

#[derive(Debug, Serialize)]
struct Provenance<'a> {
    run_id: String,
    model: Option<&'a str>,
    call_id: Option<String>,
    attempts: u32,
    confirmed_by: Option<&'a str>,
    confirmed_at: Option<String>,
}

impl<'a> Record<'a> {
    pub(crate) fn new(facts: &'a Facts, row: &'a Row, options: Options) -> Self {
        let DocumentFacts { source, conversion, conv_status } = &facts.document;
        Self {
            immutable: Immutable {
                source_upload: SourceUpload {
                    source_uid: source.source_uid.as_str(),
                    source_type: source.source_type.as_str(),
                    source_filesize: source.source_filesize,
                    source_total_characters: source.source_total_characters,
                    source_upload_timestamp: source.source_upload_timestamp.to_rfc3339(),
                },
                conversion: Conversion {
                    conv_status: conv_status.as_str(),
                    conv_uid: conversion.conv_uid.as_str(),
                    conv_parsing_tool: conversion.tool.as_str(),
                    conv_representation_type: conversion.representation.as_str(),
                    conv_total_blocks: conversion.total_blocks,
                    conv_block_type_freq: type_freq(conversion),
                    conv_total_characters: conversion.total_characters,
                },
                block: block(conversion, &row.block),
            },
            user_defined: user_defined(facts.schema.as_ref(), row),
            provenance: row.provenance.as_ref().filter(|_| options.provenance).map(provenance),
        }
    }
}

fn type_freq(conversion: &model::ConversionFacts) -> BTreeMap<&'static str, u32> {
    conversion.block_type_freq.iter().map(|(kind, n)| (kind.as_str(), *n)).collect()
}

fn block<'a>(conversion: &model::ConversionFacts, block: &'a model::Block) -> Block<'a> {
    Block {
        block_uid: block_uid(conversion, block),
        block_index: block.index,
        block_type: block.block_type.as_str(),
        block_locator: match &block.locator {
            Locator::TextOffsetRange { start_offset, end_offset } => {
                BlockLocator::TextOffsetRange {
                    start_offset: *start_offset,
                    end_offset: *end_offset,
                }
            }
            Locator::DoclingJsonPointer { pointer, page_no } => {
                BlockLocator::DoclingJsonPointer { pointer, page_no: *page_no }
            }
        },
        block_content: &block.content,
    }
}

pub(crate) fn block_uid(conversion: &model::ConversionFacts, block: &model::Block) -> String {
    BlockUid { conv_uid: conversion.conv_uid.clone(), block_index: block.index }.to_string()
}

fn user_defined<'a>(schema: Option<&'a SchemaFacts>, row: &'a Row) -> UserDefined<'a> {
    UserDefined {
        schema_ref: schema.map(|schema| schema.schema_ref.as_str()),
        schema_uid: schema.map(|schema| schema.schema_uid.as_str()),
        data: match schema {
            Some(_) => Data::OfRun(row.data.as_ref()),
            None => Data::NoRun(Map::new()),
        },
        draft: (schema.is_some() && row.is_draft()).then_some(true),
    }
}

fn provenance(given: &crate::Provenance) -> Provenance<'_> {
    Provenance {
        run_id: given.run_id.to_string(),
        model: given.model.as_deref(),
        call_id: given.call_id.map(|id| id.to_string()),
        attempts: given.attempts,
        confirmed_by: given.confirmed_by.as_deref(),
        confirmed_at: given.confirmed_at.map(model::Timestamp::to_rfc3339),
    }
}
