//! The bytes that the gateway receives, and the bytes of its answer.

use xpayclient_core::signature::auth_code;
use xpayclient_core::{VERSION, Value};
use xpayclient_sandbox::{DEMO_KEY, RecordedRequest};
use xpayclient_tests::{MID, Shop, begin};

/// Sends a Ping with these parameters. Returns its LGD_TXID and the request that the gateway received.
fn sent(shop: &Shop, parameters: &[(&str, Value)]) -> (String, RecordedRequest) {
    let mut ping = shop.client(&[]).transaction(MID).unwrap();
    ping.set("LGD_TXNAME", "Ping").unwrap();
    for (name, value) in parameters {
        ping.set(name, value.clone()).unwrap();
    }
    let tx_id = ping.tx_id().to_owned();
    assert!(ping.send().answer().is_some_and(|answer| answer.is_success()));
    (tx_id, shop.only_request("Ping"))
}

fn body(shop: &Shop, parameters: &[(&str, Value)]) -> String {
    let (tx_id, request) = sent(shop, parameters);
    let body = String::from_utf8(request.raw_body).unwrap();
    let head = format!(
        "LGD_TXID={tx_id}&LGD_AUTHCODE={}&LGD_MID={MID}&LGD_TXNAME=Ping&",
        auth_code(&tx_id, DEMO_KEY.as_bytes())
    );
    assert!(body.starts_with(&head), "{body}");
    body[head.len()..].to_owned()
}

#[test]
fn text_is_sent_as_cp949_in_the_order_of_the_calls() {
    let pairs =
        [("LGD_DUMMY", "=+A가나다 &".into()), ("LGD_RESULTCNT", "1".into()), ("LGD_DUMMY", "똠".into())];
    assert_eq!(body(&Shop::open(), &pairs), "LGD_DUMMY=%8Cc&LGD_RESULTCNT=1");
}

#[test]
fn text_is_sent_as_utf8_if_lgd_encoding_says_so() {
    let pairs = [("LGD_BUYER", "홍길동".into()), ("LGD_ENCODING", "UTF-8".into())];
    assert_eq!(body(&Shop::open(), &pairs), "LGD_BUYER=%ED%99%8D%EA%B8%B8%EB%8F%99&LGD_ENCODING=UTF-8");
}

#[test]
fn bytes_are_sent_unchanged() {
    let pairs = [("LGD_BUYER", b"\xC8\xAB~\xB1\xE6".as_slice().into())];
    assert_eq!(body(&Shop::open(), &pairs), "LGD_BUYER=%C8%AB%7E%B1%E6");
}

#[test]
fn the_headers_are_the_vendors() {
    let (_, request) = sent(&Shop::open(), &[]);
    let header = |name: &str| {
        let mut values = request.headers.iter().filter(|(known, _)| known == name);
        values.next().map(|(_, value)| value.clone())
    };
    assert_eq!(header("content-type").unwrap(), "application/x-www-form-urlencoded");
    assert_eq!(header("user-agent").unwrap(), format!("XPayClient ({VERSION}/Rust)"));
    assert_eq!(header("accept-encoding").unwrap(), "gzip, deflate");
}

#[test]
fn rows_come_back_in_number_and_order() {
    let shop = Shop::open();
    let mut ping = shop.client(&[]).transaction(MID).unwrap();
    ping.set("LGD_TXNAME", "Ping").unwrap();
    ping.set("LGD_RESULTCNT", "3").unwrap();
    let outcome = ping.send();
    let answer = outcome.answer().unwrap();
    assert_eq!(answer.rows().len(), 3);
    let names = |row: usize| answer.rows()[row].iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>();
    assert!(!names(0).is_empty());
    assert_eq!(names(0), names(2));
}

/// `{:?}`, which a developer may print, shows nothing secret or personal.
#[test]
fn debug_output_holds_no_secret() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let mut payment = shop.payment(&client);
    payment.set("LGD_BUYERPHONE", "01012345678").unwrap();
    let sent = payment.tx_id().to_owned();
    let mut shown = [format!("{client:?}"), format!("{payment:?}"), format!("{:?}", payment.send())].concat();
    let (mut session, _) = shop.session(&[]);
    begin(&mut session, &[("LGD_TXNAME", "Ping"), ("LGD_BUYERPHONE", "01012345678")]);
    assert!(session.tx(true));
    shown += &format!("{session:?}");
    assert!(!shown.contains(session.auth_code()));
    for secret in [DEMO_KEY, "01012345678", "홍길동", &auth_code(&sent, DEMO_KEY.as_bytes())] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}
