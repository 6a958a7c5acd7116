//! Each check over a small text, and all checks over this workspace.

use super::*;

fn file(path: &str, text: &str) -> File {
    File { path: path.to_owned(), text: text.to_owned() }
}

/// What one file alone is told, `line: what` per line.
#[track_caller]
fn check(path: &str, text: &str, expect: &[&str]) {
    let found = findings(&[file(path, text)]);
    let found: Vec<String> = found.iter().map(|f| format!("{}: {}", f.line, f.what)).collect();
    assert_eq!(found, expect);
}

#[test]
fn this_workspace_is_tidy() {
    let files = files::read(&run::root()).unwrap();
    assert!(files.len() > 50, "only {} files: the walk is wrong", files.len());
    let report = report(findings(&files));
    assert!(report.is_empty(), "\n{report}");
}

#[test]
fn an_arrow_that_is_not_in_the_law_is_shown_with_its_line() {
    check(
        "crates/queue/Cargo.toml",
        "[dependencies]\ngloss-core-model.workspace = true\ngloss-store.workspace = true\n",
        &["3: queue may not use store; go through a crate it may use, or make the line in \
           xtask/src/tidy/law.rs `(\"queue\", &[\"core-model\", \"store\"]),` and say why"],
    );
    let new = "[dependencies]\ngloss-app = { path = \"../app\" }\n";
    assert_eq!(findings(&[file("crates/new/Cargo.toml", new)]).len(), 1);
    check("crates/testkit/Cargo.toml", new, &[]);
    check("tests/Cargo.toml", new, &[]);
}

#[test]
fn dev_dependencies_are_free_but_for_the_two_that_stand_alone() {
    let dev = "[dev-dependencies]\ngloss-testkit.workspace = true\nsqlx.workspace = true\n";
    check("crates/llm/Cargo.toml", dev, &[]);
    check(
        "crates/queue/Cargo.toml",
        dev,
        &["2: queue is tested without our other crates; move the test to their side"],
    );
}

#[test]
fn heavy_libraries_have_owners_whatever_they_are_called() {
    let expect = &["2: only store and testkit and benches may use sqlx; \
           ask store and testkit and benches for what app needs"];
    check("crates/app/Cargo.toml", "[dependencies]\nsqlx = \"0.9\"\n", expect);
    check(
        "crates/app/Cargo.toml",
        "[dependencies]\ndb = { version = \"0.9\", package = \"sqlx\" }\n",
        expect,
    );
    check("crates/store/Cargo.toml", "[dependencies]\nsqlx.workspace = true\n", &[]);
    check("crates/server/Cargo.toml", "[dependencies]\naxum.workspace = true\n", &[]);
}

#[test]
fn manifests_are_read_in_every_form_we_may_write() {
    let manifest = "[package]\nname = \"x\"\n[dependencies]\na.workspace = true\n# no = 1\n\
        b = { version = \"1\", features = [\n  \"c\",\n] }\n[dependencies.d]\nversion = \"1\"\n\
        [target.'cfg(unix)'.dev-dependencies]\n\"e\" = \"1\"\n[build-dependencies.f]\n\
        package = \"g\"\n[workspace.dependencies]\nh = \"1\"\n[features]\ni = []\n";
    let found = manifest::dependencies(manifest);
    let found: Vec<_> = found.iter().map(|d| (d.name.as_str(), d.section, d.line)).collect();
    use manifest::Section::{Build, Dev, Normal};
    let expect =
        [("a", Normal, 4), ("b", Normal, 6), ("d", Normal, 9), ("e", Dev, 12), ("g", Build, 13)];
    assert_eq!(found, expect);
}

#[test]
fn a_file_says_what_it_is_for() {
    check("crates/app/src/a.rs", "//! For a.\n", &[]);
    check(
        "crates/app/src/a.rs",
        "use b;\n",
        &["1: the file does not open with `//!`; say in one sentence what it is for"],
    );
    check("tests/fixtures/a.rs", "use b;\n", &[]);
}

#[test]
fn files_and_mains_are_short() {
    let lines = |n: usize| format!("//! Long.\n{}", "\n".repeat(n - 1));
    check("crates/app/src/a.rs", &lines(400), &[]);
    check(
        "crates/app/src/a.rs",
        &lines(401),
        &["401: 401 lines, 400 allowed; split it where a reader would pause"],
    );
    check("crates/cli/src/main.rs", &lines(15), &[]);
    check(
        "crates/cli/src/main.rs",
        &lines(16),
        &["16: 16 lines, 15 allowed; move what it does to a module it calls"],
    );
}

#[test]
fn lines_are_narrow_unless_breaking_them_changes_a_value() {
    let wide = "x".repeat(101);
    let comment = format!("//! A.\n// {wide}\n");
    let expect = &["2: 104 columns, 100 allowed; break the line"];
    check("crates/app/src/a.rs", &comment, expect);
    check("crates/app/src/a/tests.rs", &comment, &[]);
    check("crates/app/src/tests/a.rs", &comment, &[]);
    check("crates/app/src/a.rs", &format!("//! A.\nconst A: &str = \"\n{wide}\";\n"), &[]);
    check("crates/app/src/a.rs", &format!("//! A.\n// https://{wide}\n"), &[]);
}

