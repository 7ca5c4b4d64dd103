//! What goes back to LGD_RETURNURL: of a payment, a billing window and an identity check.

use crate::common::{Merchant, encode};
use crate::pages::{Page, TIMESTAMP, field, fields, get, opened, post};
use serde_json::Value;
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID, PaykeyRequest, signature};

/// The protocol's tables.
fn tables() -> Value {
    serde_json::from_str(include_str!("../protocol/tables.json")).unwrap()
}

fn is_paykey(key: &str) -> bool {
    let (time, rest) = key.split_at(14);
    let letter = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    key.len() == 54 && time.bytes().all(|byte| byte.is_ascii_digit()) && rest.bytes().all(letter)
}

/// Signed by the gateway with the return's own time.
fn is_signed(page: &Page) -> bool {
    let names = ["LGD_OID", "LGD_AMOUNT", "LGD_RESPCODE", "LGD_TIMESTAMP"];
    let [oid, amount, code, timestamp] = names.map(|name| field(page, name));
    let hash = signature::result_hash(DEMO_TEST_MID, oid, &amount, &code, &timestamp, DEMO_KEY);
    hash == field(page, "LGD_HASHDATA")
}

const BUYER: &[(&str, &str)] = &[
    ("LGD_BUYERPHONE", "01012345678"),
    ("LGD_BUYEREMAIL", "buyer@shop.example"),
    ("LGD_BUYERSSN", "9001011"),
    ("LGD_RECEIVER", "받는이"),
    ("cart", "7 & 8"),
    ("LGD_RETURN_MERT_CUSTOM_PARAM", "Y"),
];

#[test]
fn a_payments_return_has_every_captured_name_and_is_signed() {
    let shop = Merchant::new();
    let back = post(&shop, &opened(&shop, BUYER), "answer=pay&paytype=SC0010&finance-SC0010=51");
    let told = fields(&back);
    for name in tables()["window_result"].as_object().unwrap().keys() {
        assert_eq!(told.iter().filter(|(known, _)| known == name).count(), 1, "{name}");
    }
    assert!(is_signed(&back));
    assert!(is_paykey(&field(&back, "LGD_PAYKEY")));
    for (name, value) in [
        ("LGD_RESPCODE", "0000"),
        ("LGD_RESPMSG", "인증성공"),
        ("LGD_PAYTYPE", "SC0010"),
        ("LGD_FINANCENAME", "삼성"),
        ("LGD_AUTHTYPE", "XMPI"),
        ("LGD_ESCROWYN", "N"),
        ("LGD_BUYER", "똠방각하"),
        ("LGD_BUYERPHONE", "01012345678"),
        ("LGD_BUYERSSN", "9001011"),
        ("LGD_RECEIVER", "받는이"),
        ("LGD_DELIVERYINFO", ""),
        ("cart", "7 &#38; 8"),
    ] {
        assert_eq!(field(&back, name), value, "{name}");
    }
    let (prefix, number) = (field(&back, "LGD_CARDPREFIX"), field(&back, "LGD_CARDNUM"));
    assert!(number.len() == 16 && number.starts_with(&prefix) && prefix.len() == 6, "{number}");

    let isp =
        post(&shop, &opened(&shop, &[("LGD_OID", "order-2")]), "answer=pay&paytype=SC0010&finance-SC0010=11");
    assert_eq!(field(&isp, "LGD_AUTHTYPE"), "ISP");
    let transfer = opened(&shop, &[("LGD_OID", "order-3")]);
    let transfer = post(&shop, &transfer, "answer=pay&paytype=SC0030&finance-SC0030=088");
    assert_eq!(["LGD_AUTHTYPE", "LGD_CARDNUM"].map(|name| field(&transfer, name)), ["", ""]);
}

#[test]
fn what_was_sent_of_the_buyer_is_in_the_payments_result_but_no_resident_number() {
    let shop = Merchant::new();
    let back = post(&shop, &opened(&shop, BUYER), "answer=pay&paytype=SC0010&finance-SC0010=51");
    let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", &field(&back, "LGD_PAYKEY"))]);
    let names = ["LGD_BUYERPHONE", "LGD_RECEIVER", "LGD_BUYERSSN"];
    assert_eq!(names.map(|name| paid.get(name)), ["01012345678", "받는이", ""]);
}

#[test]
fn a_cancelled_window_is_signed_and_has_no_key() {
    let shop = Merchant::new();
    let back = post(&shop, &opened(&shop, BUYER), "answer=cancel&paytype=SC0010");
    assert_eq!(field(&back, "LGD_RESPCODE"), "S053");
    assert!(is_signed(&back) && !back.text.contains("LGD_PAYKEY"));
    assert_eq!(["LGD_PAYTYPE", "LGD_BUYERPHONE"].map(|name| field(&back, name)), ["", "01012345678"]);
}

#[test]
fn a_key_without_a_window_has_the_same_form() {
    let shop = Merchant::new();
    let identity = PaykeyRequest { identity: true, paytype: "ASC002".into(), ..PaykeyRequest::default() };
    let keys = [shop.paykey(1000), shop.paykey(1000), shop.sandbox.mint(&identity).unwrap()];
    assert!(keys.iter().all(|key| is_paykey(key)) && keys[0] != keys[1], "{keys:?}");
}

