//! Tests of the window's request: the fields that the page sends, and the errors before that.

use super::*;

const KEY: &str = "95160cce09854ef44d2edb2bfb05f9f3";

fn config() -> Config {
    let mut config = Config::new();
    config.set("tlgdacomxpay", KEY);
    config.set("lgdacomxpay", KEY);
    config
}

fn request() -> WindowRequest {
    WindowRequest {
        cst_mid: "lgdacomxpay".into(),
        oid: "ORDER-20200515_1".into(),
        amount: 23_400,
        buyer: "홍길동".into(),
        buyer_id: "guest".into(),
        buyer_ip: "192.0.2.1".into(),
        product_info: "상품 한 개".into(),
        return_url: "https://shop.example/return?a=1&b=2".into(),
        window_type: "iframe".into(),
        domain_url: "xpayvvip".into(),
        timestamp: dates::parse("20200515101110"),
        others: Vec::new(),
    }
}

fn with(name: &str, text: &str) -> WindowRequest {
    WindowRequest { others: vec![(name.into(), text.into())], ..request() }
}

fn refusal(request: &WindowRequest) -> String {
    let error = request.sign(&config(), Platform::Test).unwrap_err();
    assert_eq!(error.code(), Code::BAD_VALUE);
    error.cause().to_owned()
}

#[test]
fn fields_are_in_table_order_with_the_example_signature() {
    let others = vec![
        ("LGD_CUSTOM_SKIN".into(), "red".into()),
        ("LGD_ZZ_NEW".into(), "1".into()),
        ("LGD_BUYEREMAIL".into(), "hong@shop.example".into()),
        ("LGD_AA_NEW".into(), "2".into()),
        ("LGD_ACTIVEXYN".into(), String::new()),
    ];
    let window = WindowRequest { others, ..request() }.sign(&config(), Platform::Test).unwrap();
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
        ("LGD_BUYERID", "guest"),
        ("LGD_BUYERIP", "192.0.2.1"),
        ("LGD_BUYEREMAIL", "hong@shop.example"),
        ("LGD_CUSTOM_PROCESSTYPE", "TWOTR"),
        ("LGD_CUSTOM_SKIN", "red"),
        ("LGD_DOMAIN_URL", "xpayvvip"),
        ("LGD_ZZ_NEW", "1"),
        ("LGD_AA_NEW", "2"),
    ];
    assert_eq!(window.fields().collect::<Vec<_>>(), expected);
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
    let window = WindowRequest { timestamp: None, ..request() }.sign(&config(), Platform::Test).unwrap();
    let given = window.get("LGD_TIMESTAMP").unwrap();
    assert!(*before <= *given && *given <= *dates::timestamp(), "{given}");
    let own = with("LGD_CUSTOM_PROCESSTYPE", "OTHER").sign(&config(), Platform::Test).unwrap();
    assert_eq!(own.get("LGD_CUSTOM_PROCESSTYPE"), Some("OTHER"));
    let empty = with("LGD_CUSTOM_PROCESSTYPE", "").sign(&config(), Platform::Test).unwrap();
    assert_eq!(empty.get("LGD_CUSTOM_PROCESSTYPE"), Some("TWOTR"));
}

