//! What a program in Rust may rely on: which types cross threads, what Debug shows, what a rehearsal does.

use std::error::Error as StdError;

use xpayclient_core::requests::PaymentByKey;
use xpayclient_core::{
    Client, Code, Config, Error, Held, Outcome, Platform, Stop, Transaction, Unregistered,
};
use xpayclient_tests::{MID, Shop};

fn crosses_threads<T: Send + Sync + 'static>() {}
fn moves_to_a_thread<T: Send + 'static>() {}
fn is_an_error<T: StdError + Send + Sync + Clone + 'static>() {}

#[test]
fn clients_are_shared_and_errors_travel() {
    crosses_threads::<Client>();
    crosses_threads::<Config>();
    crosses_threads::<Stop>();
    moves_to_a_thread::<Transaction>();
    moves_to_a_thread::<Held>();
    moves_to_a_thread::<Outcome>();
    is_an_error::<Error>();
    is_an_error::<Unregistered>();
    let error = Config::load("/nowhere").unwrap_err();
    assert!(error.to_string().contains("/nowhere") && error.source().is_none());
}

/// As docs/en/rust.md says of async code: to leave the wait leaves the payment alone.
#[test]
fn a_task_that_is_aborted_does_not_stop_its_payment() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let payment = client.prepare(MID, &PaymentByKey::new(shop.paykey()).amount(23_400)).unwrap();
    let (begun, in_step) = std::sync::mpsc::channel();
    let (go_on, told) = std::sync::mpsc::channel();
    let (saved, order) = std::sync::mpsc::channel();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let page = tokio::spawn(async {
            let paid = tokio::task::spawn_blocking(move || {
                payment.guard(|answer| {
                    begun.send(()).unwrap();
                    told.recv().unwrap();
                    saved.send(answer.get("LGD_TID").unwrap().to_owned())
                })
            });
            paid.await.map(|_| ())
        });
        in_step.recv().unwrap();
        page.abort();
        assert!(page.await.unwrap_err().is_cancelled());
    });
    go_on.send(()).unwrap();
    // It waits for what still runs.
    drop(runtime);
    let tid = order.recv().unwrap();
    assert_eq!((shop.balance(), tid.is_empty()), (23_400, false));
    assert!(client.open_transactions().unwrap().is_empty());
}

#[test]
fn no_debug_output_shows_a_secret() {
    let shop = Shop::open();
    let (client, paykey) = (shop.client(&[]), shop.paykey());
    let payment = client.prepare(MID, &PaymentByKey::new(&paykey).amount(23_400)).unwrap();
    let key = String::from_utf8(client.config().mert_key(MID.as_bytes()).unwrap().to_vec()).unwrap();
    let rehearsal = payment.rehearse().unwrap();
    let before = format!("{client:?} {payment:?} {rehearsal:?}");
    let held = payment.hold();
    assert!(held.is_approved());
    let after = format!("{held:?}");
    let outcome = held.confirm();
    for shown in [before, after, format!("{outcome:?}")] {
        assert!(!shown.contains(&paykey) && !shown.contains(&key), "{shown}");
    }
}

#[test]
fn a_rehearsal_shows_the_request_and_sends_nothing() {
    let shop = Shop::open();
    let client = shop.client(&[("log_except", "LGD_AMOUNT")]);
    let payment = client.prepare(MID, &PaymentByKey::new(shop.paykey()).amount(23_400)).unwrap();
    let rehearsal = payment.rehearse().unwrap();
    assert!(rehearsal.url.starts_with("https://"), "{}", rehearsal.url);
    let shown: Vec<_> =
        rehearsal.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(
        shown,
        [
            ("LGD_TXID", payment.tx_id()),
            ("LGD_AUTHCODE", "***"),
            ("LGD_MID", MID),
            ("LGD_TXNAME", "PaymentByKey"),
            ("LGD_PAYKEY", "***"),
            ("LGD_AMOUNTCHECKYN", "Y"),
            ("LGD_AMOUNT", "***"),
        ]
    );
    assert!(shop.sandbox.requests().is_empty() && client.open_transactions().unwrap().is_empty());
    // It can still be sent.
    assert!(matches!(payment.send(), Outcome::Answered(answer) if answer.is_success()));
}

#[test]
fn what_could_not_be_sent_cannot_be_rehearsed() {
    let mut config = Config::new();
    config.set(MID, "0123456789abcdef0123456789abcdef");
    config.set("test_url", "http://gateway.example/");
    let client = Client::new(config, Platform::Test);
    let payment = client.prepare(MID, &PaymentByKey::new("key")).unwrap();
    let rehearsed = payment.rehearse().unwrap_err();
    let outcome = payment.send();
    assert!(matches!(outcome, Outcome::NotSent(_)), "{outcome:?}");
    let sent = outcome.error().unwrap();
    assert_eq!((rehearsed.code(), rehearsed.cause()), (sent.code(), sent.cause()));
    assert_eq!(rehearsed.code(), Code::HTTP_URL);
}
