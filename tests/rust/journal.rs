//! What the journal promises, through the public face: before, between and after; and when its disk fails.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use xpayclient_core::{Client, Code, Guarded, Outcome, Recovery, State};
use xpayclient_sandbox::RecordedRequest;
use xpayclient_tests::{MID, Shop, name};

fn journal_dir(shop: &Shop) -> PathBuf {
    shop.sandbox.home().parent().unwrap().join("log/journal")
}

/// The journal's files, whole.
fn files(shop: &Shop) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        fs::read_dir(journal_dir(shop)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// A payment whose answer is lost, and of which no Rollback was asked: it stands at the gateway, and is in doubt.
fn doubt(shop: &Shop, client: &Client) -> String {
    let mut payment = shop.payment(client);
    payment.rollback_on_error(false);
    let tx_id = payment.tx_id().to_owned();
    shop.sandbox.inject("close".parse().unwrap());
    let outcome = payment.send();
    assert_eq!(name(&outcome), "in_doubt", "{outcome:?}");
    tx_id
}

/// The next three requests, as many as a Rollback makes, get no answer and do nothing.
fn deafen(shop: &Shop) {
    for _ in 0..3 {
        shop.sandbox.inject("before:close".parse().unwrap());
    }
}

/// The state of everything in the journal but what is only asked for once more.
fn states(client: &Client) -> Vec<State> {
    let states = client.open_transactions().unwrap().into_iter().map(|open| open.state);
    states.filter(|state| *state != State::RolledBack).collect()
}

fn arrived(shop: &Shop, txname: &str) -> Vec<RecordedRequest> {
    shop.sandbox.requests().into_iter().filter(|request| request.txname == txname).collect()
}

#[test]
fn what_is_in_doubt_is_rolled_back_by_recovery_and_only_that() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let Outcome::Answered(_) = shop.payment(&client).send() else { panic!("no answer") };
    let tx_id = doubt(&shop, &client);
    assert_eq!(shop.balance(), 2 * 23_400);
    let open = client.open_transactions().unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].tx_id.as_str(), open[0].mid.as_str()), (tx_id.as_str(), MID));
    assert_eq!((open[0].txname.as_str(), &open[0].state), ("PaymentByKey", &State::InDoubt));

    // Another process, as far as it can tell.
    let Recovery { rolled_back, open, elsewhere, .. } = shop.client(&[]).recover().unwrap();
    assert_eq!((rolled_back.len(), open.len(), elsewhere), (1, 0, false));
    assert_eq!(shop.balance(), 23_400);
    let rollbacks = arrived(&shop, "Rollback");
    assert!(
        rollbacks.iter().all(|request| request.parameters.contains(&("LGD_RB_TXID".into(), tx_id.clone())))
    );
    assert_eq!(client.recover().unwrap().rolled_back.len(), 0);
    assert_eq!(arrived(&shop, "Rollback").len(), rollbacks.len(), "nothing is asked twice");
}

#[test]
fn a_rollback_by_the_shop_settles_the_journal() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let tx_id = doubt(&shop, &client);
    assert!(client.rollback(MID, &tx_id, "by hand").answer().unwrap().is_success());
    assert_eq!(states(&client), []);
    assert_eq!(shop.balance(), 0);
}

/// CRC-32 as the journal has it: of IEEE 802.3.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()))
    })
}

/// Changes what a line of a file says, as if it had been written so.
fn rewrite(path: &PathBuf, from: &str, to: impl Fn(&str) -> String) {
    let text = String::from_utf8(fs::read(path).unwrap()).unwrap();
    let line = text.lines().find(|line| line.contains(from)).unwrap();
    let said = to(line.split_once(' ').unwrap().1);
    let mut bytes = text.replace(line, &format!("{:08x} {said}", crc32(said.as_bytes()))).into_bytes();
    bytes.resize(text.len(), 0);
    fs::write(path, bytes).unwrap();
}

