//! HTTP/1.1 as far as one POST needs it: what is sent, and an answer out of the bytes that come.

use std::io::{self, ErrorKind};

use httparse::{EMPTY_HEADER, Header, Status, parse_chunk_size};
use zeroize::Zeroizing;

use crate::net::address::Address;
use crate::net::fault::Fault;

/// A head larger than this is no gateway's.
pub(crate) const HEAD_LIMIT: usize = 64 * 1024;

/// A body larger than this is not the gateway's.
pub(crate) const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// An answer whose body is as it was sent.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Response {
    pub(crate) status: u16,
    /// In lower case, as the next.
    pub(crate) content_type: String,
    pub(crate) content_encoding: String,
    pub(crate) body: Vec<u8>,
    /// Whether another request may follow on the same connection.
    pub(crate) reusable: bool,
}

/// The whole of a POST, in one piece.
pub(crate) fn post(address: &Address, user_agent: &str, body: &str) -> Zeroizing<Vec<u8>> {
    let length = body.len().to_string();
    let parts = [
        "POST ",
        &address.path,
        " HTTP/1.1\r\nHost: ",
        &address.authority,
        "\r\nUser-Agent: ",
        user_agent,
        "\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ",
        &length,
        "\r\n\r\n",
        body,
    ];
    // Room for all of it, so that growing leaves no copy of a card number behind.
    let mut request = Zeroizing::new(Vec::with_capacity(parts.iter().map(|part| part.len()).sum()));
    parts.iter().for_each(|part| request.extend_from_slice(part.as_bytes()));
    request
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
    let mut headers = [EMPTY_HEADER; 100];
    let mut response = httparse::Response::new(&mut headers);
    response.parse(head).ok().filter(Status::is_complete)?;
    let date = all(response.headers, "date").next()?;
    Some(String::from_utf8_lossy(date.value).into_owned())
}

/// The status of a head that is there to its last byte.
pub(crate) fn status(head: &[u8]) -> Option<u16> {
    let mut headers = [EMPTY_HEADER; 100];
    let mut response = httparse::Response::new(&mut headers);
    response.parse(head).ok().filter(Status::is_complete).and(response.code)
}

/// Reads one answer. `more` appends what comes next and tells how much that was: nothing when the other side has ended.
pub(crate) fn read(more: impl FnMut(&mut Vec<u8>) -> io::Result<usize>) -> Result<Response, Fault> {
    let mut incoming = Incoming { bytes: Vec::with_capacity(4096), more };
    let head = incoming.head()?;
    let (body, whole) = match head.length {
        Length::Known(length) => incoming.known(head.size, length)?,
        Length::Chunked => incoming.chunked(head.size)?,
        Length::ToTheEnd => incoming.until_the_end(head.size)?,
    };
    Ok(Response {
        status: head.status,
        content_type: head.content_type,
        content_encoding: head.content_encoding,
        body,
        reusable: whole && head.reusable,
    })
}

struct Head {
    size: usize,
    status: u16,
    length: Length,
    content_type: String,
    content_encoding: String,
    reusable: bool,
}

/// How the end of a body is told.
enum Length {
    Known(usize),
    Chunked,
    ToTheEnd,
}

fn unusable(why: &str) -> Fault {
    Fault::Unusable(why.to_owned())
}

fn too_large() -> Fault {
    Fault::Unusable(format!("the answer is larger than {BODY_LIMIT} bytes"))
}

impl Head {
    /// `None` where some of it is still to come.
    fn parse(bytes: &[u8]) -> Result<Option<Head>, Fault> {
        let mut headers = [EMPTY_HEADER; 100];
        let mut response = httparse::Response::new(&mut headers);
        let parsed = response.parse(bytes).map_err(|error| Fault::Unusable(format!("no HTTP: {error}")))?;
        let Status::Complete(size) = parsed else { return Ok(None) };
        let status = response.code.filter(|code| *code >= 100).ok_or_else(|| unusable("no status"))?;
        let headers = &*response.headers;
        let says_close = |header: &Header<'_>| {
            let mut words = header.value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
            words.any(|word| word.eq_ignore_ascii_case(b"close"))
        };
        Ok(Some(Head {
            size,
            status,
            length: length(status, response.version, headers)?,
            content_type: text(headers, "content-type"),
            content_encoding: text(headers, "content-encoding"),
            reusable: response.version == Some(1) && !all(headers, "connection").any(says_close),
        }))
    }
}

fn all<'a>(headers: &'a [Header<'a>], name: &'static str) -> impl Iterator<Item = &'a Header<'a>> {
    headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name))
}

