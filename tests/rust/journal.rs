//! The journal: what it records, what guarded and held approvals leave in it, and what happens when its disk fails.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use xpayclient_core::{Client, Code, Guarded, Outcome, State, Stop};
use xpayclient_tests::{MID, Shop, journal_states, name};

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
    assert_eq!(journal_states(&client), []);

    let Guarded::Done(answer, 7) = shop.payment(&client).guard(|_| Ok::<_, ()>(7)) else {
        panic!("not done")
    };
    assert_eq!((answer.code(), shop.balance()), ("0000", 23_400));
    assert_eq!(journal_states(&client), []);
}

#[test]
fn recovery_finishes_the_lost_rollback_of_a_guarded_step() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let guarded = shop.payment(&client).guard(|_| {
        shop.lose_next_rollback();
        Err::<(), _>("database down")
    });
    assert!(matches!(guarded, Guarded::Undone(Outcome::InDoubt(_), "database down")), "{guarded:?}");
    assert_eq!((journal_states(&client), shop.balance()), (vec![State::InDoubt], 23_400));
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!(shop.balance(), 0);
}

#[test]
fn a_guarded_step_that_panics_is_rolled_back_and_the_panic_continues() {
    let shop = Shop::open();
    let payment = shop.payment(&shop.client(&[]));
    let guard = || payment.guard(|_| -> Result<(), ()> { std::panic::resume_unwind(Box::new("a bug")) });
    let panic = std::panic::catch_unwind(std::panic::AssertUnwindSafe(guard)).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"a bug"));
    assert_eq!(shop.balance(), 0);
}

#[test]
fn a_decline_does_not_run_the_guarded_step() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let mut payment = client.transaction(MID).unwrap();
    payment.set("LGD_TXNAME", "PaymentByKey").unwrap();
    payment.set("LGD_PAYKEY", "no such key").unwrap();
    let guarded = payment.guard(|_| -> Result<(), ()> { unreachable!("nothing was approved") });
    assert!(matches!(guarded, Guarded::Declined(_)), "{guarded:?}");
}

/// Recovery ignores a held approval while the shop's step runs. Once dropped without a decision, the approval is listed but
/// not rolled back.
#[test]
fn a_held_approval_is_running_and_once_dropped_unconfirmed() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let held = shop.payment(&client).hold();
    assert!(held.is_approved());
    assert_eq!(journal_states(&client), [State::Running]);
    let recovery = shop.client(&[]).recover().unwrap();
    assert_eq!((recovery.rolled_back.len(), recovery.open.len(), shop.balance()), (0, 0, 23_400));
    drop(held);
    let recovery = client.recover().unwrap();
    assert_eq!((recovery.rolled_back.len(), &recovery.open[0].state), (0, &State::Unconfirmed));
    assert_eq!((recovery.open[0].amount.as_str(), shop.balance()), ("23400", 23_400));
    assert!(!recovery.open[0].tid.is_empty() && !recovery.open[0].oid.is_empty());
    let tx_id = recovery.open[0].tx_id.clone();
    assert!(client.undo_open(&tx_id, "there is no order").unwrap().answer().unwrap().is_success());
    assert_eq!((journal_states(&client), shop.balance()), (Vec::new(), 0));
}