/// What the gateway has not seen when it confirms a Rollback may still arrive: two minutes later that is over.
#[test]
fn a_rollback_that_may_have_come_too_early_is_asked_for_once_more() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let paid = |fault: &str| {
        let mut payment = shop.payment(&client);
        payment.set("XPAY_SANDBOX_FAULT", fault).unwrap();
        (payment.tx_id().to_owned(), name(&payment.send()))
    };
    // An answer of whatever kind shows that the request was there.
    assert_eq!(paid("status=500").1, "rolled_back");
    assert_eq!(client.open_transactions().unwrap().len(), 0);
    let (tx_id, told) = paid("close");
    assert_eq!(told, "rolled_back");
    let open = client.open_transactions().unwrap();
    assert_eq!((open.len(), &open[0].state, open[0].state.is_open()), (1, &State::RolledBack, false));

    let asked = || {
        let undoes = ("LGD_RB_TXID".to_owned(), tx_id.clone());
        arrived(&shop, "Rollback").iter().filter(|request| request.parameters.contains(&undoes)).count()
    };
    let recover = || {
        let Recovery { rolled_back, open, .. } = client.recover().unwrap();
        (rolled_back.len(), open.len(), asked())
    };
    assert_eq!(recover(), (0, 0, 1), "not yet");
    let file = &files(&shop)[0];
    let earlier = |said: &str| said.split_once("again=").unwrap().0.to_owned() + "again=20200101000000";
    rewrite(file, "rolledback again=", earlier);
    deafen(&shop);
    assert_eq!(recover(), (0, 0, 4), "unanswered, it stands as it was confirmed");
    assert_eq!(recover(), (0, 0, 5));
    assert_eq!((recover(), client.open_transactions().unwrap().len()), ((0, 0, 5), 0));
}

#[test]
fn a_repetition_that_is_refused_is_for_a_person() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let mut payment = shop.payment(&client);
    payment.set("XPAY_SANDBOX_FAULT", "close").unwrap();
    assert_eq!(name(&payment.send()), "rolled_back");
    let earlier = |said: &str| said.split_once("again=").unwrap().0.to_owned() + "again=20200101000000";
    rewrite(&files(&shop)[0], "rolledback again=", earlier);
    shop.sandbox.inject(r#"before:body={"LGD_RESPCODE":"XC02","LGD_RESPMSG":"no"}"#.parse().unwrap());
    let recovery = client.recover().unwrap();
    assert!(matches!(&recovery.open[0].state, State::Refused { code, .. } if code == "XC02"));
}

/// Where nobody recovers, what stands as confirmed does not take up the journal for ever.
#[test]
fn a_file_is_used_again_a_day_after_its_rollback_was_confirmed() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let pay = |fault: Option<&str>| {
        let mut payment = shop.payment(&client);
        fault.iter().for_each(|fault| payment.set("XPAY_SANDBOX_FAULT", *fault).unwrap());
        name(&payment.send())
    };
    let earlier = |said: &str| said.split_once("again=").unwrap().0.to_owned() + "again=20200101000000";
    let in_use = || (files(&shop).len(), client.open_transactions().unwrap().len());
    assert_eq!((pay(Some("close")), in_use()), ("rolled_back", (1, 1)));
    rewrite(&files(&shop)[0], "rolledback again=", earlier);
    assert_eq!((pay(None), in_use()), ("answered", (1, 0)));
    assert_eq!((pay(Some("close")), pay(None), in_use()), ("rolled_back", "answered", (2, 1)), "not before");
}

/// The shop wished to undo an approval and got no answer: the wish outlives the process.
#[test]
fn a_rollback_without_an_answer_is_finished_by_recovery() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let Outcome::Answered(answer) = shop.payment(&client).send() else { panic!("no answer") };
    deafen(&shop);
    let outcome = client.rollback(MID, answer.tx_id(), "no stock");
    assert_eq!((name(&outcome), shop.balance()), ("in_doubt", 23_400));
    assert_eq!(states(&client), [State::InDoubt]);
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!(shop.balance(), 0);
}

