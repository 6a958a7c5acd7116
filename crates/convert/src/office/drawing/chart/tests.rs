//! Charts, and the tables that are read out of them.

use super::chart;
use crate::office::tree::Tree;

/// The title, and the rows with cells between bars.
fn told(xml: &str) -> String {
    let tree = Tree::parse(xml, 40).expect("well-formed");
    let Some(chart) = tree.root().and_then(chart) else { return "none".to_owned() };
    let mut rows =
        vec![vec![String::new(); chart.data.num_cols as usize]; chart.data.num_rows as usize];
    for cell in chart.data.table_cells {
        let mark = match (cell.column_header, cell.row_header) {
            (true, _) => "^",
            (_, true) => "<",
            _ => "",
        };
        let place = (cell.start_row_offset_idx as usize, cell.start_col_offset_idx as usize);
        rows[place.0][place.1] = format!("{mark}{}", cell.text);
    }
    let rows = rows.into_iter().map(|row| row.join("|"));
    let title = format!("{:?}", chart.title);
    std::iter::once(title).chain(rows).collect::<Vec<_>>().join("\n")
}

fn space(before: &str, area: &str) -> String {
    format!(
        "<c:chartSpace>{before}<c:chart><c:plotArea>{area}</c:plotArea></c:chart></c:chartSpace>"
    )
}

fn text(text: &str) -> String {
    format!("<c:tx><c:rich><a:p><a:r><a:t>{text}</a:t></a:r></a:p></c:rich></c:tx>")
}

/// Points by their places: `a b - d` leaves out the third.
fn points(points: &str) -> String {
    let points = points.split(' ').enumerate().filter(|(_, point)| *point != "-");
    points.map(|(at, point)| format!("<c:pt idx='{at}'><c:v>{point}</c:v></c:pt>")).collect()
}

fn series(name: &str, labels: &str, values: &str) -> String {
    let (labels, values) = (points(labels), points(values));
    format!(
        "<c:ser><c:tx><c:strRef><c:f>A1</c:f><c:strCache><c:ptCount val='1'/><c:pt idx='0'>\
         <c:v>{name}</c:v></c:pt></c:strCache></c:strRef></c:tx>\
         <c:cat><c:strRef><c:f>A2</c:f><c:strCache>{labels}</c:strCache></c:strRef></c:cat>\
         <c:val><c:numRef><c:f>A3</c:f><c:numCache>{values}</c:numCache></c:numRef></c:val></c:ser>"
    )
}

