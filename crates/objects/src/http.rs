//! Lets the house's own HTTP client carry S3's requests, so that its rules hold here too: no
//! redirects, no ambient proxies, and nobody waits for ever.

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use http_body_util::{BodyExt, StreamBody};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService,
};
use tokio::time::timeout;

/// A line slower than this is as good as broken. Bytes a second.
const SLOWEST: u64 = 128 << 10;
/// The longest answer, with pauses shorter than `patience` all the way.
const ANSWER_MAX: Duration = Duration::from_secs(3 * 3600);

#[derive(Debug, Clone)]
pub(crate) struct Connector {
    pub(crate) client: reqwest::Client,
    /// How long a service may say nothing.
    pub(crate) patience: Duration,
}

impl HttpConnector for Connector {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

#[async_trait]
impl HttpService for Connector {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let sending = Duration::from_secs(request.body().content_length() as u64 / SLOWEST);
        let request = request.map(reqwest::Body::wrap);
        let mut request = reqwest::Request::try_from(request).map_err(told)?;
        *request.timeout_mut() = Some(ANSWER_MAX);
        let answer = timeout(sending + self.patience, self.client.execute(request)).await;
        let answer: http::Response<reqwest::Body> =
            answer.map_err(|_| self.silent())?.map_err(told)?.into();
        let (head, body) = answer.into_parts();
        let body = StreamBody::new(
            self.clone().patient(body).map(|part| part.map(http_body::Frame::data)),
        );
        Ok(HttpResponse::from_parts(head, HttpResponseBody::new(body)))
    }
}

impl Connector {
    fn patient(self, body: reqwest::Body) -> impl Stream<Item = Result<Bytes, HttpError>> {
        let parts = body.into_data_stream();
        stream::unfold((self, parts), async |(connector, mut parts)| {
            let part = match timeout(connector.patience, parts.next()).await {
                Ok(part) => part?.map_err(told),
                Err(_) => Err(connector.silent()),
            };
            Some((part, (connector, parts)))
        })
        // It is looked at once more after its end.
        .fuse()
    }

    fn silent(&self) -> HttpError {
        HttpError::new(HttpErrorKind::Timeout, Silent(self.patience))
    }
}

#[derive(Debug)]
struct Silent(Duration);

impl fmt::Display for Silent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no answer within {:?}", self.0)
    }
}

impl std::error::Error for Silent {}

/// What we ask for may all be asked again, so a connection that breaks is worth another one.
fn told(error: reqwest::Error) -> HttpError {
    let kind = match &error {
        error if error.is_builder() => HttpErrorKind::Unknown,
        error if error.is_timeout() => HttpErrorKind::Timeout,
        error if error.is_connect() => HttpErrorKind::Connect,
        _ => HttpErrorKind::Interrupted,
    };
    HttpError::new(kind, error.without_url())
}
