//! Applies a fault to a response.

use super::stream::Disruption;
use super::{Action, Fault};
use crate::codes;
use crate::gateway;
use crate::reply::json;
use axum::body::{Body, Bytes, HttpBody};
use axum::http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use hyper::body::Frame;
use std::io::{self, Write};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

impl Fault {
    /// Turns the real answer into the faulty response. Never returns for `hang`.
    pub(crate) async fn apply(self, answer: String) -> io::Result<Response<Body>> {
        match self.action {
            Action::Hang => std::future::pending().await,
            Action::Close => Ok(marked(Disruption::HangUp, answer)),
            Action::Reset => Ok(marked(Disruption::Reset, answer)),
            Action::Cut(bytes) => Ok(marked(Disruption::Cut(bytes), answer)),
            Action::Garbage(bytes) => Ok(marked(Disruption::Garbage(bytes), answer)),
            Action::Twice => Ok(marked(Disruption::Twice, answer)),
            // The request has waited already.
            Action::Delay(_) if self.before => Ok(json(answer)),
            Action::Delay(milliseconds) => {
                tokio::time::sleep(Duration::from_millis(milliseconds.into())).await;
                Ok(json(answer))
            }
            Action::Truncate(bytes) => Ok(truncated(&answer, bytes)),
            Action::Status(status) => Ok(page(status)),
            Action::Code(code) => Ok(json(gateway::refusal(&code, &codes::message_of(&code)))),
            Action::Body(text) => Ok(json(text)),
            Action::Gzip => compressed(&answer),
        }
    }
}

/// A response that the stream disrupts; it is the last one of its connection.
fn marked(disruption: Disruption, answer: String) -> Response<Body> {
    let mut response = json(answer);
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response.extensions_mut().insert(disruption);
    response
}

fn page(status: StatusCode) -> Response<Body> {
    let text = format!("<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>");
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html;charset=UTF-8"));
    response
}

fn truncated(answer: &str, bytes: usize) -> Response<Body> {
    let kept = answer.as_bytes()[..bytes.min(answer.len())].to_vec();
    // Content-Length is at least one byte too long, or nothing would be truncated.
    let promised = answer.len().max(bytes.saturating_add(1));
    let mut response = json(Body::new(Cut { kept: Some(kept.into()), flushed: false }));
    response.headers_mut().insert(CONTENT_LENGTH, promised.into());
    response
}

fn compressed(answer: &str) -> io::Result<Response<Body>> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(answer.as_bytes())?;
    let mut response = json(gzip.finish()?);
    response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
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
        // hyper flushes only while the body is pending; an immediate error would drop the kept bytes.
        if !self.flushed {
            self.flushed = true;
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::Error::other("truncated on request"))))
    }
}
