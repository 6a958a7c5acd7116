//! One real process of `gloss`: started, signalled, waited for.

use std::io::Write;
use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::CALLS_PER_WORKER;
use super::launch::Launcher;

/// Once asked to end, a process has calls of a fraction of a second to wait for.
const DRAIN_MAX: Duration = Duration::from_secs(10);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Worker,
    Server,
}

pub(super) struct Process {
    pub(super) role: Role,
    pub(super) pid: u32,
    child: Child,
    printed: JoinHandle<String>,
}

impl Process {
    pub(super) fn worker(launcher: &Launcher, place: &str) -> Self {
        let line = format!("gloss worker --json --concurrency {CALLS_PER_WORKER}");
        let mut command = launcher.command(&line);
        command.stderr(launcher.log(place));
        Self::start(Role::Worker, command)
    }

    /// Its port is its own choice, so that no other program can be there first.
    pub(super) fn server(
        launcher: &Launcher,
        place: &str,
        address: &watch::Sender<Option<SocketAddr>>,
    ) -> Self {
        let mut command = launcher.command("gloss serve --no-workers --listen 127.0.0.1:0");
        command.stderr(Stdio::piped());
        let mut process = Self::start(Role::Server, command);
        let stderr = process.child.stderr.take().expect("piped");
        tokio::spawn(listen(stderr, launcher.log(place), address.clone()));
        process
    }

    fn start(role: Role, mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("a process can be started");
        let pid = child.id().expect("it has just begun");
        let printed = tokio::spawn(read(child.stdout.take().expect("piped")));
        Self { role, pid, child, printed }
    }

    /// How it ended, if it did without being asked.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be looked at")
    }

    pub(super) async fn signal(&self, name: &str) {
        let mut kill = Command::new("kill");
        let told = kill.arg(format!("-{name}")).arg(self.pid.to_string()).status().await;
        assert!(told.expect("kill runs").success(), "no process {} for {name}", self.pid);
    }

    /// Nothing of the process runs after SIGKILL.
    pub(super) async fn kill(&mut self) {
        self.child.kill().await.expect("a child can be killed");
    }

    /// Asks it to end, and hears its last words: a worker's report.
    ///
    /// # Errors
    /// It did not end in time, or not well.
    pub(super) async fn drain(&mut self) -> Result<Value, String> {
        self.signal("TERM").await;
        let (role, pid) = (self.role, self.pid);
        let Ok(status) = timeout(DRAIN_MAX, self.child.wait()).await else {
            self.kill().await;
            return Err(format!("{role:?} {pid} did not end within {DRAIN_MAX:?} of SIGTERM"));
        };
        let status = status.expect("a child can be waited for");
        if !status.success() {
            return Err(format!("{role:?} {pid} was asked to end and said {status}"));
        }
        let printed = (&mut self.printed).await.expect("its output is read");
        // A test's own harness prints before and after it.
        let json = printed.find('{').zip(printed.rfind('}'));
        Ok(json
            .and_then(|(from, to)| serde_json::from_str(&printed[from..=to]).ok())
            .unwrap_or(Value::Null))
    }
}

async fn read(mut stdout: ChildStdout) -> String {
    let mut text = String::new();
    // Killed in the middle of a character, it has said nothing that counts.
    let _ = stdout.read_to_string(&mut text).await;
    text
}

/// Copies what the server says to its log, and notes where it listens.
async fn listen(
    stderr: ChildStderr,
    mut log: std::fs::File,
    address: watch::Sender<Option<SocketAddr>>,
) {
    let mut lines = BufReader::new(stderr).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let found = line.strip_prefix("serving http://").and_then(|rest| rest.split('/').next());
        if let Some(found) = found.and_then(|text| text.parse().ok()) {
            address.send_replace(Some(found));
        }
        writeln!(log, "{line}").expect("a log file can be written");
    }
}
