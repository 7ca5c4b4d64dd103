//! Servers that speak TLS but not XPay, which the sandbox cannot imitate. They approve nothing, but the client cannot know that.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::{fs, thread};

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use tempfile::TempDir;
use xpayclient_core::{Client, Code, Config, Outcome, Platform};
use xpayclient_tests::name;

/// A server that the shop trusts. It answers every request with the same bytes, or closes without an answer.
struct Stranger {
    client: Client,
    home: TempDir,
}

/// When it answers.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moment {
    /// With its handshake, before it has read the request.
    Early,
    Asked,
}

impl Stranger {
    fn start(answer: Option<Vec<u8>>) -> Stranger {
        Stranger::answering(answer, Moment::Asked)
    }

    fn answering(answer: Option<Vec<u8>>, moment: Moment) -> Stranger {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        let mut server = ServerConfig::builder_with_provider(ring::default_provider().into())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key.into())
            .unwrap();
        server.send_half_rtt_data = moment == Moment::Early;
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("https://127.0.0.1:{}/xpay/Gateway.do", listener.local_addr().unwrap().port());
        let server = Arc::new(server);
        thread::spawn(move || {
            for socket in listener.incoming() {
                serve(&server, socket.unwrap(), answer.as_deref(), moment);
            }
        });
        Stranger::trusted_by_a_shop(&url, &cert.pem())
    }

    fn trusted_by_a_shop(url: &str, certificate: &str) -> Stranger {
        let home = TempDir::new().unwrap();
        let conf = home.path().join("conf");
        fs::create_dir(&conf).unwrap();
        fs::write(conf.join("ca-bundle.crt"), certificate).unwrap();
        fs::write(conf.join("lgdacom.conf"), format!("test_url = {url}\naux_url = {url}")).unwrap();
        fs::write(conf.join("mall.conf"), "tshop = 95160cce09854ef44d2edb2bfb05f9f3").unwrap();
        let config = Config::load(home.path()).unwrap();
        Stranger { client: Client::new(config, Platform::Test), home }
    }

    fn pay(&self, more: &str) -> Outcome {
        let mut payment = self.client.transaction("tshop").unwrap();
        payment.set("LGD_TXNAME", "PaymentByKey").unwrap();
        payment.set("LGD_MORE", more).unwrap();
        payment.send()
    }
}

/// Without an answer it closes the socket as soon as the request begins, even if the client is still sending.
fn serve(config: &Arc<ServerConfig>, socket: TcpStream, answer: Option<&[u8]>, moment: Moment) {
    let mut connection = ServerConnection::new(config.clone()).unwrap();
    if let (Some(answer), Moment::Early) = (answer, moment) {
        connection.writer().write_all(answer).unwrap();
    }
    let mut socket = socket;
    while connection.is_handshaking() {
        if connection.complete_io(&mut socket).is_err() {
            return;
        }
    }
    let mut stream = StreamOwned::new(connection, socket);
    let Some(answer) = answer else {
        let _ = stream.read(&mut [0]);
        return;
    };
    let _ = stream.read(&mut [0; 16 * 1024]);
    if moment == Moment::Asked {
        let _ = stream.write_all(answer);
    }
    stream.conn.send_close_notify();
    let _ = stream.flush();
    // Closing with unread bytes of the request would be a reset, which may overtake the answer.
    let _ = stream.sock.shutdown(Shutdown::Write);
    while matches!(stream.sock.read(&mut [0; 16 * 1024]), Ok(1..)) {}
}

fn http(head: &str, body: &[u8]) -> Option<Vec<u8>> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{head}\r\n", body.len());
    Some([head.as_bytes(), body].concat())
}

fn code_in_doubt(stranger: &Stranger, more: &str) -> u32 {
    let outcome = stranger.pay(more);
    assert_eq!(name(&outcome), "in_doubt", "{outcome:?}");
    outcome.error().unwrap().code().number()
}

/// The request is larger than any socket buffer, so the client is still sending when the server closes.
#[test]
fn a_server_that_closes_while_we_send_is_20007() {
    let more = "x".repeat(32 * 1024 * 1024);
    assert_eq!(code_in_doubt(&Stranger::start(None), &more), 20007);
}

#[test]
fn an_answer_that_is_not_http_is_20201() {
    for answer in ["SMTP ready\r\n\r\n", "HTTP/1.1 2OO OK\r\n\r\n"] {
        assert_eq!(code_in_doubt(&Stranger::start(Some(answer.into())), ""), 20201, "{answer}");
    }
}

const ANSWER: &[u8] = b"{\"LGD_RESPCODE\":\"0000\",\"LGD_RESPONSE\":[{\"LGD_TID\":\"T1\"}]}";

#[test]
fn both_kinds_of_deflate_are_read() {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
    zlib.write_all(ANSWER).unwrap();
    let mut bare = DeflateEncoder::new(Vec::new(), Compression::default());
    bare.write_all(ANSWER).unwrap();
    for body in [zlib.finish().unwrap(), bare.finish().unwrap()] {
        let outcome = Stranger::start(http("Content-Encoding: deflate\r\n", &body)).pay("");
        let answer = outcome.answer().unwrap();
        assert_eq!((answer.code(), answer.get("LGD_TID")), ("0000", Some("T1")));
        assert_eq!(answer.json(), ANSWER);
    }
}

