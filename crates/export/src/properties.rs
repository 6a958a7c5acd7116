//! What holds for exports of any rows.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::tests::{export, facts, row};
use crate::{Facts, Format, Options, Row};

fn run() -> Facts {
    let text = json!({"type": "string"});
    facts(Some(json!({"type": "object", "properties": {"a": text, "b": text, "n": {}}})))
}

/// Text with what is special to CSV, JSON and spreadsheets.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[-=+@\t\r\n\",;'a\u{2028}\u{feff}é]{0,8}", any::<String>()]
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    let value =
        (text(), text(), any::<i64>()).prop_map(|(a, b, n)| json!({"a": a, "b": b, "n": n}));
    let data = prop_oneof![Just(None), Just(Some(json!({}))), value.prop_map(Some)];
    prop::collection::vec((text(), data), 0..8).prop_map(|rows| {
        (0..).zip(rows).map(|(index, (content, data))| row(index, &content, data)).collect()
    })
}

/// What a cell of text is when it is read back.
fn guarded(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    format!("{}{text}", if risky { "'" } else { "" })
}

fn expected_cells(row: &Row) -> Vec<String> {
    let empty = Map::new();
    let data = row.data.as_ref().and_then(Value::as_object).unwrap_or(&empty);
    let text = |key: &str| data.get(key).and_then(Value::as_str).map(guarded).unwrap_or_default();
    let number = data.get("n").map(Value::to_string).unwrap_or_default();
    vec![row.block.index.to_string(), guarded(&row.block.content), text("a"), text("b"), number]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn csv_reads_back_as_the_same_cells(rows in rows()) {
        let text = export(Format::Csv, &run(), Options::default(), &rows);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let records: Vec<_> = reader.records().map(Result::unwrap).collect();
        let cells: Vec<Vec<&str>> =
            records.iter().map(|r| [1, 3, 4, 5, 6].map(|n| &r[n]).to_vec()).collect();
        let expected: Vec<_> = rows.iter().map(expected_cells).collect();
        prop_assert_eq!(cells, expected);
    }

    #[test]
    fn jsonl_is_one_record_per_line_in_order(rows in rows()) {
        let text = export(Format::Jsonl, &run(), Options::default(), &rows);
        prop_assert_eq!(text.matches('\n').count(), rows.len());
        prop_assert!(!text.contains('\r'));
        for (line, row) in text.lines().zip(&rows) {
            let record: Value = serde_json::from_str(line).unwrap();
            let block = &record["immutable"]["block"];
            prop_assert_eq!(&block["block_index"], row.block.index);
            prop_assert_eq!(&block["block_content"], &row.block.content);
            let data = record["user_defined"].get("data").unwrap();
            prop_assert_eq!(data, row.data.as_ref().unwrap_or(&Value::Null));
        }
    }

    #[test]
    fn the_same_rows_give_the_same_bytes(rows in rows()) {
        for format in Format::ALL {
            let first = export(*format, &run(), Options::default(), &rows);
            prop_assert_eq!(first, export(*format, &run(), Options::default(), &rows.clone()));
        }
    }
}
