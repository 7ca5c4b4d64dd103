//! The payment window without a browser: what the shop's page posts, what the buyer answers, what goes back to the shop.

use crate::common::{Merchant, encode};
use crate::pages::{TIMESTAMP, field, get, open, opened, post, request};
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID, signature};

#[test]
fn a_key_from_the_window_pays_what_was_agreed_to() {
    let shop = Merchant::new();
    let more =
        [("LGD_TAXFREEAMOUNT", "1000"), ("LGD_ENCODING_RETURNURL", "UTF-8"), ("LGD_NOINTINF", "11-6,51-3:4")];
    let window = opened(&shop, &more);
    let shown = get(&shop, &window);
    assert!(shown.text.contains("60,000원") && shown.text.contains("똠방각하"), "{}", shown.text);
    let back = post(&shop, &window, "answer=pay&paytype=SC0010&finance-SC0010=51&install=03");
    assert!(back.text.contains("action=\"https://shop.example/returnurl?a=1&#38;b=2\""), "{}", back.text);
    assert!(back.text.contains("accept-charset=\"UTF-8\""));
    let told = ["LGD_RESPCODE", "LGD_MID", "LGD_OID", "LGD_AMOUNT"].map(|name| field(&back, name));
    assert_eq!(told, ["0000", DEMO_TEST_MID, "order-1", "60000"]);

    // Whoever answers or looks a second time gets the same key.
    let key = field(&back, "LGD_PAYKEY");
    assert_eq!(field(&post(&shop, &window, "answer=cancel"), "LGD_PAYKEY"), key);
    assert_eq!(field(&get(&shop, &window), "LGD_PAYKEY"), key);

    let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", &key)]);
    let said = ["LGD_AMOUNT", "LGD_FINANCECODE", "LGD_CARDINSTALLMONTH", "LGD_CARDNOINTYN", "LGD_TIMESTAMP"];
    assert_eq!(said.map(|name| paid.get(name)), ["60000", "51", "03", "1", TIMESTAMP]);
    assert_eq!(paid.get("LGD_BUYER"), "똠방각하");
    assert_eq!(shop.payment(paid.get("LGD_TID")).taxfree, 1000);

    let again = open(&shop, &[]);
    assert!(again.status == 400 && again.text.contains("is already paid"), "{}", again.text);
    shop.call("Cancel", &[("LGD_TID", paid.get("LGD_TID"))]);
    opened(&shop, &[]);
}

#[test]
fn every_mistake_names_its_parameter() {
    let shop = Merchant::new();
    for (name, value, words) in [
        ("LGD_BUYER", "", "is missing"),
        ("LGD_RETURNURL", "", "is missing"),
        ("LGD_CUSTOM_PROCESSTYPE", "", "is missing"),
        ("LGD_BUYER", "가나다라마바사아자차카타파하거너", "is 32 bytes of EUC-KR: at most 30"),
        ("LGD_BUYER", "O&#39;Brien;", "must not contain ;"),
        ("LGD_PRODUCTINFO", "1 -- 2", "must not contain --"),
        ("LGD_OID", "o--1", "must not contain --"),
        ("LGD_AMOUNT", "1,000", "0..9999999999"),
        ("LGD_AMOUNT", "0", "must be over 0"),
        ("LGD_TAXFREEAMOUNT", "60001", "must not be over LGD_AMOUNT"),
        ("LGD_CLOSEDATE", "tomorrow", "yyyyMMddHHmmss"),
        ("LGD_CLOSEDATE", "20990229000000", "yyyyMMddHHmmss"),
        ("LGD_CLOSEDATE", "20200101000000", "is in the past"),
        ("LGD_RETURNURL", "/returnurl", "https://"),
        ("LGD_ENCODING", "EUCKR", "UTF-8 | EUC-KR"),
        ("LGD_CUSTOM_USABLEPAY", "SC9999", "SC0010-SC0030"),
        ("LGD_NOTEURL", "shop.example", "https://"),
        ("LGD_USABLECARD", "11:515", "is 3 bytes"),
        ("LGD_INSTALLRANGE", "0:02:03", "0:2:3"),
        ("LGD_INSTALLRANGE", "0:1", "0:2:3"),
        ("LGD_NOINTINF", "11", "11-3:6"),
        ("LGD_CUSTOM_SESSIONTIMEOUT", "0", "1..1440"),
        ("LGD_HASHDATA", "00000000000000000000000000000000", "signature"),
        ("LGD_MID", "tnobody", "unknown shop"),
        ("CST_PLATFORM", "real", "test | service"),
        ("CST_MID", "another", "CST_MID otherwise"),
    ] {
        let page = open(&shop, &[(name, value)]);
        let told = page.text.contains(if name == "CST_MID" { "LGD_MID" } else { name });
        assert!(page.status == 400 && told && page.text.contains(words), "{name}={value}: {}", page.text);
        assert!(value.len() < 5 || !page.text.contains(&format!(">{value}<")), "values are not repeated");
    }
}

