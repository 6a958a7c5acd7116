//! The one HTTP client: deadlines, a body limit, no redirects, no ambient proxies.

use std::fmt;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};

use futures::StreamExt;
use reqwest::Response;
use reqwest::header::HeaderMap;
pub use reqwest::multipart::{Form, Part};
pub use reqwest::{Error, RequestBuilder, StatusCode};

/// A reply larger than this is not read further.
pub(crate) const BODY_BYTES_MAX: usize = 8 << 20;
/// Error texts are kept this far; providers sometimes answer with a whole web page.
const MESSAGE_CHARS_MAX: usize = 500;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// A provider that asks for more patience than this is not believed.
const RETRY_AFTER_MAX: Duration = Duration::from_secs(15 * 60);

/// A client for one provider. `timeout` bounds the whole call, reading included.
pub fn client(timeout: Duration) -> reqwest::Client {
    static CRYPTO: OnceLock<()> = OnceLock::new();
    CRYPTO.get_or_init(|| {
        // Fails only when the embedding program has chosen a provider already, which is as good.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    reqwest::Client::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .timeout(timeout)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .user_agent(concat!("gloss/", env!("CARGO_PKG_VERSION")))
        .build()
        .expect("a client without custom certificates always builds")
}

/// Why a body was not read to its end.
#[derive(Debug)]
pub enum BodyError {
    Broken(reqwest::Error),
    Larger { bytes_max: usize },
}

impl fmt::Display for BodyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(error) => error.fmt(f),
            Self::Larger { bytes_max } => write!(f, "longer than {bytes_max} bytes"),
        }
    }
}

/// Reads a body, but no further than `bytes_max`.
pub async fn body(response: Response, bytes_max: usize) -> Result<Vec<u8>, BodyError> {
    let mut body = Vec::new();
    let mut bytes = response.bytes_stream();
    while let Some(chunk) = bytes.next().await {
        body.extend_from_slice(&chunk.map_err(BodyError::Broken)?);
        if body.len() > bytes_max {
            return Err(BodyError::Larger { bytes_max });
        }
    }
    Ok(body)
}

/// How long the provider asks to wait: `retry-after-ms`, else `retry-after` in seconds or as a
/// date, which is read against the response's own `date`, so that clocks need not agree.
pub(crate) fn retry_after_ms(headers: &HeaderMap) -> Option<u64> {
    let text = |name: &str| headers.get(name)?.to_str().ok().map(str::trim);
    let seconds = |text: &str| text.parse::<f64>().ok().filter(|s| s.is_finite() && *s >= 0.0);
    let date = |text: &str| httpdate::parse_http_date(text).ok();
    let wait = if let Some(ms) = text("retry-after-ms").and_then(seconds) {
        Duration::try_from_secs_f64(ms / 1000.0).ok()?
    } else {
        let asked = text("retry-after")?;
        match seconds(asked) {
            Some(seconds) => Duration::try_from_secs_f64(seconds).ok()?,
            None => {
                let until: SystemTime = date(asked)?;
                until.duration_since(text("date").and_then(date)?).unwrap_or_default()
            }
        }
    };
    u64::try_from(wait.min(RETRY_AFTER_MAX).as_millis()).ok()
}

pub(crate) fn cut(message: &str) -> String {
    message.chars().filter(|c| *c != '\0').take(MESSAGE_CHARS_MAX).collect()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::retry_after_ms;

    #[track_caller]
    fn check(headers: &[(&'static str, &'static str)], expect: Option<u64>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, value.parse().expect("a header value"));
        }
        assert_eq!(retry_after_ms(&map), expect, "{headers:?}");
    }

    #[test]
    fn reads_every_form_of_retry_after() {
        check(&[], None);
        check(&[("retry-after", "2")], Some(2000));
        check(&[("retry-after", "0.5")], Some(500));
        check(&[("retry-after-ms", "250"), ("retry-after", "9")], Some(250));
        let date = ("date", "Fri, 20 Nov 2026 10:00:00 GMT");
        check(&[("retry-after", "Fri, 20 Nov 2026 10:00:03 GMT"), date], Some(3000));
        check(&[("retry-after", "Fri, 20 Nov 2026 09:00:00 GMT"), date], Some(0));
        check(&[("retry-after", "Fri, 20 Nov 2026 10:00:03 GMT")], None);
        check(&[("retry-after", "31536000")], Some(900_000));
        check(&[("retry-after", "1e300")], None);
        check(&[("retry-after", "-1")], None);
        check(&[("retry-after", "soon")], None);
    }
}
