//! Tests of the windows' requests: the fields that the page sends, the warnings, and the errors before that.

use super::*;
use crate::config::{Config, Platform};
use crate::error::Code;
use crate::protocol::tables::{Holds, WINDOW_REQUEST};
use crate::text::dates;

mod kinds;
mod warnings;

const KEY: &str = "95160cce09854ef44d2edb2bfb05f9f3";

fn config() -> Config {
    let mut config = Config::new();
    config.set("tlgdacomxpay", KEY);
    config.set("lgdacomxpay", KEY);
    config
}

fn request() -> WindowRequest {
    WindowRequest::new("lgdacomxpay", "ORDER-20200515_1", 23_400)
        .buyer("홍길동")
        .product_info("상품 한 개")
        .return_url("https://shop.example/return?a=1&b=2")
        .window_type("iframe")
        .domain_url("xpayvvip")
        .timestamp(dates::parse("20200515101110").unwrap())
}

fn with_all(others: &[(&str, &str)]) -> WindowRequest {
    let others = others.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect();
    WindowRequest { others, ..request() }
}

fn with(name: &str, text: &str) -> WindowRequest {
    with_all(&[(name, text)])
}

fn signed(request: &WindowRequest) -> Window {
    request.sign(&config(), Platform::Test).unwrap()
}

fn refusal(request: &WindowRequest) -> String {
    let error = request.sign(&config(), Platform::Test).unwrap_err();
    assert_eq!(error.code(), Code::BAD_VALUE);
    error.cause().to_owned()
}

#[test]
fn fields_are_in_table_order_with_the_example_signature() {
    let window = signed(&with_all(&[
        ("LGD_CUSTOM_SKIN", "red"),
        ("LGD_ZZ_NEW", "1"),
        ("LGD_BUYEREMAIL", "hong@shop.example"),
        ("LGD_AA_NEW", "2"),
        ("LGD_ACTIVEXYN", ""),
    ]));
    let expected = [
        ("CST_PLATFORM", "test"),
        ("CST_MID", "lgdacomxpay"),
        ("LGD_MID", "tlgdacomxpay"),
        ("LGD_OID", "ORDER-20200515_1"),
        ("LGD_AMOUNT", "23400"),
        ("LGD_BUYER", "홍길동"),
        ("LGD_PRODUCTINFO", "상품 한 개"),
        ("LGD_TIMESTAMP", "20200515101110"),
        ("LGD_HASHDATA", "f136a2679939bcd3b11e29e7929e1829"),
        ("LGD_RETURNURL", "https://shop.example/return?a=1&b=2"),
        ("LGD_WINDOW_TYPE", "iframe"),
        ("LGD_BUYEREMAIL", "hong@shop.example"),
        ("LGD_CUSTOM_PROCESSTYPE", "TWOTR"),
        ("LGD_CUSTOM_SKIN", "red"),
        ("LGD_DOMAIN_URL", "xpayvvip"),
        ("LGD_ZZ_NEW", "1"),
        ("LGD_AA_NEW", "2"),
    ];
    assert_eq!(window.fields().collect::<Vec<_>>(), expected);
    let line =
        r#"<input type="hidden" name="LGD_RETURNURL" value="https://shop.example/return?a=1&amp;b=2">"#;
    assert!(window.hidden_fields().contains(line), "{}", window.hidden_fields());
}

#[test]
fn the_service_platform_has_no_prefix() {
    let window = request().sign(&config(), Platform::Service).unwrap();
    assert_eq!(window.get("CST_PLATFORM"), Some("service"));
    assert_eq!(window.get("LGD_MID"), Some("lgdacomxpay"));
    assert_ne!(window.get("LGD_HASHDATA"), Some("f136a2679939bcd3b11e29e7929e1829"));
    let stranger = WindowRequest { cst_mid: "stranger".into(), ..request() };
    assert_eq!(stranger.sign(&config(), Platform::Service).unwrap_err().code(), Code::NO_MID);
}

#[test]
fn missing_timestamp_is_now_and_missing_process_type_is_twotr() {
    let before = dates::timestamp();
    let window = signed(&WindowRequest { timestamp: None, ..request() });
    let given = window.get("LGD_TIMESTAMP").unwrap();
    assert!(*before <= *given && *given <= *dates::timestamp(), "{given}");
    let own = signed(&with("LGD_CUSTOM_PROCESSTYPE", "OTHER"));
    assert_eq!(own.get("LGD_CUSTOM_PROCESSTYPE"), Some("OTHER"));
    let empty = signed(&with("LGD_CUSTOM_PROCESSTYPE", ""));
    assert_eq!(empty.get("LGD_CUSTOM_PROCESSTYPE"), Some("TWOTR"));
}

#[test]
fn each_missing_required_parameter_is_named() {
    type Emptied = fn(&mut WindowRequest);
    let cases: [(&str, Emptied); 5] = [
        ("CST_MID", |r| r.cst_mid.clear()),
        ("LGD_OID", |r| r.oid.clear()),
        ("LGD_BUYER", |r| r.buyer.clear()),
        ("LGD_PRODUCTINFO", |r| r.product_info.clear()),
        ("LGD_RETURNURL", |r| r.return_url.clear()),
    ];
    for (name, empty) in cases {
        let mut request = request();
        empty(&mut request);
        assert!(refusal(&request).contains(&format!("{name} is required; found 0 bytes")), "{name}");
    }
    for known in WINDOW_REQUEST.iter().filter(|known| known.required) {
        assert!(signed(&request()).get(known.name).is_some(), "{} is required and not made here", known.name);
    }
}

