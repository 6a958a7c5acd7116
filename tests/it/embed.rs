//! The library face: the example compiles here, runs, and gives what it says.

#[path = "../../crates/app/examples/embed.rs"]
#[expect(dead_code, reason = "its main is not called here")]
mod example;

#[tokio::test(flavor = "multi_thread")]
async fn the_embedding_example_gives_an_overlay_for_every_block() {
    let lines = example::embed().await.expect("the example runs");
    insta::assert_snapshot!(lines.join("\n"), @r#"
    0 ai_complete {"duty":"947bdc22 # Lease","binding":true}
    1 ai_complete {"duty":"099eabb4 The tenant pays","binding":true}
    2 ai_complete {"duty":"0cf4bbd1 Pets are welcome.","binding":false}
    "#);
}
