//! Parses an answer with the engine, and rejects what two readers could read differently.

use std::io::{self, ErrorKind};

use ureq_proto::BodyMode;
use ureq_proto::client::state::{RecvBody, RecvResponse};
use ureq_proto::client::{Call, RecvBodyResult, RecvResponseResult};
use ureq_proto::http::{self, HeaderName, StatusCode, Version, header};

use super::{Post, unusable, whole};
use crate::net::fault::Fault;

/// The longest head, and the longest trailer.
pub(crate) const HEAD_LIMIT: usize = 64 * 1024;

/// The longest body.
pub(crate) const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// An answer, with the body as sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// In lower case, like the next field.
    pub(crate) content_type: String,
    pub(crate) content_encoding: String,
    pub(crate) body: Vec<u8>,
    /// Whether the connection can carry another request.
    pub(crate) reusable: bool,
}

impl Post {
    /// Reads the answer. `more` appends the next bytes and returns their number, 0 at the end of the connection.
    pub(crate) fn answer(
        self,
        more: impl FnMut(&mut Vec<u8>) -> io::Result<usize>,
    ) -> Result<Response, Fault> {
        let mut call = self.call;
        let mut incoming = Incoming { bytes: Vec::with_capacity(4096), more };
        let head = incoming.head(&mut call)?;
        check(&head)?;
        let (body, closes) = match call.proceed() {
            Some(RecvResponseResult::RecvBody(call)) => incoming.body(call)?,
            Some(RecvResponseResult::Redirect(call)) => (Vec::new(), call.must_close_connection()),
            Some(RecvResponseResult::Cleanup(call)) => (Vec::new(), call.must_close_connection()),
            None => return Err(unusable("the head of the answer is incomplete")),
        };
        Ok(Response {
            status: head.status().as_u16(),
            content_type: text(&head, header::CONTENT_TYPE),
            content_encoding: text(&head, header::CONTENT_ENCODING),
            body,
            // Bytes after the answer belong to no request.
            reusable: head.version() == Version::HTTP_11 && !closes && incoming.bytes.is_empty(),
        })
    }
}

fn text(head: &http::Response<()>, name: HeaderName) -> String {
    let value = head.headers().get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok());
    value.unwrap_or_default().trim().to_ascii_lowercase()
}

/// Rejects heads that the engine accepts although two readers could find different ends of the body.
fn check(head: &http::Response<()>) -> Result<(), Fault> {
    let headers = head.headers();
    let is_number = |length: &http::HeaderValue| length.as_bytes().iter().all(u8::is_ascii_digit);
    let mut codings = headers.get_all(header::TRANSFER_ENCODING).iter();
    let why = match (codings.next(), codings.next()) {
        _ if head.status() == StatusCode::SWITCHING_PROTOCOLS => "the answer switches to another protocol",
        _ if !headers.get_all(header::CONTENT_LENGTH).iter().all(is_number) => {
            "the answer has a malformed Content-Length"
        }
        (None, _) => return Ok(()),
        (Some(_), Some(_)) => "the answer has two Transfer-Encoding headers",
        (Some(coding), None) if !coding.as_bytes().eq_ignore_ascii_case(b"chunked") => {
            "the answer has an unsupported Transfer-Encoding"
        }
        _ if head.version() != Version::HTTP_11 => "the answer is chunked in HTTP/1.0",
        _ if headers.contains_key(header::CONTENT_LENGTH) => "the answer has a Content-Length and is chunked",
        _ => return Ok(()),
    };
    Err(unusable(why))
}

/// Bytes that are received and not parsed yet, and the source of the next ones.
struct Incoming<M> {
    bytes: Vec<u8>,
    more: M,
}

impl<M: FnMut(&mut Vec<u8>) -> io::Result<usize>> Incoming<M> {
    /// Receives more bytes; the end of the connection is an error.
    fn more(&mut self) -> Result<(), Fault> {
        match (self.more)(&mut self.bytes)? {
            0 => Err(io::Error::from(ErrorKind::UnexpectedEof).into()),
            _ => Ok(()),
        }
    }

