//! Hostile answers and the result of each.

use std::io::ErrorKind;

use super::*;
use crate::net::fault::Fault;

/// The result of reading an answer.
#[derive(Debug, PartialEq)]
enum Read {
    /// Its status, its body, and whether the connection may serve another request.
    Whole(u16, String, bool),
    /// Not HTTP, ambiguous, or too large.
    Refused,
    /// The connection ended too early.
    Ended,
}

use Read::{Ended, Refused};

fn kept(body: &str) -> Read {
    Read::Whole(200, body.into(), true)
}

fn closed(body: &str) -> Read {
    Read::Whole(200, body.into(), false)
}

fn request() -> Post {
    post(&Address::parse(b"https://gateway.example:7443/xpay?a").unwrap(), "XPayClient (0/Rust)", None, "a=b")
        .unwrap()
}

fn read(more: impl FnMut(&mut Vec<u8>) -> std::io::Result<usize>) -> Result<Response, Fault> {
    request().answer(more)
}

/// Reads an answer that arrives in pieces of this size.
fn read_in(answer: &[u8], size: usize) -> Result<Response, Fault> {
    let mut pieces = answer.chunks(size.max(1));
    read(|into| {
        let piece = pieces.next().unwrap_or_default();
        into.extend_from_slice(piece);
        Ok(piece.len())
    })
}

fn result_of(answer: &[u8], size: usize) -> Read {
    match read_in(answer, size) {
        Ok(Response { status, body, reusable, .. }) => {
            Read::Whole(status, String::from_utf8(body).unwrap(), reusable)
        }
        Err(Fault::Unusable(_)) => Refused,
        Err(Fault::Io(error)) if error.kind() == ErrorKind::UnexpectedEof => Ended,
        Err(other) => panic!("{other:?}"),
    }
}

const OK: &str = "HTTP/1.1 200 OK\r\n";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n";
const ABC: &str = "Content-Length: 3\r\n\r\nabc";