#[test]
fn hidden_fields_are_escaped() {
    let lines = request().sign(&config(), Platform::Test).unwrap().hidden_fields();
    assert_eq!(lines.lines().next(), Some(r#"<input type="hidden" name="CST_PLATFORM" value="test">"#));
    assert!(
        lines.contains(r#"name="LGD_RETURNURL" value="https://shop.example/return?a=1&amp;b=2">"#),
        "{lines}"
    );
    assert_eq!(escape(r#"<a b="c" d='e'>&amp;"#), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;");
}

#[test]
fn each_missing_required_parameter_is_named() {
    type Emptied = fn(&mut WindowRequest);
    let cases: [(&str, Emptied); 9] = [
        ("CST_MID", |r| r.cst_mid.clear()),
        ("LGD_OID", |r| r.oid.clear()),
        ("LGD_BUYER", |r| r.buyer.clear()),
        ("LGD_BUYERID", |r| r.buyer_id.clear()),
        ("LGD_BUYERIP", |r| r.buyer_ip.clear()),
        ("LGD_PRODUCTINFO", |r| r.product_info.clear()),
        ("LGD_RETURNURL", |r| r.return_url.clear()),
        ("LGD_WINDOW_TYPE", |r| r.window_type.clear()),
        ("LGD_DOMAIN_URL", |r| r.domain_url.clear()),
    ];
    for (name, empty) in cases {
        let mut request = request();
        empty(&mut request);
        assert!(refusal(&request).contains(&format!("{name} is required; found 0 bytes")), "{name}");
    }
}

#[test]
fn a_payment_method_has_requirements_of_its_own() {
    let cases = [
        ("LGD_CUSTOM_USABLEPAY", "SC0010-SC0040", "LGD_CASNOTEURL", "https://shop.example/note"),
        ("LGD_CUSTOM_FIRSTPAY", "SC0040", "LGD_CASNOTEURL", "http://shop.example/note"),
        ("LGD_CUSTOM_USABLEPAY", "SC0090", "LGD_OCBITEMCODE", "1"),
        ("LGD_USABLECARD", "41:4V", "LGD_LANGUAGE", "EN"),
    ];
    for (name, text, required, given) in cases {
        let mut request = with(name, text);
        assert!(refusal(&request).contains(&format!("{required} is required")), "{name} = {text}");
        request.others.push((required.into(), given.into()));
        assert_eq!(request.sign(&config(), Platform::Test).map(|w| w.get(required).is_some()), Ok(true));
    }
    assert!(with("LGD_CUSTOM_USABLEPAY", "SC0010-SC0030").sign(&config(), Platform::Test).is_ok());
    let conditional = |name: &str| CONDITIONS.iter().any(|(known, _)| *known == name);
    let always = WINDOW_REQUEST.iter().filter(|known| known.required && !conditional(known.name));
    let window = request().sign(&config(), Platform::Test).unwrap();
    for known in always {
        assert!(window.get(known.name).is_some(), "{} is required and not made here", known.name);
    }
}

/// Each of the 89 parameters is refused by name if it is one byte too long or contains a forbidden string.
#[test]
fn every_parameter_of_the_table_is_checked() {
    assert_eq!(WINDOW_REQUEST.len(), 89);
    let typed: Vec<_> = request().typed_fields(Platform::Test).into_iter().map(|(name, _)| name).collect();
    let free = |name: &str| name != "LGD_HASHDATA" && !typed.iter().any(|known| known == name);
    for known in WINDOW_REQUEST.iter().filter(|known| free(known.name)) {
        if let Some(limit) = known.max_bytes {
            let cause = refusal(&with(known.name, &"x".repeat(limit + 1)));
            let due = [format!("{} may have {limit} bytes", known.name), format!("found {}", limit + 1)];
            assert!(due.iter().all(|part| cause.contains(part)), "{cause}");
        }
        assert!(refusal(&with(known.name, "<")).contains(known.name), "{}", known.name);
    }
    for name in typed {
        let cause = refusal(&with(&name, "x"));
        assert!(cause.contains(&format!("{name} is given twice")), "{cause}");
    }
    let skin = || ("LGD_CUSTOM_SKIN".to_owned(), "red".to_owned());
    let twice = WindowRequest { others: vec![skin(), skin()], ..request() };
    assert!(refusal(&twice).contains("LGD_CUSTOM_SKIN is given twice"));
    assert!(refusal(&with("LGD_HASHDATA", "x")).contains("LGD_HASHDATA is given twice"));
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
        ("LGD_BUYERIP may have 15", WindowRequest { buyer_ip: "2001:db8:1:2:3:4:5:6".into(), ..request() }),
        ("LGD_RETURNURL must be", WindowRequest { return_url: "javascript:alert(1)".into(), ..request() }),
        ("LGD_BUYER must not hold '", WindowRequest { buyer: "O'Neil".into(), ..request() }),
        ("named LGD_… or CST_…", with("lgd_custom_skin", "red")),
        ("named LGD_… or CST_…", with("LGD_\"><script>", "red")),
        ("named LGD_… or CST_…", with("onload", "x")),
    ];
    for (due, request) in cases {
        let cause = refusal(&request);
        assert!(cause.contains(due), "{due}: {cause}");
        assert!(!cause.contains("Neil") && !cause.contains("홍"), "{cause}");
    }
}

#[test]
fn debug_output_shows_no_buyer() {
    let shown = format!("{:?} {:?}", request(), request().sign(&config(), Platform::Test).unwrap());
    assert!(shown.contains("LGD_BUYER") && shown.contains("ORDER-20200515_1"), "{shown}");
    assert!(!shown.contains("홍길동") && !shown.contains(KEY) && !shown.contains("192.0.2.1"), "{shown}");
}