    /// Receives more bytes; false at the end of the connection. Many servers end it without a TLS close_notify.
    fn more_or_end(&mut self) -> Result<bool, Fault> {
        match (self.more)(&mut self.bytes) {
            Ok(length) => Ok(length > 0),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// The answer's head. Interim responses before it are skipped.
    fn head(&mut self, call: &mut Call<RecvResponse>) -> Result<http::Response<()>, Fault> {
        loop {
            let (length, head) = match call.try_response(&self.bytes, false) {
                Ok(read) => read,
                // The engine rejects some interim responses, and an error here would roll an approval back.
                Err(error) => (self.interim().ok_or_else(|| unusable(error))?, None),
            };
            if length > HEAD_LIMIT || length == 0 && self.bytes.len() > HEAD_LIMIT {
                return Err(unusable("the head of the answer is too long"));
            }
            self.bytes.drain(..length);
            match head {
                Some(head) => return Ok(head),
                None if length == 0 => self.more()?,
                None => {}
            }
        }
    }

    /// The length of the first head, if it is an interim one.
    fn interim(&self) -> Option<usize> {
        let announces =
            |status: StatusCode| status.is_informational() && status != StatusCode::SWITCHING_PROTOCOLS;
        whole(&self.bytes).filter(|(_, head)| announces(head.status())).map(|(length, _)| length)
    }

    /// The body, and whether the connection must be closed after it.
    fn body(&mut self, mut call: Call<RecvBody>) -> Result<(Vec<u8>, bool), Fault> {
        let mode = call.body_mode();
        if matches!(mode, BodyMode::LengthDelimited(length) if length > BODY_LIMIT as u64) {
            return Err(too_large());
        }
        // So that the size of each chunk can be checked.
        call.stop_on_chunk_boundary(true);
        let mut body = Body::default();
        loop {
            let used = body.read(&mut call, &self.bytes)?;
            self.bytes.drain(..used);
            match mode {
                BodyMode::CloseDelimited if self.more_or_end()? => {}
                BodyMode::CloseDelimited => break,
                _ if call.can_proceed() => break,
                _ => self.more()?,
            }
        }
        let closes = match call.proceed() {
            Some(RecvBodyResult::Redirect(call)) => call.must_close_connection(),
            Some(RecvBodyResult::Cleanup(call)) => call.must_close_connection(),
            None => true,
        };
        body.bytes.truncate(body.length);
        Ok((body.bytes, closes))
    }
}

/// The part of a body that is read so far.
#[derive(Default)]
struct Body {
    /// Longer than `length`, so that it is zeroed once and not for each read.
    bytes: Vec<u8>,
    length: usize,
    /// The number of bytes since its last one: sizes of chunks, trailers.
    between: usize,
}

impl Body {
    /// Reads as much of `from` as possible and returns how much.
    fn read(&mut self, call: &mut Call<RecvBody>, from: &[u8]) -> Result<usize, Fault> {
        let mut rest = from;
        loop {
            // The engine would accept a sign.
            if call.is_on_chunk_boundary() && rest.first().is_some_and(|byte| !byte.is_ascii_hexdigit()) {
                return Err(unusable("a chunk has a malformed size"));
            }
            let room = self.length + rest.len();
            if self.bytes.len() < room {
                self.bytes.resize(room, 0);
            }
            let free = self.bytes.get_mut(self.length..).unwrap_or_default();
            let (used, read) = call.read(rest, free).map_err(unusable)?;
            rest = rest.get(used..).unwrap_or_default();
            self.length += read;
            self.between = if read > 0 { 0 } else { self.between + used };
            if self.length > BODY_LIMIT {
                return Err(too_large());
            }
            let stuck = if used == 0 { rest.len() } else { 0 };
            if self.between + stuck > HEAD_LIMIT {
                return Err(unusable("a trailer or a chunk size is too long"));
            }
            if call.can_proceed() || used == 0 || rest.is_empty() {
                break;
            }
        }
        Ok(from.len() - rest.len())
    }
}

fn too_large() -> Fault {
    unusable(format_args!("the answer is larger than {BODY_LIMIT} bytes"))
}