#[test]
fn a_payment_method_has_requirements_of_its_own() {
    let cases = [
        ("LGD_CUSTOM_USABLEPAY", "SC0010-SC0040", "LGD_CASNOTEURL", "https://shop.example/note"),
        ("LGD_CUSTOM_FIRSTPAY", "SC0040", "LGD_CASNOTEURL", "http://shop.example/note"),
        ("LGD_CUSTOM_USABLEPAY", "SC0090", "LGD_OCBITEMCODE", "1"),
        ("LGD_USABLECARD", "41:4V", "LGD_LANGUAGE", "EN"),
        ("LGD_PAYWINDOWTYPE", "CUPS", "LGD_NOTEURL", "https://shop.example/note"),
    ];
    for (name, text, required, given) in cases {
        assert!(refusal(&with(name, text)).contains(&format!("{required} is required")), "{name} = {text}");
        let window = signed(&with_all(&[(name, text), (required, given)]));
        assert_eq!((window.get(required), window.warnings().len()), (Some(given), 0));
    }
    for voucher in ["SC0111", "SC0112", "SC0113"] {
        let voucher = with("LGD_CUSTOM_USABLEPAY", voucher);
        assert!(refusal(&voucher).contains("LGD_BUYERID is required"));
        let known = WindowRequest { buyer_id: "guest".into(), ..voucher };
        assert!(refusal(&known).contains("LGD_BUYERIP is required"));
        let whole = signed(&WindowRequest { buyer_ip: "192.0.2.1".into(), ..known });
        assert_eq!([whole.get("LGD_BUYERID"), whole.get("LGD_BUYERIP")], [Some("guest"), Some("192.0.2.1")]);
    }
    assert_eq!(signed(&with("LGD_CUSTOM_USABLEPAY", "SC0010-SC0030")).warnings().len(), 0);
}

/// Each parameter of the table is refused by name if it is one byte too long or contains a forbidden string.
#[test]
fn every_parameter_of_the_table_is_checked() {
    let made = signed(&request());
    let typed: Vec<_> =
        made.fields().map(|(name, _)| name).filter(|n| *n != "LGD_CUSTOM_PROCESSTYPE").collect();
    for known in WINDOW_REQUEST.iter().filter(|known| !typed.contains(&known.name)) {
        if let Some(limit) = known.max_bytes {
            let cause = refusal(&with(known.name, &"x".repeat(limit + 1)));
            let due = [format!("{} may have {limit} bytes", known.name), format!("found {}", limit + 1)];
            assert!(due.iter().all(|part| cause.contains(part)), "{cause}");
        }
        assert!(refusal(&with(known.name, "<")).contains(known.name), "{}", known.name);
    }
    for name in typed.into_iter().filter(|name| *name != "LGD_HASHDATA") {
        let cause = refusal(&with(name, "x"));
        assert!(cause.contains(&format!("{name} is given twice, with different values")), "{cause}");
    }
    let twice = with_all(&[("LGD_CUSTOM_SKIN", "red"), ("LGD_CUSTOM_SKIN", "blue")]);
    assert!(refusal(&twice).contains("LGD_CUSTOM_SKIN is given twice"));
    assert!(refusal(&with("LGD_HASHDATA", "x")).contains("LGD_HASHDATA is computed by the library"));
}

#[test]
fn typed_parameters_keep_to_their_limits() {
    let long = |text: &str| text.repeat(100);
    let cases = [
        ("LGD_BUYER may have 30 bytes of CP949; found 200", WindowRequest { buyer: long("홍"), ..request() }),
        ("LGD_PRODUCTINFO may have 192", WindowRequest { product_info: long("상품"), ..request() }),
        ("LGD_OID may have 64", WindowRequest { oid: long("1"), ..request() }),
        ("LGD_OID must be 1 to 63", WindowRequest { oid: "주문 1".into(), ..request() }),
        ("LGD_OID must not hold --", WindowRequest { oid: "A--1".into(), ..request() }),
        ("LGD_AMOUNT may have 12", WindowRequest { amount: u64::MAX, ..request() }),
        ("LGD_BUYERIP may have 15", WindowRequest { buyer_ip: "192.0.2.1, 192.0.2.2".into(), ..request() }),
        ("LGD_RETURNURL must be", WindowRequest { return_url: "javascript:alert(1)".into(), ..request() }),
        ("LGD_BUYER must not hold '", WindowRequest { buyer: "O'Neil".into(), ..request() }),
        ("LGD_CLOSEDATE must be", with("LGD_CLOSEDATE", "20200230")),
        ("LGD_DIVIDE_INFO must not hold ;", with("LGD_DIVIDE_INFO", r#"{"a":";\/"}"#)),
        ("LGD_USABLECARD may have 2 bytes of CP949 for each code", with("LGD_USABLECARD", "11:511")),
        ("LGD_NOINTINF must be", with("LGD_NOINTINF", "11")),
        ("memo must not hold <", with("memo", "<b>")),
        ("the name of a parameter", with("LGD_\"><script>", "red")),
        ("the name of a parameter", with("LGD_lower", "red")),
        ("the name of a parameter", with("\"><script>", "x")),
        ("the name of a parameter", with(" ", "x")),
    ];
    for (due, request) in cases {
        let cause = refusal(&request);
        assert!(cause.contains(due), "{due}: {cause}");
        assert!(!cause.contains("Neil") && !cause.contains("홍") && !cause.contains("script"), "{cause}");
    }
}

#[test]
fn debug_output_shows_no_buyer() {
    let others = [("LGD_BUYERPHONE", "01012345678"), ("memo", "문 앞")];
    let shown = format!("{:?} {:?}", with_all(&others), signed(&with_all(&others)));
    assert!(shown.contains("LGD_BUYER") && shown.contains("ORDER-20200515_1"), "{shown}");
    for secret in ["홍길동", KEY, "0101234", "문 앞"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
