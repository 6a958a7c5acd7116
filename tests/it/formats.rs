//! The eight formats: samples that are kept, and what comes of them on both databases.

use gloss_app::{App, Config, ConverterConfig, ProviderConfig};
use gloss_testkit::Database;
use gloss_testkit::files::{SAMPLES_DIR, samples};

/// The program with everything that reads files.
pub(crate) async fn open(database: &Database) -> App {
    let program = env!("CARGO_BIN_EXE_gloss-for-tests").into();
    let config = Config {
        database_url: database.url().to_owned(),
        data_dir: database.dir().to_owned(),
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
