//! Runs a page: every command through the command line in this process, its output against the
//! page. `UPDATE_EXPECT=1` writes what was seen into the page.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gloss_cli::{Console, Environment};
use gloss_simulator::{Faults, Options, Simulator};
use sqlx::{Connection, Executor, SqliteConnection};

use crate::{Backend, Database, Normal, Page, Step};

/// One page on one database. Errors are what a reader needs to see: expected and found.
pub async fn check_page(path: &Path, backend: Backend) -> Result<(), String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let page = Page::parse(&text);
    if page.only.as_deref().is_some_and(|only| only != backend.name()) {
        return Ok(());
    }
    let Some(database) = Database::fresh(backend).await else { return Ok(()) };
    let folder = database.dir().join("here");
    fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    std::env::set_current_dir(&folder).map_err(|error| error.to_string())?;
    let mut stage = Stage::new(database);
    let mut seen = Vec::new();
    for step in &page.steps {
        if let Some(found) = stage.play(step).await {
            seen.push((step, found));
        }
    }
    let wrong: Vec<_> = seen
        .iter()
        .filter(|(step, found)| matches!(step, Step::Command { expected, .. } if expected != found))
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    if std::env::var("UPDATE_EXPECT").is_ok_and(|value| value == "1") && backend == Backend::Sqlite
    {
        return fs::write(path, updated(&text, &seen)).map_err(|error| error.to_string());
    }
    let shown = wrong.iter().map(|(step, found)| {
        let Step::Command { line, expected, first, .. } = step else { return String::new() };
        let (expected, found) = (expected.join("\n"), found.join("\n"));
        format!(
            "{}:{first}: $ {line}\n--- expected\n{expected}\n--- found\n{found}\n",
            path.display()
        )
    });
    Err(shown.collect())
}

fn updated(text: &str, seen: &[(&Step, Vec<String>)]) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out: Vec<String> = Vec::new();
    let mut at = 0;
    for (step, found) in seen {
        let Step::Command { first, last, .. } = step else { continue };
        out.extend(lines[at..*first].iter().map(|line| (*line).to_owned()));
        out.extend(found.iter().cloned());
        at = *last;
    }
    out.extend(lines[at..].iter().map(|line| (*line).to_owned()));
    out.join("\n") + "\n"
}

/// What a page has set up so far.
struct Stage {
    env: Environment,
    normal: Normal,
    database: Database,
    simulator: Option<Simulator>,
    locks: Vec<SqliteConnection>,
}

impl Stage {
    fn new(database: Database) -> Self {
        let data_dir = database.dir().join("data").display().to_string();
        let env = [
            ("GLOSS_DATABASE_URL", database.url().to_owned()),
            ("GLOSS_DATA_DIR", data_dir),
            ("ANTHROPIC_API_KEY", "test".to_owned()),
            // Nothing answers here, so a page without a simulator asks nobody.
            ("ANTHROPIC_BASE_URL", "http://127.0.0.1:9".to_owned()),
        ];
        Self {
            env: env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
            normal: Normal::default(),
            database,
            simulator: None,
            locks: Vec::new(),
        }
    }

    /// Plays one step; a command answers with its normalized output.
    async fn play(&mut self, step: &Step) -> Option<Vec<String>> {
        match step {
            Step::File { name, text } => {
                let folder = Path::new(name).parent().unwrap_or(Path::new(""));
                fs::create_dir_all(folder).expect("a page's folder is made");
                fs::write(name, text).expect("a page's file is written");
            }
            Step::Aged { name } => aged(name).expect("a page's file is dated back"),
            Step::Env { name, value } => {
                self.env.insert(name.clone(), value.clone());
            }
            Step::Simulator { rules } => {
                let faults =
                    Faults::parse(1, rules.iter().map(String::as_str)).expect("fault rules");
                let options = Options { faults, ..Options::default() };
                let simulator = Simulator::start(options).expect("a simulator");
                for provider in ["ANTHROPIC", "OPENAI", "GEMINI", "GLOSS_CUSTOM"] {
                    self.env.insert(format!("{provider}_BASE_URL"), simulator.base_url());
                }
                self.simulator = Some(simulator);
            }
            Step::Lock => {
                let mut other =
                    SqliteConnection::connect(self.database.url()).await.expect("opens");
                other.execute("BEGIN IMMEDIATE").await.expect("takes the lock");
                self.locks.push(other);
            }
            Step::Command { line, .. } => return Some(self.command(line).await),
        }
        None
    }

    async fn command(&mut self, line: &str) -> Vec<String> {
        let (out, err) = (Shared::default(), Shared::default());
        let mut console = Console {
            out: Box::new(out.clone()),
            err: Box::new(err.clone()),
            env: self.env.clone(),
            terminal: false,
            colour: false,
            // Where a page sets it, as if a terminal were that wide.
            width: self.env.get("COLUMNS").and_then(|columns| columns.parse().ok()),
            stop: gloss_app::Stop::default(),
        };
        let code = gloss_cli::run(words(&self.normal.restore(line)), &mut console).await;
        let mut text = out.take() + &err.take();
        if code != 0 {
            text.push_str(&format!("[exit {code}]\n"));
        }
        let text = self.normal.text(&text, self.database.dir());
        text.lines().map(str::to_owned).collect()
    }
}

fn aged(name: &str) -> std::io::Result<()> {
    let file = fs::File::options().write(true).open(name)?;
    file.set_modified(file.metadata()?.modified()? - Duration::from_secs(2 * 3600))
}

/// Words of a command line; single and double quotes group.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in line.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (_, c) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

#[derive(Debug, Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().expect("not poisoned"));
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("not poisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
