//! One way to write a DoclingDocument down: sorted keys, no white space.

use std::collections::BTreeMap;

use serde_json::Value;
use serde_json::value::RawValue;

/// Rewrites a JSON object with the keys of every object sorted, so that the same document has the
/// same identity whoever wrote it down. Holds one item of a list in memory at a time.
///
/// # Errors
/// Text that is no JSON object.
pub fn sorted(json: &[u8]) -> Result<Vec<u8>, serde_json::Error> {
    let members: BTreeMap<String, &RawValue> = serde_json::from_slice(json)?;
    let mut written = Vec::with_capacity(json.len());
    for (n, (key, value)) in members.into_iter().enumerate() {
        written.push(if n == 0 { b'{' } else { b',' });
        serde_json::to_writer(&mut written, &key)?;
        written.push(b':');
        write_sorted(&mut written, value)?;
    }
    written.extend(if written.is_empty() { &b"{}"[..] } else { b"}" });
    Ok(written)
}

fn write_sorted(written: &mut Vec<u8>, value: &RawValue) -> Result<(), serde_json::Error> {
    let items = match serde_json::from_str::<Vec<&RawValue>>(value.get()) {
        Ok(items) if !items.is_empty() => items,
        _ => return write_value(written, value),
    };
    for (n, item) in items.into_iter().enumerate() {
        written.push(if n == 0 { b'[' } else { b',' });
        write_value(written, item)?;
    }
    written.push(b']');
    Ok(())
}

fn write_value(written: &mut Vec<u8>, value: &RawValue) -> Result<(), serde_json::Error> {
    let mut value: Value = serde_json::from_str(value.get())?;
    value.sort_all_objects();
    serde_json::to_writer(written, &value)
}
