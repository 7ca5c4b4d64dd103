//! Failures on request: `[before:]ACTION`, to see what a client does when the gateway or the network lets it down.

use crate::codes::{self, Refusal};
use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{Response, StatusCode};
use hyper::body::Frame;
use std::fmt;
use std::io::{self, Write};
use std::pin::Pin;
use std::str::FromStr;
use std::task::{Context, Poll};

/// The parameter by which a caller in any language asks for a fault.
pub const PARAMETER: &str = "XPAY_SANDBOX_FAULT";

/// A failure. Without `before` the books are kept first: money moved, and the caller does not learn of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Whether it strikes before anything was done.
    pub before: bool,
    /// What the caller sees.
    pub action: Action,
}

/// What the caller of a faulty gateway sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// `hang`: no answer; the connection stays open until the caller leaves.
    Hang,
    /// `close`: the connection is closed without a byte.
    Close,
    /// `truncate=N`: complete headers, N bytes of the body, then closed.
    Truncate(usize),
    /// `status=NNN`: that HTTP status with a page of HTML.
    Status(StatusCode),
    /// `body=TEXT`: HTTP 200 with exactly this body.
    Body(String),
    /// `gzip`: the true answer, compressed.
    Gzip,
}

const GRAMMAR: &str = "[before:]hang|close|truncate=N|status=NNN|body=TEXT|gzip";

impl FromStr for Fault {
    type Err = crate::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).map_err(Into::into)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.before { "before:" } else { "" })?;
        match &self.action {
            Action::Hang => f.write_str("hang"),
            Action::Close => f.write_str("close"),
            Action::Truncate(bytes) => write!(f, "truncate={bytes}"),
            Action::Status(status) => write!(f, "status={}", status.as_u16()),
            Action::Body(text) => write!(f, "body={text}"),
            Action::Gzip => f.write_str("gzip"),
        }
    }
}

impl Fault {
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let (before, action) = match text.strip_prefix("before:") {
            Some(action) => (true, action),
            None => (false, text),
        };
        let action = parse_action(action).ok_or_else(|| codes::FAULT.with(PARAMETER, GRAMMAR))?;
        Ok(Self { before, action })
    }

    /// Turns the true answer into what the caller shall see. Never returns for `hang`.
    pub(crate) async fn apply(self, answer: String) -> io::Result<Response<Body>> {
        match self.action {
            Action::Hang => std::future::pending().await,
            Action::Close => {
                let mut nothing = Response::new(Body::empty());
                nothing.extensions_mut().insert(HangUp);
                Ok(nothing)
            }
            Action::Truncate(bytes) => Ok(truncated(&answer, bytes)),
            Action::Status(status) => Ok(page(status)),
            Action::Body(text) => Ok(json(text)),
            Action::Gzip => compressed(&answer),
        }
    }
}

fn parse_action(text: &str) -> Option<Action> {
    let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
    match (name, value) {
        ("hang", None) => Some(Action::Hang),
        ("close", None) => Some(Action::Close),
        ("gzip", None) => Some(Action::Gzip),
        ("truncate", Some(bytes)) => bytes.parse().ok().map(Action::Truncate),
        ("body", Some(text)) => Some(Action::Body(text.to_owned())),
        ("status", Some(status)) => {
            // An informational status is no answer: a client would go on waiting for one.
            let status = StatusCode::from_bytes(status.as_bytes()).ok()?;
            (!status.is_informational()).then_some(Action::Status(status))
        }
        _ => None,
    }
}

/// Marks a response that must never be sent: the server closes the connection instead.
#[derive(Clone)]
pub(crate) struct HangUp;

/// The shape of every true answer.
pub(crate) fn json(body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("application/json;charset=UTF-8"));
    response
}

fn page(status: StatusCode) -> Response<Body> {
    let text = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>");
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, hyper::header::HeaderValue::from_static("text/html;charset=UTF-8"));
    response
}

fn truncated(answer: &str, bytes: usize) -> Response<Body> {
    let kept = answer.as_bytes()[..bytes.min(answer.len())].to_vec();
    // With nothing missing the answer would be whole, so one more byte is promised than there is.
    let promised = answer.len().max(bytes.saturating_add(1));
    let mut response = json(Body::new(Cut { kept: Some(kept.into()), flushed: false }));
    response.headers_mut().insert(CONTENT_LENGTH, promised.into());
    response
}

fn compressed(answer: &str) -> io::Result<Response<Body>> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(answer.as_bytes())?;
    let mut response = json(gzip.finish()?);
    response.headers_mut().insert(CONTENT_ENCODING, hyper::header::HeaderValue::from_static("gzip"));
    Ok(response)
}

/// A body that stops before its promised end.
struct Cut {
    kept: Option<Bytes>,
    flushed: bool,
}

impl HttpBody for Cut {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(kept) = self.kept.take().filter(|kept| !kept.is_empty()) {
            return Poll::Ready(Some(Ok(Frame::data(kept))));
        }
        // hyper flushes only while the body makes it wait; an error at once would take the kept bytes along.
        if !self.flushed {
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("truncated on request"))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_read_and_written_alike() {
        for text in ["hang", "before:close", "truncate=0", "status=503", "body=", "before:body=a=b", "gzip"] {
            assert_eq!(Fault::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn anything_else_is_refused() {
        for text in ["", "before:", "hang=1", "truncate", "truncate=-1", "status=99", "status=100", "Hang"] {
            assert_eq!(Fault::parse(text).err().map(|refusal| refusal.code()), Some("SB26"), "{text}");
        }
    }
}
