//! Where output goes and what the environment says: the process's own, or a test's.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};

use gloss_app::Stop;

/// Environment variables by name.
pub type Environment = BTreeMap<String, String>;

pub struct Console {
    pub out: Box<dyn Write + Send>,
    pub err: Box<dyn Write + Send>,
    pub env: Environment,
    /// A person watches stderr: progress may be drawn there.
    pub terminal: bool,
    pub colour: bool,
    /// Characters on a line of stdout; none where no terminal shows it.
    pub width: Option<u16>,
    /// Set by the first interrupt.
    pub stop: Stop,
}

impl Console {
    /// The process's own streams and environment.
    pub fn process(terminal: bool) -> Self {
        // A variable that is not text cannot be meant for us.
        let text = |os: std::ffi::OsString| os.into_string().ok();
        let env: Environment =
            std::env::vars_os().filter_map(|(k, v)| Some((text(k)?, text(v)?))).collect();
        let no_colour = env.get("NO_COLOR").is_some_and(|value| !value.is_empty());
        Self {
            out: Box::new(std::io::stdout()),
            err: Box::new(std::io::stderr()),
            colour: terminal && !no_colour,
            terminal,
            width: width(&env),
            env,
            stop: Stop::default(),
        }
    }

    /// Data, on stdout. A reader that went away, such as `head`, is no error of ours.
    pub fn say(&mut self, text: &str) {
        let _ = writeln!(self.out, "{text}");
    }

    /// Everything else, on stderr.
    pub fn note(&mut self, text: &str) {
        let _ = writeln!(self.err, "{text}");
    }

    pub fn env(&self, name: &str) -> Option<&str> {
        self.env.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// `COLUMNS` if it is set, as for other programs, else what the terminal says.
fn width(env: &Environment) -> Option<u16> {
    let stdout = std::io::stdout();
    if !stdout.is_terminal() {
        return None;
    }
    let columns = env.get("COLUMNS").and_then(|columns| columns.trim().parse().ok());
    let asked = || terminal_size::terminal_size_of(&stdout).map(|(width, _)| width.0);
    columns.or_else(asked).filter(|width| *width > 0)
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console").field("terminal", &self.terminal).finish_non_exhaustive()
    }
}
