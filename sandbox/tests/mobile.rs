//! Payments that the gateway finishes itself: in the app of ISP or of a bank, and on UnionPay's page.

use crate::common::{Merchant, encode};
use crate::shop::{Page, Reply};
use encoding_rs::{EUC_KR, UTF_8};
use std::path::Path;
use xpayclient_sandbox::{
    DEMO_KEY, DEMO_TEST_MID, Delivery, NoticeLog, Options, Payment, PaymentState, Sandbox, signature,
};

const OK: &[Reply] = &[(200, "OK")];
const TIMESTAMP: &str = "20200515101110";
/// Nobody listens on port 1 of this machine.
const NOWHERE: &str = "http://127.0.0.1:1/note";
const WAPURL: &str = "http://shop.example/paid?LGD_OID=O-1&x=a%20b";
const CANCELURL: &str = "http://shop.example/cancelled";
/// Three minutes take five milliseconds.
const HURRIED: u32 = 36_000;
pub(crate) const ISP: &str = "answer=pay&paytype=SC0010&finance-SC0010=11";

/// Opens the window of a mobile page, whose notices go to `noteurl`; some parameters are changed or, by "", taken away.
pub(crate) fn open(shop: &Merchant, noteurl: &str, changes: &[(&str, &str)]) -> String {
    let hash = signature::request_hash(DEMO_TEST_MID, "O-1", "60000", TIMESTAMP, DEMO_KEY);
    let mut pairs = vec![
        ("CST_PLATFORM", "test"),
        ("CST_MID", "lgdacomxpay"),
        ("LGD_MID", DEMO_TEST_MID),
        ("LGD_OID", "O-1"),
        ("LGD_AMOUNT", "60000"),
        ("LGD_BUYER", "똠방각하"),
        ("LGD_PRODUCTINFO", "머그컵"),
        ("LGD_TIMESTAMP", TIMESTAMP),
        ("LGD_HASHDATA", &hash),
        ("LGD_RETURNURL", "http://shop.example/returnurl"),
        ("LGD_WINDOW_TYPE", "submit"),
        ("LGD_BUYERID", "guest"),
        ("LGD_BUYERIP", "127.0.0.1"),
        ("LGD_CUSTOM_PROCESSTYPE", "TWOTR"),
        ("LGD_KVPMISPNOTEURL", noteurl),
        ("LGD_KVPMISPWAPURL", WAPURL),
        ("LGD_KVPMISPCANCELURL", CANCELURL),
        ("LGD_MTRANSFERNOTEURL", noteurl),
        ("LGD_MTRANSFERWAPURL", WAPURL),
        ("LGD_MTRANSFERCANCELURL", CANCELURL),
    ];
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        pairs.push((name, value));
    }
    pairs.retain(|(_, value)| !value.is_empty());
    let opened = post(shop, "/xpay/window", &encode(&pairs));
    assert_eq!(opened.status, 303, "{}", opened.text);
    opened.location
}

/// Status, Location and page.
pub(crate) struct Shown {
    status: u16,
    location: String,
    text: String,
}

fn post(shop: &Merchant, path: &str, body: &str) -> Shown {
    let request = shop.agent.post(shop.sandbox.web_url() + path);
    shown(request.header("content-type", "application/x-www-form-urlencoded").send(body).unwrap())
}

fn get(shop: &Merchant, path: &str) -> Shown {
    shown(shop.agent.get(shop.sandbox.web_url() + path).call().unwrap())
}

fn shown(mut response: ureq::http::Response<ureq::Body>) -> Shown {
    let location = response.headers().get("location").map(|at| at.to_str().unwrap().to_owned());
    Shown {
        status: response.status().as_u16(),
        location: location.unwrap_or_default(),
        text: response.body_mut().read_to_string().unwrap(),
    }
}

/// The path of the app that a choice in the window leads to.
pub(crate) fn app(shop: &Merchant, window: &str, choice: &str) -> String {
    let there = post(shop, window, choice);
    assert!(there.status == 303 && there.location.ends_with("/app"), "{}", there.text);
    there.location
}

