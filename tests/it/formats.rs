//! The eight formats: samples that are kept, and what comes of them on both databases.

use gloss_app::views::FormatCheckView;
use gloss_app::{App, Config, ConverterConfig, ProviderConfig};
use gloss_testkit::files::{SAMPLES_DIR, samples};
use gloss_testkit::{Backend, Database};

/// The program with everything that reads files.
pub(crate) async fn open(database: &Database) -> App {
    let program = env!("CARGO_BIN_EXE_gloss-for-tests").into();
    let config = Config {
        database_url: database.url().to_owned(),
        data_dir: database.dir().to_owned(),
        objects: None,
        provider: ProviderConfig::at("http://127.0.0.1:9", None),
        models: Default::default(),
        converters: ConverterConfig { program: Some(program), docling_serve: None },
        environment: None,
    };
    App::open(config).await.expect("the database opens")
}

/// `UPDATE_EXPECT=1` writes them, as `cargo xtask gen` does.
#[test]
fn the_kept_samples_are_what_their_maker_makes() {
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    for (name, bytes) in samples() {
        let path = std::path::Path::new(SAMPLES_DIR).join(name);
        if update {
            std::fs::write(&path, &bytes).expect("the sample is written");
        }
        let kept = std::fs::read(&path).unwrap_or_default();
        assert!(kept == bytes, "{name} differs; run `cargo xtask gen`");
    }
}

/// The smoke matrix of `gloss doctor formats`. A format that is missing or left out fails.
#[tokio::test(flavor = "multi_thread")]
async fn every_format_keeps_its_promises() {
    Backend::each(|database| async move {
        let app = open(&database).await;
        // Two look at once, and neither finds what is the other's.
        let (view, other) = tokio::join!(app.doctor_formats(), app.doctor_formats());
        let view = view.expect("it looks");
        assert!(other.expect("it looks too").healthy);
        let lines: Vec<String> = view.formats.iter().map(line).collect();
        insta::assert_snapshot!("formats", lines.join("\n"));
        assert!(view.healthy);
        assert_eq!(app.store().check().await.expect("checks"), []);
        assert_eq!(app.store().source_refs(None, 10).await.expect("reads"), []);
        let kept = std::fs::read_dir(database.dir().join("objects")).expect("a folder");
        assert_eq!(kept.count(), 0, "objects stay");
        app.close().await;
    })
    .await;
}

fn line(format: &FormatCheckView) -> String {
    let word = |text: &Option<String>| text.clone().unwrap_or_default();
    format!(
        "{} {} | {} by {} -> {} -> {} | {} blocks, first {:?}{}",
        format.format,
        if format.passed { "PASS" } else { "FAIL" },
        word(&format.parsing_tool),
        word(&format.converter),
        word(&format.representation_type),
        word(&format.locator_type),
        format.total_blocks,
        word(&format.first_block),
        word(&format.problem),
    )
}
