//! The table of verbs: one file each, one line here.

use std::process::ExitCode;

use crate::{bench, chaos, ci, pg, regenerate, sim, test, tidy};

mod docling;
mod malice;
mod python;
mod s3;
mod sdk;

/// What a verb returns: its exit code, or what failed and what to do (exit code 1).
pub(crate) type Outcome = Result<ExitCode, String>;

pub(crate) struct Verb {
    pub(crate) name: &'static str,
    pub(crate) help: &'static str,
    pub(crate) run: fn(&[String]) -> Outcome,
}

const VERBS: &[&Verb] = &[
    &ci::VERB,
    &test::VERB,
    &tidy::VERB,
    &pg::VERB,
    &sim::VERB,
    &chaos::VERB,
    &bench::VERB,
    &sdk::VERB,
    &docling::VERB,
    &malice::VERB,
    &s3::VERB,
    &regenerate::VERB,
];

const EXIT_USAGE: u8 = 2;

pub(crate) fn main(args: &[String]) -> ExitCode {
    let Some((name, rest)) = args.split_first() else {
        println!("{}", help());
        return ExitCode::SUCCESS;
    };
    if ["help", "--help", "-h"].contains(&name.as_str()) {
        println!("{}", help());
        return ExitCode::SUCCESS;
    }
    let Some(verb) = VERBS.iter().find(|verb| verb.name == name) else {
        eprintln!("error: there is no verb `{name}`\n\n{}", help());
        return ExitCode::from(EXIT_USAGE);
    };
    (verb.run)(rest).unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::FAILURE
    })
}

/// For verbs that take no arguments: a stray one is a mistake worth stopping for.
pub(crate) fn no_arguments(args: &[String]) -> Result<(), String> {
    match args.first() {
        None => Ok(()),
        Some(stray) => Err(format!("`{stray}` is not expected here; this verb takes no arguments")),
    }
}

fn help() -> String {
    let mut text = String::from("Usage: cargo xtask VERB [ARGS]\n");
    for verb in VERBS {
        let mut margin = verb.name;
        for line in verb.help.lines() {
            text.push_str(&format!("\n  {margin:6}{line}"));
            margin = "";
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn help_names_every_verb_once() {
        for verb in VERBS {
            let entries = help().lines().filter(|l| l.trim_start().starts_with(verb.name)).count();
            assert_eq!(entries, 1, "{}", verb.name);
        }
    }

    #[test]
    fn a_stray_argument_is_refused() {
        assert!(no_arguments(&[]).is_ok());
        assert!(no_arguments(&["--all".to_owned()]).is_err());
    }
}
