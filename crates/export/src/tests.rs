//! Transcripts: what a reader of an export sees.

use std::collections::BTreeMap;

use gloss_core_model::id::uuid_v7;
use gloss_core_model::{
    Block, BlockType, CallId, ConvUid, ConversionFacts, Locator, Representation, RunId, Schema,
    SourceType, SourceUid, Timestamp, Tool,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::{
    Columns, ConvStatus, DocumentFacts, Facts, Format, Options, Provenance, Row, SchemaFacts,
    SourceFacts, Writer,
};

const NOW: Timestamp = Timestamp(1_795_167_000_000);
const DRAFTS: Options = Options { drafts: true, provenance: false };
const ALL: Options = Options { drafts: true, provenance: true };

pub(crate) fn facts(artifact: Option<Value>) -> Facts {
    let schema = artifact.map(|artifact| Schema::new(artifact).unwrap());
    Facts {
        document: DocumentFacts {
            source: SourceFacts {
                source_uid: SourceUid::of(SourceType::Md, b"# A\n"),
                source_type: SourceType::Md,
                source_filesize: 4,
                source_total_characters: Some(4),
                source_upload_timestamp: NOW,
            },
            conversion: ConversionFacts {
                conv_uid: ConvUid::of(Tool::Mdast, Representation::MarkdownBytes, b"# A\n"),
                tool: Tool::Mdast,
                representation: Representation::MarkdownBytes,
                converter: "pulldown-cmark 0.13".to_owned(),
                total_blocks: 2,
                total_characters: 3,
                block_type_freq: BTreeMap::from([
                    (BlockType::Paragraph, 1),
                    (BlockType::Heading, 1),
                ]),
            },
            conv_status: ConvStatus::Success,
        },
        columns: schema.as_ref().map(Columns::of).unwrap_or_default(),
        schema: schema.map(|s| SchemaFacts { schema_ref: s.derived_ref(), schema_uid: s.uid() }),
    }
}

pub(crate) fn row(index: u32, content: &str, data: Option<Value>) -> Row {
    Row {
        block: Block {
            index,
            block_type: BlockType::Paragraph,
            locator: Locator::TextOffsetRange { start_offset: 0, end_offset: 3 },
            content: content.to_owned(),
        },
        data,
        draft: false,
        provenance: None,
    }
}

pub(crate) fn export(format: Format, facts: &Facts, options: Options, rows: &[Row]) -> String {
    let mut writer = Writer::new(format, Vec::new(), facts, options).unwrap();
    for row in rows {
        writer.write(row).unwrap();
    }
    String::from_utf8(writer.finish().unwrap()).unwrap()
}

/// Digests shortened to their first eight digits and line ends made visible.
fn shown(format: Format, facts: &Facts, options: Options, rows: &[Row]) -> String {
    let mut text = export(format, facts, options, rows);
    let conversion = facts.document.conversion.conv_uid.as_str();
    let source = facts.document.source.source_uid.as_str();
    let schema = facts.schema.as_ref().map(|schema| schema.schema_uid.as_str());
    for digest in [conversion, source].into_iter().chain(schema) {
        text = text.replace(digest, &digest[..8]);
    }
    text.replace("\r\n", "<CRLF>\n").replace('\r', "<CR>").replace('\t', "<TAB>")
}

fn provenance() -> Provenance {
    Provenance {
        run_id: RunId(uuid_v7(NOW, [1; 10])),
        model: Some("=model".to_owned()),
        call_id: Some(CallId(uuid_v7(NOW, [2; 10]))),
        attempts: 2,
        confirmed_by: Some("ada".to_owned()),
        confirmed_at: Some(NOW),
    }
}

fn artifact() -> Value {
    json!({
        "title": "Claims",
        "type": "object",
        "properties": {
            "claim": { "type": "string" },
            "score": { "type": ["number", "null"] },
            "tags": { "type": "array", "items": { "type": "string" } },
            "who": { "type": ["object", "null"], "properties": { "name": {}, "=age": {} } },
            "extra": { "type": "object" },
            "block_type": { "type": "string" },
        },
    })
}

#[test]
fn record_without_a_run() {
    let rows = [row(0, "a\n\"b\"", None)];
    assert_snapshot!(shown(Format::Jsonl, &facts(None), ALL, &rows), @r#"{"immutable":{"source_upload":{"source_uid":"0f863d55","source_type":"md","source_filesize":4,"source_total_characters":4,"source_upload_timestamp":"2026-11-20T09:30:00.000Z"},"conversion":{"conv_status":"success","conv_uid":"d44d8377","conv_parsing_tool":"mdast","conv_representation_type":"markdown_bytes","conv_total_blocks":2,"conv_block_type_freq":{"heading":1,"paragraph":1},"conv_total_characters":3},"block":{"block_uid":"d44d8377:0","block_index":0,"block_type":"paragraph","block_locator":{"type":"text_offset_range","start_offset":0,"end_offset":3},"block_content":"a\n\"b\""}},"user_defined":{"schema_ref":null,"schema_uid":null,"data":{}}}"#);
}

#[test]
fn records_of_a_run() {
    let confirmed =
        Row { provenance: Some(provenance()), ..row(0, "a", Some(json!({"z": 1, "a": null}))) };
    let staged = Row { draft: true, ..row(1, "b", Some(json!({"claim": "é"}))) };
    let mut pending = Row { draft: true, ..row(10, "c", None) };
    pending.block.locator =
        Locator::DoclingJsonPointer { pointer: "#/texts/5".to_owned(), page_no: Some(2) };
    let mut unpaged = row(11, "d", None);
    unpaged.block.locator =
        Locator::DoclingJsonPointer { pointer: "#/texts/6".to_owned(), page_no: None };
    let text =
        shown(Format::Jsonl, &facts(Some(artifact())), ALL, &[confirmed, staged, pending, unpaged]);
    // The first part of each line is the transcript above.
    let tails = text.lines().map(|line| line.split_once("\"block\":").unwrap().1);
    assert_snapshot!(tails.collect::<Vec<_>>().join("\n"), @r##"
    {"block_uid":"d44d8377:0","block_index":0,"block_type":"paragraph","block_locator":{"type":"text_offset_range","start_offset":0,"end_offset":3},"block_content":"a"}},"user_defined":{"schema_ref":"claims","schema_uid":"0b5d07ce","data":{"z":1,"a":null}},"provenance":{"run_id":"01a1f84a-95c0-7101-8101-010101010101","model":"=model","call_id":"01a1f84a-95c0-7202-8202-020202020202","attempts":2,"confirmed_by":"ada","confirmed_at":"2026-11-20T09:30:00.000Z"}}
    {"block_uid":"d44d8377:1","block_index":1,"block_type":"paragraph","block_locator":{"type":"text_offset_range","start_offset":0,"end_offset":3},"block_content":"b"}},"user_defined":{"schema_ref":"claims","schema_uid":"0b5d07ce","data":{"claim":"é"},"draft":true}}
    {"block_uid":"d44d8377:10","block_index":10,"block_type":"paragraph","block_locator":{"type":"docling_json_pointer","pointer":"#/texts/5","page_no":2},"block_content":"c"}},"user_defined":{"schema_ref":"claims","schema_uid":"0b5d07ce","data":null}}
    {"block_uid":"d44d8377:11","block_index":11,"block_type":"paragraph","block_locator":{"type":"docling_json_pointer","pointer":"#/texts/6"},"block_content":"d"}},"user_defined":{"schema_ref":"claims","schema_uid":"0b5d07ce","data":null}}
    "##);
}

