//! Escrow deliveries: what is sent and where to, what counts as registered, and what is said when it does not.

use std::fs;

use xpayclient_core::escrow::{Delivery, Event, Received, Sent};
use xpayclient_core::{Client, Code, Outcome, Platform, parse_timestamp};
use xpayclient_sandbox::{CertificateKind, PaykeyRequest};
use xpayclient_tests::{MID, Shop};

/// The LGD_TID of a payment of this order.
fn paid(shop: &Shop, oid: &str, escrow: bool) -> String {
    let request = PaykeyRequest { amount: 23_400, oid: oid.into(), escrow, ..PaykeyRequest::default() };
    let paykey = shop.sandbox.mint(&request).unwrap();
    let client = shop.client(&[]);
    let mut payment = client.transaction(MID).unwrap();
    payment.set("LGD_TXNAME", "PaymentByKey").unwrap();
    payment.set("LGD_PAYKEY", paykey).unwrap();
    payment.send().answer().unwrap().get("LGD_TID").unwrap().to_owned()
}

fn sent(oid: &str) -> Delivery {
    let sent = Sent::new(parse_timestamp("20261128143000").unwrap(), "CJ", "123456789012")
        .company("CJ대한통운")
        .worker("김배송")
        .worker_phone("010-1234-5678");
    delivery(oid, Event::Sent(sent))
}

fn delivery(oid: &str, event: Event) -> Delivery {
    Delivery::new(oid, event).product_id("goods-1").order_date("20261127")
}

fn received(oid: &str) -> Delivery {
    let how = Received::new(parse_timestamp("20261130090500").unwrap()).name("홍길동").relation("본인");
    delivery(oid, Event::Received(how))
}

/// Code, outcome and message of a delivery that does not count as registered.
fn refused(client: &Client, mid: &str, delivery: &Delivery) -> (Code, u8, String) {
    let unregistered = client.register_delivery(mid, delivery).unwrap_err();
    (unregistered.error.code(), unregistered.outcome(), unregistered.error.message())
}

#[test]
fn the_gateway_has_what_was_sent_and_received() {
    let shop = Shop::open();
    let (tid, client) = (paid(&shop, "order-1", true), shop.client(&[]));
    client.register_delivery(MID, &sent("order-1")).unwrap();
    client.register_delivery(MID, &received("order-1")).unwrap();
    let kept = shop.sandbox.deliveries(&tid).unwrap();
    let rows: Vec<_> = kept.iter().map(|d| [&*d.kind, &d.product, &d.date, &d.company, &d.number]).collect();
    assert_eq!(
        rows,
        [["03", "goods-1", "202611281430", "CJ", "123456789012"], ["01", "goods-1", "202611300905", "", ""],]
    );
    let request = shop.requests("rcvdlvinfo.jsp").remove(0);
    let body = String::from_utf8(request.raw_body).unwrap();
    assert!(
        body.starts_with("mid=tlgdacomxpay&oid=order-1&productid=goods-1&orderdate=20261127&dlvtype=03&"),
        "{body}"
    );
    assert!(body.contains("&dlvcomp=CJ%B4%EB%C7%D1%C5%EB%BF%EE&"), "it is EUC-KR: {body}");
    assert_eq!(shop.balance(), 23_400, "no money moves");
}

#[test]
fn an_answer_that_is_not_ok_is_an_error_with_its_beginning() {
    let shop = Shop::open();
    paid(&shop, "order-1", false);
    let client = shop.client(&[]);
    for (oid, said) in [("order-1", "not paid in escrow"), ("order-2", "no such payment")] {
        let (code, outcome, message) = refused(&client, MID, &sent(oid));
        assert_eq!((code, outcome), (Code::DELIVERY, Outcome::ANSWERED));
        assert!(message.contains("the gateway answered [SB") && message.contains(said), "{message}");
    }
    let long = format!("body=<html>\r\n{}", "가".repeat(500));
    for (fault, said) in [
        ("body=FAIL", "[FAIL]"),
        ("body=", "[]"),
        ("body=ok", "[ok]"),
        ("body=OK.", "[OK.]"),
        (&*long, &*format!("[<html> {}]", "가".repeat(113))),
    ] {
        shop.sandbox.inject(fault.parse().unwrap());
        let (code, _, message) = refused(&client, MID, &sent("order-1"));
        assert_eq!(code, Code::DELIVERY);
        assert!(message.contains(said), "{message}");
    }
}

