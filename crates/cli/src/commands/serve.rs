//! `gloss serve`

use gloss_app::Result;
use gloss_server::{ServeOptions, Server, Token};

use super::Desk;
use crate::args::ServeArgs;
use crate::console::Console;
use crate::settings;

pub(super) async fn run(desk: &Desk, args: ServeArgs, console: &mut Console) -> Result<u8> {
    let token_file = settings::data_dir(&desk.global, console)?.join(Token::FILE_NAME);
    let token = Token::load_or_create(&token_file)?;
    let options =
        ServeOptions { workers: !args.no_workers, ..ServeOptions::new(args.listen, token) };
    let server = Server::bind(desk.app.clone(), options).await?;
    let address = server.address();
    console.note(&format!("serving http://{address}/v1; interrupt to stop"));
    let token_file = token_file.display();
    console.note(&format!(
        "try: curl -H \"Authorization: Bearer $(cat {token_file})\" http://{address}/v1/documents"
    ));
    let missing = desk.app.missing_key(&[]).filter(|_| !desk.app.has_any_key());
    if let Some(variable) = missing.filter(|_| !args.no_workers) {
        console.note(&format!("runs will wait: there is no {variable}"));
    }
    let stop = console.stop.clone();
    server.run(async move { stop.stopped().await }).await;
    Ok(0)
}
