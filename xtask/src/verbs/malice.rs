//! `cargo xtask malice`: watches what a harmful file makes its reader ask of the system.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::Instant;

use crate::run;
use crate::verbs::{Outcome, Verb, no_arguments};

pub(crate) const VERB: Verb = Verb {
    name: "malice",
    help: "Read every harmful file under strace: nothing may be opened, connected or started.\n\
           Needs strace",
    run: malice,
};

/// What opens, connects, starts or changes anything; and what takes the right to.
const WATCHED: &str = "trace=%network,open,openat,openat2,creat,execve,execveat,rename,renameat,\
                       renameat2,unlink,unlinkat,mkdir,mkdirat,link,symlink,truncate,prlimit64";
/// A reader is done with a file, one way or the other, by then.
const SECONDS_MAX: f32 = 5.0;
const TYPES: &[&str] = &["md", "txt", "docx", "pdf", "pptx", "xlsx", "html", "csv"];

fn malice(args: &[String]) -> Outcome {
    no_arguments(args)?;
    let packages = ["--package", "gloss-cli", "--package", "gloss-testkit"];
    let built = run::status(run::cargo(&["build", "--release", "--quiet"]).args(packages))?;
    if !built.success() {
        return Ok(run::exit_code(built));
    }
    let bin = run::target().join("release");
    let folder = run::target().join("malice");
    let _ = fs::remove_dir_all(&folder);
    let written = run::status(Command::new(bin.join("gloss-malice")).arg(&folder))?;
    if !written.success() {
        return Ok(run::exit_code(written));
    }
    let mut files: Vec<_> = fs::read_dir(&folder)
        .map_err(|error| error.to_string())?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    let (mut watched, mut bad, mut refused, mut slowest) = (0, 0, 0, 0.0_f32);
    for file in files {
        let extension = file.extension().unwrap_or_default().to_string_lossy().into_owned();
        // What no reader takes never gets to one.
        if !TYPES.contains(&extension.as_str()) {
            continue;
        }
        let seen = watch(&bin.join("gloss"), &extension, &file)?;
        watched += 1;
        refused += seen.refused;
        slowest = slowest.max(seen.seconds);
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !seen.let_through.is_empty() || seen.seconds > SECONDS_MAX {
            bad += 1;
            println!("BAD  {name}  {:.2} s", seen.seconds);
            seen.let_through.iter().for_each(|call| println!("     {call}"));
        } else {
            println!("ok   {name}  {:.2} s", seen.seconds);
        }
    }
    println!(
        "{watched} files, {bad} bad; slowest {slowest:.2} s under strace; \
         {refused} calls were refused"
    );
    Ok(if bad == 0 && watched > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

struct Seen {
    seconds: f32,
    /// Calls that the system refused.
    refused: usize,
    /// Calls that had their way after the reader gave its rights up.
    let_through: Vec<String>,
}

fn watch(gloss: &Path, extension: &str, file: &Path) -> Result<Seen, String> {
    let log = file.with_extension(format!("{extension}.strace"));
    let input = File::open(file).map_err(|error| error.to_string())?;
    let started = Instant::now();
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-e", WATCHED, "-o"]).arg(&log).arg(gloss);
    strace.args(["convert-child", extension]).env_clear();
    strace.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    strace.envs([("RAYON_NUM_THREADS", "1"), ("MALLOC_ARENA_MAX", "1")]);
    strace.stdin(input).stdout(Stdio::null()).stderr(Stdio::null());
    run::status(&mut strace).map_err(|error| format!("{error}; install strace"))?;
    let seconds = started.elapsed().as_secs_f32();
    let calls = fs::read_to_string(&log).map_err(|error| error.to_string())?;
    // The last of the rights to go is the first bound on files: after it nothing may be opened.
    let bound = calls.find("RLIMIT_NOFILE, {").ok_or("the reader never gave up its rights")?;
    let watched = |call: &&str| !call.contains("prlimit64(") && call.contains('(');
    let (refused, let_through): (Vec<&str>, Vec<&str>) =
        calls[bound..].lines().skip(1).filter(watched).partition(|call| call.contains(" = -1 "));
    let let_through = let_through.into_iter().map(str::to_owned).collect();
    Ok(Seen { seconds, refused: refused.len(), let_through })
}