/// JSP pages print blank lines before and after.
#[test]
fn blank_lines_around_ok_count_for_nothing() {
    let shop = Shop::open();
    shop.sandbox.inject("body=\r\n\r\n  OK\n".parse().unwrap());
    shop.client(&[]).register_delivery(MID, &sent("nobody-asks")).unwrap();
}

#[test]
fn without_an_answer_nothing_is_sent_again_and_the_message_says_that_it_may_be_there() {
    let shop = Shop::open();
    let tid = paid(&shop, "order-1", true);
    let client = shop.client(&[("timeout", "1")]);
    let faults = [("close", "20008"), ("status=500", "30500"), ("hang", "20009"), ("status=302", "30302")];
    for (number, (fault, code)) in faults.into_iter().enumerate() {
        shop.sandbox.inject(fault.parse().unwrap());
        let (found, outcome, message) = refused(&client, MID, &sent("order-1"));
        assert_eq!((found.to_string().as_str(), outcome), (code, Outcome::IN_DOUBT), "{message}");
        assert!(message.contains("may have registered") && message.contains("상점관리자"), "{message}");
        assert_eq!(shop.requests("rcvdlvinfo.jsp").len(), number + 1, "{fault}");
    }
    assert_eq!(shop.sandbox.deliveries(&tid).unwrap().len(), 4);
}

#[test]
fn nothing_goes_to_a_wrong_host() {
    let shop = Shop::open();
    // A sandbox whose page is not named: the operator's would get an order that it does not have.
    let (code, outcome, message) = refused(&shop.client(&[("test_escrow_url", "")]), MID, &sent("order-1"));
    assert_eq!((code, outcome), (Code::HTTP_URL, Outcome::NOT_SENT));
    assert!(
        message.contains("127.0.0.1 is not the operator's") && message.contains("test_escrow_url"),
        "{message}"
    );
    for wrong in ["http://127.0.0.1/", "ftp://a/", "https://a b/"] {
        let (code, _, message) = refused(&shop.client(&[("test_escrow_url", wrong)]), MID, &sent("order-1"));
        assert_eq!(code, Code::HTTP_URL, "{wrong}");
        assert!(message.contains("Correct escrow_url"), "{message}");
    }
    // The operator's, which nobody can reach through this proxy: it was asked for by its name.
    for (platform, mid, page) in [
        (Platform::Test, MID, "pgweb.tosspayments.com:9091"),
        (Platform::Service, "lgdacomxpay", "pgweb.tosspayments.com through"),
    ] {
        let mut config = shop.config();
        for (name, value) in [
            ("escrow_url", ""),
            ("test_escrow_url", ""),
            ("url", "https://xpay-gateway.tosspayments.com/xpay/Gateway.do"),
            ("test_url", "https://xpay-gateway-sandbox.tosspayments.com/xpay/Gateway.do"),
            ("proxy_host", "127.0.0.1"),
            ("proxy_port", "1"),
        ] {
            config.set(name, value);
        }
        let (code, outcome, message) = refused(&Client::new(config, platform), mid, &sent("order-1"));
        assert_eq!((code, outcome), (Code::CONNECT, Outcome::NOT_SENT), "{message}");
        assert!(message.contains(page), "{message}");
    }
}

