//! Recovery and Rollback: which open transactions of the journal are rolled back, by whom, where and when.

use std::fs;
use std::path::PathBuf;

use xpayclient_core::{Client, Code, Outcome, Recovery, State};
use xpayclient_tests::{Line, MID, Shop, journal_states, name};

#[test]
fn recovery_rolls_back_only_transactions_in_doubt() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let Outcome::Answered(_) = shop.payment(&client).send() else { panic!("no answer") };
    let tx_id = shop.leave_in_doubt(&client);
    assert_eq!(shop.balance(), 2 * 23_400);
    let open = client.open_transactions().unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].tx_id.as_str(), open[0].mid.as_str()), (tx_id.as_str(), MID));
    assert_eq!((open[0].txname.as_str(), &open[0].state), ("PaymentByKey", &State::InDoubt));

    // A client of its own, like one in another process.
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
fn a_rollback_by_the_shop_settles_the_transaction_in_the_journal() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let tx_id = shop.leave_in_doubt(&client);
    assert!(client.rollback(MID, &tx_id, "by hand").answer().unwrap().is_success());
    assert_eq!(journal_states(&client), []);
    assert_eq!(shop.balance(), 0);
}

/// The journal's checksum: CRC-32 of IEEE 802.3.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| (sum >> 1) ^ (0xEDB8_8320 & (sum & 1).wrapping_neg()))
    })
}

/// Replaces a record of a journal file, with a valid checksum.
fn rewrite(path: &PathBuf, from: &str, to: impl Fn(&str) -> String) {
    let text = String::from_utf8(fs::read(path).unwrap()).unwrap();
    let line = text.lines().find(|line| line.contains(from)).unwrap();
    let record = to(line.split_once(' ').unwrap().1);
    let mut bytes = text.replace(line, &format!("{:08x} {record}", crc32(record.as_bytes()))).into_bytes();
    bytes.resize(text.len(), 0);
    fs::write(path, bytes).unwrap();
}

/// Makes the Rollback in the journal's first file as old as one that is due to be repeated.
pub(crate) fn let_two_minutes_pass(shop: &Shop) {
    let earlier = |record: &str| record.split_once("again=").unwrap().0.to_owned() + "again=20200101000000";
    rewrite(&shop.journal_files()[0], "rolledback again=", earlier);
}

/// A payment may arrive after its Rollback was confirmed. Two minutes later it can no longer
/// arrive: then the Rollback is repeated once.
#[test]
fn a_rollback_that_may_have_come_too_early_is_sent_once_more() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let paid = |fault: &str| {
        let mut payment = shop.payment(&client);
        payment.set("XPAY_SANDBOX_FAULT", fault).unwrap();
        (payment.tx_id().to_owned(), name(&payment.send()))
    };
    // Any answer shows that the payment had arrived.
    assert_eq!(paid("status=500").1, "rolled_back");
    assert_eq!(client.open_transactions().unwrap().len(), 0);
    let (tx_id, outcome) = paid("close");
    assert_eq!(outcome, "rolled_back");
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
    let_two_minutes_pass(&shop);
    shop.lose_next_rollback();
    assert_eq!(recover(), (0, 0, 4), "unanswered, it stands as it was confirmed");
    assert_eq!(recover(), (0, 0, 5));
    assert_eq!((recover(), client.open_transactions().unwrap().len()), ((0, 0, 5), 0));
}

#[test]
fn a_refused_repetition_stays_open_for_a_person() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let mut payment = shop.payment(&client);
    payment.set("XPAY_SANDBOX_FAULT", "close").unwrap();
    assert_eq!(name(&payment.send()), "rolled_back");
    let_two_minutes_pass(&shop);
    shop.sandbox.inject(r#"before:body={"LGD_RESPCODE":"XC02","LGD_RESPMSG":"no"}"#.parse().unwrap());
    let recovery = client.recover().unwrap();
    assert!(matches!(&recovery.open[0].state, State::Refused { code, .. } if code == "XC02"));
}

