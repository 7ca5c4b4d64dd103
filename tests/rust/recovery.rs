//! Recovery and Rollback: which open transactions of the journal are rolled back, by whom, where and when.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::path::PathBuf;

use xpayclient_core::{Client, Code, Outcome, Recovery, State};
use xpayclient_tests::{MID, Shop, journal_states, name};

#[test]
fn what_is_in_doubt_is_rolled_back_by_recovery_and_only_that() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let Outcome::Answered(_) = shop.payment(&client).send() else { panic!("no answer") };
    let tx_id = shop.leave_in_doubt(&client);
    assert_eq!(shop.balance(), 2 * 23_400);
    let open = client.open_transactions().unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].tx_id.as_str(), open[0].mid.as_str()), (tx_id.as_str(), MID));
    assert_eq!((open[0].txname.as_str(), &open[0].state), ("PaymentByKey", &State::InDoubt));

    // Another process, as far as it can tell.
    let Recovery { rolled_back, open, elsewhere, .. } = shop.client(&[]).recover().unwrap();
    assert_eq!((rolled_back.len(), open.len(), elsewhere), (1, 0, false));
    assert_eq!(shop.balance(), 23_400);
    let rollbacks = shop.requests("Rollback");
    assert!(
        rollbacks.iter().all(|request| request.parameters.contains(&("LGD_RB_TXID".into(), tx_id.clone())))
    );
    assert_eq!(client.recover().unwrap().rolled_back.len(), 0);
    assert_eq!(shop.requests("Rollback").len(), rollbacks.len(), "nothing is asked twice");
}

#[test]
fn a_rollback_by_the_shop_settles_the_journal() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let tx_id = shop.leave_in_doubt(&client);
    assert!(client.rollback(MID, &tx_id, "by hand").answer().unwrap().is_success());
    assert_eq!(journal_states(&client), []);
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
        shop.requests("Rollback").iter().filter(|request| request.parameters.contains(&undoes)).count()
    };
    let recover = || {
        let Recovery { rolled_back, open, .. } = client.recover().unwrap();
        (rolled_back.len(), open.len(), asked())
    };
    assert_eq!(recover(), (0, 0, 1), "not yet");
    let file = &shop.journal_files()[0];
    let earlier = |said: &str| said.split_once("again=").unwrap().0.to_owned() + "again=20200101000000";
    rewrite(file, "rolledback again=", earlier);
    shop.lose_next_rollback();
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
    rewrite(&shop.journal_files()[0], "rolledback again=", earlier);
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
    let in_use = || (shop.journal_files().len(), client.open_transactions().unwrap().len());
    assert_eq!((pay(Some("close")), in_use()), ("rolled_back", (1, 1)));
    rewrite(&shop.journal_files()[0], "rolledback again=", earlier);
    assert_eq!((pay(None), in_use()), ("answered", (1, 0)));
    assert_eq!((pay(Some("close")), pay(None), in_use()), ("rolled_back", "answered", (2, 1)), "not before");
}

/// The shop wished to undo an approval and got no answer: the wish outlives the process.
#[test]
fn a_rollback_without_an_answer_is_finished_by_recovery() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let Outcome::Answered(answer) = shop.payment(&client).send() else { panic!("no answer") };
    shop.lose_next_rollback();
    let outcome = client.rollback(MID, answer.tx_id(), "no stock");
    assert_eq!((name(&outcome), shop.balance()), ("in_doubt", 23_400));
    assert_eq!(journal_states(&client), [State::InDoubt]);
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!(shop.balance(), 0);
}

