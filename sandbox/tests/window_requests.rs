//! What real shops send to the window: what opens, what is warned of, and what --strict refuses.

use crate::common::Merchant;
use crate::pages::{TIMESTAMP, field, fields, get, open, opened, post, request, send};
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID, Options, signature};

fn strict() -> Merchant {
    Merchant::with(Options { strict: true, ..Options::default() })
}

type Changes<'a> = &'a [(&'a str, &'a str)];

/// Nothing is wrong with these.
const RIGHT: &[Changes<'static>] = &[
    &[("LGD_WINDOW_TYPE", ""), ("CST_WINDOW_TYPE", "submit")],
    &[("LGD_WINDOW_TYPE", "popup")],
    &[("LGD_BUYERID", ""), ("LGD_BUYERIP", "")],
    &[("LGD_USABLECARD", "11:51"), ("LGD_USABLEBANK", "06:11"), ("LGD_USABLECASBANK", "06:11:20")],
    &[("LGD_NOINTINF", "11-02:03:06")],
    &[("LGD_DIVIDE_INFO", "{\"DIVIDE\":[{\"MID\":\"sub\",\"AMOUNT\":\"100\"}]}")],
    &[("LGD_CUSTOM_SWITCHINGTYPE", "IFRAME"), ("LGD_PCVIEWYN", "Y"), ("LGD_WINDOW_VER", "2.5")],
    &[("LGD_EASYPAY_ONLY", "PAYNOW"), ("LGD_CUSTOM_FIRSTPAY", "SC0010"), ("LGD_MONEPAYAPPYN", "N")],
    &[("LGD_KVPMISPWAPURL", "myshop://paid"), ("LGD_KVPMISPAUTOAPPYN", "A")],
    &[("order_memo", "문 앞"), ("LGD_RETURN_MERT_CUSTOM_PARAM", "Y")],
    &[("LGD_PAYKEY", ""), ("LGD_RESPCODE", "")],
];

/// Nobody has published how the gateway takes these, and shops send them.
const UNCLEAR: &[(&str, &str)] = &[
    ("LGD_CLOSEDATE", "20991231"),
    ("LGD_BUYERIP", "2001:db8:85a3::8a2e:370:7334"),
    ("LGD_TIMESTAMP", "1234567890"),
    ("LGD_TIMESTAMP", "20261123101112abc"),
    ("LGD_OID", "order.1 2"),
    ("LGD_OID", "주문1"),
    ("LGD_WINDOW_TYPE", "layer"),
    ("LGD_WINDOW_TYPE", ""),
    ("LGD_CUSTOM_USABLEPAY", "SC0010-SC9999"),
    ("LGD_CUSTOM_FIRSTPAY", "card"),
    ("LGD_NOINTINF", "99-3:6"),
    ("LGD_PAYWINDOWTYPE", "Another"),
    ("LGD_DIVIDE_INFO", "not JSON"),
    ("LGD_USABLEBANK", "004:088"),
    ("LGD_USABLECARD", "11:00"),
    ("LGD_CUSTOM_MERTMAME", "가게"),
    ("LGD_CUSTOM_ROLLBACK", "X"),
    ("LGD_CASNOTEURL", "https://shop.example/note?a=1--2"),
    ("CST_WINDOW_TYPE", "submit"),
];

#[test]
fn what_real_shops_send_opens_the_window_without_a_word() {
    let (shop, stern) = (Merchant::new(), strict());
    for changes in RIGHT {
        let shown = get(&shop, &opened(&shop, changes));
        assert!(!shown.text.contains("class=\"card warned\""), "{changes:?}: {}", shown.text);
        opened(&stern, changes);
    }
}

