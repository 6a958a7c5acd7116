//! PgBouncer in transaction mode, in front of the test server.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::Database;

/// Server connections: few, so that clients meet a different one all the time.
const SERVER_CONNECTIONS: u32 = 3;
const READY_TRIES: u32 = 200;

/// Ends with the test.
#[derive(Debug)]
pub struct Pooler {
    child: Child,
    url: String,
}

impl Pooler {
    /// None where PgBouncer is not installed; with `REQUIRE_POSTGRES=1` that fails.
    pub async fn start(database: &Database) -> Option<Self> {
        let installed = Command::new("pgbouncer").arg("--version").stdout(Stdio::null()).status();
        if installed.is_err() {
            let required = std::env::var("REQUIRE_POSTGRES").is_ok_and(|value| value == "1");
            assert!(!required, "REQUIRE_POSTGRES=1 and no PgBouncer: install `pgbouncer`");
            eprintln!("skipped: PgBouncer is not installed");
            return None;
        }
        let (server, schema) = parts(database.url());
        let port = free_port();
        let ini = database.dir().join("pgbouncer.ini");
        std::fs::write(&ini, configuration(&server, &schema, port)).expect("a file is written");
        let mut command = Command::new("pgbouncer");
        // Like the server it refuses root; this folder is the test's own.
        if std::fs::metadata("/proc/self").is_ok_and(|me| owner(&me) == 0) {
            std::fs::set_permissions(database.dir(), open_to_all()).expect("it is ours");
            command.args(["-u", "nobody"]);
        }
        let child = command
            .arg("--quiet")
            .arg(&ini)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("pgbouncer starts");
        let url = format!("postgres://{}@127.0.0.1:{port}/pooled?pooler=transaction", server.user);
        let pooler = Self { child, url };
        for _ in 0..READY_TRIES {
            if std::net::TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(pooler);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("PgBouncer does not listen on port {port}");
    }

    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Server {
    user: String,
    host: String,
    port: String,
    database: String,
}

/// `postgres://USER@HOST:PORT/NAME?…&application_name=SCHEMA`, as the test databases have it.
fn parts(url: &str) -> (Server, String) {
    let (base, query) = url.split_once('?').expect("a query");
    let rest = base.split_once("://").expect("a scheme").1;
    let (user, rest) = rest.split_once('@').expect("a user");
    let (host, rest) = rest.split_once(':').expect("a host");
    let (port, database) = rest.split_once('/').expect("a port");
    let [user, host, port, database] = [user, host, port, database].map(str::to_owned);
    let schema = query.rsplit('=').next().expect("a schema").to_owned();
    (Server { user, host, port, database }, schema)
}

fn configuration(server: &Server, schema: &str, port: u16) -> String {
    let Server { user, host, port: server_port, database } = server;
    format!(
        "[databases]\n\
         pooled = host={host} port={server_port} dbname={database} user={user} \
         connect_query='SET search_path TO {schema}'\n\
         [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
         auth_type = any\npool_mode = transaction\ndefault_pool_size = {SERVER_CONNECTIONS}\n\
         max_client_conn = 100\nignore_startup_parameters = extra_float_digits\n"
    )
}

fn free_port() -> u16 {
    let socket = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    socket.local_addr().expect("an address").port()
}

fn owner(metadata: &std::fs::Metadata) -> u32 {
    std::os::unix::fs::MetadataExt::uid(metadata)
}

fn open_to_all() -> std::fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o755)
}