#[test]
fn what_the_gateway_refuses_stays_until_it_is_closed_with_a_reason() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let tx_id = shop.leave_in_doubt(&client);
    shop.sandbox.inject("body={\"LGD_RESPCODE\":\"XC02\",\"LGD_RESPMSG\":\"settled\"}".parse().unwrap());
    let refused = State::Refused { code: "XC02".into(), message: "settled".into() };
    let recovery = client.recover().unwrap();
    assert_eq!((recovery.rolled_back.len(), &recovery.open[0].state), (0, &refused));
    let asked = shop.requests("Rollback").len();
    assert_eq!(client.recover().unwrap().open[0].state, refused);
    assert_eq!(shop.requests("Rollback").len(), asked, "a refusal is not asked again at once");

    assert_eq!(client.close(&tx_id, " ").unwrap_err().code(), Code::BAD_VALUE);
    assert_eq!(client.close("no such thing", "reason").unwrap_err().code(), Code::BAD_VALUE);
    client.close(&tx_id, "cancelled in the merchant admin").unwrap();
    assert_eq!(journal_states(&client), []);
}

#[test]
fn a_person_may_ask_for_a_refused_rollback_again() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let tx_id = shop.leave_in_doubt(&client);
    shop.sandbox.inject("body={\"LGD_RESPCODE\":\"XC02\"}".parse().unwrap());
    client.recover().unwrap();
    assert!(client.undo_open(&tx_id, "looked up").unwrap().answer().unwrap().is_success());
    assert_eq!((journal_states(&client), shop.balance()), (Vec::new(), 0));
}

/// Where the gateway is gone, one question is enough; what is open stays open.
#[test]
fn a_gateway_that_cannot_be_reached_is_asked_once() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    shop.leave_in_doubt(&client);
    shop.leave_in_doubt(&client);
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
    elsewhere.leave_in_doubt(&elsewhere.client(&settings));
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
    let tx_id = elsewhere.leave_in_doubt(&there);
    let before = open();
    let client = here.client(&settings);
    assert_eq!(client.undo_open(&tx_id, "looked up").unwrap_err().code(), Code::BAD_VALUE);
    assert_eq!(open(), before);
    let outcome = client.rollback(MID, &tx_id, "no stock");
    assert_eq!(name(&outcome), "in_doubt", "{outcome:?}");
    assert_eq!(outcome.error().unwrap().code(), Code::BAD_VALUE);
    assert_eq!(open(), before);
    assert!(here.sandbox.requests().is_empty());
    assert_eq!((elsewhere.requests("Rollback").len(), elsewhere.balance()), (0, 23_400));
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
            (
                journal_states(&paid.client(&[])).iter().filter(|state| state.is_open()).count(),
                paid.balance()
            ),
            (0, 0)
        );
    }
}

#[test]
fn a_mid_without_a_key_keeps_no_other_from_recovery() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    shop.leave_in_doubt(&client);
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

/// Each host has its own journal and recovers its own.
#[test]
fn hosts_recover_their_own() {
    let shop = Shop::open();
    let [one, two] = ["one", "two"].map(|host| shop.client(&[("journal_dir", host)]));
    shop.leave_in_doubt(&one);
    shop.leave_in_doubt(&two);
    assert_eq!(one.recover().unwrap().rolled_back.len(), 1);
    assert_eq!((journal_states(&one), journal_states(&two)), (Vec::new(), vec![State::InDoubt]));
    assert_eq!(shop.balance(), 23_400);
    assert_eq!(two.recover().unwrap().rolled_back.len(), 1);
}

/// Init tells, in the log, how many are open.
#[test]
fn init_says_how_many_are_open() {
    let shop = Shop::open();
    shop.leave_in_doubt(&shop.client(&[]));
    shop.leave_in_doubt(&shop.client(&[]));
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
    shop.leave_in_doubt(&client);
    let asked = shop.requests("Rollback").len();
    shop.sandbox.inject("before:hang".parse().unwrap());
    std::thread::scope(|scope| {
        let first = scope.spawn(|| client.recover().unwrap());
        while shop.requests("Rollback").len() == asked {
            std::thread::yield_now();
        }
        let second = shop.client(&[]).recover().unwrap();
        assert_eq!((second.rolled_back.len(), second.elsewhere), (0, true));
        assert_eq!(first.join().unwrap().rolled_back.len(), 1);
    });
    assert_eq!(shop.balance(), 0);
}