#[test]
fn what_the_gateway_refuses_stays_until_it_is_closed_with_a_reason() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let tx_id = doubt(&shop, &client);
    shop.sandbox.inject("body={\"LGD_RESPCODE\":\"XC02\",\"LGD_RESPMSG\":\"settled\"}".parse().unwrap());
    let refused = State::Refused { code: "XC02".into(), message: "settled".into() };
    let recovery = client.recover().unwrap();
    assert_eq!((recovery.rolled_back.len(), &recovery.open[0].state), (0, &refused));
    let asked = arrived(&shop, "Rollback").len();
    assert_eq!(client.recover().unwrap().open[0].state, refused);
    assert_eq!(arrived(&shop, "Rollback").len(), asked, "a refusal is not asked again at once");

    assert_eq!(client.close(&tx_id, " ").unwrap_err().code(), Code::BAD_VALUE);
    assert_eq!(client.close("no such thing", "reason").unwrap_err().code(), Code::BAD_VALUE);
    client.close(&tx_id, "cancelled in the merchant admin").unwrap();
    assert_eq!(states(&client), []);
}

#[test]
fn a_person_may_ask_for_a_refused_rollback_again() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let tx_id = doubt(&shop, &client);
    shop.sandbox.inject("body={\"LGD_RESPCODE\":\"XC02\"}".parse().unwrap());
    client.recover().unwrap();
    assert!(client.undo_open(&tx_id, "looked up").unwrap().answer().unwrap().is_success());
    assert_eq!((states(&client), shop.balance()), (Vec::new(), 0));
}

/// Where the gateway is gone, one question is enough; what is open stays open.
#[test]
fn a_gateway_that_cannot_be_reached_is_asked_once() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    doubt(&shop, &client);
    doubt(&shop, &client);
    shop.sandbox.stop();
    let open = client.recover().unwrap().open;
    let errors: Vec<_> =
        open.iter().map(|open| open.error.as_ref().map(xpayclient_core::Error::code)).collect();
    assert_eq!(errors, [Some(Code::CONNECT), None]);
}

/// A Rollback at another gateway would be answered and prove nothing.
#[test]
fn what_was_sent_elsewhere_is_not_rolled_back_here() {
    let (here, elsewhere) = (Shop::open(), Shop::open());
    let journal = here.sandbox.home().join("shared");
    let settings = [("journal_dir", journal.to_str().unwrap())];
    doubt(&elsewhere, &elsewhere.client(&settings));
    let open = here.client(&settings).recover().unwrap().open;
    assert_eq!(open[0].error.as_ref().unwrap().code(), Code::BAD_VALUE);
    assert!(here.sandbox.requests().is_empty());
    assert_eq!(elsewhere.client(&settings).recover().unwrap().rolled_back.len(), 1);
}

/// Whoever asks: the address in the record decides, and another gateway's `0000` settles nothing.
#[test]
fn another_gateway_is_not_asked_by_anybody() {
    let (here, elsewhere) = (Shop::open(), Shop::open());
    let journal = here.sandbox.home().join("shared");
    let settings = [("journal_dir", journal.to_str().unwrap())];
    let there = elsewhere.client(&settings);
    let open = || {
        let open = there.open_transactions().unwrap();
        open.into_iter().map(|open| (open.tx_id, open.state)).collect::<Vec<_>>()
    };
    let tx_id = doubt(&elsewhere, &there);
    let before = open();
    let client = here.client(&settings);
    assert_eq!(client.undo_open(&tx_id, "looked up").unwrap_err().code(), Code::BAD_VALUE);
    assert_eq!(open(), before);
    let outcome = client.rollback(MID, &tx_id, "no stock");
    assert_eq!(name(&outcome), "in_doubt", "{outcome:?}");
    assert_eq!(outcome.error().unwrap().code(), Code::BAD_VALUE);
    assert_eq!(open(), before);
    assert!(here.sandbox.requests().is_empty());
    assert_eq!((arrived(&elsewhere, "Rollback").len(), elsewhere.balance()), (0, 23_400));
    assert_eq!(there.recover().unwrap().rolled_back.len(), 1);
    assert_eq!(elsewhere.balance(), 0);
}