#[test]
fn table_without_a_run() {
    let rows = [row(0, "a", Some(json!({"claim": "ignored"})))];
    assert_snapshot!(shown(Format::Csv, &facts(None), Options::default(), &rows), @"
    block_uid,block_index,block_type,block_content<CRLF>
    d44d8377:0,0,paragraph,a<CRLF>
    ");
}

#[test]
fn table_of_a_run() {
    let full = json!({
        "claim": "=1+1", "score": -1.5, "tags": ["a", "b, c", null, 3],
        "who": {"name": "-x", "=age": -3}, "extra": {"k": [1]}, "block_type": "@y",
        "undeclared": true,
    });
    let odd = json!({"claim": "\ttab", "score": null, "tags": [[1]], "who": null, "extra": true});
    let rows = [
        row(0, "- item\nsecond \"line\"", Some(full)),
        row(1, "\rcr", Some(odd)),
        row(2, "x, y", None),
    ];
    assert_snapshot!(shown(Format::Csv, &facts(Some(artifact())), Options::default(), &rows), @r#"
    block_uid,block_index,block_type,block_content,claim,score,tags,who.name,who.=age,extra,data.block_type<CRLF>
    d44d8377:0,0,paragraph,"'- item
    second ""line""",'=1+1,-1.5,"a; b, c; ; 3",'-x,-3,"{""k"":[1]}",'@y<CRLF>
    d44d8377:1,1,paragraph,"'<CR>cr",'<TAB>tab,,[[1]],,,true,<CRLF>
    d44d8377:2,2,paragraph,"x, y",,,,,,,<CRLF>
    "#);
}

#[test]
fn table_with_drafts_and_provenance() {
    let facts = facts(Some(json!({"type": "object", "properties": {"draft": {}, "model": {}}})));
    let confirmed =
        Row { provenance: Some(provenance()), ..row(0, "a", Some(json!({"draft": 1}))) };
    let staged = Row { draft: true, ..row(1, "b", Some(json!({"model": "m"}))) };
    let rows = [confirmed, staged, row(2, "c", None)];
    assert_snapshot!(shown(Format::Csv, &facts, ALL, &rows), @"
    block_uid,block_index,block_type,block_content,data.draft,data.model,draft,run_id,model,call_id,attempts,confirmed_by,confirmed_at<CRLF>
    d44d8377:0,0,paragraph,a,1,,false,01a1f84a-95c0-7101-8101-010101010101,'=model,01a1f84a-95c0-7202-8202-020202020202,2,ada,2026-11-20T09:30:00.000Z<CRLF>
    d44d8377:1,1,paragraph,b,,m,true,,,,,,<CRLF>
    d44d8377:2,2,paragraph,c,,,false,,,,,,<CRLF>
    ");
    assert_snapshot!(shown(Format::Csv, &facts, DRAFTS, &rows), @"
    block_uid,block_index,block_type,block_content,data.draft,data.model,draft<CRLF>
    d44d8377:0,0,paragraph,a,1,,false<CRLF>
    d44d8377:1,1,paragraph,b,,m,true<CRLF>
    d44d8377:2,2,paragraph,c,,,false<CRLF>
    ");
}

#[test]
fn provenance_needs_to_be_asked_for() {
    let rows = [Row { provenance: Some(provenance()), ..row(0, "a", Some(json!({}))) }];
    for format in Format::ALL {
        let text = export(*format, &facts(Some(artifact())), Options::default(), &rows);
        assert!(!text.contains("attempts") && !text.contains("ada"), "{text}");
    }
}

#[test]
fn drafts_stay_in_unless_asked_for() {
    let staged = Row { draft: true, ..row(7, "b", Some(json!({"claim": "secret"}))) };
    let refusals = [Format::Jsonl, Format::Csv].map(|format| {
        let facts = facts(Some(artifact()));
        let mut writer = Writer::new(format, Vec::new(), &facts, Options::default()).unwrap();
        let refusal = writer.write(&staged).unwrap_err();
        let text = String::from_utf8(writer.finish().unwrap()).unwrap();
        assert!(!text.contains("secret"), "{text}");
        format!("{format}: {refusal}")
    });
    assert_snapshot!(refusals.join("\n"), @"
    jsonl: block 7 is staged: confirm it first, or include drafts
    csv: block 7 is staged: confirm it first, or include drafts
    ");
}

/// Takes a few bytes, then fails as a full disk does.
#[derive(Debug)]
struct Full(usize);

impl std::io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_full_disk_is_an_error() {
    let errors = [Format::Jsonl, Format::Csv].map(|format| {
        let mut writer = Writer::new(format, Full(40), &facts(None), Options::default()).unwrap();
        // CSV is buffered, so it may notice as late as at the end.
        let written = writer.write(&row(0, "a", None)).and_then(|()| writer.finish().map(drop));
        format!("{format}: {}", written.unwrap_err())
    });
    assert_snapshot!(errors.join("\n"), @"
    jsonl: the output takes no more data: check its free space and start the export again
    csv: the output takes no more data: check its free space and start the export again
    ");
}
