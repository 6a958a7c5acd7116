//! Where objects are kept, as people say it: `file:///srv/gloss` or `s3://bucket/prefix`.

use std::fmt;
use std::path::PathBuf;

use object_store::path::Path;
use reqwest::Url;

use crate::error::ObjectsError;
use crate::secret::Secret;

const REGION_DEFAULT: &str = "us-east-1";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    Folder(PathBuf),
    Bucket(Bucket),
}

/// A bucket of anyone who speaks S3, and who we are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    pub name: String,
    /// Before every key; empty is none.
    pub prefix: Path,
    pub region: String,
    /// None is AWS.
    pub endpoint: Option<String>,
    pub key_id: String,
    pub secret: Secret,
    pub token: Option<Secret>,
}

impl Address {
    /// `get` answers for the variables that S3's own clients read.
    pub fn read(url: &str, get: impl Fn(&str) -> Option<String>) -> Result<Self, ObjectsError> {
        let bad = |problem: &str| ObjectsError::InvalidUrl { problem: problem.to_owned() };
        let url = Url::parse(url.trim()).map_err(|_| bad("it is not a URL"))?;
        // Such a URL is kept in shell histories and shown in errors.
        if !url.username().is_empty() || url.password().is_some() {
            return Err(bad("keys do not belong into it"));
        }
        if url.query().is_some() || url.fragment().is_some() || url.port().is_some() {
            return Err(bad("it has more than a place: no port, `?` or `#`"));
        }
        match url.scheme() {
            "file" => {
                let path = url.to_file_path().map_err(|()| bad("it is no folder of this machine"));
                path.map(Self::Folder)
            }
            "s3" => bucket(&url, get).map(Self::Bucket),
            other => Err(bad(&format!("`{other}:` is not known"))),
        }
    }
}

fn bucket(url: &Url, get: impl Fn(&str) -> Option<String>) -> Result<Bucket, ObjectsError> {
    let bad = |problem: String| ObjectsError::InvalidUrl { problem };
    let name = url.host_str().unwrap_or_default();
    let plain = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'-' || c == b'.';
    if !(3..=63).contains(&name.len()) || !name.bytes().all(plain) {
        return Err(bad(format!("`{name}` is no name of a bucket")));
    }
    let prefix = url.path().trim_matches('/');
    let prefix = Path::from_url_path(prefix)
        .map_err(|_| bad(format!("`{prefix}` is no prefix for the names of objects")))?;
    let endpoint = get("AWS_ENDPOINT_URL_S3").or_else(|| get("AWS_ENDPOINT_URL"));
    let allow_http = get("AWS_ALLOW_HTTP").is_some_and(|text| text.trim() == "true");
    let endpoint = endpoint.map(|text| checked(text.trim(), allow_http)).transpose()?;
    let key = |name: &'static str| get(name).ok_or(ObjectsError::NoKey { variable: name });
    Ok(Bucket {
        name: name.to_owned(),
        prefix,
        region: get("AWS_REGION")
            .or_else(|| get("AWS_DEFAULT_REGION"))
            .map_or_else(|| REGION_DEFAULT.to_owned(), |text| text.trim().to_owned()),
        endpoint,
        key_id: key("AWS_ACCESS_KEY_ID")?.trim().to_owned(),
        secret: Secret::new(&key("AWS_SECRET_ACCESS_KEY")?),
        token: get("AWS_SESSION_TOKEN").map(|text| Secret::new(&text)),
    })
}

/// Documents travel there: in the clear only where nobody can listen, or when told so.
fn checked(text: &str, allow_http: bool) -> Result<String, ObjectsError> {
    let bad = |problem: &'static str| ObjectsError::InvalidEndpoint { problem };
    let url = Url::parse(text).map_err(|_| bad("it is not a URL"))?;
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() {
        return Err(bad("it has more than an address"));
    }
    let loopback = match url.host_str() {
        Some("localhost" | "[::1]") => true,
        Some(host) => host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback()),
        None => return Err(bad("it names no host")),
    };
    match url.scheme() {
        "https" => {}
        "http" if loopback || allow_http => {}
        "http" => return Err(bad("http:// to another machine can be read on the way")),
        _ => return Err(bad("it is neither https nor http")),
    }
    Ok(text.trim_end_matches('/').to_owned())
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) => path.display().fmt(f),
            Self::Bucket(bucket) => bucket.fmt(f),
        }
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}", self.name)?;
        if !self.prefix.is_root() {
            write!(f, "/{}", self.prefix)?;
        }
        self.endpoint.iter().try_for_each(|endpoint| write!(f, " at {endpoint}"))
    }
}

#[cfg(test)]
mod tests;