#[test]
fn an_answer_that_is_damaged_or_grows_too_large_is_20201() {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&vec![b' '; 10 * 1024 * 1024 + 1]).unwrap();
    for (encoding, body) in
        [("gzip", bomb.finish().unwrap()), ("gzip", ANSWER.to_vec()), ("br", ANSWER.to_vec())]
    {
        let stranger = Stranger::start(http(&format!("Content-Encoding: {encoding}\r\n"), &body));
        assert_eq!(code_in_doubt(&stranger, ""), 20201, "{encoding}");
    }
}

/// An answer that two HTTP parsers could read differently is no approval.
#[test]
fn an_ambiguous_answer_is_20201() {
    let size = format!("{:x}", ANSWER.len());
    let chunked = |version: &str, codings: &str, size: &str| {
        let body = String::from_utf8_lossy(ANSWER);
        format!("HTTP/{version} 200 OK\r\n{codings}\r\n{size}\r\n{body}\r\n0\r\n\r\n").into_bytes()
    };
    let once = "Transfer-Encoding: chunked\r\n";
    let good = Stranger::start(Some(chunked("1.1", once, &size))).pay("");
    assert!(good.answer().is_some_and(|answer| answer.is_success()), "{good:?}");
    let mut endless = chunked("1.1", once, &size);
    endless.truncate(endless.len() - "0\r\n\r\n".len());
    endless.extend(b"\r\n\r\n");
    let whole = http("", ANSWER).unwrap();
    for (what, answer) in [
        ("two codings", chunked("1.1", &once.repeat(2), &size)),
        ("HTTP/1.0", chunked("1.0", once, &size)),
        ("no size", chunked("1.1", once, "")),
        ("no last size", endless),
        ("status 000", [b"HTTP/1.1 000 Nothing\r\n\r\n", &whole[..]].concat()),
    ] {
        let stranger = Stranger::start(Some(answer));
        assert_eq!(code_in_doubt(&stranger, ""), 20201, "{what}");
    }
}

/// An interim response before the answer, even with headers, must not cause the Rollback of an approval.
#[test]
fn an_interim_response_is_skipped() {
    let before =
        b"HTTP/1.1 100 Continue\r\nX-Request: 1\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    let outcome = Stranger::start(Some([before, &http("", ANSWER).unwrap()[..]].concat())).pay("");
    assert!(outcome.answer().is_some_and(|answer| answer.is_success()), "{outcome:?}");
}

/// An address that fits in no request is a wrong setting: no connection is opened.
#[test]
fn an_invalid_path_is_20001_before_a_connection_is_opened() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("https://127.0.0.1:{}/<xpay>", listener.local_addr().unwrap().port());
    let certificate = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap().cert.pem();
    let outcome = Stranger::trusted_by_a_shop(&url, &certificate).pay("");
    assert_eq!((name(&outcome), outcome.error().unwrap().code()), ("not_sent", Code::HTTP_URL));
    assert!(listener.accept().is_err());
}

/// Bytes that a server sends with its handshake cannot answer a request that it has not read.
#[test]
fn bytes_before_the_request_are_not_its_answer() {
    let outcome = Stranger::answering(http("", ANSWER), Moment::Early).pay("");
    assert!(outcome.answer().is_none(), "{outcome:?}");
    assert_eq!(outcome.error().unwrap().code().number(), 20201);
}

/// The documented rule: an answer that is not UTF-8 is decoded as CP949, and its bytes are kept.
#[test]
fn an_answer_in_cp949_is_read() {
    let body = b"{\"LGD_RESPCODE\":\"0000\",\"LGD_RESPMSG\":\"\xbc\xba\xb0\xf8\"}";
    let outcome = Stranger::start(http("", body)).pay("");
    let answer = outcome.answer().unwrap();
    assert_eq!((answer.message(), answer.json()), ("성공", body.as_slice()));
}

/// A redirect is an answer like any other. It is never followed.
#[test]
fn a_redirect_is_not_followed() {
    let elsewhere = Stranger::start(http("", ANSWER));
    let url = String::from_utf8(elsewhere.client.config().get("test_url").unwrap().to_vec()).unwrap();
    for status in ["302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let head = format!("HTTP/1.1 {status}\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n");
        let code = 30000 + status[..3].parse::<u32>().unwrap();
        assert_eq!(code_in_doubt(&Stranger::start(Some(head.into_bytes())), ""), code);
    }
}

/// If the file cannot be replaced, here because a directory has its name, no temporary file is left.
#[test]
fn a_patch_that_cannot_be_written_is_20005() {
    let stranger = Stranger::start(http("Content-Type: text/plain\r\n", b"url = https://gateway.invalid/"));
    let conf = stranger.home.path().join("conf");
    fs::remove_file(conf.join("lgdacom.conf")).unwrap();
    fs::create_dir(conf.join("lgdacom.conf")).unwrap();
    let error = stranger.client.patch("tshop", "lgdacom.conf").unwrap_err();
    assert_eq!(error.code().number(), 20005, "{error}");
    assert_eq!(fs::read_dir(&conf).unwrap().count(), 3);
}

/// A text/plain page that is not valid for the file does not replace it.
#[test]
fn a_patch_with_invalid_content_changes_nothing() {
    let head = "Content-Type: text/plain; charset=UTF-8\r\nConnection: close\r\n";
    let stranger = Stranger::start(http(head, b"Welcome!"));
    for (file, code) in [("lgdacom.conf", 90003), ("ca-bundle.crt", 90003), ("index.php", 90003)] {
        let before = fs::read(stranger.home.path().join("conf").join(file)).ok();
        assert_eq!(stranger.client.patch("tshop", file).unwrap_err().code().number(), code, "{file}");
        assert_eq!(fs::read(stranger.home.path().join("conf").join(file)).ok(), before);
    }
}