/// Where the buyer goes from the app.
pub(crate) fn left(shop: &Merchant, app: &str, answer: &str) -> Shown {
    let decided = post(shop, app, answer);
    assert_eq!((decided.status, decided.location.as_str()), (303, app), "{}", decided.text);
    get(shop, app)
}

fn payments(sandbox: &Sandbox) -> Vec<Payment> {
    sandbox.payments().unwrap()
}

fn only<T>(mut all: Vec<T>) -> T {
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// A merchant whose ledger outlives the sandbox.
fn with_ledger(dir: &Path, time_scale: u32) -> Merchant {
    Merchant::with(Options { db: Some(dir.join("ledger.db")), time_scale, ..Options::default() })
}

/// Stops the sandbox, the attempt it is at included, and looks into its ledger.
fn stopped(shop: Merchant, dir: &Path) -> (Payment, NoticeLog) {
    drop(shop);
    let again = with_ledger(dir, 1);
    (only(payments(&again.sandbox)), only(again.sandbox.notices().unwrap()))
}

#[test]
fn the_gateway_finishes_the_payment_and_posts_its_result() {
    for (choice, name, paytype) in [
        (ISP, "LGD_KVPMISPNOTEURL", "SC0010"),
        ("answer=pay&paytype=SC0030&finance-SC0030=004", "LGD_MTRANSFERNOTEURL", "SC0030"),
    ] {
        for (encoding, charset) in [("", EUC_KR), ("UTF-8", UTF_8)] {
            let (shop, page) = (Merchant::new(), Page::open(OK));
            let app = app(&shop, &open(&shop, &page.url, &[("LGD_ENCODING_NOTEURL", encoding)]), choice);
            let seen = get(&shop, &app);
            assert!(seen.text.contains("60,000원") && seen.text.contains(name), "{}", seen.text);
            assert!(!seen.text.contains("secret"), "{}", seen.text);
            assert!(payments(&shop.sandbox).is_empty(), "nothing is paid yet");
            let gone = left(&shop, &app, "answer=pay");
            assert_eq!((gone.status, gone.location.as_str()), (303, WAPURL));

            let form = page.form(charset);
            let payment = only(payments(&shop.sandbox));
            let hash = signature::result_hash(DEMO_TEST_MID, "O-1", "60000", "0000", TIMESTAMP, DEMO_KEY);
            for (name, value) in [
                ("LGD_RESPCODE", "0000"),
                ("LGD_OID", "O-1"),
                ("LGD_AMOUNT", "60000"),
                ("LGD_TID", &payment.tid),
                ("LGD_PAYTYPE", paytype),
                ("LGD_HASHDATA", &hash),
                ("LGD_BUYER", "똠방각하"),
                ("LGD_RECEIVER", ""),
            ] {
                assert_eq!(form.get(name).map(String::as_str), Some(value), "{name}");
            }
            assert!(!form.contains_key("LGD_PAYKEY") && !form.contains_key("LGD_CASFLAG"));
            assert_eq!((payment.state, payment.balance), (PaymentState::Approved, 60_000));
            let log = only(shop.sandbox.notices().unwrap());
            assert_eq!((log.notice.name.as_str(), log.notice.state), (name, Delivery::Delivered));
            // It is an ordinary payment: the shop can cancel it.
            let bank = [("LGD_TID", &*payment.tid)];
            assert_eq!(shop.call("Cancel", &bank).code, "0000");
        }
    }
}

/// What LGD_CUSTOM_ROLLBACK makes of each answer: where the buyer goes, and what became of payment and notice.
#[test]
fn custom_rollback_decides_what_an_answer_does() {
    use Delivery::{Delivered, RolledBack, Waiting};
    let approved = |notice| (WAPURL, PaymentState::Approved, notice);
    let undone = (CANCELURL, PaymentState::RolledBack, RolledBack);
    let answers: [(&str, &'static [Reply], [_; 3]); 7] = [
        ("OK", OK, [approved(Delivered); 3]),
        ("blank lines", &[(200, "\n\n OK \n")], [approved(Delivered); 3]),
        ("ROLLBACK", &[(200, "ROLLBACK")], [undone, undone, approved(Waiting)]),
        ("another", &[(200, "FAIL")], [undone, approved(Delivered), approved(Waiting)]),
        ("nothing", &[(200, "")], [undone, approved(Delivered), approved(Waiting)]),
        ("HTTP 500", &[(500, "OK")], [undone, approved(Waiting), approved(Waiting)]),
        ("unreachable", &[], [undone, approved(Waiting), approved(Waiting)]),
    ];
    for (answer, replies, expected) in answers {
        let rollbacks = [("Y", expected[0]), ("C", expected[1]), ("N", expected[2]), ("", expected[2])];
        for (rollback, (location, state, delivery)) in rollbacks {
            let (shop, page) = (Merchant::new(), Page::open(replies));
            let noteurl = if replies.is_empty() { NOWHERE } else { &page.url };
            let window = open(&shop, noteurl, &[("LGD_CUSTOM_ROLLBACK", rollback)]);
            let gone = left(&shop, &app(&shop, &window, ISP), "answer=pay");
            let payment = only(payments(&shop.sandbox));
            let log = only(shop.sandbox.notices().unwrap());
            let found = (gone.location.as_str(), payment.state, log.notice.state);
            assert_eq!(found, (location, state, delivery), "{rollback} {answer}");
            assert_eq!(log.attempts.len(), 1);
            let left = if state == PaymentState::RolledBack { 0 } else { 60_000 };
            assert_eq!(payment.balance, left);
        }
    }
}

#[test]
fn what_was_taken_back_can_be_neither_cancelled_nor_told_of_again() {
    let (shop, page) = (Merchant::new(), Page::open(&[(200, "FAIL")]));
    let window = open(&shop, &page.url, &[("LGD_CUSTOM_ROLLBACK", "Y")]);
    left(&shop, &app(&shop, &window, ISP), "answer=pay");
    let tid = payments(&shop.sandbox)[0].tid.clone();
    assert_eq!(shop.sandbox.resend(1).unwrap_err().code(), "SB21");
    assert_eq!(shop.call("Cancel", &[("LGD_TID", &tid)]).code, "AV11");
    let admin = get(&shop, &format!("/admin/payments/{tid}"));
    for shown in ["망취소 rolled_back", "망취소 rolled back", "LGD_CUSTOM_ROLLBACK=Y", "the answer is not OK"]
    {
        assert!(admin.text.contains(shown), "{shown}: {}", admin.text);
    }
    // The order can be paid for again.
    let window = open(&shop, &page.url, &[]);
    app(&shop, &window, ISP);
}

#[test]
fn without_rollback_it_is_sent_again_until_the_shop_says_ok() {
    let dir = tempfile::tempdir().unwrap();
    let shop = with_ledger(dir.path(), HURRIED);
    let page = Page::open(&[(500, ""), (200, "ROLLBACK"), (200, "OK")]);
    left(&shop, &app(&shop, &open(&shop, &page.url, &[]), ISP), "answer=pay");
    let posts = [(); 3].map(|()| page.next());
    assert!(posts.iter().all(|post| *post == posts[0]), "it is the same notice each time");
    let (payment, log) = stopped(shop, dir.path());
    assert_eq!((payment.state, log.notice.state), (PaymentState::Approved, Delivery::Delivered));
    assert_eq!((log.attempts.len(), page.left()), (3, 0));
}

#[test]
fn a_rollback_on_request_may_come_with_a_later_attempt() {
    let dir = tempfile::tempdir().unwrap();
    let shop = with_ledger(dir.path(), HURRIED);
    let page = Page::open(&[(500, ""), (200, "ROLLBACK")]);
    let window = open(&shop, &page.url, &[("LGD_CUSTOM_ROLLBACK", "C")]);
    left(&shop, &app(&shop, &window, ISP), "answer=pay");
    page.next();
    page.next();
    let (payment, log) = stopped(shop, dir.path());
    assert_eq!((payment.state, log.notice.state), (PaymentState::RolledBack, Delivery::RolledBack));
}

#[test]
fn strict_counts_blanks_around_ok_as_another_answer() {
    for (rollback, state, delivery) in [
        ("Y", PaymentState::RolledBack, Delivery::RolledBack),
        ("N", PaymentState::Approved, Delivery::Waiting),
    ] {
        let shop = Merchant::with(Options { strict: true, ..Options::default() });
        let page = Page::open(&[(200, "\nOK")]);
        let window = open(&shop, &page.url, &[("LGD_CUSTOM_ROLLBACK", rollback)]);
        left(&shop, &app(&shop, &window, ISP), "answer=pay");
        let notices = shop.sandbox.notices().unwrap();
        assert_eq!((payments(&shop.sandbox)[0].state, notices[0].notice.state), (state, delivery));
        assert!(notices[0].attempts[0].error.contains("print OK alone"));
    }
}

#[test]
fn who_cancels_in_the_app_pays_nothing() {
    let (shop, page) = (Merchant::new(), Page::open(OK));
    let app = app(&shop, &open(&shop, &page.url, &[]), ISP);
    assert_eq!(left(&shop, &app, "answer=cancel").location, CANCELURL);
    // Neither a second answer nor a look back changes that.
    assert_eq!(left(&shop, &app, "answer=pay").location, CANCELURL);
    assert!(payments(&shop.sandbox).is_empty() && shop.sandbox.notices().unwrap().is_empty());
}

#[test]
fn who_approves_twice_pays_once() {
    let (shop, page) = (Merchant::new(), Page::open(OK));
    let (first, second) = (open(&shop, &page.url, &[]), open(&shop, &page.url, &[]));
    let (app_of_first, app_of_second) = (app(&shop, &first, ISP), app(&shop, &second, ISP));
    for _ in 0..2 {
        assert_eq!(left(&shop, &app_of_first, "answer=pay").location, WAPURL);
    }
    // The window leads where it led before.
    assert_eq!(post(&shop, &first, "answer=cancel").location, app_of_first);
    assert_eq!(get(&shop, &first).location, app_of_first);
    // The same order in another window is not paid for again.
    let refused = post(&shop, &app_of_second, "answer=pay");
    assert!(refused.status == 400 && refused.text.contains("A016"), "{}", refused.text);
    assert_eq!((payments(&shop.sandbox).len(), shop.sandbox.notices().unwrap().len()), (1, 1));
}

/// The buyer who hurries arrives while the shop knows of nothing yet.
#[test]
fn the_buyer_may_come_back_before_the_notice() {
    let (shop, page) = (Merchant::new(), Page::held(&[(200, "FAIL")]));
    let app = app(&shop, &open(&shop, &page.url, &[("LGD_CUSTOM_ROLLBACK", "Y")]), ISP);
    assert_eq!(left(&shop, &app, "answer=pay&order=before").location, WAPURL);
    let log = only(shop.sandbox.notices().unwrap());
    assert!(log.attempts.is_empty() && page.left() == 0);
    assert_eq!(payments(&shop.sandbox)[0].state, PaymentState::Approved);
}

/// Only cards of ISP and transfers have an app, and only with an address for the result.
#[test]
fn other_choices_go_the_ordinary_way() {
    for (changes, choice) in
        [(&[("LGD_KVPMISPNOTEURL", "")][..], ISP), (&[], "answer=pay&paytype=SC0010&finance-SC0010=51")]
    {
        let (shop, page) = (Merchant::new(), Page::open(OK));
        let back = post(&shop, &open(&shop, &page.url, changes), choice);
        assert!(back.status == 200 && back.text.contains("name=\"LGD_PAYKEY\""), "{changes:?} {}", back.text);
        assert!(payments(&shop.sandbox).is_empty() && shop.sandbox.notices().unwrap().is_empty());
    }
}

/// With an address for the result the gateway finishes the payment, however the app is called.
#[test]
fn the_way_of_the_app_decides_whether_the_buyer_may_come_back_with_a_key() {
    for (way, may) in [("", false), ("Y", false), ("A", true), ("N", true)] {
        let (shop, page) = (Merchant::new(), Page::open(OK));
        let window = open(&shop, &page.url, &[("LGD_KVPMISPAUTOAPPYN", way)]);
        let there = app(&shop, &window, ISP);
        assert_eq!(get(&shop, &there).text.contains("value=\"return\""), may, "{way}");
        let gone = left(&shop, &there, "answer=return");
        assert_eq!(gone.text.contains("name=\"LGD_PAYKEY\""), may, "{way}");
        assert!(payments(&shop.sandbox).is_empty() && shop.sandbox.notices().unwrap().is_empty(), "{way}");
        let window = open(&shop, &page.url, &[("LGD_KVPMISPAUTOAPPYN", way)]);
        assert_eq!(left(&shop, &app(&shop, &window, ISP), "answer=pay").location, WAPURL, "{way}");
    }
}

#[test]
fn the_buyer_goes_on_to_the_shops_app() {
    let shown = |to: &str| {
        let (shop, page) = (Merchant::new(), Page::open(OK));
        let window = open(&shop, &page.url, &[("LGD_KVPMISPWAPURL", to)]);
        let gone = left(&shop, &app(&shop, &window, ISP), "answer=pay");
        assert_eq!((gone.status, payments(&shop.sandbox)[0].state), (200, PaymentState::Approved));
        gone.text
    };
    assert!(shown("myshop://paid").contains("href=\"myshop://paid\""));
    for wrong in ["javascript://%0aalert(1)", "A", ""] {
        let text = shown(wrong);
        assert!(!text.contains("href=\"javascript") && text.contains("WAPURL"), "{text}");
    }
}

#[test]
fn unionpay_tells_by_noteurl_and_returns_without_a_key() {
    let union = [("LGD_PAYWINDOWTYPE", "CUPS"), ("LGD_CUSTOM_ROLLBACK", "Y")];
    for (answer, code, paid) in [("answer=pay", "0000", 1), ("answer=cancel", "S053", 0)] {
        let (shop, page) = (Merchant::new(), Page::open(&[(500, ""), (200, "OK")]));
        let window = open(&shop, "", &[&union[..], &[("LGD_NOTEURL", &page.url)]].concat());
        let back = left(&shop, &app(&shop, &window, "answer=pay&paytype=SC0010&finance-SC0010=41"), answer);
        assert!(back.text.contains("action=\"http://shop.example/returnurl\""), "{}", back.text);
        assert!(back.text.contains(&format!("value=\"{code}\"")) && !back.text.contains("LGD_PAYKEY"));
        assert_eq!((payments(&shop.sandbox).len(), shop.sandbox.notices().unwrap().len()), (paid, paid));
        if paid == 1 {
            assert_eq!(page.form(EUC_KR)["LGD_OID"], "O-1");
            let notices = shop.sandbox.notices().unwrap();
            // LGD_CUSTOM_ROLLBACK is for apps.
            assert_eq!(
                (notices[0].notice.name.as_str(), notices[0].notice.rollback.as_str()),
                ("LGD_NOTEURL", "N")
            );
            assert_eq!(payments(&shop.sandbox)[0].state, PaymentState::Approved);
        }
    }
}

#[test]
fn a_shop_says_how_long_it_may_take() {
    let (shop, page) = (Merchant::new(), Page::held(OK));
    let patience = [("LGD_CUSTOM_NOTEURLTIMEOUT", "1"), ("LGD_CUSTOM_ROLLBACK", "Y")];
    let gone = left(&shop, &app(&shop, &open(&shop, &page.url, &patience), ISP), "answer=pay");
    assert_eq!(gone.location, CANCELURL);
    let log = only(shop.sandbox.notices().unwrap());
    assert_eq!((log.notice.patience, log.attempts[0].status), (1, 0));
    assert_eq!(payments(&shop.sandbox)[0].state, PaymentState::RolledBack);
}

#[test]
fn an_app_that_nobody_opened_is_not_there() {
    let (shop, page) = (Merchant::new(), Page::open(OK));
    let window = open(&shop, &page.url, &[]);
    for path in [format!("{window}/app"), "/xpay/window/0123456789abcdef/app".to_owned()] {
        assert_eq!([get(&shop, &path).status, post(&shop, &path, "answer=pay").status], [404, 404]);
    }
    assert!(payments(&shop.sandbox).is_empty());
}
