//! Failures on request, and what they leave in the books.

use crate::common::{Merchant, Pairs};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID, FAULT_PARAMETER, Fault, Options, signature};

/// Pays 1000 with a fault; returns how many payments are in the books afterwards, and what came back.
fn pay(shop: &Merchant, fault: &str) -> (usize, Result<(u16, String), ureq::Error>) {
    let before = shop.sandbox.payments().unwrap().len();
    let paykey = shop.paykey(1000);
    let outcome = send(shop, "PaymentByKey", &[("LGD_PAYKEY", &paykey), (FAULT_PARAMETER, fault)]);
    (shop.sandbox.payments().unwrap().len() - before, outcome)
}

fn send(shop: &Merchant, txname: &str, pairs: Pairs<'_>) -> Result<(u16, String), ureq::Error> {
    let txid = shop.txid();
    let auth_code = signature::auth_code(&txid, DEMO_KEY);
    let head = [
        ("LGD_TXNAME", txname),
        ("LGD_MID", DEMO_TEST_MID),
        ("LGD_TXID", txid.as_str()),
        ("LGD_AUTHCODE", &auth_code),
    ];
    let mut response = shop.send(&[&head, pairs].concat())?;
    Ok((response.status().as_u16(), response.body_mut().read_to_string()?))
}

#[test]
fn money_moves_unless_the_fault_comes_before() {
    let shop = Merchant::new();
    for fault in ["close", "truncate=10", "status=503", "body=<html>", "gzip"] {
        assert_eq!(pay(&shop, fault).0, 1, "{fault}");
        assert_eq!(pay(&shop, &format!("before:{fault}")).0, 0, "before:{fault}");
    }
}

#[test]
fn a_transaction_that_was_not_done_can_still_come() {
    let shop = Merchant::new();
    let paykey = shop.paykey(1000);
    shop.sandbox.inject("before:close".parse().unwrap());
    assert!(send(&shop, "PaymentByKey", &[("LGD_PAYKEY", &paykey)]).is_err());
    assert_eq!(shop.call("PaymentByKey", &[("LGD_PAYKEY", &paykey)]).code, "0000");
}

#[test]
fn status_and_body_are_as_asked() {
    let shop = Merchant::new();
    let (status, page) = pay(&shop, "status=503").1.unwrap();
    assert!(status == 503 && page.starts_with("<html>"));
    assert_eq!(pay(&shop, "body=").1.unwrap(), (200, String::new()));
    assert_eq!(pay(&shop, "body={\"LGD_RESPCODE\":1}").1.unwrap().1, "{\"LGD_RESPCODE\":1}");
}

#[test]
fn a_closed_connection_and_a_truncated_body_are_no_answers() {
    let shop = Merchant::new();
    assert!(pay(&shop, "close").1.is_err());
    assert!(pay(&shop, "truncate=0").1.is_err());
    assert!(pay(&shop, "truncate=10").1.is_err());
    assert!(pay(&shop, "truncate=1000000").1.is_err());
}

#[test]
fn injected_faults_strike_in_order_and_once() {
    let shop = Merchant::new();
    shop.sandbox.inject("status=500".parse().unwrap());
    shop.sandbox.inject("status=501".parse().unwrap());
    assert_eq!(send(&shop, "Ping", &[]).unwrap().0, 500);
    assert_eq!(send(&shop, "Ping", &[]).unwrap().0, 501);
    assert_eq!(send(&shop, "Ping", &[]).unwrap().0, 200);
    let faults: Vec<_> = shop.sandbox.requests().into_iter().map(|request| request.fault).collect();
    assert_eq!(faults, ["status=500", "status=501", ""]);
}

#[test]
fn a_malformed_fault_is_refused_before_anything_is_done() {
    let shop = Merchant::new();
    let (payments, outcome) = pay(&shop, "explode");
    assert!(payments == 0 && outcome.unwrap().1.contains("SB26"));
    assert_eq!("status=9999".parse::<Fault>().unwrap_err().code(), "SB26");
}