#[test]
fn an_unwritable_journal_is_a_warning_or_if_strict_an_error() {
    for (setting, sent) in [("on", true), ("strict", false), ("off", true)] {
        let shop = Shop::open();
        fs::write(shop.sandbox.home().join("in-the-way"), "").unwrap();
        let (mut session, lines) =
            shop.session(&[("journal", setting), ("journal_dir", "in-the-way/journal")]);
        let paykey = shop.paykey();
        xpayclient_tests::begin(&mut session, &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", &paykey)]);
        assert_eq!(session.tx(true), sent, "{setting}");
        assert_eq!(shop.requests("PaymentByKey").len(), usize::from(sent), "{setting}");
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
fn a_transaction_that_moves_no_money_is_not_recorded() {
    let shop = Shop::open();
    let client = shop.client(&[("journal", "strict"), ("journal_dir", "/proc/nowhere")]);
    let mut ping = client.transaction(MID).unwrap();
    ping.set("LGD_TXNAME", "Ping").unwrap();
    assert_eq!(name(&ping.send()), "answered");
}

#[test]
fn the_journal_is_private_and_holds_no_secret() {
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
        ("LGD_PRIVATENO", "1208700997"),
        ("LGD_BUYER", "김비밀"),
        ("LGD_BUYERPHONE", "01098765432"),
    ] {
        payment.set(name, value).unwrap();
    }
    let outcome = payment.send();
    assert!(outcome.answer().is_some_and(|answer| answer.is_success()), "{outcome:?}");
    let mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let files = shop.journal_files();
    assert_eq!((mode(&shop.journal_dir()), mode(&files[0])), (0o700, 0o600));
    let text = String::from_utf8(fs::read(&files[0]).unwrap()).unwrap();
    assert!(
        text.contains("oid=order-7") && text.contains(" begin ") && text.contains(" delivered"),
        "{text}"
    );
    for secret in ["4000000000000002", "1208700997", "김비밀", "%EA%B9%80", "01098765432"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

/// Files are reused: there are never more than payments at the same time.
#[test]
fn the_journal_does_not_grow() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    for _ in 0..200 {
        assert_eq!(name(&shop.payment(&client).send()), "answered");
    }
    let files = shop.journal_files();
    assert_eq!(files.len(), 1);
    assert_eq!(fs::metadata(&files[0]).unwrap().len(), 32 * 1024);
    assert_eq!(journal_states(&client), []);
}

/// Overwrites the last occurrence of a text in the first file.
fn overwrite(shop: &Shop, from: &str, to: &str) {
    let path = &shop.journal_files()[0];
    let text = String::from_utf8(fs::read(path).unwrap()).unwrap();
    let at = text.rfind(from).unwrap();
    let damaged = [&text[..at], to, &text[at + from.len()..]].concat();
    fs::write(path, damaged).unwrap();
}

/// A damaged line cannot be read, so its transaction is not rolled back, its file is not reused, and payments go on.
#[test]
fn a_damaged_line_is_listed_and_left_unchanged() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    assert_eq!(name(&shop.payment(&client).send()), "answered");
    overwrite(&shop, " delivered", " delivereX");
    overwrite(&shop, " answered", " answereX");
    let recovery = client.recover().unwrap();
    assert_eq!((recovery.rolled_back.len(), &recovery.open[0].state), (0, &State::Damaged));
    assert_eq!(name(&shop.payment(&client).send()), "answered");
    assert_eq!((shop.balance(), shop.journal_files().len()), (2 * 23_400, 2));
    client.close(&recovery.open[0].file, "there is an order").unwrap();
    assert_eq!(journal_states(&client), []);
}

/// One unreadable file does not turn the journal off, and is not hidden.
#[test]
fn an_unreadable_file_is_listed_and_skipped() {
    let shop = Shop::open();
    let client = shop.client(&[("journal", "strict")]);
    fs::create_dir_all(shop.journal_dir().join("000.journal")).unwrap();
    shop.leave_in_doubt(&client);
    let open = client.open_transactions().unwrap();
    let shown: Vec<_> = open.iter().map(|open| (&*open.file, &open.state)).collect();
    assert_eq!(shown, [("000.journal", &State::Damaged), ("001.journal", &State::InDoubt)]);
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!(shop.balance(), 0);
}

#[test]
fn a_torn_line_is_ignored() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    shop.leave_in_doubt(&client);
    let path = &shop.journal_files()[0];
    let text = String::from_utf8(fs::read(path).unwrap()).unwrap();
    // The file of a machine that stopped while it wrote the last line.
    let torn = text.rfind(" doubt").unwrap() + 3;
    let mut bytes = text.into_bytes();
    bytes[torn..].fill(0);
    fs::write(path, bytes).unwrap();
    assert_eq!(journal_states(&client), [State::Abandoned]);
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!((journal_states(&client), shop.balance()), (Vec::new(), 0));
}

/// The journal is deleted during a payment: a payment that ends in doubt is recorded again.
#[test]
fn a_payment_survives_the_deletion_of_the_journal() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let stop = Stop::new();
    let mut payment = shop.payment(&client);
    payment.stop_with(&stop);
    shop.sandbox.inject("hang".parse().unwrap());
    shop.lose_next_rollback();
    std::thread::scope(|scope| {
        let sent = scope.spawn(|| payment.send());
        while shop.balance() == 0 {
            assert!(!sent.is_finished(), "no payment was sent");
            std::thread::yield_now();
        }
        fs::remove_dir_all(shop.journal_dir()).unwrap();
        stop.stop();
        assert_eq!(name(&sent.join().unwrap()), "in_doubt");
    });
    assert_eq!(journal_states(&client), [State::InDoubt]);
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!(shop.balance(), 0);
}

#[test]
fn the_deletion_of_the_journal_is_logged() {
    let shop = Shop::open();
    let (mut session, lines) = shop.session(&[]);
    for warned in [0, 1] {
        let paykey = shop.paykey();
        xpayclient_tests::begin(&mut session, &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", &paykey)]);
        assert!(session.tx(true));
        assert_eq!(lines.with(&["[ERROR]", "journal", "vanished"]).len(), warned);
        fs::remove_dir_all(shop.journal_dir()).unwrap();
    }
}