/// The vendor's object, whose configuration changed between its TX and its Rollback: that goes where the payment went.
#[test]
fn a_session_that_was_pointed_elsewhere_asks_the_gateway_that_was_paid() {
    let (other, paid) = (Shop::open(), Shop::open());
    for held in [false, true] {
        // Both gateways are trusted, so that only the address can decide.
        let (mut session, _) = paid.session(&[("verify_cert", "0")]);
        let pays = [("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", &paid.paykey())];
        xpayclient_tests::begin(&mut session, &pays);
        if held {
            assert!(session.tx_held(true) && session.is_held());
        } else {
            paid.sandbox.inject("close".parse().unwrap());
            assert!(!session.tx(false));
        }
        assert!(session.set_config(b"test_url", other.sandbox.url().as_bytes()));
        assert!(session.rollback(b"no stock"), "{}", session.message());
        assert!(other.sandbox.requests().is_empty());
        assert_eq!(
            (states(&paid.client(&[])).iter().filter(|state| state.is_open()).count(), paid.balance()),
            (0, 0)
        );
    }
}

#[test]
fn a_mid_without_a_key_keeps_no_other_from_recovery() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    doubt(&shop, &client);
    let mut other = shop.config();
    other.set("tother", "0123456789abcdef0123456789abcdef");
    let other = Client::new(other, xpayclient_core::Platform::Test);
    let mut payment = other.transaction("tother").unwrap();
    payment.set("LGD_TXNAME", "PaymentByKey").unwrap();
    payment.rollback_on_error(false);
    shop.sandbox.inject("before:close".parse().unwrap());
    assert_eq!(name(&payment.send()), "in_doubt");
    let recovery = client.recover().unwrap();
    assert_eq!((recovery.rolled_back.len(), recovery.open.len()), (1, 1));
    assert_eq!(recovery.open[0].error.as_ref().unwrap().code(), Code::NO_MID);
}

#[test]
fn a_guarded_step_that_fails_is_rolled_back() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let guarded = shop.payment(&client).guard(|answer| {
        assert_eq!(shop.balance(), 23_400);
        Err::<(), _>(format!("no order {}", answer.get("LGD_OID").unwrap()))
    });
    let Guarded::Undone(Outcome::RolledBack(error), step) = guarded else { panic!("{guarded:?}") };
    assert_eq!((error.code(), shop.balance()), (Code::SHOP_STEP, 0));
    assert!(step.starts_with("no order "));
    assert_eq!(states(&client), []);

    let Guarded::Done(answer, 7) = shop.payment(&client).guard(|_| Ok::<_, ()>(7)) else {
        panic!("not done")
    };
    assert_eq!((answer.code(), shop.balance()), ("0000", 23_400));
    assert_eq!(states(&client), []);
}

#[test]
fn a_guarded_step_whose_rollback_is_lost_is_finished_by_recovery() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let guarded = shop.payment(&client).guard(|_| {
        deafen(&shop);
        Err::<(), _>("database down")
    });
    assert!(matches!(guarded, Guarded::Undone(Outcome::InDoubt(_), "database down")), "{guarded:?}");
    assert_eq!((states(&client), shop.balance()), (vec![State::InDoubt], 23_400));
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!(shop.balance(), 0);
}

#[test]
fn a_guarded_step_that_panics_is_rolled_back_and_the_panic_goes_on() {
    let shop = Shop::open();
    let payment = shop.payment(&shop.client(&[]));
    let guard = || payment.guard(|_| -> Result<(), ()> { std::panic::resume_unwind(Box::new("a bug")) });
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(guard)).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"a bug"));
    assert_eq!(shop.balance(), 0);
}

