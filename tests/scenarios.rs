//! Every page of `scenarios/` on every database, by name.

use std::path::Path;

use gloss_testkit::{Backend, check_page};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    // A page's files are read by a process of this very program.
    if let Some(code) = gloss_convert::child::run_if_asked(std::env::args().skip(1)) {
        assert_eq!(code, std::process::ExitCode::SUCCESS);
        return;
    }
    let mut arguments = Arguments::from_args();
    // A page runs in a folder of its own, and a process has one current folder.
    arguments.test_threads = Some(1);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut pages: Vec<_> = std::fs::read_dir(&folder)
        .expect("the folder of scenarios")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    pages.sort();
    let mut trials = Vec::new();
    for backend in Backend::ALL {
        for path in &pages {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let path = path.clone();
            trials.push(Trial::test(format!("{}::{name}", backend.name()), move || {
                let runtime = tokio::runtime::Runtime::new().expect("a runtime");
                runtime.block_on(check_page(&path, backend)).map_err(Failed::from)
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit();
}
