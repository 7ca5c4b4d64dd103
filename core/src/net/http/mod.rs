//! HTTP/1.1 for one POST, by ureq's engine: writes the request, whose answer `reading` parses.

mod reading;
#[cfg(test)]
mod tests;

use std::fmt;

use ureq_proto::client::state::RecvResponse;
use ureq_proto::client::{Call, MAX_RESPONSE_HEADERS, SendRequestResult};
use ureq_proto::http::{self, HeaderMap, HeaderValue, Method, Request, header};
use ureq_proto::parser::try_parse_response;
use zeroize::Zeroizing;

use crate::net::address::Address;
use crate::net::fault::Fault;

pub(crate) use self::reading::{BODY_LIMIT, HEAD_LIMIT, Response};

/// A whole POST in one buffer, and the engine's state that parses its answer.
pub(crate) struct Post {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    call: Call<RecvResponse>,
}

/// Writes a POST of a form. The engine writes the head and never sees the body, so no card number is in its buffers or its log.
/// `charset` is the encoding that Content-Type names, if it names one.
pub(crate) fn post(
    address: &Address,
    user_agent: &str,
    charset: Option<&str>,
    body: &str,
) -> Result<Post, Fault> {
    /// Enough for the fixed parts of a head.
    const ROOM: usize = 256;
    const FORM: &str = "application/x-www-form-urlencoded";
    let text = HeaderValue::from_static;
    let content_type = match charset {
        Some(charset) => HeaderValue::from_str(&format!("{FORM}; charset={charset}")).map_err(unusable)?,
        None => text(FORM),
    };
    let headers = [
        (header::HOST, HeaderValue::from_str(&address.authority).map_err(unusable)?),
        (header::USER_AGENT, HeaderValue::from_str(user_agent).map_err(unusable)?),
        (header::ACCEPT, text("*/*")),
        (header::ACCEPT_ENCODING, text("gzip, deflate")),
        (header::CONTENT_TYPE, content_type),
        (header::CONTENT_LENGTH, body.len().into()),
    ];
    let mut request = Request::new(());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = address.path.clone().into();
    *request.headers_mut() = HeaderMap::from_iter(headers);
    let mut call = Call::new(request).map_err(unusable)?.proceed();
    let room = ROOM + address.path.as_str().len() + address.authority.len() + user_agent.len();
    // The full size is reserved at once, since a buffer that grows leaves a copy of a card number in freed memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(room + body.len()));
    bytes.resize(room, 0);
    let head = call.write(&mut bytes).map_err(unusable)?;
    bytes.truncate(head);
    bytes.extend_from_slice(body.as_bytes());
    let call = match call.proceed().map_err(unusable)? {
        Some(SendRequestResult::SendBody(mut call)) => {
            call.consume_direct_write(body.len()).map_err(unusable)?;
            call.proceed()
        }
        Some(SendRequestResult::RecvResponse(call)) => Some(call),
        Some(SendRequestResult::Await100(_)) | None => None,
    };
    Ok(Post { bytes, call: call.ok_or_else(|| unusable("the request is incomplete"))? })
}

/// A CONNECT request to a proxy.
pub(crate) fn connect(address: &Address, user_agent: &str) -> String {
    let host = match address.host.contains(':') {
        true => format!("[{}]:{}", address.host, address.port),
        false => format!("{}:{}", address.host, address.port),
    };
    format!(
        "CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {user_agent}\r\nProxy-Connection: Keep-Alive\r\n\r\n"
    )
}

/// A HEAD request.
pub(crate) fn head(address: &Address, user_agent: &str) -> String {
    let Address { path, authority, .. } = address;
    format!(
        "HEAD {path} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: {user_agent}\r\nConnection: close\r\n\r\n"
    )
}

/// The `Date` header of a complete head.
pub(crate) fn date(head: &[u8]) -> Option<String> {
    let (_, head) = whole(head)?;
    let date = head.headers().get(header::DATE)?;
    Some(String::from_utf8_lossy(date.as_bytes()).into_owned())
}

/// The status of a complete head.
pub(crate) fn status(head: &[u8]) -> Option<u16> {
    whole(head).map(|(_, head)| head.status().as_u16())
}

/// Names in lower case and values of the headers of the last complete head: interim ones come before it.
pub(crate) fn headers(mut bytes: &[u8]) -> Vec<(String, String)> {
    let mut headers = Vec::new();
    while let Some((length, head)) = whole(bytes) {
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        headers = head.headers().iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        if !head.status().is_informational() {
            break;
        }
        bytes = bytes.get(length..).unwrap_or_default();
    }
    headers
}

/// Parses a complete head; returns its length too.
fn whole(bytes: &[u8]) -> Option<(usize, http::Response<()>)> {
    try_parse_response::<MAX_RESPONSE_HEADERS>(bytes).ok().flatten()
}

fn unusable(why: impl fmt::Display) -> Fault {
    Fault::Unusable(why.to_string())
}