/// Over a bare TLS socket, where every byte is seen: an answer cut short keeps its headers and exactly the bytes asked for.
#[test]
fn a_truncated_answer_arrives_as_far_as_promised() {
    let shop = Merchant::new();
    shop.sandbox.inject("truncate=16".parse().unwrap());
    let mut heard = Vec::new();
    // The connection ends without a TLS goodbye, which is an error here and the point of the fault.
    let ended = ask(&shop).read_to_end(&mut heard);
    assert!(ended.is_err());
    let heard = String::from_utf8(heard).unwrap();
    let (head, body) = heard.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, "{\"LGD_RESPCODE\":");
    assert!(head.starts_with("HTTP/1.1 200 OK"));
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    assert!(length.parse::<usize>().unwrap() > 16);
}

#[test]
fn a_closed_connection_says_not_a_byte() {
    let shop = Merchant::new();
    shop.sandbox.inject("close".parse().unwrap());
    let mut heard = Vec::new();
    assert!(ask(&shop).read_to_end(&mut heard).is_err());
    assert!(heard.is_empty());
}

/// The request is recorded before the hanging begins, and stopping the sandbox is what ends it.
#[test]
fn a_hanging_answer_never_comes() {
    let shop = Merchant::new();
    shop.sandbox.inject("hang".parse().unwrap());
    let mut connection = ask(&shop);
    while shop.sandbox.requests().is_empty() {
        std::thread::yield_now();
    }
    let Merchant { sandbox, .. } = shop;
    sandbox.stop();
    let mut heard = Vec::new();
    assert!(connection.read_to_end(&mut heard).is_err());
    assert!(heard.is_empty());
}

/// All that comes back to one Ping with this fault, and how it ended.
fn heard(shop: &Merchant, fault: &str) -> (Vec<u8>, std::io::Result<usize>) {
    shop.sandbox.inject(fault.parse().unwrap());
    let mut heard = Vec::new();
    let ended = ask(shop).read_to_end(&mut heard);
    (heard, ended)
}

#[test]
fn a_response_is_cut_at_any_byte() {
    let shop = Merchant::new();
    let (whole, ended) = heard(&shop, "cut=100000");
    assert!(ended.is_err() && whole.starts_with(b"HTTP/1.1 200 OK\r\n") && whole.ends_with(b"}"));
    for bytes in [0, 1, 9, whole.len() / 2, whole.len() - 1] {
        let (part, ended) = heard(&shop, &format!("cut={bytes}"));
        assert!(ended.is_err() && part.len() == bytes, "{bytes}: {}", part.len());
        // But for the date and the Ping's own time it is the same response.
        assert_eq!(part[..bytes.min(17)], whole[..bytes.min(17)]);
    }
}

#[test]
fn garbage_is_no_http() {
    let shop = Merchant::new();
    for bytes in [1, 5000] {
        let (garbage, ended) = heard(&shop, &format!("garbage={bytes}"));
        assert!(ended.is_err() && garbage.len() == bytes && garbage[0] == 0, "{bytes}: {}", garbage.len());
        assert!(!garbage.windows(4).any(|window| window == b"HTTP"));
    }
    assert!(pay(&shop, "garbage=300").1.is_err());
}

#[test]
fn an_answer_comes_twice() {
    let shop = Merchant::new();
    let (both, ended) = heard(&shop, "twice");
    assert!(ended.is_ok(), "this one says goodbye");
    let (first, second) = both.split_at(both.len() / 2);
    assert!(first == second && first.starts_with(b"HTTP/1.1 200 OK"));
    let (payments, outcome) = pay(&shop, "twice");
    assert!(payments == 1 && outcome.unwrap().1.contains("\"LGD_RESPCODE\":\"0000\""));
}

#[test]
fn a_reset_is_a_reset() {
    let shop = Merchant::new();
    let (nothing, ended) = heard(&shop, "reset");
    assert_eq!(ended.unwrap_err().kind(), std::io::ErrorKind::ConnectionReset);
    assert!(nothing.is_empty());
    assert_eq!(pay(&shop, "reset").0, 1);
    assert_eq!(pay(&shop, "before:reset").0, 0);
}