#[test]
fn functions_are_short() {
    let body =
        |n: usize| format!("//! A.\nfn f(a: [u8; 2]) {{\n{}}}\n", "    g();\n".repeat(n - 2));
    check("crates/app/src/a.rs", &body(70), &[]);
    check(
        "crates/app/src/a.rs",
        &body(71),
        &["2: f has 71 lines, 70 allowed; give a part of it a name"],
    );
    let snapshot = format!("    g(\"{}\");\n}}\n", "\n".repeat(50));
    let snapshot = body(40).replace("}\n", &snapshot);
    check("crates/app/src/a.rs", &snapshot, &[]);
    let files = [file("a.rs", &body(71)), file("b.rs", &body(70))];
    let spent = source::spent_allowances(&files, &["a.rs::f", "b.rs::f", "c.rs::f"]);
    assert_eq!(spent.len(), 2, "{spent:?}");
}

#[test]
fn the_scan_tells_code_from_text() {
    let source = r##"
        fn one<'a>(x: &'a str) -> char { '{' }
        fn two() { "}\"}"; r#"}"}"#; b"}"; '\''; /* } /* } */ } */ } // }
        fn three(f: fn(u8) -> u8);
        trait T { fn four() where Self: Sized { '}' } }
    "##;
    let code = scan::code(source);
    let found: Vec<_> =
        scan::functions(&code).iter().map(|f| (f.name, f.line, f.n_lines)).collect();
    assert_eq!(found, [("one", 2, 1), ("two", 3, 1), ("four", 5, 1)]);
    assert_eq!(code.len(), source.len());
}

#[test]
fn what_never_stays_in_is_found_in_code_only() {
    check(
        "crates/app/src/a.rs",
        "//! A.\n#[ignore = \"slow\"]\n#[should_panic]\nfn f() { dbg!(1); todo!() }\n",
        &[
            "2: #[ignore is not allowed: a test that does not run is not a test; fix it or \
             remove it",
            "3: #[should_panic is not allowed: compare what is returned instead; a panic says \
             too little",
            "4: dbg! is not allowed: left over from debugging; remove it",
            "4: todo! is not allowed: finish it, or return an error that says what is missing",
        ],
    );
    check("crates/app/src/a.rs", "//! A, not todo!\nconst A: &str = \"dbg!\";\n", &[]);
    check(
        "crates/app/src/a.rs",
        "//! A.\n#[allow(dead_code)]\n#[allow(\n    dead_code,\n    reason = \"b\"\n)]\n",
        &["2: `allow` without a reason; prefer `expect`, and write `reason = \"…\"`"],
    );
}

#[test]
fn sql_never_asks_the_time() {
    check(
        "crates/store/src/a.rs",
        "//! Never now().\n// nor now()\nconst A: &str = \"SELECT NOW()\";\n",
        &["3: `now()` asks the time; take it as an argument"],
    );
    check("crates/app/src/a.rs", "//! A.\nfn f() { clock.now() }\n", &[]);
}

#[test]
fn migrations_are_twins_that_say_how_they_differ() {
    let one = file("crates/store/migrations/sqlite/0001_a.sql", "-- Differs from postgres: b.\n");
    let two = file(
        "crates/store/migrations/postgres/0002_a.sql",
        "-- not now()\nSELECT current_timestamp;\n",
    );
    let found = findings(&[one, two]);
    let found: Vec<_> = found.iter().map(|f| (f.line, f.what.as_str())).collect();
    let expect = [
        (1, "no twin for the other database; add crates/store/migrations/sqlite/0002_a.sql"),
        (1, "say first how it differs from its twin: `-- Differs from …: …`"),
        (2, "`current_timestamp` asks the time; take it as an argument"),
        (1, "no twin for the other database; add crates/store/migrations/postgres/0001_a.sql"),
    ];
    assert_eq!(found, expect);
}

#[test]
fn words_and_titles() {
    let word = concat!("X", "XX");
    let expect = format!("2: {word} does not stay: do it now, or describe it in an issue");
    check("docs/a.md", &format!("a\n{word}: b\n"), &[&expect]);
    check("docs/a.md", &format!("mktemp a.{word}{word}\n"), &[]);
    check("tests/scenarios/a.md", "# A worker dies\n", &[]);
    check(
        "tests/scenarios/a.md",
        "A worker dies\n",
        &["1: a scenario begins with `# ` and what it shows"],
    );
}

#[test]
fn the_report_counts() {
    let finding = |line| Finding { path: "a.rs".to_owned(), line, what: "b; c".to_owned() };
    assert_eq!(report(vec![]), "");
    assert_eq!(report(vec![finding(1)]), "a.rs:1: b; c\n1 finding");
    assert_eq!(report(vec![finding(1), finding(2)]), "a.rs:1: b; c\na.rs:2: b; c\n2 findings");
}
