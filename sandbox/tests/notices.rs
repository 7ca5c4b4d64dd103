//! Notices to LGD_CASNOTEURL: what they say, and how long they are sent.

use crate::common::Merchant;
use crate::shop::Page;
use encoding_rs::{EUC_KR, Encoding, UTF_8};
use serde_json::{Value, json};
use std::path::Path;
use xpayclient_sandbox::{
    DEMO_KEY, DEMO_TEST_MID, Delivery, NoticeLog, Options, PaykeyRequest, PaymentState, Sandbox, signature,
};

const OK: &[crate::shop::Reply] = &[(200, "OK")];
/// Three minutes take five milliseconds.
const HURRIED: u32 = 36_000;

fn account(shop: &Merchant, oid: &str, url: &str, encoding: &str) -> String {
    let pairs = [
        ("LGD_METHOD", "ASSIGN"),
        ("LGD_OID", oid),
        ("LGD_AMOUNT", "700"),
        ("LGD_BUYER", "똠방각하"),
        ("LGD_BUYERID", "guest"),
        ("LGD_BUYERPHONE", "01099998888"),
        ("LGD_BUYEREMAIL", "me@example.org"),
        ("LGD_PRODUCTINFO", "사과 1&2"),
        ("LGD_TIMESTAMP", "20200515101110"),
        ("LGD_CASNOTEURL", url),
        ("LGD_ENCODING_NOTEURL", encoding),
        ("LGD_ENCODING", "UTF-8"),
    ];
    let answer = shop.call("CyberAccount", &pairs);
    assert_eq!(answer.code, "0000", "{}", answer.message);
    answer.get("LGD_TID").to_owned()
}

/// A merchant whose books are in a file, so that what a sandbox wrote until it had stopped can be looked at.
fn with_books(dir: &Path, time_scale: u32) -> Merchant {
    Merchant::with(Options { db: Some(dir.join("ledger.db")), time_scale, ..Options::default() })
}

/// Stops the sandbox, the attempt it is at included, and looks into its books.
fn stopped(shop: Merchant, dir: &Path) -> Vec<NoticeLog> {
    drop(shop);
    // Nothing is due for so long that the second sandbox adds nothing of its own.
    with_books(dir, 1).sandbox.notices().unwrap()
}

/// Status, error and beginning of the answer of each attempt.
fn attempts(log: &NoticeLog) -> Vec<(u16, &str, &str)> {
    let attempts = log.attempts.iter();
    attempts.map(|attempt| (attempt.status, attempt.error.as_str(), attempt.answer.as_str())).collect()
}

#[test]
fn an_account_is_told_of_from_beginning_to_end() {
    for (encoding, charset) in [("", EUC_KR), ("EUC-KR", EUC_KR), ("UTF-8", UTF_8), ("utf-8", UTF_8)] {
        let (shop, page) = (Merchant::new(), Page::open(OK));
        let tid = account(&shop, "O-1", &page.url, encoding);
        let expect = |flag, seqno, total, now| expect(&page, charset, &tid, [flag, seqno, total, now]);
        expect("R", "000", "0", "0");
        shop.sandbox.deposit(&tid).unwrap();
        expect("I", "000", "700", "700");
        let back = shop.sandbox.reverse_deposit(&tid).unwrap();
        assert_eq!((back.state, back.balance, back.amount), (PaymentState::Issued, 0, 700));
        expect("C", "000", "0", "700");
        let paid = shop.sandbox.deposit(&tid).unwrap();
        assert_eq!((paid.state, paid.balance), (PaymentState::Paid, 700));
        expect("I", "000", "700", "700");
        assert_eq!(page.left(), 0);
    }
}