#[test]
fn a_decline_needs_no_step() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let mut payment = client.transaction(MID).unwrap();
    payment.set("LGD_TXNAME", "PaymentByKey").unwrap();
    payment.set("LGD_PAYKEY", "no such key").unwrap();
    let guarded = payment.guard(|_| -> Result<(), ()> { unreachable!("nothing was approved") });
    assert!(matches!(guarded, Guarded::Declined(_)), "{guarded:?}");
}

/// While the shop's step runs, recovery leaves it alone; left without a word it is shown, and not undone by itself.
#[test]
fn what_is_held_is_running_and_then_unconfirmed() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let held = shop.payment(&client).hold();
    assert!(held.is_approved());
    assert_eq!(states(&client), [State::Running]);
    let recovery = shop.client(&[]).recover().unwrap();
    assert_eq!((recovery.rolled_back.len(), recovery.open.len(), shop.balance()), (0, 0, 23_400));
    drop(held);
    let recovery = client.recover().unwrap();
    assert_eq!((recovery.rolled_back.len(), &recovery.open[0].state), (0, &State::Unconfirmed));
    assert_eq!((recovery.open[0].amount.as_str(), shop.balance()), ("23400", 23_400));
    assert!(!recovery.open[0].tid.is_empty() && !recovery.open[0].oid.is_empty());
    let tx_id = recovery.open[0].tx_id.clone();
    assert!(client.undo_open(&tx_id, "there is no order").unwrap().answer().unwrap().is_success());
    assert_eq!((states(&client), shop.balance()), (Vec::new(), 0));
}

