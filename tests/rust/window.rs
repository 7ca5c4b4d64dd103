//! The window's form by names, as C and PHP build it: what it is for follows from the names, items repeat, strict refuses.

use xpayclient_core::binding::Session;
use xpayclient_core::window::Window;

const KEY: &str = "95160cce09854ef44d2edb2bfb05f9f3";

fn begun() -> Session {
    let mut session = Session::new("test");
    assert!(session.init_mode(b"test") && session.set_config(b"tlgdacomxpay", KEY.as_bytes()));
    session.begin_window(b"lgdacomxpay");
    session
}

fn set(session: &mut Session, parameters: &[(&str, &str)]) {
    for (name, text) in parameters {
        assert!(session.set_window(name.as_bytes(), text.as_bytes()), "{name}");
    }
}

/// The form, or the detail of its refusal.
fn sign(parameters: &[(&str, &str)]) -> Result<Window, String> {
    let mut session = begun();
    set(&mut session, &[("LGD_RETURNURL", "https://shop.example/r")]);
    set(&mut session, parameters);
    if session.sign_window() {
        Ok(session.window().unwrap().clone())
    } else {
        Err(session.detail().to_owned())
    }
}

const ORDER: [(&str, &str); 6] = [
    ("LGD_OID", "ORDER-1"),
    ("LGD_AMOUNT", "23400"),
    ("LGD_BUYER", "홍길동"),
    ("LGD_PRODUCTINFO", "상품"),
    ("LGD_TIMESTAMP", "20200515101110"),
    ("CST_WINDOW_TYPE", "popup"),
];

#[test]
fn the_names_tell_what_a_window_is_for() {
    for billing in ["CardBillingAuth", "CardBillingAuth_smartphone"] {
        let window = sign(&[("LGD_PAYWINDOWTYPE", billing), ("LGD_CHECKSSNYN", "N")]).unwrap();
        assert_eq!([window.get("LGD_HASHDATA"), window.get("LGD_TIMESTAMP")], [None, None]);
        assert_eq!(window.warnings().len(), 0);
    }
    for means in ["ASC001", "ASC002", "ASC004", "ASC007"] {
        let given =
            [("LGD_PAYTYPE", means), ("LGD_BUYERSSN", "9001011"), ("LGD_TIMESTAMP", "20200515101110")];
        let window = sign(&given).unwrap();
        assert_eq!(window.get("LGD_HASHDATA"), Some("fd14edb499f3e453612188d1400ca603"));
        assert_eq!(window.warnings().len(), 0);
    }
    let both = [("LGD_PAYTYPE", "ASC001"), ("LGD_PAYWINDOWTYPE", "CardBillingAuth")];
    assert!(sign(&both).unwrap_err().contains("LGD_PAYTYPE names an identity check"));
    assert!(sign(&[]).unwrap_err().contains("LGD_OID is required"));
    assert_eq!(sign(&ORDER).unwrap().get("CST_WINDOW_TYPE"), Some("popup"));
}

#[test]
fn a_name_set_again_is_replaced_but_an_items_is_added() {
    let mut session = begun();
    set(&mut session, &[("LGD_RETURNURL", "https://shop.example/r")]);
    set(&mut session, &ORDER);
    set(&mut session, &[("LGD_OID", "ORDER-2"), ("LGD_DOMAIN_URL", "xpayvvip")]);
    for id in ["1", "2", "3"] {
        set(
            &mut session,
            &[("LGD_ESCROW_GOODID", id), ("LGD_ESCROW_GOODNAME", "컵"), ("LGD_ESCROW_QUANTITY", "1")],
        );
    }
    assert!(session.sign_window(), "{}", session.detail());
    let window = session.window().unwrap();
    let of =
        |name| window.fields().filter(|(given, _)| *given == name).map(|(_, text)| text).collect::<Vec<_>>();
    assert_eq!(of("LGD_OID"), ["ORDER-2"]);
    assert_eq!(of("LGD_ESCROW_GOODID"), ["1", "2", "3"]);
    assert_eq!(of("LGD_ESCROW_GOODNAME"), ["컵", "컵", "컵"]);
    assert_eq!(window.warnings().len(), 0);
}

#[test]
fn strict_refuses_what_is_warned_of_until_the_next_form() {
    let mut session = Session::new("test");
    assert!(!session.set_window_strict(true) && session.response_code() == "90002");
    session = begun();
    set(&mut session, &[("LGD_RETURNURL", "https://shop.example/r"), ("cart", "7")]);
    set(&mut session, &ORDER);
    assert!(session.sign_window());
    let warnings: Vec<_> = session.window().unwrap().warnings().map(|warning| warning.field()).collect();
    assert_eq!(warnings, ["LGD_DOMAIN_URL", "cart"]);
    assert!(session.set_window_strict(true) && session.window().is_none());
    assert!(!session.sign_window() && session.response_code() == "90003", "{}", session.detail());
    assert!(session.detail().contains("LGD_DOMAIN_URL is not set"), "{}", session.detail());
    session.begin_window(b"lgdacomxpay");
    set(&mut session, &[("LGD_RETURNURL", "https://shop.example/r")]);
    set(&mut session, &ORDER);
    assert!(session.sign_window());
}