/// The next post is the notice of this account that says so, signed.
fn expect(page: &Page, charset: &'static Encoding, tid: &str, said: [&str; 4]) {
    let form = page.form(charset);
    let get = |name: &str| form.get(name).map_or("(none)", String::as_str);
    let time = "20200515101110";
    let hash = signature::result_hash(DEMO_TEST_MID, "O-1", "700", "0000", time, DEMO_KEY);
    let names = ["LGD_CASFLAG", "LGD_CASSEQNO", "LGD_CASTAMOUNT", "LGD_CASCAMOUNT"];
    assert_eq!(names.map(get), said);
    for (name, value) in [
        ("LGD_RESPCODE", "0000"),
        ("LGD_RESPMSG", "성공"),
        ("LGD_MID", DEMO_TEST_MID),
        ("LGD_OID", "O-1"),
        ("LGD_AMOUNT", "700"),
        ("LGD_TID", tid),
        ("LGD_PAYTYPE", "SC0040"),
        ("LGD_TIMESTAMP", time),
        ("LGD_HASHDATA", &hash),
        ("LGD_FINANCECODE", "26"),
        ("LGD_FINANCENAME", "신한"),
        ("LGD_PAYER", "똠방각하"),
        ("LGD_BUYER", "똠방각하"),
        ("LGD_BUYERID", "guest"),
        ("LGD_PRODUCTINFO", "사과 1&2"),
        ("LGD_CASHRECEIPTNUM", ""),
        ("LGD_BUYERPHONE", "01099998888"),
        ("LGD_BUYEREMAIL", "me@example.org"),
        // Shops read every name, of what was never sent too.
        ("LGD_BUYERIP", ""),
        ("LGD_BUYERADDRESS", ""),
        ("LGD_BUYERSSN", ""),
        ("LGD_PRODUCTCODE", ""),
        ("LGD_RECEIVER", ""),
        ("LGD_RECEIVERPHONE", ""),
        ("LGD_DELIVERYINFO", ""),
    ] {
        assert_eq!(get(name), value, "{name}");
    }
    assert_eq!((get("LGD_PAYDATE").len(), get("LGD_ACCOUNTNUM").len()), (14, 14));
}

#[test]
fn the_windows_request_says_where_notices_go() {
    for (encoding, charset) in [("", EUC_KR), ("UTF-8", UTF_8)] {
        let (shop, page) = (Merchant::new(), Page::open(OK));
        let request = PaykeyRequest {
            paytype: "SC0040".into(),
            casnoteurl: page.url.clone(),
            encoding_noteurl: encoding.into(),
            ..PaykeyRequest::default()
        };
        let tid = shop.paid(request);
        for flag in ["R", "I"] {
            let form = page.form(charset);
            assert_eq!((form["LGD_CASFLAG"].as_str(), &form["LGD_TID"]), (flag, &tid));
            assert_eq!(form["LGD_PRODUCTINFO"], "샌드박스 상품");
            let _ = shop.sandbox.deposit(&tid);
        }
    }
}

#[test]
fn who_gave_no_address_is_told_nothing() {
    let (shop, page) = (Merchant::new(), Page::open(OK));
    let silent = account(&shop, "O-1", "", "");
    shop.sandbox.deposit(&silent).unwrap();
    let casnoteurl = page.url.clone();
    shop.paid(PaykeyRequest { casnoteurl, ..PaykeyRequest::default() });
    assert!(shop.sandbox.notices().unwrap().is_empty() && page.left() == 0);
}

#[test]
fn anything_but_ok_is_sent_again() {
    let dir = tempfile::tempdir().unwrap();
    let shop = with_books(dir.path(), HURRIED);
    let bom = "\u{FEFF}OK";
    let page = Page::open(&[
        (500, "MySQL: 01099998888"),
        (200, "FAIL\n"),
        (200, "\u{FEFF}OK"),
        (302, "OK"),
        (200, ""),
        (200, "OK"),
    ]);
    account(&shop, "O-1", &page.url, "");
    let posts: Vec<_> = (0..6).map(|_| page.next()).collect();
    assert!(posts.iter().all(|post| *post == posts[0]), "it is the same notice each time");
    let logs = stopped(shop, dir.path());
    let expected = [
        (500, "HTTP 500", "MySQL: ***"),
        (200, UNLIKE, "FAIL "),
        (200, UNLIKE, bom),
        (302, "HTTP 302", "OK"),
        (200, UNLIKE, ""),
        (200, "", "OK"),
    ];
    assert_eq!(attempts(&logs[0]), expected);
    assert_eq!((logs[0].notice.state, logs[0].notice.tries), (Delivery::Delivered, 6));
    assert!(logs[0].attempts.iter().all(|attempt| attempt.url.ends_with("/note?***")));
    assert!(logs[0].attempts.iter().all(|attempt| attempt.warning.is_empty()));
    assert_eq!(page.left(), 0);
}