/// A billing window is for no order and carries no signature.
fn billing(more: &[(&str, &str)]) -> String {
    let pairs = [("LGD_MID", DEMO_TEST_MID), ("LGD_RETURNURL", "http://shop.example/")];
    encode(&[&pairs, more].concat())
}

#[test]
fn a_billing_key_comes_from_a_window_without_an_order_and_charges() {
    let shop = Merchant::new();
    for window in ["CardBillingAuth", "CardBillingAuth_smartphone"] {
        let asked = [("LGD_PAYWINDOWTYPE", window), ("LGD_CHECKSSNYN", "N"), ("member", "42")];
        let asked = [&asked[..], &[("LGD_RETURN_MERT_CUSTOM_PARAM", "Y")]].concat();
        let opened = post(&shop, "/xpay/window", &billing(&asked));
        assert_eq!(opened.status, 303, "{}", opened.text);
        let shown = get(&shop, &opened.location).text;
        assert_eq!(shown.matches("name=\"paytype\"").count(), 1);
        assert!(
            shown.contains("카드 등록") && !shown.contains("원</p>") && !shown.contains("할부"),
            "{shown}"
        );
        let back = post(&shop, &opened.location, "answer=pay&paytype=SC0010&finance-SC0010=61");
        for name in tables()["billing_result"].as_array().unwrap() {
            field(&back, name.as_str().unwrap());
        }
        let names = ["LGD_RESPCODE", "LGD_PAYTYPE", "LGD_FINANCECODE", "LGD_FINANCENAME", "member"];
        assert_eq!(names.map(|name| field(&back, name)), ["0000", "SC0010", "61", "현대", "42"]);
        assert!(field(&back, "LGD_CARDNUM").contains("******"));
        assert_eq!(field(&back, "LGD_TID").len(), 24);
        assert!(!back.text.contains("LGD_HASHDATA") && !back.text.contains("LGD_OID"));
        let (key, oid) = (field(&back, "LGD_BILLKEY"), format!("month-{window}"));
        let charge = [("LGD_OID", &*oid), ("LGD_AMOUNT", "9900"), ("LGD_PAN", &key), ("LGD_INSTALL", "00")];
        assert_eq!(shop.call("CardAuth", &charge).get("LGD_FINANCECODE"), "61");
    }
    let refused = post(&shop, "/xpay/window", &billing(&[("LGD_PAYWINDOWTYPE", "CardBillingAuth")]));
    assert!(refused.status == 400 && refused.text.contains("LGD_CHECKSSNYN"), "{}", refused.text);
    let with_order = [("LGD_PAYWINDOWTYPE", "CardBillingAuth"), ("LGD_BUYERSSN", "900101"), ("LGD_OID", "o")];
    let opened = post(&shop, "/xpay/window", &billing(&with_order));
    assert!(get(&shop, &opened.location).text.contains("has no place in a billing window"));
    let cancelled = post(&shop, &opened.location, "answer=cancel");
    assert_eq!(field(&cancelled, "LGD_RESPCODE"), "S053");
    assert!(!cancelled.text.contains("LGD_BILLKEY"));
}

fn identity(means: &str, hash: &str) -> String {
    encode(&[
        ("LGD_MID", DEMO_TEST_MID),
        ("LGD_BUYERSSN", "9001011"),
        ("LGD_BUYER", "홍길동"),
        ("LGD_TIMESTAMP", TIMESTAMP),
        ("LGD_RETURNURL", "http://shop.example/"),
        ("LGD_PAYTYPE", means),
        ("LGD_HASHDATA", hash),
    ])
}

#[test]
fn an_identity_is_checked_by_what_the_shop_asks_for() {
    let shop = Merchant::new();
    let hash = signature::identity_hash(DEMO_TEST_MID, "9001011", TIMESTAMP, DEMO_KEY);
    for (means, label, finance) in [
        ("ASC001", "카드사", "41"),
        ("ASC002", "통신사", "011"),
        ("ASC004", "은행", "088"),
        ("ASC007", "통신사", "016"),
    ] {
        let opened = post(&shop, "/xpay/authonly", &identity(means, &hash));
        assert_eq!(opened.status, 303, "{}", opened.text);
        let shown = get(&shop, &opened.location).text;
        assert!(shown.contains(label) && shown.matches("name=\"paytype\"").count() == 1, "{means}: {shown}");
        let answer = format!("answer=pay&paytype={means}&finance-{means}={finance}");
        let back = post(&shop, &opened.location, &answer);
        assert_eq!(["LGD_RESPCODE", "LGD_PAYTYPE"].map(|name| field(&back, name)), ["0000", means]);
        let key = field(&back, "LGD_AUTHONLYKEY");
        assert!(is_paykey(&key) && !back.text.contains("LGD_PAYKEY"));
        let checked = shop.call("AuthOnlyByKey", &[("LGD_AUTHONLYKEY", &key), ("LGD_PAYTYPE", means)]);
        assert_eq!(checked.get("LGD_MOBILE_SUBAUTH_NAME"), "홍길동");
    }
    let any = post(&shop, "/xpay/authonly", &identity("", &hash));
    assert_eq!(get(&shop, &any.location).text.matches("name=\"paytype\"").count(), 4);
    let refused = post(&shop, "/xpay/authonly", &identity("ASC002", "0"));
    assert!(refused.status == 400 && refused.text.contains("LGD_HASHDATA"), "{}", refused.text);
    assert!(!refused.text.contains("9001011"), "{}", refused.text);
}