#[test]
fn what_is_unclear_is_warned_of_and_strictly_refused() {
    let (shop, stern) = (Merchant::new(), strict());
    for (name, value) in UNCLEAR {
        let shown = get(&shop, &opened(&shop, &[(name, value)]));
        let warned = shown.text.split("class=\"card warned\"").nth(1).unwrap_or_default();
        assert!(warned.contains(&format!("<code>{name}</code>")), "{name}={value}: {}", shown.text);
        let refused = open(&stern, &[(name, value)]);
        assert!(refused.status == 400 && refused.text.contains(name), "{name}={value}: {}", refused.text);
    }
    // The admin lists the names with the warnings.
    let mut answer = shop.agent.get(shop.sandbox.admin_url() + "/sent").call().unwrap();
    let listed = answer.body_mut().read_to_string().unwrap();
    assert!(listed.contains("LGD_CUSTOM_MERTMAME") && listed.contains("message_en"), "{listed}");
    assert!(!listed.contains("20991231"), "values are not kept");
}

#[test]
fn an_order_number_of_any_letters_is_paid_with_its_own_signature() {
    let shop = Merchant::new();
    for (oid, encoding) in [("주문 1.a", "EUC-KR"), ("주문 1.b", "UTF-8"), ("order.2", "EUC-KR")] {
        let charset = if encoding == "UTF-8" { encoding_rs::UTF_8 } else { encoding_rs::EUC_KR };
        let bytes = charset.encode(oid).0;
        let hash = signature::request_hash(DEMO_TEST_MID, &bytes, "60000", TIMESTAMP, DEMO_KEY);
        let sent = [
            ("LGD_OID", oid),
            ("LGD_ENCODING", encoding),
            ("LGD_ENCODING_RETURNURL", encoding),
            ("LGD_HASHDATA", &*hash),
        ];
        let back = post(&shop, &opened(&shop, &sent), "answer=pay&paytype=SC0010&finance-SC0010=41");
        let said = ["LGD_OID", "LGD_TIMESTAMP", "LGD_HASHDATA"].map(|name| field(&back, name));
        let hash = signature::result_hash(DEMO_TEST_MID, &bytes, "60000", "0000", &said[1], DEMO_KEY);
        assert_eq!([&*said[0], &*said[2]], [oid, &*hash]);
        let key = field(&back, "LGD_PAYKEY");
        assert_eq!(shop.call("PaymentByKey", &[("LGD_PAYKEY", &key)]).get("LGD_OID"), oid);
    }
}

