//! Tests of genuine and forged returns of the payment window.

use super::*;
use crate::error::Code;
use crate::protocol::signature::digest;
use crate::text::encoding::to_cp949;
use crate::text::form;

const MID: &str = "tlgdacomxpay";
const KEY: &str = "95160cce09854ef44d2edb2bfb05f9f3";
const OID: &str = "test_3465";
const PAY_KEY: &str = "20211209221830AB12CD34EF56GH78IJ90KL12MN34OP56QR78ST90";
/// LGD_HASHDATA as captured on the test platform: of [`MID`], [`OID`], 1000 won, `0000` and the time below.
const CAPTURED: &str = "362dd271af9d85b994bf9f12aa16f42b";
const TIME: &str = "20211209221825";

type Pairs = Vec<(&'static str, String)>;

fn config() -> Config {
    let mut config = Config::new();
    config.set(MID, KEY);
    config
}

fn captured() -> Pairs {
    vec![
        ("LGD_RESPCODE", "0000".into()),
        ("LGD_RESPMSG", "인증성공".into()),
        ("LGD_MID", MID.into()),
        ("LGD_OID", OID.into()),
        ("LGD_AMOUNT", "1000".into()),
        ("LGD_PAYKEY", PAY_KEY.into()),
        ("LGD_TIMESTAMP", TIME.into()),
        ("LGD_HASHDATA", CAPTURED.into()),
        ("LGD_PAYTYPE", "SC0010".into()),
        ("LGD_FINANCECODE", "41".into()),
        ("LGD_BUYER", "홍길동".into()),
        ("LGD_BUYERID", String::new()),
        ("cart", "a 1".into()),
        ("item[]", "빨강".into()),
        ("item[]", "파랑".into()),
    ]
}

fn with(changes: &[(&str, &str)]) -> Pairs {
    let changed = |(name, value): (&'static str, String)| {
        let change = changes.iter().find(|(changed, _)| *changed == name);
        (name, change.map_or(value, |(_, value)| (*value).to_owned()))
    };
    captured().into_iter().map(changed).collect()
}

fn without(name: &str) -> Pairs {
    captured().into_iter().filter(|(known, _)| *known != name).collect()
}

fn body(pairs: &Pairs, encode: fn(&str) -> Vec<u8>) -> Vec<u8> {
    let mut body = String::new();
    for (name, value) in pairs {
        form::encode(&encode(name), &mut body);
        body.push('=');
        form::encode(&encode(value), &mut body);
        body.push('&');
    }
    body.into_bytes()
}

fn utf8(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn verified_for(pairs: &Pairs, oid: &str, amount: u64) -> Result<WindowReturn> {
    UnverifiedReturn::parse(&body(pairs, utf8))?.verify(&config(), Platform::Test, MID, oid, amount)
}

fn refusal(pairs: &Pairs) -> String {
    verified_for(pairs, OID, 1000).unwrap_err().cause().to_owned()
}

#[test]
fn the_captured_return_in_either_encoding() {
    for encode in [utf8, to_cp949] {
        let body = body(&captured(), encode);
        let returned = UnverifiedReturn::parse(&body).unwrap();
        assert_eq!(returned.claimed_oid(), Some(OID));
        let returned = returned.verify(&config(), Platform::Test, MID, OID, 1000).unwrap();
        assert!(returned.is_success() && !returned.is_cancelled());
        assert_eq!((returned.mid.as_str(), returned.oid.as_str(), returned.amount), (MID, OID, 1000));
        assert_eq!((returned.code.as_str(), returned.message.as_str()), ("0000", "인증성공"));
        assert_eq!(returned.pay_key.as_ref().unwrap().expose(), PAY_KEY);
        assert_eq!(returned.means, Some(PaymentMethod::Card));
        assert_eq!(returned.institution.as_ref().unwrap().name, "신한");
        assert_eq!((returned.get("LGD_BUYER"), returned.get("LGD_BUYERID")), (Some("홍길동"), Some("")));
        let own: Vec<_> = returned.own_values().collect();
        assert_eq!(own, [("cart", "a 1"), ("item[]", "빨강"), ("item[]", "파랑")]);
        let shown = format!("{returned:?} {:?}", UnverifiedReturn::parse(&body).unwrap());
        assert!(!shown.contains("홍길동") && !shown.contains(PAY_KEY) && !shown.contains("1000"), "{shown}");
    }
}

#[test]
fn another_payment_key_is_accepted_up_to_100_bytes() {
    let long = "K".repeat(100);
    for key in ["1", long.as_str()] {
        let returned = verified_for(&with(&[("LGD_PAYKEY", key)]), OID, 1000).unwrap();
        assert_eq!(returned.pay_key.unwrap().expose(), key);
    }
    assert!(refusal(&with(&[("LGD_PAYKEY", &"K".repeat(101))])).contains("LGD_PAYKEY may have 100 bytes"));
    assert_eq!(refusal(&with(&[("LGD_PAYKEY", "")])), "Value error; LGD_PAYKEY is missing");
}

#[test]
fn nothing_signed_can_be_changed_or_left_out() {
    for (name, value) in [
        ("LGD_MID", "tother"),
        ("LGD_OID", "test_3466"),
        ("LGD_AMOUNT", "100"),
        ("LGD_AMOUNT", "01000"),
        ("LGD_TIMESTAMP", "20211209221826"),
        ("LGD_HASHDATA", "00000000000000000000000000000000"),
    ] {
        assert!(refusal(&with(&[(name, value)])).contains(if name == "LGD_TIMESTAMP" {
            "LGD_HASHDATA"
        } else {
            name
        }));
    }
    for name in
        ["LGD_RESPCODE", "LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_TIMESTAMP", "LGD_HASHDATA", "LGD_PAYKEY"]
    {
        assert!(refusal(&without(name)).contains(name), "{name}");
    }
}

/// The buyer has a genuine return of a cheaper order, or of one that is paid already.
#[test]
fn a_return_of_another_order_is_refused() {
    let refused = verified_for(&captured(), "test_3466", 1000).unwrap_err();
    assert!(refused.cause().contains("LGD_OID is not the order's"), "{refused}");
    let refused = verified_for(&captured(), OID, 2000).unwrap_err();
    assert!(refused.cause().contains("LGD_AMOUNT is not the order's amount"), "{refused}");
}

/// The buyer sees the request's signature in the page. Cut differently, it is one of a result.
#[test]
fn a_signature_of_a_request_is_refused() {
    let sign = |parts: [&str; 5]| digest::<md5::Md5>(parts.map(str::as_bytes));
    // 10,000,000 won are 1000 won and the code 0000.
    let request = sign([MID, OID, "10000000", TIME, KEY]);
    assert_eq!(request, CAPTURED, "the attack that this test is about");
    let refused = verified_for(&captured(), OID, 10_000_000).unwrap_err();
    assert!(refused.cause().contains("LGD_AMOUNT"), "{refused}");
    // A timestamp of 0000 and ten digits.
    let request = sign([MID, OID, "1000", "00002020051510", KEY]);
    let forged = with(&[("LGD_HASHDATA", &request), ("LGD_TIMESTAMP", "2020051510")]);
    assert!(refusal(&forged).contains("LGD_TIMESTAMP must be a date"));
}

/// The order decides the merchant ID. A published MertKey signs nothing live, and nothing beside a real shop.
#[test]
fn the_key_is_the_orders_own() {
    let read = || UnverifiedReturn::parse(&body(&captured(), utf8)).unwrap();
    let refused = |config: &Config, platform, mid| {
        read().verify(config, platform, mid, OID, 1000).unwrap_err().cause().to_owned()
    };
    assert!(refused(&config(), Platform::Service, MID).contains("LGD_MID has the vendor's sample MertKey"));
    let mut config = config();
    config.set("tshop", "0123456789abcdef0123456789abcdef");
    assert!(refused(&config, Platform::Test, "tshop").contains("LGD_MID is not the order's shop"));
    assert!(refused(&config, Platform::Test, MID).contains("LGD_MID has the vendor's sample MertKey"));
    config.set("shop", "0123456789abcdef0123456789abcdef");
    assert!(refused(&config, Platform::Service, "tshop").contains("LGD_MID is a test id"));
    assert!(refused(&config, Platform::Test, "tnobody").contains("Key for MID [tnobody]"));
}

#[test]
fn a_failure_is_read_without_a_signature_and_has_no_payment_key() {
    for pairs in [
        with(&[("LGD_RESPCODE", "S053"), ("LGD_RESPMSG", "사용자 취소")]),
        vec![
            ("LGD_RESPCODE", "S053".into()),
            ("LGD_RESPMSG", "사용자 취소".into()),
            ("LGD_PAYKEY", "x".into()),
        ],
    ] {
        let returned = verified_for(&pairs, OID, 1000).unwrap();
        assert!(!returned.is_success() && returned.is_cancelled());
        assert_eq!(
            (returned.oid.as_str(), returned.amount, returned.message.as_str()),
            (OID, 1000, "사용자 취소")
        );
        assert_eq!((returned.pay_key.as_ref(), returned.get("LGD_PAYKEY")), (None, None));
    }
    let other = verified_for(&with(&[("LGD_RESPCODE", "S053")]), "test_3466", 1000).unwrap_err();
    assert!(other.cause().contains("LGD_OID is not the order's"), "{other}");
    for code in ["<b>", "00000", "s053", ""] {
        assert!(refusal(&with(&[("LGD_RESPCODE", code)])).contains("LGD_RESPCODE"), "{code}");
    }
}

/// Dots, blanks and Hangul: the signature is of the bytes that came.
#[test]
fn order_ids_as_shops_write_them() {
    for (oid, encode) in
        [("2021.12/1", utf8 as fn(&str) -> Vec<u8>), ("주문 1.2", utf8), ("주문 1.2", to_cp949)]
    {
        let signed = encode(oid);
        let hash =
            digest::<md5::Md5>([MID.as_bytes(), &signed, b"1000", b"0000", TIME.as_bytes(), KEY.as_bytes()]);
        let pairs = with(&[("LGD_OID", oid), ("LGD_HASHDATA", &hash)]);
        let read = UnverifiedReturn::parse(&body(&pairs, encode)).unwrap();
        let claimed = read.claimed_oid().map(str::to_owned);
        let done = read.verify(&config(), Platform::Test, MID, oid, 1000);
        assert_eq!((claimed.is_some(), done.is_ok()), (!oid.contains('/'), !oid.contains('/')), "{oid}");
    }
}

#[test]
fn names_that_a_page_could_mistake_are_refused() {
    for more in ["LGD_OID=x", "LGD.OID=x", "+LGD_OID=x", "LGD_OID[]=x", "LGD_PAYKEY[0]=x", "KVP+CARDCODE=x"] {
        let forged = [body(&captured(), utf8), more.as_bytes().to_vec()].concat();
        assert_eq!(UnverifiedReturn::parse(&forged).unwrap_err().code(), Code::BAD_VALUE, "{more}");
    }
    let items = b"LGD_ESCROW_GOODID=1&LGD_ESCROW_GOODID=2&own+name=1&own.name=2&own=%C8%AB%B1%E6";
    let returned = [body(&captured(), utf8), items.to_vec()].concat();
    let returned = UnverifiedReturn::parse(&returned).unwrap();
    let returned = returned.verify(&config(), Platform::Test, MID, OID, 1000).unwrap();
    let goods = returned.values().filter(|(name, _)| *name == "LGD_ESCROW_GOODID").map(|(_, value)| value);
    assert_eq!(goods.collect::<Vec<_>>(), ["1", "2"]);
    assert_eq!((returned.get("own name"), returned.get("own")), (Some("1"), Some("홍길")));
}

fn billing(pairs: &[(&str, &str)]) -> Result<BillingReturn> {
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    BillingReturn::parse(pairs.join("&").as_bytes())
}

#[test]
fn a_billing_return_is_read() {
    let card = [
        ("LGD_RESPCODE", "0000"),
        ("LGD_BILLKEY", "BILL-1"),
        ("LGD_PAYTYPE", "SC0010"),
        ("LGD_PAYDATE", "20260101120000"),
        ("LGD_FINANCECODE", "41"),
        ("LGD_CARDNUM", "941061******0001"),
        ("LGD_EXPYEAR", "30"),
        ("LGD_EXPMON", "12"),
        ("LGD_TID", "tlgda2026010112000000001"),
        ("LGD_VANCODE", "01"),
    ];
    for pairs in [&card[..], &card[1..]] {
        let kept = billing(pairs).unwrap();
        assert!(kept.is_success());
        assert_eq!(kept.billing_key.as_ref().unwrap().expose(), "BILL-1");
        assert_eq!(kept.pay_date, crate::text::dates::parse("20260101120000"));
        assert_eq!(
            (kept.means.as_ref(), kept.tid.as_deref()),
            (Some(&PaymentMethod::Card), Some("tlgda2026010112000000001"))
        );
        assert_eq!(kept.institution.as_ref().unwrap().name, "신한");
        let card = [&kept.card_number, &kept.expiry_year, &kept.expiry_month]
            .map(|part| part.as_ref().unwrap().expose());
        assert_eq!(card, ["941061******0001", "30", "12"]);
        assert_eq!(kept.get("LGD_VANCODE"), Some("01"));
        let shown = format!("{kept:?}");
        assert!(!shown.contains("BILL") && !shown.contains("9410"), "{shown}");
    }
    let failed =
        billing(&[("LGD_RESPCODE", "S053"), ("LGD_RESPMSG", "cancelled"), ("LGD_BILLKEY", "x")]).unwrap();
    assert!(!failed.is_success() && failed.billing_key.is_none() && failed.get("LGD_BILLKEY").is_none());
    for pairs in [&[("LGD_RESPCODE", "0000")][..], &[]] {
        assert!(billing(pairs).unwrap_err().cause().contains("LGD_BILLKEY is missing"));
    }
    let wrong = billing(&[("LGD_BILLKEY", "x"), ("LGD_PAYDATE", "yesterday")]).unwrap_err();
    assert!(wrong.cause().contains("LGD_PAYDATE"), "{wrong}");
}
