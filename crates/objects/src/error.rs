//! What can go wrong with objects, each with what to do about it.

use std::error::Error;

use object_store::client::HttpError;

use crate::key::Key;

/// Kept of what a service says.
const REASON_CHARS_MAX: usize = 300;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ObjectsError {
    #[error("GLOSS_OBJECTS_URL cannot be used: {problem}")]
    InvalidUrl { problem: String },
    #[error("AWS_ENDPOINT_URL cannot be used: {problem}")]
    InvalidEndpoint { problem: &'static str },
    #[error("the bucket cannot be used without a key: {variable} is not set")]
    NoKey { variable: &'static str },
    #[error("the object store {place} cannot be reached: {reason}")]
    Unreachable { place: String, reason: String },
    #[error("the object store {place} refuses: {reason}")]
    Refused { place: String, reason: String },
    #[error("the object store {place} has no such bucket")]
    NoBucket { place: String },
    #[error("the object store {place} cannot be used: {reason}")]
    Failed { place: String, reason: String },
    #[error("object {key} is not in {place}")]
    Missing { place: String, key: Key },
    #[error(
        "object {key} in {place} is damaged: its bytes are not those that its name was made of"
    )]
    Damaged { place: String, key: Key },
    #[error("object {key} in {place} has {bytes} bytes; none of ours has more than {bytes_max}")]
    TooLarge { place: String, key: Key, bytes: u64, bytes_max: u64 },
}

impl ObjectsError {
    /// Stable, for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidUrl { .. } => "invalid_objects_url",
            Self::InvalidEndpoint { .. } => "invalid_objects_endpoint",
            Self::NoKey { .. } => "object_store_key_missing",
            Self::Unreachable { .. } => "object_store_unreachable",
            Self::Refused { .. } => "object_store_refused",
            Self::NoBucket { .. } => "object_store_no_bucket",
            Self::Failed { .. } => "object_store_failed",
            Self::Missing { .. } => "object_missing",
            Self::Damaged { .. } => "object_damaged",
            Self::TooLarge { .. } => "object_too_large",
        }
    }

    pub const fn hint(&self) -> &'static str {
        match self {
            Self::InvalidUrl { .. } => {
                "give file:///a/folder or s3://bucket/prefix; \
                 without it the folder `objects` in the data directory is used"
            }
            Self::InvalidEndpoint { .. } => {
                "give the address of the S3 service, such as https://s3.example; http:// is for \
                 this machine, or for a network you trust with AWS_ALLOW_HTTP=true"
            }
            Self::NoKey { .. } => "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
            Self::Unreachable { .. } => {
                "check GLOSS_OBJECTS_URL and AWS_ENDPOINT_URL, and that the service runs; \
                 then try again"
            }
            Self::Refused { .. } => {
                "check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_REGION; \
                 the key must be allowed to get, put, list and delete objects"
            }
            Self::NoBucket { .. } => "make the bucket, or name another one in GLOSS_OBJECTS_URL",
            Self::Failed { .. } => {
                "check the free space, and that you may read and write there \
                 (GLOSS_OBJECTS_URL, GLOSS_DATA_DIR)"
            }
            Self::Missing { .. } => {
                "put it back from a copy, or ingest the same file again; \
                 `gloss doctor` tells what else is missing"
            }
            Self::Damaged { .. } => {
                "put it back from a copy, or delete it and ingest the same file again; \
                 `gloss doctor` tells what else is damaged"
            }
            Self::TooLarge { .. } => "something else has written it: put it back from a copy",
        }
    }

    /// In the words of whoever answered.
    pub(crate) fn from_store(place: &str, key: Option<&Key>, error: &object_store::Error) -> Self {
        use object_store::Error as E;
        let place = place.to_owned();
        let (text, broken) = (error.to_string(), broken(error));
        let code = tagged(&text, "Code").unwrap_or_default();
        let reason = reason(error, &text);
        match (error, key) {
            _ if code == "NoSuchBucket" => Self::NoBucket { place },
            (E::NotFound { .. }, Some(key)) => Self::Missing { place, key: key.clone() },
            (E::PermissionDenied { .. } | E::Unauthenticated { .. }, _) => {
                Self::Refused { place, reason }
            }
            _ if WRONG_ACCESS.contains(&code) || text.contains("status code: 403") => {
                Self::Refused { place, reason }
            }
            _ if broken || text.contains("status code: 5") || code == "SlowDown" => {
                Self::Unreachable { place, reason }
            }
            _ if text.contains("redirect") => Self::Refused { place, reason },
            _ => Self::Failed { place, reason },
        }
    }
}

/// They come as 400, which tells nothing.
const WRONG_ACCESS: [&str; 5] = [
    "AuthorizationHeaderMalformed",
    "ExpiredToken",
    "InvalidToken",
    "PermanentRedirect",
    "RequestTimeTooSkewed",
];

/// No answer at all.
fn broken(error: &object_store::Error) -> bool {
    causes(error).any(|cause| cause.downcast_ref::<HttpError>().is_some())
}

/// `Code: Message` of the service's XML; else the innermost cause, as the outer ones repeat it.
fn reason(error: &object_store::Error, text: &str) -> String {
    let told = match (tagged(text, "Code"), tagged(text, "Message")) {
        (Some(code), Some(message)) => format!("{code}: {message}"),
        (Some(code), None) => code.to_owned(),
        (None, _) => causes(error).last().map(ToString::to_string).unwrap_or_default(),
    };
    told.trim().trim_end_matches(':').chars().take(REASON_CHARS_MAX).collect()
}

fn causes<'e>(error: &'e object_store::Error) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    let first: &(dyn Error + 'static) = error;
    std::iter::successors(Some(first), |cause| (*cause).source())
}

fn tagged<'t>(text: &'t str, tag: &str) -> Option<&'t str> {
    let (_, after) = text.split_once(&format!("<{tag}>"))?;
    after.split_once(&format!("</{tag}>")).map(|(inside, _)| inside)
}