/// A request in which some parameters are there again.
fn again(changes: Changes<'_>, more: Changes<'_>) -> Vec<(String, String)> {
    let mut request = request(changes);
    request.extend(more.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    request
}

#[test]
fn a_name_that_is_there_twice_is_taken_with_one_value_and_refused_with_two() {
    let (shop, stern) = (Merchant::new(), strict());
    let path = "/xpay/window";
    let once_more = again(&[], &[("LGD_TIMESTAMP", TIMESTAMP)]);
    let page = send(&shop, path, &once_more);
    assert_eq!(page.status, 303, "{}", page.text);
    assert!(get(&shop, &page.location).text.contains("was sent twice"));
    assert_eq!(send(&stern, path, &once_more).status, 400);
    let another = again(&[], &[("LGD_TIMESTAMP", "20261123101113")]);
    let page = send(&shop, path, &another);
    assert!(page.status == 400 && page.text.contains("two values"), "{}", page.text);

    let mut blank = request(&[]);
    blank.iter_mut().find(|(name, _)| name == "LGD_OID").unwrap().0.push(' ');
    let page = send(&shop, path, &blank);
    assert_eq!(page.status, 303, "{}", page.text);
    assert!(get(&shop, &page.location).text.contains("<dd>order-1</dd>"));
    assert_eq!(send(&stern, path, &blank).status, 400);
}

#[test]
fn an_escrow_order_shows_its_items_and_where_they_go() {
    let shop = Merchant::new();
    let escrow = [
        ("LGD_ESCROW_USEYN", "Y"),
        ("LGD_ESCROW_ZIPCODE", "06236"),
        ("LGD_ESCROW_ADDRESS1", "서울 강남구"),
        ("LGD_ESCROW_ADDRESS2", "1층"),
        ("LGD_ESCROW_BUYERPHONE", "01012345678"),
    ];
    let item = |name: &'static str, price: &'static str| {
        [
            ("LGD_ESCROW_GOODID", name),
            ("LGD_ESCROW_GOODNAME", name),
            ("LGD_ESCROW_GOODCODE", "Y"),
            ("LGD_ESCROW_UNITPRICE", price),
            ("LGD_ESCROW_QUANTITY", "2"),
        ]
    };
    let items = [item("mug", "10000"), item("cup", "15000"), item("dish", "5000")].concat();
    let page = send(&shop, "/xpay/window", &again(&escrow, &items));
    assert_eq!(page.status, 303, "{}", page.text);
    let shown = get(&shop, &page.location).text;
    for text in ["mug", "cup", "dish", "15,000원", "06236 서울 강남구 1층 01012345678"] {
        assert!(shown.contains(text), "{text}: {shown}");
    }
    assert!(!shown.contains("card warned"), "{shown}");
    let back = post(&shop, &page.location, "answer=pay&paytype=SC0010&finance-SC0010=41");
    assert_eq!(field(&back, "LGD_ESCROWYN"), "Y");

    let page = send(&shop, "/xpay/window", &again(&escrow, &items[..14]));
    assert!(get(&shop, &page.location).text.contains("is not there once for each item"));
}

#[test]
fn a_day_without_a_time_closes_when_it_ends() {
    let clock = Some("20261123101112".to_owned());
    let shop = Merchant::with(Options { clock, ..Options::default() });
    let account = [("LGD_CUSTOM_USABLEPAY", "SC0040"), ("LGD_CASNOTEURL", "https://shop.example/note")];
    let day = |date| [&account[..], &[("LGD_CLOSEDATE", date)]].concat();
    assert_eq!(open(&shop, &day("20261122")).status, 400);
    let back = post(&shop, &opened(&shop, &day("20261123")), "answer=pay&paytype=SC0040&finance-SC0040=26");
    assert_eq!(field(&back, "LGD_CLOSEDATE"), "20261123");
    let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", &field(&back, "LGD_PAYKEY"))]);
    assert_eq!(shop.payment(paid.get("LGD_TID")).closedate, "20261123235959");
}

#[test]
fn the_scripts_addresses_are_the_vendors() {
    let shop = Merchant::new();
    let paths =
        ["/xpay/js/xpay_crossplatform.js", "/xpay_crossplatform/sandbox/v1", "/xpay_crossplatform/live/v1"];
    for path in paths {
        assert!(get(&shop, path).text.contains("self.openXpay ="), "{path}");
    }
}

#[test]
fn unionpay_needs_the_address_of_its_notice() {
    let shop = Merchant::new();
    let page = open(&shop, &[("LGD_PAYWINDOWTYPE", "CUPS")]);
    assert!(page.status == 400 && page.text.contains("LGD_NOTEURL"), "{}", page.text);
    let noted = [("LGD_PAYWINDOWTYPE", "CUPS"), ("LGD_NOTEURL", "https://shop.example/note")];
    let shown = get(&shop, &opened(&shop, &noted)).text;
    assert_eq!(shown.matches("name=\"paytype\"").count(), 1);
}

#[test]
fn a_shops_own_names_come_back_only_if_it_asks() {
    let shop = Merchant::new();
    let pay = |changes: Changes<'_>| {
        fields(&post(&shop, &opened(&shop, changes), "answer=cancel"))
            .into_iter()
            .any(|(name, _)| name == "cart")
    };
    assert!(!pay(&[("cart", "7")]));
    assert!(pay(&[("cart", "7"), ("LGD_RETURN_MERT_CUSTOM_PARAM", "Y")]));
}