#[test]
fn a_journal_that_cannot_be_written_is_a_warning_or_a_refusal() {
    for (setting, sent) in [("on", true), ("strict", false), ("off", true)] {
        let shop = Shop::open();
        fs::write(shop.sandbox.home().join("in-the-way"), "").unwrap();
        let (mut session, lines) =
            shop.session(&[("journal", setting), ("journal_dir", "in-the-way/journal")]);
        let paykey = shop.paykey();
        xpayclient_tests::begin(&mut session, &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", &paykey)]);
        assert_eq!(session.tx(true), sent, "{setting}");
        assert_eq!(arrived(&shop, "PaymentByKey").len(), usize::from(sent), "{setting}");
        let warned = lines.with(&["[ERROR]", "[90006]", "in-the-way/journal"]).len();
        assert_eq!(warned, usize::from(setting != "off"), "{setting}");
        if !sent {
            assert_eq!(session.response_code(), "90006");
            assert_eq!(session.outcome().map(name), Some("not_sent"));
        }
        assert_eq!(session.recover(), if setting == "off" { Some(0) } else { None }, "{setting}");
    }
}

#[test]
fn without_any_directory_there_is_no_journal() {
    let shop = Shop::open();
    let mut config = xpayclient_core::Config::new();
    for (name, value) in shop.config().iter().filter(|(name, _)| *name != b"log_dir") {
        config.set(name, value);
    }
    // Without home_dir there is no ca-bundle.crt either.
    config.set("verify_cert", "0");
    config.set("journal", "strict");
    let strict = Client::new(config.clone(), xpayclient_core::Platform::Test);
    let Outcome::NotSent(error) = shop.payment(&strict).send() else { panic!("sent without a journal") };
    assert!(error.code() == Code::JOURNAL && error.message().contains("journal_dir"), "{error}");
    config.set("journal", "on");
    let on = Client::new(config, xpayclient_core::Platform::Test);
    assert_eq!(name(&shop.payment(&on).send()), "answered");
}

#[test]
fn what_moves_no_money_is_not_written() {
    let shop = Shop::open();
    let client = shop.client(&[("journal", "strict"), ("journal_dir", "/proc/nowhere")]);
    let mut ping = client.transaction(MID).unwrap();
    ping.set("LGD_TXNAME", "Ping").unwrap();
    assert_eq!(name(&ping.send()), "answered");
}

#[test]
fn only_its_owner_reads_it_and_nothing_secret_is_in_it() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let mut payment = client.transaction(MID).unwrap();
    for (name, value) in [
        ("LGD_TXNAME", "CardAuth"),
        ("LGD_OID", "order-7"),
        ("LGD_AMOUNT", "1000"),
        ("LGD_PAN", "4000000000000002"),
        ("LGD_INSTALL", "00"),
        ("VBV_ECI", "010"),
        ("LGD_EXPYEAR", "39"),
        ("LGD_EXPMON", "12"),
        ("LGD_PIN", "98"),
        ("LGD_PRIVATENO", "900101"),
        ("LGD_BUYER", "김비밀"),
        ("LGD_BUYERPHONE", "01098765432"),
    ] {
        payment.set(name, value).unwrap();
    }
    let outcome = payment.send();
    assert!(outcome.answer().is_some_and(|answer| answer.is_success()), "{outcome:?}");
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let files = files(&shop);
    assert_eq!((mode(&journal_dir(&shop)), mode(&files[0])), (0o700, 0o600));
    let text = String::from_utf8(fs::read(&files[0]).unwrap()).unwrap();
    assert!(
        text.contains("oid=order-7") && text.contains(" begin ") && text.contains(" delivered"),
        "{text}"
    );
    for secret in ["4000000000000002", "900101", "김비밀", "%EA%B9%80", "01098765432"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

/// The files are used again and again, and stay as few as there are payments at once.
#[test]
fn the_journal_does_not_grow() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    for _ in 0..200 {
        assert_eq!(name(&shop.payment(&client).send()), "answered");
    }
    let files = files(&shop);
    assert_eq!(files.len(), 1);
    assert_eq!(fs::metadata(&files[0]).unwrap().len(), 32 * 1024);
    assert_eq!(states(&client), []);
}

/// Overwrites the last occurrence of a text in the first file.
fn overwrite(shop: &Shop, from: &str, to: &str) {
    let path = &files(shop)[0];
    let text = String::from_utf8(fs::read(path).unwrap()).unwrap();
    let at = text.rfind(from).unwrap();
    let damaged = [&text[..at], to, &text[at + from.len()..]].concat();
    fs::write(path, damaged).unwrap();
}

/// Nobody knows what a damaged line said, so nothing is undone by it, nothing is written over it, and payments go on.
#[test]
fn a_damaged_line_is_shown_and_left_alone() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    assert_eq!(name(&shop.payment(&client).send()), "answered");
    overwrite(&shop, " delivered", " delivereX");
    overwrite(&shop, " answered", " answereX");
    let recovery = client.recover().unwrap();
    assert_eq!((recovery.rolled_back.len(), &recovery.open[0].state), (0, &State::Damaged));
    assert_eq!(name(&shop.payment(&client).send()), "answered");
    assert_eq!((shop.balance(), files(&shop).len()), (2 * 23_400, 2));
    client.close(&recovery.open[0].file, "there is an order").unwrap();
    assert_eq!(states(&client), []);
}

/// One bad file is no reason to pay without a journal, nor to forget it.
#[test]
fn a_file_that_cannot_be_read_is_shown_and_passed_over() {
    let shop = Shop::open();
    let client = shop.client(&[("journal", "strict")]);
    fs::create_dir_all(journal_dir(&shop).join("000.journal")).unwrap();
    doubt(&shop, &client);
    let open = client.open_transactions().unwrap();
    let shown: Vec<_> = open.iter().map(|open| (&*open.file, &open.state)).collect();
    assert_eq!(shown, [("000.journal", &State::Damaged), ("001.journal", &State::InDoubt)]);
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!(shop.balance(), 0);
}

