//! HTTP/1.1 as far as one POST needs it, by ureq's own engine: the bytes of a request, and what reads its answer.

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

/// A POST, whole, in one piece, and the engine that knows what may come back.
pub(crate) struct Post {
    pub(crate) bytes: Zeroizing<Vec<u8>>,
    call: Call<RecvResponse>,
}

/// The engine writes the head and never sees the body, so that neither its buffers nor its log hold a card number.
pub(crate) fn post(address: &Address, user_agent: &str, body: &str) -> Result<Post, Fault> {
    /// What a head has beside the parts that differ, and more.
    const ROOM: usize = 256;
    let text = HeaderValue::from_static;
    let headers = [
        (header::HOST, HeaderValue::from_str(&address.authority).map_err(unusable)?),
        (header::USER_AGENT, HeaderValue::from_str(user_agent).map_err(unusable)?),
        (header::ACCEPT, text("*/*")),
        (header::ACCEPT_ENCODING, text("gzip, deflate")),
        (header::CONTENT_TYPE, text("application/x-www-form-urlencoded")),
        (header::CONTENT_LENGTH, body.len().into()),
    ];
    let mut request = Request::new(());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = address.path.clone().into();
    *request.headers_mut() = HeaderMap::from_iter(headers);
    let mut call = Call::new(request).map_err(unusable)?.proceed();
    let room = ROOM + address.path.as_str().len() + address.authority.len() + user_agent.len();
    // Room for all of it, so that growing leaves no copy of a card number behind.
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
    Ok(Post { bytes, call: call.ok_or_else(|| unusable("the request has no end"))? })
}

/// What asks a proxy for a tunnel.
pub(crate) fn connect(address: &Address, user_agent: &str) -> String {
    let host = match address.host.contains(':') {
        true => format!("[{}]:{}", address.host, address.port),
        false => format!("{}:{}", address.host, address.port),
    };
    format!(
        "CONNECT {host} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: {user_agent}\r\nProxy-Connection: Keep-Alive\r\n\r\n"
    )
}

/// What asks for nothing but the head of an answer.
pub(crate) fn head(address: &Address, user_agent: &str) -> String {
    let Address { path, authority, .. } = address;
    format!(
        "HEAD {path} HTTP/1.1\r\nHost: {authority}\r\nUser-Agent: {user_agent}\r\nConnection: close\r\n\r\n"
    )
}

/// The `Date` of a head that is there to its last byte.
pub(crate) fn date(head: &[u8]) -> Option<String> {
    let (_, head) = whole(head)?;
    let date = head.headers().get(header::DATE)?;
    Some(String::from_utf8_lossy(date.as_bytes()).into_owned())
}

/// The status of a head that is there to its last byte.
pub(crate) fn status(head: &[u8]) -> Option<u16> {
    whole(head).map(|(_, head)| head.status().as_u16())
}

/// A head that is there to its last byte, and how long it is.
fn whole(bytes: &[u8]) -> Option<(usize, http::Response<()>)> {
    try_parse_response::<MAX_RESPONSE_HEADERS>(bytes).ok().flatten()
}

fn unusable(why: impl fmt::Display) -> Fault {
    Fault::Unusable(why.to_string())
}