#[test]
fn series_are_columns() {
    let bars = series("Fee", "Hosting Support -", "120.0 80 0.10000000000000001");
    let line = series("Limit", "Hosting Support -", "- 90 n/a");
    let axes = format!(
        "<c:valAx><c:title>{}</c:title></c:valAx><c:catAx><c:title>{}</c:title></c:catAx>\
         <c:valAx><c:delete val='1'/><c:title>{}</c:title></c:valAx>",
        text("EUR"),
        text("Service"),
        text("unseen"),
    );
    let plots = format!("<c:barChart>{bars}</c:barChart><c:lineChart>{line}</c:lineChart>{axes}");
    insta::assert_snapshot!(told(&space("", &plots)), @"
    None
    ^Service / EUR|^Fee|^Limit
    <Hosting|120|
    <Support|80|90
    |0.1|n/a
    ");
}

#[test]
fn series_stand_in_their_order() {
    let of = |name: &str, order: u32| {
        series(name, "a", "1").replace("<c:ser>", &format!("<c:ser><c:order val='{order}'/>"))
    };
    let plot = format!("<c:pieChart>{}{}</c:pieChart>", of("two", 2), of("one", 1));
    insta::assert_snapshot!(told(&space("", &plot)), @"
    None
    ^|^one|^two
    <a|1|1
    ");
}

#[test]
fn labels_of_several_levels_and_of_their_own() {
    let levels =
        format!("<c:lvl>{}</c:lvl><c:lvl>{}</c:lvl>", points("Q1 Q2 Q1"), points("2024 - 2025"));
    let of = |name: &str, x: &str, y: &str| {
        let values = points(y);
        format!(
            "<c:ser><c:tx><c:v>{name}</c:v></c:tx>{x}<c:yVal>{values}</c:yVal>\
                 <c:bubbleSize>{values}</c:bubbleSize></c:ser>"
        )
    };
    let several = of("a", &format!("<c:cat>{levels}</c:cat>"), "1 2 3");
    insta::assert_snapshot!(told(&space("", &format!("<c:barChart>{several}</c:barChart>"))), @"
    None
    ^|^|^a|^
    <2024|<Q1|1|1
    |<Q2|2|2
    <2025|<Q1|3|3
    ");
    let x = |x: &str| format!("<c:xVal>{}</c:xVal>", points(x));
    let own = of("a", &x("1 2"), "5 6") + &of("b", &x("1 2"), "7") + &of("c", &x("3"), "8");
    insta::assert_snapshot!(told(&space("", &format!("<c:bubbleChart>{own}</c:bubbleChart>"))), @"
    None
    ^|^a|^|^b|^|^|^c|^
    <1|5|5|7|7|3|8|8
    <2|6|6|||||
    ");
}

#[test]
fn dates_are_no_numbers() {
    let plot = |axis: &str| {
        format!("<c:lineChart>{}</c:lineChart>{axis}", series("a", "45292 45293.5 x", "1"))
    };
    let own = "<c:catAx><c:numFmt formatCode='d. mmm' sourceLinked='0'/></c:catAx>";
    let linked = "<c:catAx><c:numFmt formatCode='d. mmm' sourceLinked='1'/></c:catAx>";
    let (cache, format) = ("<c:strCache>", "<c:formatCode>yyyy</c:formatCode>");
    let formatted = plot(linked).replace(cache, &format!("{cache}{format}"));
    insta::assert_snapshot!([
        told(&space("", &plot("<c:dateAx/>"))),
        told(&space("<c:date1904 val='1'/>", &plot(own))),
        told(&space("", &plot(linked))),
        told(&space("", &formatted)),
    ].join("\n"), @"
    None
    ^|^a
    <2024-01-01|1
    <2024-01-02 12:00:00|
    <x|
    None
    ^|^a
    <2028-01-02|1
    <2028-01-03 12:00:00|
    <x|
    None
    ^|^a
    <45292|1
    <45293.5|
    <x|
    None
    ^|^a
    <2024-01-01|1
    <2024-01-02 12:00:00|
    <x|
    ");
}

#[test]
fn charts_of_newer_kinds() {
    insta::assert_snapshot!(told(
        "<cx:chartSpace><cx:chartData><cx:data id='0'><cx:strDim type='cat'><cx:f>A</cx:f>\
         <cx:lvl ptCount='2'><cx:pt idx='0'>Start</cx:pt><cx:pt idx='1'>End</cx:pt></cx:lvl>\
         </cx:strDim><cx:numDim type='val'><cx:f>B</cx:f><cx:lvl ptCount='2'>\
         <cx:pt idx='0'>1</cx:pt><cx:pt idx='1'>4</cx:pt></cx:lvl></cx:numDim></cx:data>\
         </cx:chartData><cx:chart><cx:title><cx:tx><cx:txData><cx:v>Bridge</cx:v></cx:txData>\
         </cx:tx></cx:title><cx:plotArea><cx:plotAreaRegion><cx:series layoutId='waterfall'>\
         <cx:tx><cx:txData><cx:f>B1</cx:f><cx:v>Profit</cx:v></cx:txData></cx:tx>\
         <cx:dataId val='0'/></cx:series></cx:plotAreaRegion></cx:plotArea></cx:chart>\
         </cx:chartSpace>"
    ), @r#"
    Some("Bridge")
    ^|^Profit
    <Start|1
    <End|4
    "#);
}

#[test]
fn what_files_lie_about() {
    let lying = "<c:barChart><c:ser><c:val><c:ptCount val='4294967295'/>\
        <c:pt idx='4294967295'><c:v>1</c:v></c:pt><c:pt idx='4294967296'><c:v>2</c:v></c:pt>\
        <c:pt idx='-1'><c:v>3</c:v></c:pt><c:pt><c:v>4</c:v></c:pt><c:pt idx='7'/></c:val></c:ser>\
        </c:barChart>";
    let title = format!(
        "<c:chartSpace><c:chart><c:title>{}</c:title></c:chart></c:chartSpace>",
        text("Only")
    );
    insta::assert_snapshot!([
        told(&space("", lying)),
        told(&title),
        told(&space("", "")),
        told("<c:chartSpace/>"),
    ].join("\n"), @r#"
    None
    ^|^
    |1
    Some("Only")
    none
    none
    "#);
}