/// If recovery never runs, confirmed Rollbacks must not fill the journal for ever.
#[test]
fn a_file_is_reused_a_day_after_its_rollback_was_confirmed() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let pay = |fault: Option<&str>| {
        let mut payment = shop.payment(&client);
        fault.iter().for_each(|fault| payment.set("XPAY_SANDBOX_FAULT", *fault).unwrap());
        name(&payment.send())
    };
    let earlier = |record: &str| record.split_once("again=").unwrap().0.to_owned() + "again=20200101000000";
    let in_use = || (shop.journal_files().len(), client.open_transactions().unwrap().len());
    assert_eq!((pay(Some("close")), in_use()), ("rolled_back", (1, 1)));
    rewrite(&shop.journal_files()[0], "rolledback again=", earlier);
    assert_eq!((pay(None), in_use()), ("answered", (1, 0)));
    assert_eq!((pay(Some("close")), pay(None), in_use()), ("rolled_back", "answered", (2, 1)), "not before");
}

/// The shop rolled an approval back and got no answer: the journal keeps the Rollback for recovery.
#[test]
fn recovery_finishes_a_rollback_that_got_no_answer() {
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
fn a_refused_rollback_stays_open_until_it_is_closed_with_a_reason() {
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
fn a_person_can_repeat_a_refused_rollback() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let tx_id = shop.leave_in_doubt(&client);
    shop.sandbox.inject("body={\"LGD_RESPCODE\":\"XC02\"}".parse().unwrap());
    client.recover().unwrap();
    assert!(client.undo_open(&tx_id, "looked up").unwrap().answer().unwrap().is_success());
    assert_eq!((journal_states(&client), shop.balance()), (Vec::new(), 0));
}

/// One attempt is enough if the gateway cannot be reached. The transactions stay open.
#[test]
fn recovery_stops_at_a_gateway_that_cannot_be_reached() {
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

/// Another gateway would answer the Rollback, but its answer proves nothing.
#[test]
fn recovery_rolls_back_only_payments_sent_to_its_own_gateway() {
    let (here, elsewhere) = (Shop::open(), Shop::open());
    let journal = here.sandbox.home().join("shared");
    let settings = [("journal_dir", journal.to_str().unwrap())];
    elsewhere.leave_in_doubt(&elsewhere.client(&settings));
    let open = here.client(&settings).recover().unwrap().open;
    assert_eq!(open[0].error.as_ref().unwrap().code(), Code::BAD_VALUE);
    assert!(here.sandbox.requests().is_empty());
    assert_eq!(elsewhere.client(&settings).recover().unwrap().rolled_back.len(), 1);
}

/// The address in the record decides, also for `undo_open` and `rollback`: another gateway's `0000` settles nothing.
#[test]
fn no_rollback_goes_to_another_gateway() {
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

/// The session's configuration changes between TX and Rollback. The Rollback goes to the gateway that got the payment.
#[test]
fn a_session_rolls_back_at_the_gateway_that_got_the_payment() {
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
        assert!(session.rollback(b"no stock"), "{}", session.detail());
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
fn a_merchant_id_without_a_key_does_not_stop_the_recovery_of_others() {
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

/// Each host has a journal of its own, and recovers only that one.
#[test]
fn each_host_recovers_its_own_journal() {
    let shop = Shop::open();
    let [one, two] = ["one", "two"].map(|host| shop.client(&[("journal_dir", host)]));
    shop.leave_in_doubt(&one);
    shop.leave_in_doubt(&two);
    assert_eq!(one.recover().unwrap().rolled_back.len(), 1);
    assert_eq!((journal_states(&one), journal_states(&two)), (Vec::new(), vec![State::InDoubt]));
    assert_eq!(shop.balance(), 23_400);
    assert_eq!(two.recover().unwrap().rolled_back.len(), 1);
}

/// Init logs how many transactions are open.
#[test]
fn init_logs_how_many_transactions_are_open() {
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

/// While one recovery waits for the gateway, a second does nothing and reports `elsewhere`.
#[test]
fn only_one_recovery_runs_at_a_time() {
    let shop = Shop::open();
    let line = Line::to(shop.sandbox.port());
    let client = shop.client(&[("test_url", &line.url())]);
    shop.leave_in_doubt(&client);
    let asked = shop.requests("Rollback").len();
    shop.sandbox.inject("before:hang".parse().unwrap());
    std::thread::scope(|scope| {
        let first = scope.spawn(|| client.recover().unwrap());
        while shop.requests("Rollback").len() == asked {
            assert!(!first.is_finished(), "no Rollback was sent");
            std::thread::yield_now();
        }
        let second = shop.client(&[]).recover().unwrap();
        assert_eq!((second.rolled_back.len(), second.elsewhere), (0, true));
        line.cut();
        assert_eq!(first.join().unwrap().rolled_back.len(), 1);
    });
    assert_eq!(shop.balance(), 0);
}
