//! What shops send where nobody has published how the gateway takes it: warned of, or refused if the request is strict.

use super::*;
use crate::error::Error;

/// The names that the request is warned of; strict, it is refused for the first.
fn warned(request: &WindowRequest) -> Vec<String> {
    let window = signed(request);
    let strict = WindowRequest { strict: true, ..request.clone() };
    match window.warnings().next() {
        Some(first) => assert_eq!(refusal(&strict), Error::bad_value(first.field(), first.en()).cause()),
        None => assert_eq!(signed(&strict).warnings().len(), 0),
    }
    window.warnings().map(|warning| warning.field().to_owned()).collect()
}

#[test]
fn what_real_pages_send_is_known() {
    let known: [&[(&str, &str)]; 13] = [
        &[("LGD_USABLECARD", "11:51"), ("LGD_USABLEBANK", "06:11:20"), ("LGD_USABLECASBANK", "06:11:20")],
        &[("LGD_NOINTINF", "11-02:03:06")],
        &[("LGD_DIVIDE_INFO", r#"[{"mid":"sub","amount":1000}]"#)],
        &[
            ("LGD_ESCROW_ZIPCODE", "04524"),
            ("LGD_ESCROW_ADDRESS1", "서울"),
            ("LGD_ESCROW_BUYERPHONE", "01012345678"),
        ],
        &[("LGD_RETURN_MERT_CUSTOM_PARAM", "Y"), ("cart_id", "7"), ("items[]", "a"), ("메모", "")],
        &[
            ("LGD_CUSTOM_SWITCHINGTYPE", "IFRAME"),
            ("LGD_CUSTOM_FIRSTPAY", "SC0010"),
            ("LGD_EASYPAY_ONLY", "PAYNOW"),
        ],
        &[
            ("LGD_PCVIEWYN", "Y"),
            ("LGD_WINDOW_VER", "2.5"),
            ("LGD_DISABLE_AGREE", "Y"),
            ("LGD_POINTUSE", "Y"),
        ],
        &[("LGD_MPILOTTEAPPCARDWAPURL", "shop://back"), ("LGD_MONEPAYAPPYN", "Y"), ("LGD_CARDTYPE", "11")],
        &[
            ("LGD_KVPMISPNOTEURL", "https://shop.example/note"),
            ("LGD_KVPMISPWAPURL", "https://shop.example/done?oid=1"),
            ("LGD_KVPMISPCANCELURL", "shopapp://cancel"),
            ("LGD_KVPMISPAUTOAPPYN", "A"),
        ],
        &[("LGD_KVPMISPAUTOAPPYN", "Y"), ("LGD_MTRANSFERAUTOAPPYN", "Y")],
        &[
            ("LGD_MTRANSFERNOTEURL", "https://shop.example/note"),
            ("LGD_MTRANSFERWAPURL", "shopapp://done"),
            ("LGD_MTRANSFERCANCELURL", "https://shop.example/cancel"),
            ("LGD_MTRANSFERAUTOAPPYN", "N"),
        ],
        &[("LGD_CUSTOM_ROLLBACK", "Y")],
        // What follows from the merchant ID, as a page that was written for the vendor sets it.
        &[
            ("CST_PLATFORM", "test"),
            ("CST_MID", "lgdacomxpay"),
            ("LGD_MID", "tlgdacomxpay"),
            ("LGD_HASHDATA", ""),
        ],
    ];
    for others in known {
        let request = with_all(others);
        assert_eq!(warned(&request), [""; 0], "{others:?}");
        for (name, text) in
            others.iter().filter(|(name, text)| !(name.starts_with("LGD_") && text.is_empty()))
        {
            assert_eq!(signed(&request).get(name), Some(*text), "{name}");
        }
    }
}

#[test]
fn what_is_unclear_is_sent_with_a_warning() {
    let cases: [(&str, &str); 17] = [
        ("LGD_CLOSEDATE", "20200516"),
        ("LGD_BUYERIP", "2001:db8:1:2:3:4:5:6"),
        ("LGD_ZZ_NEW", "1"),
        ("cart_id", "7"),
        ("LGD_RETURN_MERT_CUSTOM_PARA", "Y"),
        ("CST_WINDOW_TYPE", "submit"),
        ("LGD_CUSTOM_SWITCHINGTYPE", "POPUP"),
        ("LGD_CUSTOM_ROLLBACK", "X"),
        ("LGD_KVPMISPAUTOAPPYN", "X"),
        ("LGD_MTRANSFERAUTOAPPYN", "X"),
        ("LGD_CASNOTEURL", "https://xn--o39a1b.kr/note"),
        ("LGD_NOTEURL", "https://shop.example/note;a=1"),
        ("LGD_DIVIDE_INFO", r#"{"name":"\uac00"}"#),
        ("LGD_DIVIDE_INFO", "half"),
        ("LGD_PAYWINDOWTYPE", "Other"),
        ("LGD_PAYTYPE", "SC0010"),
        ("LGD_CUSTOM_SKIN ", "red"),
    ];
    for (name, text) in cases {
        let request = with(name, text);
        assert_eq!(warned(&request), [name.trim_end()], "{name}");
        assert_eq!(signed(&request).get(name.trim_end()), Some(text));
        let shown = signed(&request).warnings().next().unwrap().to_string();
        assert!(text.len() < 3 || !shown.contains(text), "{shown}");
        assert!(shown.starts_with(name.trim_end()) && shown.contains(" / "), "{shown}");
    }
}

#[test]
fn a_page_may_lack_the_window_type_and_the_domain() {
    let bare = WindowRequest { window_type: String::new(), domain_url: String::new(), ..request() };
    assert_eq!(warned(&bare), ["LGD_WINDOW_TYPE", "LGD_DOMAIN_URL"]);
    assert_eq!([signed(&bare).get("LGD_WINDOW_TYPE"), signed(&bare).get("LGD_DOMAIN_URL")], [None, None]);
    for window_type in ["iframe", "submit", "popup"] {
        let older = vec![("CST_WINDOW_TYPE".into(), window_type.into())];
        let request = WindowRequest { window_type: String::new(), others: older, ..request() };
        assert_eq!(warned(&request), [""; 0]);
        assert_eq!(signed(&request).get("CST_WINDOW_TYPE"), Some(window_type));
    }
    assert_eq!(warned(&WindowRequest { window_type: "layer".into(), ..request() }), ["LGD_WINDOW_TYPE"]);
}

#[test]
fn a_name_that_is_given_twice_with_one_value_is_sent_once() {
    for others in [
        [("LGD_TIMESTAMP", "20200515101110")].as_slice(),
        &[("LGD_CUSTOM_SKIN", "red"), ("LGD_CUSTOM_SKIN", "red")],
    ] {
        let request = with_all(others);
        let name = others[0].0;
        assert_eq!(warned(&request), [name]);
        assert_eq!(signed(&request).fields().filter(|(given, _)| *given == name).count(), 1);
    }
    let blank = with("LGD_OID ", "ORDER-20200515_1");
    assert_eq!(warned(&blank), ["LGD_OID", "LGD_OID"]);
    assert!(refusal(&with("LGD_OID ", "ORDER-2")).contains("LGD_OID is given twice, with different values"));
}

#[test]
fn escrow_items_are_there_once_each() {
    let item = |id: &str, code: &str, unit_price| EscrowItem {
        id: id.into(),
        name: format!("상품 {id}"),
        code: code.into(),
        unit_price,
        quantity: 2,
    };
    let items = |codes: [&str; 3]| WindowRequest {
        escrow_items: vec![item("1", codes[0], 1000), item("2", codes[1], 2000), item("3", codes[2], 3000)],
        ..with("LGD_ESCROW_USEYN", "Y")
    };
    let of = |request: &WindowRequest, name: &str| -> Vec<String> {
        let window = signed(request);
        window.fields().filter(|(given, _)| *given == name).map(|(_, text)| text.to_owned()).collect()
    };
    let three = items(["A", "", "C"]);
    assert_eq!(warned(&three), [""; 0]);
    assert_eq!(of(&three, "LGD_ESCROW_GOODID"), ["1", "2", "3"]);
    assert_eq!(of(&three, "LGD_ESCROW_GOODNAME"), ["상품 1", "상품 2", "상품 3"]);
    // The third code stays the third item's.
    assert_eq!(of(&three, "LGD_ESCROW_GOODCODE"), ["A", "", "C"]);
    assert_eq!(of(&three, "LGD_ESCROW_UNITPRICE"), ["1000", "2000", "3000"]);
    assert_eq!(of(&three, "LGD_ESCROW_QUANTITY"), ["2", "2", "2"]);
    assert_eq!(of(&items(["", "", ""]), "LGD_ESCROW_GOODCODE"), [""; 0]);
    assert_eq!(signed(&three).hidden_fields().matches("LGD_ESCROW_GOODID").count(), 3);

    let by_name = with_all(&[
        ("LGD_ESCROW_GOODID", "1"),
        ("LGD_ESCROW_GOODNAME", "가"),
        ("LGD_ESCROW_GOODID", "2"),
        ("LGD_ESCROW_GOODID", "2"),
    ]);
    assert_eq!(of(&by_name, "LGD_ESCROW_GOODID"), ["1", "2", "2"]);
    assert_eq!(warned(&by_name), ["LGD_ESCROW_GOODNAME"]);
    let long = with_all(&[("LGD_ESCROW_GOODID", "1"), ("LGD_ESCROW_GOODID", &"x".repeat(41))]);
    assert!(refusal(&long).contains("LGD_ESCROW_GOODID may have 40 bytes"));
    let repeating = WINDOW_REQUEST.iter().filter(|known| known.holds == Holds::Repeats);
    assert_eq!(repeating.count(), 5);
}