const UNLIKE: &str = "응답이 OK가 아닙니다 / the answer is not OK";

/// JSP pages print lines around OK, and have worked for years.
#[test]
fn blank_lines_around_ok_are_accepted_and_told_unless_strict() {
    for strict in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let db = Some(dir.path().join("ledger.db"));
        let shop = Merchant::with(Options { db, strict, time_scale: HURRIED, ..Options::default() });
        let page = Page::open(&[(200, "\r\n\r\n  OK\r\n"), (200, "OK")]);
        account(&shop, "O-1", &page.url, "");
        (0..=usize::from(strict)).for_each(|_| drop(page.next()));
        let logs = stopped(shop, dir.path());
        let first = &logs[0].attempts[0];
        let told = [&first.error, &first.warning].map(|text| text.contains("print OK alone"));
        assert_eq!(told, [strict, !strict]);
        assert_eq!(
            (logs[0].notice.state, logs[0].attempts.len()),
            (Delivery::Delivered, 1 + usize::from(strict))
        );
        assert_eq!(page.left(), 0);
    }
}

#[test]
fn the_shops_own_query_is_posted_to_as_it_is() {
    let (shop, page) = (Merchant::new(), Page::open(OK));
    let query = "&isAsync=Y&uid=a%20b+c&empty=&LGD_OID=%EC%A3%BC";
    account(&shop, "O-1", &format!("{}{query}", page.url), "");
    assert_eq!(page.post().target, format!("/note?key=secret{query}"));
}

#[test]
fn the_receipt_of_a_deposit_is_in_its_notice() {
    let (shop, page) = (Merchant::new(), Page::open(OK));
    let tid = account(&shop, "O-1", &page.url, "");
    shop.sandbox.deposit(&tid).unwrap();
    let receipt = [
        ("LGD_METHOD", "AUTH"),
        ("LGD_PAYTYPE", "SC0040"),
        ("LGD_OID", "O-1"),
        ("LGD_TID", &tid),
        ("LGD_SEQNO", "001"),
        ("LGD_AMOUNT", "700"),
        ("LGD_CASHCARDNUM", "0100001234"),
        ("LGD_CASHRECEIPTUSE", "1"),
        ("LGD_CUSTOM_BUSINESSNUM", "1234567890"),
    ];
    let number = shop.call("CashReceipt", &receipt).get("LGD_CASHRECEIPTNUM").to_owned();
    shop.sandbox.reverse_deposit(&tid).unwrap();
    let numbers = [(); 3].map(|()| page.form(EUC_KR)["LGD_CASHRECEIPTNUM"].clone());
    assert_eq!(numbers, ["", "", &number]);
}

#[test]
fn a_shop_may_do_without_the_notice_that_an_account_was_issued() {
    let (shop, page) = (Merchant::new(), Page::open(OK));
    let request = PaykeyRequest {
        paytype: "SC0040".into(),
        casnoteurl: page.url.clone(),
        casassignnoti: false,
        ..PaykeyRequest::default()
    };
    let tid = shop.paid(request);
    shop.sandbox.deposit(&tid).unwrap();
    assert_eq!(page.form(EUC_KR)["LGD_CASFLAG"], "I");
    assert_eq!(shop.sandbox.notices().unwrap().len(), 1);
}