#[test]
fn some_parameters_are_required_with_their_means() {
    let shop = Merchant::new();
    for (name, value, required) in [
        ("LGD_CUSTOM_USABLEPAY", "SC0010-SC0040", "LGD_CASNOTEURL"),
        ("LGD_CUSTOM_FIRSTPAY", "SC0090", "LGD_OCBITEMCODE"),
        ("LGD_CUSTOM_USABLEPAY", "SC0111", "LGD_BUYERID"),
        ("LGD_USABLECARD", "11:4V", "LGD_LANGUAGE"),
    ] {
        let page = open(&shop, &[(name, value), ("LGD_BUYERID", "")]);
        assert!(page.status == 400 && page.text.contains(required), "{required}: {}", page.text);
    }
    // A method that is not named is offered, and says what it lacks.
    let window = opened(&shop, &[("LGD_BUYERID", ""), ("LGD_BUYERIP", "")]);
    assert!(get(&shop, &window).text.contains("<code>LGD_BUYERID</code>"));
    let back = post(&shop, &window, "answer=pay&paytype=SC0112");
    assert_eq!(field(&back, "LGD_RESPCODE"), "SB01");
    assert!(field(&back, "LGD_RESPMSG").contains("LGD_BUYERID"));
}

/// Bytes of another charset than LGD_ENCODING names are what a shop gets wrong first.
#[test]
fn a_charset_that_is_not_what_it_says_is_named() {
    let shop = Merchant::new();
    let request = request(&[("LGD_ENCODING", "UTF-8")]);
    let pairs: Vec<_> = request.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let body = encode(&pairs).replace("LGD_ENCODING=%55%54%46%2D%38", "LGD_ENCODING=EUC-KR");
    let page = post(&shop, "/xpay/window", &body);
    assert!(page.status == 400 && page.text.contains("LGD_ENCODING"), "{}", page.text);
    assert_eq!(post(&shop, "/xpay/window", &encode(&pairs)).status, 303);
}

#[test]
fn the_buyer_cancels_and_the_shop_is_told() {
    let shop = Merchant::new();
    let window = opened(&shop, &[]);
    let back = post(&shop, &window, "answer=cancel&paytype=SC0010");
    assert_eq!(field(&back, "LGD_RESPCODE"), "S053");
    assert!(field(&back, "LGD_RESPMSG").contains("취소") && !back.text.contains("LGD_PAYKEY"));
    assert!(back.text.contains("accept-charset=\"EUC-KR\""));
    // What is not offered is not agreed to.
    for answer in
        ["paytype=SC0060", "paytype=SC0010&finance-SC0010=41", "paytype=SC0010&finance-SC0010=51&install=04"]
    {
        let offer =
            [("LGD_CUSTOM_USABLEPAY", "SC0010"), ("LGD_USABLECARD", "51"), ("LGD_INSTALLRANGE", "0:3")];
        let back = post(&shop, &opened(&shop, &offer), &format!("answer=pay&{answer}"));
        assert_eq!(field(&back, "LGD_RESPCODE"), "SB02", "{answer}");
    }
}