fn text(headers: &[Header<'_>], name: &'static str) -> String {
    let value = all(headers, name).next().and_then(|header| std::str::from_utf8(header.value).ok());
    value.unwrap_or_default().trim().to_ascii_lowercase()
}

fn length(status: u16, version: Option<u8>, headers: &[Header<'_>]) -> Result<Length, Fault> {
    if matches!(status, 100..200 | 204 | 304) {
        return Ok(Length::Known(0));
    }
    let mut known = None;
    for header in all(headers, "content-length") {
        let digits = header.value.iter().all(u8::is_ascii_digit);
        let value = std::str::from_utf8(header.value).ok().filter(|_| digits);
        let value: usize = value.and_then(|value| value.parse().ok()).ok_or_else(|| unusable("no length"))?;
        if known.replace(value).is_some_and(|other| other != value) {
            return Err(unusable("it has two lengths"));
        }
    }
    let mut codings = all(headers, "transfer-encoding");
    match (codings.next(), known) {
        (Some(coding), _) if !coding.value.trim_ascii().eq_ignore_ascii_case(b"chunked") => {
            Err(unusable("a Transfer-Encoding that was not asked for"))
        }
        (Some(_), _) if codings.next().is_some() => Err(unusable("it has two Transfer-Encodings")),
        (Some(_), _) if version != Some(1) => Err(unusable("it is chunked, which HTTP/1.0 is not")),
        (Some(_), Some(_)) => Err(unusable("it has a length and is chunked")),
        (Some(_), None) => Ok(Length::Chunked),
        (None, Some(length)) => Ok(Length::Known(length)),
        (None, None) => Ok(Length::ToTheEnd),
    }
}

/// The bytes that came so far, and where the next come from.
struct Incoming<M> {
    bytes: Vec<u8>,
    more: M,
}

/// A body, and whether nothing followed it.
type Body = (Vec<u8>, bool);

impl<M: FnMut(&mut Vec<u8>) -> io::Result<usize>> Incoming<M> {
    /// More bytes, which there have to be.
    fn more(&mut self) -> Result<(), Fault> {
        match (self.more)(&mut self.bytes)? {
            0 => Err(io::Error::from(ErrorKind::UnexpectedEof).into()),
            _ => Ok(()),
        }
    }

    fn after(&self, at: usize) -> &[u8] {
        self.bytes.get(at..).unwrap_or_default()
    }

    /// The answer's head; what servers say before it is passed over.
    fn head(&mut self) -> Result<Head, Fault> {
        loop {
            match Head::parse(&self.bytes)? {
                Some(head) if head.size > HEAD_LIMIT => return Err(unusable("the head is too long")),
                Some(head) if head.status == 101 => return Err(unusable("another protocol")),
                Some(head) if head.status < 200 => drop(self.bytes.drain(..head.size)),
                Some(head) => return Ok(head),
                None if self.bytes.len() > HEAD_LIMIT => return Err(unusable("the head is too long")),
                None => self.more()?,
            }
        }
    }

    fn known(&mut self, at: usize, length: usize) -> Result<Body, Fault> {
        if length > BODY_LIMIT {
            return Err(too_large());
        }
        while self.after(at).len() < length {
            self.more()?;
        }
        let mut body = self.bytes.split_off(at);
        let whole = body.len() == length;
        body.truncate(length);
        Ok((body, whole))
    }

    fn until_the_end(&mut self, at: usize) -> Result<Body, Fault> {
        loop {
            match (self.more)(&mut self.bytes) {
                Ok(0) => break,
                // Many a server ends without saying so in TLS.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
                Ok(_) if self.after(at).len() > BODY_LIMIT => return Err(too_large()),
                Ok(_) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok((self.bytes.split_off(at), false))
    }

    fn chunked(&mut self, mut at: usize) -> Result<Body, Fault> {
        let mut body = Vec::new();
        loop {
            let size = self.chunk_size(&mut at)?;
            if size == 0 {
                break;
            }
            if size > BODY_LIMIT - body.len() {
                return Err(too_large());
            }
            while self.after(at).len() < size + 2 {
                self.more()?;
            }
            let (chunk, rest) = self.after(at).split_at(size);
            if !rest.starts_with(b"\r\n") {
                return Err(unusable("a chunk of another size than it says"));
            }
            body.extend_from_slice(chunk);
            self.bytes.drain(..at + size + 2);
            at = 0;
        }
        while !self.line(&mut at)?.is_empty() {}
        Ok((body, self.bytes.len() == at))
    }

    fn chunk_size(&mut self, at: &mut usize) -> Result<usize, Fault> {
        const LONGEST: usize = 1024;
        loop {
            if self.after(*at).first().is_some_and(|byte| !byte.is_ascii_hexdigit()) {
                return Err(unusable("no size of a chunk"));
            }
            match parse_chunk_size(self.after(*at)) {
                Ok(Status::Complete((length, size))) => {
                    *at += length;
                    return usize::try_from(size).map_err(|_| too_large());
                }
                Ok(Status::Partial) if self.after(*at).len() < LONGEST => self.more()?,
                _ => return Err(unusable("no size of a chunk")),
            }
        }
    }

    /// A line behind the last chunk, without its end.
    fn line(&mut self, at: &mut usize) -> Result<&[u8], Fault> {
        let begin = *at;
        let length = loop {
            match self.after(begin).windows(2).position(|two| two == b"\r\n") {
                Some(length) => break length,
                None if self.bytes.len() > HEAD_LIMIT => return Err(unusable("what follows it is too long")),
                None => self.more()?,
            }
        };
        *at = begin + length + 2;
        Ok(self.bytes.get(begin..begin + length).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `bytes` as they come in pieces of this size.
    fn read_in(bytes: &[u8], size: usize) -> Result<Response, Fault> {
        let mut pieces = bytes.chunks(size);
        read(|into| {
            let piece = pieces.next().unwrap_or_default();
            into.extend_from_slice(piece);
            Ok(piece.len())
        })
    }

    /// What is read is the same, however it comes.
    fn reads(bytes: &[u8]) -> Result<Response, Fault> {
        let all_at_once = read_in(bytes, bytes.len().max(1));
        for size in [1, 2, 3, 7] {
            assert_eq!(format!("{:?}", read_in(bytes, size)), format!("{all_at_once:?}"), "{size}");
        }
        all_at_once
    }

    fn response(body: &[u8], reusable: bool) -> Response {
        let (content_type, content_encoding) = (String::new(), String::new());
        Response { status: 200, content_type, content_encoding, body: body.to_vec(), reusable }
    }

    #[test]
    fn a_body_ends_where_its_length_its_chunks_or_the_server_say() {
        for (answer, body, reusable) in [
            ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc", true),
            ("HTTP/1.1 200 OK\r\ncontent-length: 3\r\ncontent-length: 3\r\n\r\nabc", "abc", true),
            ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", "", true),
            ("HTTP/1.1 200 OK\r\nConnection: Foo, CLOSE\r\nContent-Length: 3\r\n\r\nabc", "abc", false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc", "abc", false),
            ("HTTP/1.1 200 OK\r\n\r\nabc", "abc", false),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n",
                "abc",
                true,
            ),
            (
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nA: b\r\nC: d\r\n\r\n",
                "abc",
                true,
            ),
            (
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
                "a",
                true,
            ),
        ] {
            assert_eq!(reads(answer.as_bytes()).unwrap(), response(body.as_bytes(), reusable), "{answer}");
        }
        let empty = reads(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
        assert_eq!((empty.status, empty.body.len(), empty.reusable), (204, 0, true));
    }

    /// Whatever it is, the connection has had its day.
    #[test]
    fn what_follows_an_answer_is_seen() {
        for answer in [
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nH",
        ] {
            let all_at_once = read_in(answer.as_bytes(), answer.len()).unwrap();
            assert_eq!(all_at_once, response(b"abc", false), "{answer}");
        }
    }

    #[test]
    fn what_two_could_read_differently_is_read_by_nobody() {
        for answer in [
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            "HTTP/1.1 200 OK\r\nContent-Length: 3, 3\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nContent-Length: +3\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nabc\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n;x=y\r\n\r\n",
            "HTTP/1.1 000 \r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
            "HTTP/1.1 099 Early\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
            "HTTP/1.1 101 Switching Protocols\r\n\r\n",
            "HTTP/2 200 OK\r\n\r\n",
            "SMTP ready\r\n\r\n",
        ] {
            assert!(matches!(read_in(answer.as_bytes(), 1), Err(Fault::Unusable(_))), "{answer}");
        }
    }

    #[test]
    fn an_answer_that_ends_early_was_none() {
        for answer in [
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        ] {
            for length in 0..answer.len() {
                let cut = read_in(&answer.as_bytes()[..length], 1).unwrap_err();
                let ended = matches!(&cut, Fault::Io(error) if error.kind() == ErrorKind::UnexpectedEof);
                assert!(ended, "{length} {cut:?}");
            }
        }
    }

    /// However much a server sends, not more is kept than an answer may have.
    #[test]
    fn nothing_grows_without_end() {
        let heads = [
            "HTTP/1.1 200 OK\r\nA: ",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
        ];
        let chunks = ["bbbbbbbb", "bbbbbbbb", "8\r\nbbbbbbbb\r\n"];
        for (head, chunk) in heads.into_iter().zip(chunks) {
            let mut head = Some(head);
            let endless = read(|into| {
                assert!(into.len() <= BODY_LIMIT + HEAD_LIMIT + 65536, "{}", into.len());
                into.extend_from_slice(head.take().unwrap_or_default().as_bytes());
                into.extend(chunk.repeat(4096).bytes());
                Ok(1)
            });
            assert!(matches!(endless, Err(Fault::Unusable(_))), "{endless:?}");
        }
        let announced = read_in(b"HTTP/1.1 200 OK\r\nContent-Length: 10485761\r\n\r\n", 1);
        assert!(matches!(announced, Err(Fault::Unusable(_))), "{announced:?}");
    }
}
