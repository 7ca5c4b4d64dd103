//! `xpay escrow` as a user types it, against a sandbox over TLS.

use crate::common::Shop;
use xpayclient_sandbox::{DEMO_TEST_MID, PaykeyRequest};

/// A shop with a payment in escrow, and its LGD_TID.
fn shop() -> (Shop, String) {
    let shop = Shop::open();
    let request = PaykeyRequest {
        mid: DEMO_TEST_MID.into(),
        oid: "order-1".into(),
        amount: 23_400,
        escrow: true,
        ..PaykeyRequest::default()
    };
    let paykey = shop.sandbox.mint(&request).unwrap();
    let paid = shop.xpay(&["pay", "--oid", "order-1", "--amount", "23400", "--json"], &paykey);
    let tid = paid.json()["tid"].as_str().unwrap().to_owned();
    (shop, tid)
}

const SENT: [&str; 8] =
    ["escrow", "sent", "--oid", "order-1", "--company-code", "CJ", "--number", "123456789012"];

#[test]
fn an_item_is_sent_and_received() {
    let (shop, tid) = shop();
    let more = [
        "--product-id",
        "goods-1",
        "--order-date",
        "20261127",
        "--date",
        "202611281430",
        "--company",
        "CJ대한통운",
    ];
    shop.xpay(&[&SENT[..], &more].concat(), "").has(0, &["registered\n"]);
    let received =
        ["escrow", "received", "--oid", "order-1", "--product-id", "goods-1", "--people", "--json"];
    let said = shop.xpay(&received, "홍길동\n본인\n");
    let json = said.json();
    assert_eq!(said.code, Some(0));
    assert_eq!((json["outcome"].as_str(), json["done"].as_bool()), (Some("answered"), Some(true)));
    let kept = shop.sandbox.deliveries(&tid).unwrap();
    let kinds: Vec<_> = kept.iter().map(|delivery| (&*delivery.kind, &*delivery.product)).collect();
    assert_eq!(kinds, [("03", "goods-1"), ("01", "goods-1")]);
    assert_eq!(kept[0].date, "202611281430");
    let sent = shop.sandbox.requests().pop().unwrap();
    let name = sent.parameters.iter().find(|(name, _)| name == "rcvname").unwrap();
    assert_eq!(name.1, "홍길동");
    assert!(!shop.logged().contains("홍길동"));
}

#[test]
fn what_is_not_registered_says_so_by_its_exit_code() {
    let (shop, tid) = shop();
    shop.xpay(&[&SENT[..], &["--date", "tomorrow"]].concat(), "")
        .failed(1, "dlvdate must be a date and time");
    shop.sandbox.inject("body=NO".parse().unwrap());
    shop.xpay(&SENT, "").failed(1, "the gateway answered [NO]");
    shop.sandbox.inject("close".parse().unwrap());
    shop.xpay(&SENT, "").failed(3, "may have registered the delivery");
    assert_eq!(shop.sandbox.deliveries(&tid).unwrap().len(), 2, "the fault strikes behind the gateway");
    shop.xpay(&["escrow", "sent", "--oid", "order-1"], "").failed(2, "--company-code");
    let people = [&SENT[..], &["--people"]].concat();
    shop.xpay(&people, "홍길동\n").failed(1, "stdin ended before the line with dlvworkertel");
    assert_eq!(shop.sandbox.deliveries(&tid).unwrap().len(), 2, "half of it is not sent");
    shop.xpay(&people, "홍길동\n\n").has(0, &["registered\n"]);
}
