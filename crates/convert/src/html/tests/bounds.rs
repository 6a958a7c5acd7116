//! Pages made to hurt: each is read or refused, in a moment.

use std::time::{Duration, Instant};

use super::blocks;

/// What a debug build may take on a slow machine; anything quadratic takes minutes.
const A_MOMENT: Duration = Duration::from_secs(20);

#[track_caller]
fn check(html: &str, expect: impl FnOnce(&str) -> bool) {
    let started = Instant::now();
    let said = blocks(html.as_bytes());
    let start: String = said.chars().take(200).collect();
    assert!(expect(&said), "{start}");
    assert!(started.elapsed() < A_MOMENT, "{:?}: {start}", started.elapsed());
}

fn nested(open: &str, inside: &str, close: &str) -> String {
    open.repeat(30_000) + inside + &close.repeat(30_000)
}

#[test]
fn depth_is_flattened() {
    let x = |said: &str| said == "paragraph \"x\"";
    check(&nested("<div>", "x", "</div>"), x);
    check(&nested("<b>", "x", "</b>"), x);
    check(&nested("<b><i><u>", "x", ""), x);
    check(&nested("<blockquote>", "x", ""), x);
    check(&nested("<math><mrow>", "x", "</mrow></math>"), x);
    check(&nested("<svg><g>", "x", "</g></svg>"), |_| true);
    check(&nested("<ul><li>", "x", ""), |said| said == "list_item \"x\"");
    check(&nested("<table><tr><td>", "x", ""), |said| said == "table \"x\"");
    check(&nested("<nav><footer><figure>", "x", ""), |said| said == "page_header \"x\"");
    // What is read as plain text is read as such at any depth.
    check(&(nested("<div>", "<script>y</script><style>z</style>", "") + "x"), x);
}

#[test]
fn what_is_never_closed_is_closed() {
    let many = |said: &str| said.lines().count() == 30_000;
    check(&"<p>a".repeat(30_000), many);
    check(&format!("<ul>{}", "<li>a".repeat(30_000)), many);
    check(&"<option>a".repeat(30_000), |said| said.starts_with("paragraph \"a a"));
    check(&"<a href=x>a".repeat(30_000), |said| said.starts_with("paragraph"));
    check(&"<table><b>".repeat(20_000), |_| true);
    check(&"<table><tr><td><a>".repeat(20_000), |_| true);
}

/// Each paragraph opens again what styles are open.
#[test]
fn styles_that_multiply_are_refused() {
    let styles: String = (0..200).map(|n| format!("<font size={n}>")).collect();
    let page = format!("<p>{styles}{}", "<p>a".repeat(30_000));
    check(&page, |said| said.starts_with("it opens elements without end: the limit is 4000000"));
}

#[test]
fn tables_have_bounds() {
    let wide = |n: usize| format!("<tr>{}", "<td colspan=1000 rowspan=65534>a".repeat(n));
    let page = format!("<table>{}{}", wide(5_000), "<tr><td>b".repeat(10_000));
    check(&page, |said| said.contains("the limit is 5000000"));
    let page = format!("<table><tr>{}{}", "<td>a".repeat(10_000), "<tr><td>b".repeat(10_000));
    check(&page, |said| {
        said.starts_with("it has a table of 10001 rows with 100010000 cells: the limit")
    });
}