/// The caller has left long before; money moves all the same, which is the worst a gateway can do.
#[test]
fn what_is_done_late_is_done() {
    // A busy machine may come to close the connection only after the money has moved: then the gateway waits longer.
    for delay in [200, 2_000, 20_000] {
        let shop = Merchant::new();
        let paykey = shop.paykey(1000);
        shop.sandbox.follow(format!("PaymentByKey before:delay={delay}").parse().unwrap());
        let body = format!("LGD_PAYKEY={paykey}&{}", signed(&shop, "PaymentByKey"));
        let head = format!("content-length: {}\r\n\r\n", body.len());
        let mut connection = connect(&shop);
        connection.write_all([REQUEST, &head, &body].concat().as_bytes()).unwrap();
        connection.flush().unwrap();
        while !plan(&shop).contains("\"counted\":1") {
            std::thread::yield_now();
        }
        drop(connection);
        let left_before = shop.sandbox.payments().unwrap().is_empty();
        while shop.sandbox.payments().unwrap().is_empty() {
            std::thread::yield_now();
        }
        if left_before {
            return;
        }
    }
    panic!("the money moved before the caller had left, however late");
}

/// What the admin API says of faults to come.
fn plan(shop: &Merchant) -> String {
    let faults = shop.agent.get(shop.sandbox.admin_url() + "/faults");
    faults.call().unwrap().body_mut().read_to_string().unwrap()
}

#[test]
fn a_late_answer_is_the_true_one() {
    let shop = Merchant::new();
    for fault in ["delay=1", "before:delay=1"] {
        let (payments, outcome) = pay(&shop, fault);
        assert!(payments == 1 && outcome.unwrap().1.contains("\"LGD_RESPCODE\":\"0000\""), "{fault}");
    }
    shop.sandbox.inject("delay=3600000".parse().unwrap());
    let waiting = ask(&shop);
    while shop.sandbox.requests().len() < 3 {
        std::thread::yield_now();
    }
    let Merchant { sandbox, .. } = shop;
    sandbox.stop();
    drop(waiting);
}

/// One rule strikes by name and number, one by a parameter; what is asked for by the request goes first.
#[test]
fn a_script_decides_who_fails() {
    let script = "# two tries\nPing 2 status=502\nLGD_OID=order-7 before:close";
    let shop = Merchant::with(Options { faults: script.parse().unwrap(), ..Options::default() });
    let status = |pairs: Pairs<'_>| send(&shop, "Ping", pairs).map(|(status, _)| status).unwrap_or(0);
    assert_eq!([status(&[]), status(&[(FAULT_PARAMETER, "status=418")])], [200, 418]);
    assert_eq!([status(&[]), status(&[("LGD_OID", "order-7")])], [200, 0]);
    shop.sandbox.follow("* 1/2 status=503".parse().unwrap());
    assert_eq!([status(&[]), status(&[]), status(&[])], [503, 200, 503]);
    shop.sandbox.inject("status=504".parse().unwrap());
    shop.sandbox.inject("status=504".parse().unwrap());
    assert_eq!([status(&[]), status(&[]), status(&[])], [504, 504, 200]);
    shop.sandbox.follow(Default::default());
    assert_eq!(status(&[]), 200);
}

const REQUEST: &str = "POST /xpay/Gateway.do HTTP/1.1\r\nhost: 127.0.0.1\r\n\
    content-type: application/x-www-form-urlencoded\r\n";

fn ask(shop: &Merchant) -> Tls {
    let mut connection = connect(shop);
    let request = [REQUEST, "content-length: 15\r\n\r\nLGD_TXNAME=Ping"].concat();
    connection.write_all(request.as_bytes()).unwrap();
    connection
}

/// The pairs that every request needs.
fn signed(shop: &Merchant, txname: &str) -> String {
    let txid = shop.txid();
    let auth_code = signature::auth_code(&txid, DEMO_KEY);
    format!("LGD_TXNAME={txname}&LGD_MID={DEMO_TEST_MID}&LGD_TXID={txid}&LGD_AUTHCODE={auth_code}")
}

type Tls = rustls::StreamOwned<rustls::ClientConnection, TcpStream>;

fn connect(shop: &Merchant) -> Tls {
    let mut roots = rustls::RootCertStore::empty();
    let bundle = std::fs::read(shop.sandbox.ca()).unwrap();
    for item in ureq::tls::parse_pem(&bundle) {
        let ureq::tls::PemItem::Certificate(certificate) = item.unwrap() else { continue };
        roots.add(certificate.der().to_vec().into()).unwrap();
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let tls = rustls::ClientConnection::new(Arc::new(config), "127.0.0.1".try_into().unwrap()).unwrap();
    let socket = TcpStream::connect(("127.0.0.1", shop.sandbox.port())).unwrap();
    // For a test that fails, not for one that passes.
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    rustls::StreamOwned::new(tls, socket)
}