/// Each is read in pieces of several sizes, with equal results.
#[test]
fn results_of_hostile_answers() {
    let long = |length: usize| "x".repeat(length);
    let chunked = |body: &str| format!("{CHUNKED}\r\n{body}");
    let after = |first: &str| format!("HTTP/1.1 {first}\r\n\r\n{OK}{ABC}");
    let cases = [
        // The body ends by its length, its last chunk or the end of the connection.
        (format!("{OK}{ABC}"), kept("abc")),
        (format!("{OK}content-LENGTH:3\r\n\r\nabc"), kept("abc")),
        (format!("{OK}Content-Length: 0003\r\n\r\nabc"), kept("abc")),
        (format!("{OK}Content-Length: 3\r\ncontent-length: 3\r\n\r\nabc"), kept("abc")),
        ("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n".into(), kept("")),
        (format!("{OK}Connection: Foo, CLOSE\r\n{ABC}"), closed("abc")),
        (format!("HTTP/1.0 200 OK\r\n{ABC}"), closed("abc")),
        (format!("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n{ABC}"), closed("abc")),
        (format!("{OK}\r\nabc"), closed("abc")),
        (format!("{OK}\r\n"), closed("")),
        ("HTTP/1.1 204 No Content\r\n\r\n".into(), Read::Whole(204, String::new(), true)),
        (format!("HTTP/1.1 302 Found\r\nLocation: /b\r\n{ABC}"), Read::Whole(302, "abc".into(), true)),
        ("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n".into(), Read::Whole(302, String::new(), true)),
        (format!("HTTP/1.1 500 Oh\r\nConnection: close\r\n{ABC}"), Read::Whole(500, "abc".into(), false)),
        (format!("HTTP/1.1 999 What\r\n{ABC}"), Read::Whole(999, "abc".into(), true)),
        (format!("{OK}Transfer-Encoding: Chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n"), kept("abc")),
        (chunked("3\r\nabc\r\n0\r\nA: b\r\nC: d\r\n\r\n"), kept("abc")),
        (chunked("0003\r\nabc\r\n000\r\n\r\n"), kept("abc")),
        (chunked("0\r\n\r\n"), kept("")),
        // Interim responses are skipped: an error would roll an approval back.
        (after("100 Continue"), kept("abc")),
        (after("100 Continue\r\nA: b\r\nContent-Length: 7"), kept("abc")),
        (after("103 Early Hints\r\nLink: </a>"), kept("abc")),
        (after("103 Early Hints\r\nContent-Length: seven"), kept("abc")),
        (after("100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nA: b"), kept("abc")),
        // Ambiguous lengths are rejected.
        (format!("{OK}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), Refused),
        (format!("{OK}Content-Length: 3, 3\r\n\r\nabc"), Refused),
        (format!("{OK}Content-Length: 3, 4\r\n\r\nabcd"), Refused),
        (format!("{OK}Content-Length: +3\r\n\r\nabc"), Refused),
        (format!("{OK}Content-Length: -3\r\n\r\nabc"), Refused),
        (format!("{OK}Content-Length: 0x3\r\n\r\nabc"), Refused),
        (format!("{OK}Content-Length:\r\n\r\nabc"), Refused),
        (format!("{OK}Content-Length: 99999999999999999999\r\n\r\nabc"), Refused),
        (format!("{CHUNKED}Content-Length: 3\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), Refused),
        (format!("{OK}Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), Refused),
        (format!("{OK}Transfer-Encoding: identity\r\n{ABC}"), Refused),
        (format!("{OK}Transfer-Encoding: xchunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), Refused),
        (format!("{CHUNKED}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), Refused),
        (format!("{CHUNKED}Transfer-Encoding: identity\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), Refused),
        ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n".into(), Refused),
        (format!("{OK}Content-Length : 3\r\n\r\nabc"), Refused),
        (format!("{OK}A: b\r\n Content-Length: 4\r\n{ABC}"), Refused),
        // Each chunk has its exact size before it.
        (chunked("x\r\nabc\r\n0\r\n\r\n"), Refused),
        (chunked("+3\r\nabc\r\n0\r\n\r\n"), Refused),
        (chunked("-3\r\nabc\r\n0\r\n\r\n"), Refused),
        (chunked("2\r\nab\r\n+1\r\nc\r\n0\r\n\r\n"), Refused),
        (chunked("0x3\r\nabc\r\n0\r\n\r\n"), Refused),
        (chunked(" 3\r\nabc\r\n0\r\n\r\n"), Refused),
        (chunked("2\r\nabc\r\n0\r\n\r\n"), Refused),
        (chunked("4\r\nabc\r\n0\r\n\r\n"), Refused),
        (chunked("3\r\nabc\r\n\r\n"), Refused),
        (chunked("3\r\nabc\r\n;x=y\r\n\r\n"), Refused),
        // The engine's own limit: 20 characters for a size and its extension, which nobody uses.
        (chunked("3;a=0123456789abcdef\r\nabc\r\n0\r\n\r\n"), kept("abc")),
        (chunked("3;a=0123456789abcdefg\r\nabc\r\n0\r\n\r\n"), Refused),
        (chunked("FFFFFFFFFFFFFFFFF\r\nabc\r\n0\r\n\r\n"), Refused),
        // Only a final HTTP/1 response is an answer.
        ("HTTP/1.1 000 \r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc".into(), Refused),
        (after("099 Early"), Refused),
        ("HTTP/1.1 101 Switching Protocols\r\n\r\n".into(), Refused),
        (format!("HTTP/1.1 101 Switching Protocols\r\n{ABC}"), Refused),
        ("HTTP/2 200 OK\r\n\r\n".into(), Refused),
        (format!("HTTP/1.1 2OO OK\r\n{ABC}"), Refused),
        ("SMTP ready\r\n\r\n".into(), Refused),
        (format!("{OK}: b\r\n{ABC}"), Refused),
        (format!("{OK}A: b\0\r\n{ABC}"), Refused),
        // Everything is bounded.
        (format!("{OK}A: {}\r\n{ABC}", long(60_000)), kept("abc")),
        (format!("{OK}A: {}\r\n{ABC}", long(HEAD_LIMIT)), Refused),
        (format!("{OK}{}{ABC}", "A: b\r\n".repeat(200)), Refused),
        (chunked(&format!("0\r\nA: {}\r\n\r\n", long(60_000))), kept("")),
        (chunked(&format!("0\r\nA: {}\r\n\r\n", long(HEAD_LIMIT))), Refused),
        (chunked(&format!("0\r\n{}\r\n", "A: b\r\n".repeat(HEAD_LIMIT / 5))), Refused),
        (chunked(&format!("3;{}\r\nabc\r\n0\r\n\r\n", long(HEAD_LIMIT))), Refused),
        (format!("{OK}Content-Length: 10485761\r\n\r\n"), Refused),
        (format!("{OK}Content-Length: 18446744073709551615\r\n\r\n"), Refused),
        // A truncated answer is none.
        (String::new(), Ended),
        (format!("{OK}Content-Length: 4\r\n\r\nabc"), Ended),
        (format!("{OK}Content-Length: 3\r\n"), Ended),
        ("HTTP/1.1 100 Continue\r\n\r\n".into(), Ended),
        (chunked("3\r\nabc\r\n0\r\n"), Ended),
        (chunked("A00001\r\nabc"), Ended),
        (chunked("3\rabc\r\n0\r\n\r\n"), Ended),
    ];
    assert!(cases.len() > 38);
    for (answer, read) in &cases {
        // Larger pieces for long answers: parsing starts again with each piece of a head.
        let small = answer.len() / 1000 + 1;
        for size in [answer.len(), 7 * small, 3 * small, 2 * small, small] {
            let begin: String = answer.chars().take(200).collect();
            assert_eq!(&result_of(answer.as_bytes(), size), read, "in pieces of {size}: {begin:?}");
        }
    }
}

/// A changed answer gives the same result in one piece and in several.
#[test]
fn pieces_do_not_change_the_result() {
    let pieces = [
        "",
        "\r",
        "\n",
        "\r\n",
        "\r\n\r\n",
        " ",
        ":",
        ",",
        ";",
        "+",
        "0",
        "3\r\n",
        "\0",
        "é",
        "close",
        "chunked",
        "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
        "HTTP/1.1 100 Continue\r\nA: b\r\n\r\n",
    ];
    let (mut read, mut not) = (0, 0);
    for answer in [
        format!("{OK}Connection: keep-alive\r\n{ABC}"),
        format!("{CHUNKED}\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\nA: b\r\n\r\n"),
        "HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.0 500 Oh\r\n\r\nabc".to_owned(),
    ] {
        for (at, skip) in (0..answer.len()).flat_map(|at| [(at, 0), (at, 1), (at, 4)]) {
            let rest = answer.get(at + skip..).unwrap_or_default();
            for piece in pieces {
                let changed = [&answer[..at], piece, rest].concat();
                let what = |size| match read_in(changed.as_bytes(), size) {
                    Ok(Response { status, content_type, body, .. }) => Ok((status, content_type, body)),
                    Err(Fault::Unusable(_)) => Err(Refused),
                    Err(_) => Err(Ended),
                };
                let whole = what(changed.len());
                for size in [1, 1 + at % 13] {
                    assert_eq!(what(size), whole, "in pieces of {size}: {changed:?}");
                }
                *if whole.is_ok() { &mut read } else { &mut not } += 1;
            }
        }
    }
    assert!(read > 1000 && not > 1000, "{read} {not}");
}

/// In pieces the extra bytes may not be received yet; they are found before the next request.
#[test]
fn extra_bytes_after_an_answer_close_the_connection() {
    for answer in [format!("{OK}{ABC}HTTP/1.1"), format!("{CHUNKED}\r\n3\r\nabc\r\n0\r\n\r\nH")] {
        assert_eq!(result_of(answer.as_bytes(), answer.len()), closed("abc"), "{answer}");
        let later = result_of(answer.as_bytes(), 1);
        assert!(later == closed("abc") || later == kept("abc"), "{answer} {later:?}");
    }
}

#[test]
fn a_truncated_answer_is_none() {
    for answer in [format!("{OK}{ABC}"), format!("{CHUNKED}\r\n3\r\nabc\r\n0\r\nA: b\r\n\r\n")] {
        for length in 0..answer.len() {
            for size in [length, 1] {
                let cut = result_of(&answer.as_bytes()[..length], size);
                assert_eq!(cut, Ended, "{length} {size}");
            }
        }
    }
}

/// An endless answer is rejected at the limits.
#[test]
fn nothing_grows_without_end() {
    for (head, piece) in [
        (format!("{OK}A: "), "bbbbbbbb"),
        (format!("{OK}\r\n"), "bbbbbbbb"),
        (format!("{CHUNKED}\r\n"), "8\r\nbbbbbbbb\r\n"),
        (format!("{CHUNKED}\r\nFFFFFFFF\r\n"), "bbbbbbbb"),
        (format!("{CHUNKED}\r\n"), "3"),
        (format!("{CHUNKED}\r\n3\r"), "bbbbbbbb"),
        (format!("{CHUNKED}\r\n3\r\nabc"), "bbbbbbbb"),
        (format!("{CHUNKED}\r\n0\r\n"), "A: b\r\n"),
        (format!("{CHUNKED}\r\n0\r\nA: "), "b"),
    ] {
        let mut head = Some(&head);
        let mut sent = 0;
        let endless = read(|into| {
            assert!(into.len() <= HEAD_LIMIT + 65536 && sent < 2 * BODY_LIMIT, "{} {sent}", into.len());
            let before = into.len();
            into.extend_from_slice(head.take().map(String::as_bytes).unwrap_or_default());
            into.extend(piece.repeat(4096).bytes());
            sent += into.len() - before;
            Ok(into.len() - before)
        });
        assert!(matches!(endless, Err(Fault::Unusable(_))), "{piece} {endless:?}");
    }
}

#[test]
fn a_request_is_one_buffer() {
    let Post { bytes, .. } = request();
    assert_eq!(
        String::from_utf8(bytes.to_vec()).unwrap(),
        "POST /xpay?a HTTP/1.1\r\nhost: gateway.example:7443\r\nuser-agent: XPayClient (0/Rust)\r\naccept: */*\r\n\
         accept-encoding: gzip, deflate\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: 3\r\n\r\na=b"
    );
    let long = format!("https://a/{}", "b".repeat(5000));
    let address = Address::parse(long.as_bytes()).unwrap();
    let card = "4".repeat(70_000);
    let Post { bytes, .. } = post(&address, &"c".repeat(500), None, &card).unwrap();
    assert!(bytes.ends_with(card.as_bytes()) && bytes.len() > card.len() + 5500);
    assert!(post(&address, "a\r\nb: c", None, "").is_err(), "a user agent cannot add a header");
    assert!(post(&address, "", None, "").is_ok());
}

#[test]
fn content_type_names_the_encoding_if_there_is_one() {
    let address = Address::parse(b"https://gateway.example/xpay").unwrap();
    let head =
        |charset| String::from_utf8(post(&address, "", charset, "a=b").unwrap().bytes.to_vec()).unwrap();
    let form = "content-type: application/x-www-form-urlencoded";
    assert!(head(None).contains(&format!("{form}\r\n")));
    assert!(head(Some("EUC-KR")).contains(&format!("{form}; charset=EUC-KR\r\n")));
    assert!(post(&address, "", Some("a\r\nb: c"), "").is_err());
}

#[test]
fn only_a_complete_head_is_parsed() {
    let head = b"HTTP/1.1 302 Found\r\nDate: today\r\n\r\n";
    assert_eq!((status(head), date(head).as_deref()), (Some(302), Some("today")));
    assert_eq!(status(&head[..head.len() - 1]), None);
    assert_eq!(status(b"HTTP/1.1 099 What\r\n\r\n"), None);
    assert_eq!(date(b"HTTP/1.1 200 OK\r\n\r\n"), None);
}