#[test]
fn the_shop_decides_what_is_offered() {
    let shop = Merchant::new();
    let shown = |changes: &[(&str, &str)]| get(&shop, &opened(&shop, changes)).text;
    let some = shown(&[("LGD_CUSTOM_USABLEPAY", "SC0030-SC0010"), ("LGD_CUSTOM_FIRSTPAY", "SC0030")]);
    assert_eq!(some.matches("name=\"paytype\"").count(), 2);
    assert!(some.contains("value=\"SC0030\" checked"));
    let cards = shown(&[
        ("LGD_USABLECARD", "51"),
        ("LGD_INSTALLRANGE", "0:3:6"),
        ("LGD_NOINTINF", "51-3:6"),
        ("LGD_CUSTOM_USABLEPAY", "SC0010"),
    ]);
    assert!(cards.contains("<option value=\"51\">") && !cards.contains("<option value=\"41\">"));
    assert!(cards.contains("3개월") && cards.contains("6개월") && !cards.contains("2개월"));
    assert!(cards.contains("51-3:6"));
    let banks = [("LGD_USABLEBANK", "06:11"), ("LGD_CUSTOM_USABLEPAY", "SC0030")];
    assert!(shown(&banks).contains("name=\"cash_receipt-SC0030\""));
    let banks = shown(&[&banks[..], &[("LGD_CASHRECEIPTYN", "N")]].concat());
    assert_eq!(banks.matches("<option").count(), 2, "by older codes: {banks}");
    assert!(banks.contains("<option value=\"004\">"), "{banks}");
    let small = shown(&[("LGD_AMOUNT", "49999"), ("LGD_INSTALLRANGE", "0:3:6")]);
    assert!(small.contains("일시불") && !small.contains("3개월"), "too little for instalments");
}

#[test]
fn receipts_are_shown_to_who_has_the_link() {
    let shop = Merchant::new();
    let tid = shop.paid_by_card(60_000);
    let link = |authdata: &str| {
        format!("/pg/wmp/etc/jsp/Receipt_Link.jsp?mertid={DEMO_TEST_MID}&tid={tid}&authdata={authdata}")
    };
    let page = get(&shop, &link(&signature::receipt_authdata(DEMO_TEST_MID, &tid, DEMO_KEY)));
    assert!(
        page.status == 200 && page.text.contains("60,000원") && page.text.contains(&tid),
        "{}",
        page.text
    );
    let wrong = get(&shop, &link("0"));
    assert!(
        wrong.status == 404 && wrong.text.contains("SB06") && !wrong.text.contains("60,000"),
        "{}",
        wrong.text
    );

    let receipt = [
        ("LGD_METHOD", "AUTH"),
        ("LGD_PAYTYPE", "SC0100"),
        ("LGD_OID", "cash-1"),
        ("LGD_AMOUNT", "5000"),
        ("LGD_CASHCARDNUM", "0100001234"),
        ("LGD_CASHRECEIPTUSE", "1"),
        ("LGD_CUSTOM_BUSINESSNUM", "1234567890"),
    ];
    let number = shop.call("CashReceipt", &receipt).get("LGD_CASHRECEIPTNUM").to_owned();
    let link = |kind: &str| {
        format!("/xpay/cashreceipt?mid={DEMO_TEST_MID}&oid=cash-1&seqno=001&type={kind}&platform=test")
    };
    let page = get(&shop, &link("CR"));
    assert!(
        page.status == 200 && page.text.contains(&number) && page.text.contains("5,000원"),
        "{}",
        page.text
    );
    assert!(!page.text.contains("0100001234"));
    assert_eq!([get(&shop, &link("CAS")).status, get(&shop, &link("XX")).status], [404, 404]);
    assert!(get(&shop, "/WEB_SERVER/js/receipt_link.js").text.contains("showReceiptByTID"));
}

/// A page of elsewhere that a name server sends here must not read the books.
#[test]
fn only_who_calls_it_by_its_name_is_answered() {
    let shop = Merchant::new();
    let status = |host: &str| {
        let request = shop.agent.get(shop.sandbox.web_url() + "/admin").header("host", host);
        request.call().unwrap().status().as_u16()
    };
    let port = shop.sandbox.web_url().rsplit(':').next().unwrap().to_owned();
    for host in ["127.0.0.1", "localhost", "[::1]"] {
        assert_eq!([status(host), status(&format!("{host}:{port}"))], [200, 200], "{host}");
    }
    assert_eq!([status("evil.example"), status("127.0.0.1.evil.example")], [421, 421]);
}

#[test]
fn a_window_that_nobody_opened_is_not_there() {
    let shop = Merchant::new();
    let page = get(&shop, "/xpay/window/0123456789abcdef");
    assert!(page.status == 404 && page.text.contains("다시 여십시오"));
}
