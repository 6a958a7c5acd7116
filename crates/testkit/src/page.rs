//! A scenario page: prose for readers, fences for the runner.
//!
//! - a fence with `file=NAME` is a file in the page's folder;
//! - a fence `aged` names files that are dated two hours back;
//! - a fence `simulator` starts the provider simulator with one fault rule per line;
//! - a fence `env` sets variables, `NAME=VALUE`; an empty value unsets;
//! - a fence `lock` holds the database's write lock (SQLite) for the rest of the page;
//! - a fence `console` holds `$ gloss …` lines, each with the output it must give.
//!
//! A first line below the title `Only: sqlite` keeps a page from other databases.

/// What a page asks of the runner, with the lines it stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    File { name: String, text: String },
    Simulator { rules: Vec<String> },
    Env { name: String, value: String },
    Lock,
    Aged { name: String },
    Command { line: String, expected: Vec<String>, first: usize, last: usize },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub steps: Vec<Step>,
    pub only: Option<String>,
}

impl Page {
    pub fn parse(text: &str) -> Self {
        let lines: Vec<&str> = text.lines().collect();
        let only = lines.iter().find_map(|line| line.strip_prefix("Only: ")).map(str::to_owned);
        let mut steps = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            let Some(info) = lines[at].strip_prefix("```").filter(|info| !info.is_empty()) else {
                at += 1;
                continue;
            };
            // A longer fence may hold shorter ones.
            let ticks =
                "```".to_owned() + &"`".repeat(info.len() - info.trim_start_matches('`').len());
            let body = at + 1;
            let end = (body..lines.len()).find(|i| lines[*i] == ticks).unwrap_or(lines.len());
            fence(info.trim_start_matches('`'), &lines[body..end], body, &mut steps);
            at = end + 1;
        }
        Self { steps, only }
    }
}

fn fence(info: &str, body: &[&str], first: usize, steps: &mut Vec<Step>) {
    if let Some((_, name)) = info.split_once("file=") {
        let text = body.iter().map(|line| format!("{line}\n")).collect();
        steps.push(Step::File { name: name.trim().to_owned(), text });
        return;
    }
    let words = || body.iter().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
    match info {
        "simulator" => steps.push(Step::Simulator { rules: words().collect() }),
        "lock" => steps.push(Step::Lock),
        "aged" => steps.extend(words().map(|name| Step::Aged { name })),
        "env" => steps.extend(words().filter_map(|line| {
            let (name, value) = line.split_once('=')?;
            Some(Step::Env { name: name.to_owned(), value: value.to_owned() })
        })),
        "console" => console(body, first, steps),
        _ => {}
    }
}

fn console(body: &[&str], first: usize, steps: &mut Vec<Step>) {
    let starts: Vec<usize> = (0..body.len()).filter(|i| body[*i].starts_with("$ ")).collect();
    for (n, start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(body.len());
        steps.push(Step::Command {
            line: body[*start][2..].to_owned(),
            expected: body[start + 1..end].iter().map(|line| (*line).to_owned()).collect(),
            first: first + start + 1,
            last: first + end,
        });
    }
}
