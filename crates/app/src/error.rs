//! One error for all operations. Its kind picks the HTTP status and the exit code, once.

use std::fmt;

use gloss_store::StoreError;

pub type Result<T> = std::result::Result<T, Error>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The request itself is wrong; sending it again will not help.
    Invalid,
    /// Who is asking is not known.
    Unauthenticated,
    NotFound,
    /// The request is fine, but the state of things does not allow it.
    Conflict,
    /// Someone else changed it first; read it again.
    Stale,
    TooLarge,
    /// Something outside is missing or away; trying later may help.
    Unavailable,
    /// Our mistake.
    Internal,
}

impl ErrorKind {
    pub const ALL: &'static [Self] = &[
        Self::Invalid,
        Self::Unauthenticated,
        Self::NotFound,
        Self::Conflict,
        Self::Stale,
        Self::TooLarge,
        Self::Unavailable,
        Self::Internal,
    ];

    pub const fn http_status(self) -> u16 {
        match self {
            Self::Invalid => 400,
            Self::Unauthenticated => 401,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::Stale => 412,
            Self::TooLarge => 413,
            Self::Unavailable => 503,
            Self::Internal => 500,
        }
    }

    /// 1 is left to `gloss run` with failed blocks.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Invalid | Self::TooLarge => 2,
            Self::Unauthenticated => 3,
            Self::NotFound => 4,
            Self::Conflict => 5,
            Self::Stale => 6,
            Self::Unavailable => 7,
            Self::Internal => 70,
        }
    }
}

/// What failed, and what to do.
#[derive(Debug)]
pub struct Error {
    pub kind: ErrorKind,
    /// Stable, for programs: `schema_not_found`.
    pub code: &'static str,
    pub message: String,
    pub hint: Option<String>,
    /// For the log; people never see it.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    pub fn new(kind: ErrorKind, code: &'static str, message: impl Into<String>) -> Self {
        Self { kind, code, message: message.into(), hint: None, source: None }
    }

    pub fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Invalid, code, message)
    }

    pub fn not_found(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, code, message)
    }

    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Conflict, code, message)
    }

    pub fn internal(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        let message = format!("something went wrong inside Gloss: {source}");
        let mut error = Self::new(ErrorKind::Internal, "internal", message);
        error.source = Some(Box::new(source));
        error
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as &(dyn std::error::Error + 'static))
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let message = error.to_string();
        let with = |kind, code, hint: &str| Self::new(kind, code, message.clone()).hint(hint);
        match error {
            StoreError::InvalidUrl { .. } => with(
                ErrorKind::Invalid,
                "invalid_database_url",
                "give --database or GLOSS_DATABASE_URL, for example sqlite:gloss.db",
            ),
            StoreError::Unreachable { .. } => with(
                ErrorKind::Unavailable,
                "database_unreachable",
                "check the database URL, that the server runs, and that you may write there",
            ),
            StoreError::Locked => with(
                ErrorKind::Unavailable,
                "database_locked",
                "wait for the other process to finish, or stop it, then try again",
            ),
            StoreError::TooNew { .. } => with(
                ErrorKind::Conflict,
                "database_too_new",
                "upgrade Gloss, or use another database",
            ),
            StoreError::NeedsDirectConnection => with(
                ErrorKind::Conflict,
                "direct_connection_needed",
                "open it once with the server's own URL, for example by `gloss doctor`",
            ),
            StoreError::ProjectNotFound => with(
                ErrorKind::NotFound,
                "project_not_found",
                "`gloss projects list` shows what there is",
            ),
            StoreError::SqliteOnly { .. } => Self::invalid("sqlite_only", error.to_string()),
            StoreError::Inconsistent { .. } => with(
                ErrorKind::Internal,
                "database_inconsistent",
                "run `gloss doctor`, and keep a copy of the database",
            ),
            other => Self::internal(other),
        }
    }
}
