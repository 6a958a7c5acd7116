//! Whom the server runs as: PostgreSQL refuses root, which is who a container's person often is.

use std::process::{Command, Stdio};

use crate::run;

/// `sh`, run as ourselves, or as an ordinary user if we are root.
pub(super) fn shell() -> Result<Command, String> {
    if run::output("id", &["-u"]).as_deref() != Some("0") {
        return Ok(Command::new("sh"));
    }
    let user =
        ["postgres", "nobody"].into_iter().find(|user| run::output("id", &["-u", user]).is_some());
    let user = user.ok_or("we are root, and there is no user `postgres` or `nobody` to run as")?;
    let found = ways_to_become(user).into_iter().find(|way| works(way));
    let way = found.ok_or(format!("none of setpriv, runuser and su could switch to `{user}`"))?;
    let mut command = command(&way);
    command.arg("sh");
    Ok(command)
}

/// Prefixes that run the command after them as `user`, the most direct first.
fn ways_to_become(user: &str) -> Vec<Vec<String>> {
    let group = run::output("id", &["-g", user]).unwrap_or_default();
    let setpriv = ["setpriv", "--reuid", user, "--regid", &group, "--clear-groups", "--"];
    let runuser = ["runuser", "-u", user, "--"];
    let su = ["su", "-s", "/bin/sh", "-c", r#"exec "$0" "$@""#, "--", user];
    [&setpriv[..], &runuser[..], &su[..]]
        .map(|way| way.iter().map(|w| (*w).to_owned()).collect())
        .into()
}

fn works(way: &[String]) -> bool {
    let mut trial = command(way);
    trial.arg("true").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    trial.status().is_ok_and(|status| status.success())
}

fn command(way: &[String]) -> Command {
    let mut command = Command::new(&way[0]);
    command.args(&way[1..]);
    command
}