#[test]
fn nothing_is_sent_for_another_platforms_shop_nor_to_a_server_that_nobody_vouches_for() {
    let shop = Shop::open();
    let (code, _, message) = refused(&shop.client(&[]), "lgdacomxpay", &sent("order-1"));
    assert_eq!(code, Code::BAD_VALUE);
    assert!(message.contains("LGD_MID is a shop's id in service"), "{message}");
    assert_eq!(refused(&shop.client(&[]), "nobody", &sent("order-1")).0, Code::NO_MID);
    assert_eq!(refused(&shop.client(&[]), MID, &sent("")).0, Code::BAD_VALUE);
    assert!(shop.requests("rcvdlvinfo.jsp").is_empty());
    for certificate in [CertificateKind::Untrusted, CertificateKind::Expired, CertificateKind::WrongHost] {
        let shop = Shop::facing(certificate);
        let (code, outcome, _) = refused(&shop.client(&[]), MID, &sent("order-1"));
        assert_eq!((code, outcome), (Code::SSL, Outcome::NOT_SENT));
    }
}

#[test]
fn the_log_has_the_order_and_nothing_of_the_buyer_nor_of_the_answer() {
    let shop = Shop::open();
    paid(&shop, "order-1", true);
    let client = shop.client(&[("log_level", "4")]);
    client.register_delivery(MID, &sent("order-1")).unwrap();
    client.register_delivery(MID, &received("order-1")).unwrap();
    shop.sandbox.inject("body=홍길동 님의 주문이 아닙니다".parse().unwrap());
    client.register_delivery(MID, &sent("order-1")).unwrap_err();
    let logs = fs::read_dir(shop.sandbox.home().parent().unwrap().join("log")).unwrap();
    let files = logs.map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let text: String = files.map(|path| fs::read_to_string(path).unwrap()).collect();
    assert!(text.contains("escrow delivery 03 LGD_MID=tlgdacomxpay LGD_OID=order-1"), "{text}");
    assert!(text.contains("escrow delivery 01") && text.contains("did not answer OK"), "{text}");
    for hidden in ["홍길동", "김배송", "010-1234-5678", "123456789012", "hashdata", "95160cce"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
}

#[test]
fn a_session_registers_by_names_once_and_keeps_its_payment() {
    let shop = Shop::open();
    let tid = paid(&shop, "order-1", true);
    let (mut session, _) = shop.session(&[]);
    let fill = |session: &mut xpayclient_core::binding::Session, kind: &str| {
        session.begin_escrow(MID.as_bytes(), kind.as_bytes());
        for (name, value) in
            [("oid", "order-1"), ("dlvdate", "202611281430"), ("dlvcompcode", "CJ"), ("dlvno", "1")]
        {
            assert!(session.set_escrow(name.as_bytes(), value.as_bytes()));
        }
    };
    assert!(!session.set_escrow(b"oid", b"order-1") && session.response_code() == "90002");
    fill(&mut session, "sent");
    assert_eq!(session.escrow_outcome(), 0);
    assert!(session.send_escrow() && session.response_code() == "0000", "{}", session.detail());
    assert_eq!(session.escrow_outcome(), Outcome::ANSWERED);
    assert!(!session.send_escrow() && session.response_code() == "90002", "a repeat has to be meant");
    assert_eq!(session.escrow_outcome(), Outcome::ANSWERED, "it stays what it was");
    fill(&mut session, "received");
    assert!(
        !session.send_escrow() && session.detail().contains("rcvdate is required"),
        "{}",
        session.detail()
    );
    assert_eq!(session.escrow_outcome(), Outcome::NOT_SENT);
    fill(&mut session, "sent");
    assert!(!session.set_escrow(b"dlvworker", b"a\0b") && !session.send_escrow());
    assert_eq!(session.response_code(), "90003");
    assert!(session.outcome().is_none() && session.tx_id().is_empty());
    assert_eq!(shop.sandbox.deliveries(&tid).unwrap().len(), 1);
    let byname = [&b"tlgdacomxpay"[..], b"sent"];
    assert_eq!(session.call("escrow_begin", &byname), Some(xpayclient_core::binding::Returned::Done(true)));
    assert_eq!(session.call("escrow_outcome", &[]), Some(xpayclient_core::binding::Returned::Number(0)));
}