#[test]
fn a_torn_line_has_not_happened() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    doubt(&shop, &client);
    let path = &files(&shop)[0];
    let text = String::from_utf8(fs::read(path).unwrap()).unwrap();
    // As a machine leaves it that stops while the line of the doubt is written.
    let torn = text.rfind(" doubt").unwrap() + 3;
    let mut bytes = text.into_bytes();
    bytes[torn..].fill(0);
    fs::write(path, bytes).unwrap();
    assert_eq!(states(&client), [State::Abandoned]);
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!((states(&client), shop.balance()), (Vec::new(), 0));
}

/// A journal that is removed under a payment: what is in doubt by its end is written anew.
#[test]
fn a_journal_that_vanishes_loses_nothing_that_is_under_way() {
    let shop = Shop::open();
    let client = shop.client(&[("timeout", "2")]);
    let payment = shop.payment(&client);
    shop.sandbox.inject("hang".parse().unwrap());
    deafen(&shop);
    std::thread::scope(|scope| {
        let sent = scope.spawn(|| payment.send());
        while arrived(&shop, "PaymentByKey").is_empty() {
            std::thread::yield_now();
        }
        fs::remove_dir_all(journal_dir(&shop)).unwrap();
        assert_eq!(name(&sent.join().unwrap()), "in_doubt");
    });
    assert_eq!(states(&client), [State::InDoubt]);
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!(shop.balance(), 0);
}

#[test]
fn that_a_journal_vanished_is_said_in_the_log() {
    let shop = Shop::open();
    let (mut session, lines) = shop.session(&[]);
    for warned in [0, 1] {
        let paykey = shop.paykey();
        xpayclient_tests::begin(&mut session, &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", &paykey)]);
        assert!(session.tx(true));
        assert_eq!(lines.with(&["[ERROR]", "journal", "vanished"]).len(), warned);
        fs::remove_dir_all(journal_dir(&shop)).unwrap();
    }
}

/// Each host has its own journal and recovers its own.
#[test]
fn hosts_recover_their_own() {
    let shop = Shop::open();
    let [one, two] = ["one", "two"].map(|host| shop.client(&[("journal_dir", host)]));
    doubt(&shop, &one);
    doubt(&shop, &two);
    assert_eq!(one.recover().unwrap().rolled_back.len(), 1);
    assert_eq!((states(&one), states(&two)), (Vec::new(), vec![State::InDoubt]));
    assert_eq!(shop.balance(), 23_400);
    assert_eq!(two.recover().unwrap().rolled_back.len(), 1);
}

/// Init tells, in the log, how many are open.
#[test]
fn init_says_how_many_are_open() {
    let shop = Shop::open();
    doubt(&shop, &shop.client(&[]));
    doubt(&shop, &shop.client(&[]));
    let (mut session, lines) = shop.session(&[]);
    assert!(session.init(shop.sandbox.home().as_os_str().as_encoded_bytes(), b"test"));
    assert_eq!(lines.with(&["[WARN ]", "2 open in the journal"]).len(), 1);
    assert_eq!(session.recover(), Some(0));
    assert!(session.init(shop.sandbox.home().as_os_str().as_encoded_bytes(), b"test"));
    assert_eq!(lines.with(&["open in the journal"]).len(), 1);
}

/// A recoverer that waits for the gateway is alone; another does nothing and says so.
#[test]
fn one_recovers_at_a_time() {
    let shop = Shop::open();
    let client = shop.client(&[("timeout", "4")]);
    doubt(&shop, &client);
    let asked = arrived(&shop, "Rollback").len();
    shop.sandbox.inject("before:hang".parse().unwrap());
    std::thread::scope(|scope| {
        let first = scope.spawn(|| client.recover().unwrap());
        while arrived(&shop, "Rollback").len() == asked {
            std::thread::yield_now();
        }
        let second = shop.client(&[]).recover().unwrap();
        assert_eq!((second.rolled_back.len(), second.elsewhere), (0, true));
        assert_eq!(first.join().unwrap().rolled_back.len(), 1);
    });
    assert_eq!(shop.balance(), 0);
}
