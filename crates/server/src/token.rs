//! The one token of an installation without accounts: a file only its owner can read.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;

use gloss_app::{Error, ErrorKind, Result};
use subtle::ConstantTimeEq;

/// 160 random bits cannot be guessed.
const RANDOM_BYTES: usize = 20;
const PREFIX: &str = "gls_";
/// A file with a shorter token was not written by us, or not wholly.
const TOKEN_CHARS_MIN: usize = PREFIX.len() + 2 * RANDOM_BYTES;

/// A secret that is never printed and compared in constant time.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// The usual name of the file, in the data directory.
    pub const FILE_NAME: &'static str = "token";

    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// Reads the token, or at the first start makes one up and keeps it in a file with mode 0600.
    ///
    /// # Errors
    /// A file that others may read or write is refused, and so is one without a token.
    pub fn load_or_create(path: &Path) -> Result<Self> {
        match load(path)? {
            Some(token) => Ok(token),
            None => create(path),
        }
    }

    pub(crate) fn is(&self, given: &str) -> bool {
        self.0.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

fn load(path: &Path) -> Result<Option<Token>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(path, "read", &error)),
    };
    refuse_shared(path)?;
    let secret = text.trim();
    let plain = secret.bytes().all(|byte| byte.is_ascii_graphic());
    if !plain || !secret.starts_with(PREFIX) || secret.len() < TOKEN_CHARS_MIN {
        let message = format!("{} holds no token", path.display());
        return Err(Error::invalid("token_file_invalid", message)
            .hint("remove the file; the next start writes a new token"));
    }
    Ok(Some(Token::new(secret)))
}

/// Written beside its place and then linked there, so that of two servers that start at once both
/// take the same whole token.
fn create(path: &Path) -> Result<Token> {
    let random: [u8; RANDOM_BYTES] = rand::random();
    let digits: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    let token = Token(format!("{PREFIX}{digits}"));
    let write = || -> io::Result<bool> {
        let folder = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(folder)?;
        // A named temporary file has mode 0600 from its first moment.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        writeln!(file, "{}", token.0)?;
        file.as_file().sync_all()?;
        match file.persist_noclobber(path) {
            Ok(_) => Ok(true),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(error) => Err(error.error),
        }
    };
    if write().map_err(|error| failed(path, "write", &error))? {
        return Ok(token);
    }
    load(path)?.ok_or_else(|| failed(path, "read", &io::ErrorKind::NotFound.into()))
}

#[cfg(unix)]
fn refuse_shared(path: &Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path).map_err(|error| failed(path, "read", &error))?;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let shown = path.display();
    let message = format!("the token file {shown} is open to others (mode {mode:04o})");
    Err(Error::invalid("token_file_shared", message)
        .hint(format!("chmod 600 {shown}; if others may have read it, remove it instead")))
}

#[cfg(not(unix))]
fn refuse_shared(_: &Path) -> Result<()> {
    Ok(())
}

fn failed(path: &Path, what: &str, error: &io::Error) -> Error {
    let message = format!("cannot {what} the token file {}: {error}", path.display());
    Error::new(ErrorKind::Unavailable, "token_file", message)
        .hint("check the rights of the data directory (GLOSS_DATA_DIR)")
}

#[cfg(test)]
mod tests {
    use super::{TOKEN_CHARS_MIN, Token};

    #[test]
    fn a_token_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/token");
        let token = Token::load_or_create(&path).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.trim().len(), TOKEN_CHARS_MIN);
        assert!(Token::load_or_create(&path).unwrap().is(text.trim()));
        assert!(token.is(text.trim()));
        assert!(!token.is(&text.trim()[1..]));
        assert!(!token.is(""));
        assert_eq!(format!("{token:?}"), "Token(…)");
    }

    #[test]
    fn servers_that_start_at_once_share_one_token() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let tokens: Vec<Token> = std::thread::scope(|scope| {
            let starts: Vec<_> =
                (0..8).map(|_| scope.spawn(|| Token::load_or_create(&path).unwrap())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert!(tokens.iter().all(|token| token.is(&tokens[0].0)));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        Token::load_or_create(&path).unwrap();
        let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = Token::load_or_create(&path).unwrap_err();
        assert_eq!(error.code, "token_file_shared");
        assert!(error.message.ends_with("is open to others (mode 0640)"), "{error}");
    }

    #[test]
    fn a_file_without_a_token_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        Token::load_or_create(&path).unwrap();
        for text in ["", "gls_short", "not a token, although it is long enough for one to be"] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(Token::load_or_create(&path).unwrap_err().code, "token_file_invalid");
        }
    }
}