/// Whatever the clock shows, an attempt that is under way does not end a notice that was queued again.
#[test]
fn what_is_sent_again_during_an_attempt_is_sent_once_more() {
    let dir = tempfile::tempdir().unwrap();
    let (shop, page) = (with_books(dir.path(), 1), Page::held(OK));
    account(&shop, "O-1", &page.url, "");
    page.next();
    // Twice, so that it can be within the millisecond in which it was first due.
    shop.sandbox.resend(1).unwrap();
    shop.sandbox.resend(1).unwrap();
    page.release();
    page.next();
    page.release();
    let logs = stopped(shop, dir.path());
    assert_eq!((logs[0].notice.state, logs[0].attempts.len()), (Delivery::Delivered, 2));
}

#[test]
fn after_two_hours_it_is_given_up_until_somebody_asks() {
    let dir = tempfile::tempdir().unwrap();
    let shop = with_books(dir.path(), HURRIED);
    let page = Page::open(&[(200, "FAIL")]);
    account(&shop, "O-1", &page.url, "");
    (0..41).for_each(|_| drop(page.next()));
    let logs = stopped(shop, dir.path());
    assert_eq!((logs[0].notice.state, logs[0].attempts.len()), (Delivery::GivenUp, 41));

    let shop = with_books(dir.path(), HURRIED);
    let again = shop.sandbox.resend(1).unwrap();
    assert_eq!((again.notice.state, again.notice.tries), (Delivery::Waiting, 0));
    (0..41).for_each(|_| drop(page.next()));
    let logs = stopped(shop, dir.path());
    assert_eq!((logs[0].notice.state, logs[0].attempts.len()), (Delivery::GivenUp, 82));
    assert_eq!(page.left(), 0);
}

#[test]
fn what_was_delivered_is_sent_again_when_asked_for() {
    let dir = tempfile::tempdir().unwrap();
    let (shop, page) = (with_books(dir.path(), 1), Page::open(OK));
    account(&shop, "O-1", &page.url, "");
    let first = page.next();
    shop.sandbox.resend(1).unwrap();
    assert_eq!(page.next(), first);
    let logs = stopped(shop, dir.path());
    assert_eq!((logs[0].notice.state, logs[0].attempts.len()), (Delivery::Delivered, 2));
}

#[test]
fn all_go_where_they_are_forwarded_to() {
    let (theirs, mine) = (Page::open(OK), Page::open(OK));
    let forward = Some(mine.url.clone());
    let shop = Merchant::with(Options { forward, ..Options::default() });
    let tid = account(&shop, "O-1", &theirs.url, "");
    expect(&mine, EUC_KR, &tid, ["R", "000", "0", "0"]);
    assert_eq!(theirs.left(), 0);
    let dir = tempfile::tempdir().unwrap();
    let forward = Some("shop.example".into());
    let refused = Sandbox::start(Options { dir: dir.path().into(), forward, ..Options::default() });
    assert!(refused.err().unwrap().to_string().contains("http://"));
}

#[test]
fn a_shop_that_is_not_there_is_noted() {
    let dir = tempfile::tempdir().unwrap();
    let (shop, page) = (with_books(dir.path(), 1), Page::open(OK));
    // Nobody listens on port 1 of this machine; the second notice is not sent before the first was tried.
    account(&shop, "O-1", "http://127.0.0.1:1/note", "");
    account(&shop, "O-2", &page.url, "");
    assert_eq!(page.form(EUC_KR)["LGD_OID"], "O-2");
    let logs = shop.sandbox.notices().unwrap();
    let tried = attempts(&logs[0]);
    assert!(tried.len() == 1 && tried[0].0 == 0 && !tried[0].1.is_empty(), "{tried:?}");
    assert_eq!((logs[0].notice.state, logs[0].notice.tries), (Delivery::Waiting, 1));
}

#[test]
fn a_restart_goes_on_where_the_first_run_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let page = Page::open(&[(503, ""), (503, ""), (503, ""), (503, ""), (200, "OK")]);
    let shop = with_books(dir.path(), 10 * 60);
    account(&shop, "O-1", &page.url, "UTF-8");
    let first = [page.next(), page.next()];
    drop(shop);
    let shop = with_books(dir.path(), HURRIED);
    let rest = [page.next(), page.next(), page.next()];
    assert!(first.iter().chain(&rest).all(|post| *post == first[0]));
    let logs = stopped(shop, dir.path());
    assert_eq!((logs[0].notice.state, logs[0].notice.tries), (Delivery::Delivered, 5));
    assert_eq!(attempts(&logs[0]).last(), Some(&(200, "", "OK")));
}

