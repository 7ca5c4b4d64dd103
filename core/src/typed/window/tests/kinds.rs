//! Windows for a billing key and for an identity check.

use super::*;

fn billing() -> BillingWindowRequest {
    BillingWindowRequest::new("lgdacomxpay", "https://shop.example/card").check_ssn(true)
}

fn identity() -> IdentityWindowRequest {
    IdentityWindowRequest::new("lgdacomxpay", "ASC002", "9001011", "https://shop.example/who")
        .timestamp(dates::parse("20200515101110").unwrap())
}

#[test]
fn a_billing_window_has_no_order_and_no_signature() {
    // Nothing is signed: no MertKey is needed.
    let window = billing().sign(&Config::new(), Platform::Test).unwrap();
    let expected = [
        ("CST_PLATFORM", "test"),
        ("CST_MID", "lgdacomxpay"),
        ("LGD_MID", "tlgdacomxpay"),
        ("LGD_RETURNURL", "https://shop.example/card"),
        ("LGD_CHECKSSNYN", "Y"),
        ("LGD_PAYWINDOWTYPE", "CardBillingAuth"),
    ];
    assert_eq!(window.fields().collect::<Vec<_>>(), expected);
    assert_eq!(window.warnings().len(), 0);
    let phone = BillingWindowRequest {
        smartphone: true,
        buyer_ssn: "900101".into(),
        check_ssn: None,
        window_type: "submit".into(),
        ..billing()
    };
    let window = phone.sign(&Config::new(), Platform::Service).unwrap();
    assert_eq!(window.get("LGD_PAYWINDOWTYPE"), Some("CardBillingAuth_smartphone"));
    assert_eq!([window.get("LGD_MID"), window.get("LGD_BUYERSSN")], [Some("lgdacomxpay"), Some("900101")]);
    assert_eq!([window.get("LGD_WINDOW_TYPE"), window.get("LGD_CHECKSSNYN")], [Some("submit"), None]);
    assert!(!format!("{phone:?} {window:?}").contains("900101"));
}

#[test]
fn a_billing_window_names_what_is_wrong() {
    let refusal = |request: BillingWindowRequest| {
        request.sign(&Config::new(), Platform::Test).unwrap_err().cause().to_owned()
    };
    let neither = BillingWindowRequest { check_ssn: None, ..billing() };
    assert!(refusal(neither).contains("LGD_BUYERSSN or LGD_CHECKSSNYN is required"));
    let nowhere = BillingWindowRequest { return_url: String::new(), ..billing() };
    assert!(refusal(nowhere).contains("LGD_RETURNURL is required"));
    let nobody = BillingWindowRequest { cst_mid: String::new(), ..billing() };
    assert!(refusal(nobody).contains("CST_MID is required"));
    let ordered = BillingWindowRequest { others: vec![("LGD_OID".into(), "A-1".into())], ..billing() };
    let window = ordered.sign(&Config::new(), Platform::Test).unwrap();
    assert_eq!(window.warnings().map(Warning::field).collect::<Vec<_>>(), ["LGD_OID"]);
    assert!(refusal(BillingWindowRequest { strict: true, ..ordered }).contains("LGD_OID has no place"));
}

#[test]
fn an_identity_window_has_a_signature_of_its_own() {
    let window = identity().sign(&config(), Platform::Test).unwrap();
    let expected = [
        ("CST_PLATFORM", "test"),
        ("CST_MID", "lgdacomxpay"),
        ("LGD_MID", "tlgdacomxpay"),
        ("LGD_TIMESTAMP", "20200515101110"),
        ("LGD_HASHDATA", "fd14edb499f3e453612188d1400ca603"),
        ("LGD_RETURNURL", "https://shop.example/who"),
        ("LGD_BUYERSSN", "9001011"),
        ("LGD_PAYTYPE", "ASC002"),
    ];
    assert_eq!(window.fields().collect::<Vec<_>>(), expected);
    assert_eq!(window.warnings().len(), 0);
    let other = IdentityWindowRequest { means: "SC0010".into(), ..identity() };
    let other = other.sign(&config(), Platform::Test).unwrap();
    assert_eq!(other.warnings().map(Warning::field).collect::<Vec<_>>(), ["LGD_PAYTYPE"]);
    assert_eq!(other.get("LGD_HASHDATA"), window.get("LGD_HASHDATA"));
    for (name, request) in [
        ("LGD_BUYERSSN", IdentityWindowRequest { buyer_ssn: "".into(), ..identity() }),
        ("LGD_PAYTYPE", IdentityWindowRequest { means: String::new(), ..identity() }),
        ("LGD_RETURNURL", IdentityWindowRequest { return_url: String::new(), ..identity() }),
    ] {
        let cause = request.sign(&config(), Platform::Test).unwrap_err().cause().to_owned();
        assert!(cause.contains(&format!("{name} is required")), "{cause}");
    }
    assert_eq!(identity().sign(&Config::new(), Platform::Test).unwrap_err().code(), Code::NO_MID);
    assert!(!format!("{:?} {window:?}", identity()).contains("9001011"));
}

#[test]
fn on_service_every_window_returns_over_https() {
    let plain = "http://shop.example/back".to_owned();
    let payment = WindowRequest { return_url: plain.clone(), ..request() };
    let billing = BillingWindowRequest { return_url: plain.clone(), ..billing() };
    let identity = IdentityWindowRequest { return_url: plain, ..identity() };
    let signed = |platform| {
        [
            payment.sign(&config(), platform),
            billing.sign(&config(), platform),
            identity.sign(&config(), platform),
        ]
    };
    assert!(signed(Platform::Test).iter().all(Result::is_ok));
    for refused in signed(Platform::Service) {
        let error = refused.unwrap_err();
        assert!(error.cause().contains("LGD_RETURNURL must begin with https:// on the service platform"));
        assert!(error.message().contains("TLS를 설정하십시오"), "{error}");
    }
    let nowhere = WindowRequest { return_url: "http://localhost/back".into(), ..request() };
    assert!(nowhere.sign(&config(), Platform::Service).is_err());
}

#[test]
fn a_payment_of_nothing_has_no_window() {
    assert!(refusal(&WindowRequest { amount: 0, ..request() }).contains("LGD_AMOUNT must be 1 won or more"));
    let others =
        vec![("LGD_PAYWINDOWTYPE".into(), "CUPS".into()), ("LGD_NOTEURL".into(), "https://a.kr/n".into())];
    assert!(refusal(&WindowRequest { amount: 0, others, ..request() }).contains("LGD_AMOUNT must be 1 won"));
    let card = BillingWindowRequest { others: vec![("LGD_AMOUNT".into(), "0".into())], ..billing() };
    assert!(card.sign(&config(), Platform::Test).is_ok(), "a billing window has no amount");
}
