//! Every example of CommonMark and GFM, as the package of our parser brings them.

use std::path::PathBuf;
use std::process::Command;

use crate::properties::check_promises;

/// The folder of the parser's package; cargo knows where it put it.
fn package() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let told = Command::new(cargo)
        .args(["metadata", "--format-version=1", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let told: serde_json::Value = serde_json::from_slice(&told.stdout).expect("metadata");
    let packages = told["packages"].as_array().expect("packages");
    let parser = packages.iter().find(|package| package["name"] == "pulldown-cmark");
    let manifest = parser.expect("the parser")["manifest_path"].as_str().expect("a path");
    PathBuf::from(manifest).with_file_name("tests").join("suite")
}

/// The texts after `let original =` in one of its test files.
fn examples(file: &str) -> Vec<String> {
    let path = package().join(file);
    let code = std::fs::read_to_string(&path).expect("the parser's own tests");
    let texts = code.split("let original = r##\"").skip(1);
    texts.filter_map(|rest| Some(rest.split_once("\"##;")?.0.to_owned())).collect()
}

#[test]
fn the_examples_of_commonmark_and_gfm_are_covered() {
    let files = [
        ("spec.rs", 652),
        ("gfm_table.rs", 9),
        ("gfm_strikethrough.rs", 3),
        ("gfm_tasklist.rs", 2),
        ("regression.rs", 200),
    ];
    for (file, at_least) in files {
        let texts = examples(file);
        assert!(texts.len() >= at_least, "{file} has {} examples", texts.len());
        texts.iter().for_each(|text| check_promises(text));
    }
}