#[test]
fn the_admin_api_lists_sends_again_and_takes_back() {
    let (shop, page) = (Merchant::new(), Page::open(OK));
    let tid = account(&shop, "O-1", &page.url, "");
    let asked = json!({ "tid": tid });
    assert_eq!(post(&shop, "/deposits/cancel", &asked), (400, "SB33".into()));
    shop.sandbox.deposit(&tid).unwrap();
    let part = [("LGD_TID", &*tid), ("LGD_CANCELAMOUNT", "300")];
    assert_eq!(shop.call("PartialCancel", &[&part[..], crate::common::REFUND].concat()).code, "0000");
    assert_eq!(post(&shop, "/deposits/cancel", &asked), (400, "SB33".into()));
    let other = account(&shop, "O-2", &page.url, "");
    shop.sandbox.deposit(&other).unwrap();
    assert_eq!(post(&shop, "/deposits/cancel", &json!({ "tid": other })), (200, "issued".into()));
    assert_eq!(post(&shop, "/deposits/cancel", &json!({ "tid": "T" })), (404, "SB15".into()));
    let flags = [(); 5].map(|()| page.form(EUC_KR)["LGD_CASFLAG"].clone());
    assert_eq!(flags, ["R", "I", "R", "I", "C"]);

    assert_eq!(post(&shop, "/notices/2/resend", &json!({})), (200, "waiting".into()));
    assert_eq!(page.form(EUC_KR)["LGD_CASFLAG"], "I");
    for nobody in ["6", "0", "x"] {
        assert_eq!(post(&shop, &format!("/notices/{nobody}/resend"), &json!({})), (404, "SB34".into()));
    }
    let plain = shop.agent.post(shop.sandbox.admin_url() + "/notices/1/resend").send("{}").unwrap();
    assert_eq!(plain.status(), 415);

    let mut listed = shop.agent.get(shop.sandbox.admin_url() + "/notices").call().unwrap();
    let text = listed.body_mut().read_to_string().unwrap();
    let all: Value = serde_json::from_str(&text).unwrap();
    assert_eq!((all[0]["id"].as_i64(), &all[0]["tid"], &all[0]["flag"]), (Some(1), &json!(tid), &json!("R")));
    assert_eq!((&all[0]["state"], &all[0]["attempts"][0]["status"]), (&json!("delivered"), &json!(200)));
    assert!(!text.contains("secret") && all[0].get("body").is_none(), "{text}");
}

/// The status, and the code or state that came with it.
fn post(shop: &Merchant, path: &str, body: &Value) -> (u16, String) {
    let request = shop.agent.post(shop.sandbox.admin_url() + path);
    let mut response = request.header("content-type", "application/json").send(body.to_string()).unwrap();
    let said: Value = serde_json::from_str(&response.body_mut().read_to_string().unwrap()).unwrap();
    let word = said["code"].as_str().or(said["state"].as_str()).unwrap();
    (response.status().as_u16(), word.to_owned())
}

#[test]
fn an_address_that_is_none_is_refused_at_once() {
    let shop = Merchant::new();
    let order = [("LGD_METHOD", "ASSIGN"), ("LGD_OID", "O-1"), ("LGD_AMOUNT", "700")];
    let refused =
        shop.call("CyberAccount", &[&order[..], &[("LGD_CASNOTEURL", "/cas_noteurl.php")]].concat());
    assert!(refused.code == "SB02" && refused.message.contains("LGD_CASNOTEURL"), "{}", refused.message);
    for casnoteurl in ["shop.example/note".into(), format!("http://shop.example/{}", "x".repeat(250))] {
        let request = PaykeyRequest { casnoteurl, ..PaykeyRequest::default() };
        assert_eq!(shop.sandbox.mint(&request).unwrap_err().code(), "SB02");
    }
    assert!(shop.sandbox.payments().unwrap().is_empty());
}
