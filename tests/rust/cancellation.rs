//! Cancelled and abandoned waits: a sent request is rolled back, an unsent request is never sent.

use std::io::Read;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use xpayclient_core::{Client, Code, Outcome, RollbackResult, State, Stop, Transaction};
use xpayclient_tests::{MID, Shop, begin, name};

/// Sends a payment and stops it once `arrived`.
fn stopped(mut payment: Transaction, mut arrived: impl FnMut() -> bool) -> Outcome {
    let stop = Stop::new();
    payment.stop_with(&stop);
    let sending = thread::spawn(move || payment.send());
    while !arrived() {
        assert!(!sending.is_finished(), "it ended before it was stopped");
        thread::yield_now();
    }
    stop.stop();
    sending.join().unwrap()
}

fn sent_hanging(shop: &Shop, client: &Client) -> Transaction {
    let mut payment = shop.payment(client);
    payment.set("XPAY_SANDBOX_FAULT", "hang").unwrap();
    payment
}

#[test]
fn a_sent_request_is_rolled_back_at_once() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let outcome = stopped(sent_hanging(&shop, &client), || shop.balance() == 23_400);
    let error = outcome.error().unwrap();
    assert_eq!((name(&outcome), error.code()), ("rolled_back", Code::INTERRUPTED), "{error}");
    assert_eq!(error.rollback(), Some(&RollbackResult::Confirmed));
    let reason = shop.only_request("Rollback").parameters;
    assert!(reason.iter().any(|(name, value)| name == "LGD_RB_REASON" && value == "Interrupted"));
    let open = client.open_transactions().unwrap();
    assert_eq!((shop.balance(), open.iter().filter(|open| open.state.is_open()).count()), (0, 0));
}

#[test]
fn without_a_rollback_it_is_in_doubt_and_in_the_journal() {
    let shop = Shop::open();
    let client = shop.client(&[("auto_rollback", "0")]);
    let outcome = stopped(sent_hanging(&shop, &client), || shop.balance() == 23_400);
    assert_eq!(name(&outcome), "in_doubt");
    assert_eq!(client.open_transactions().unwrap()[0].state, State::InDoubt);
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!(shop.balance(), 0);
}

#[test]
fn an_unsent_request_is_never_sent() {
    let shop = Shop::open();
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = shop.client(&[("test_url", &format!("https://{}/", mute.local_addr().unwrap()))]);
    // A connection that is closed would end the payment before its stop does.
    let mut open = None;
    let outcome = stopped(shop.payment(&client), || {
        let (socket, _) = mute.accept().unwrap();
        open.insert(socket).read(&mut [0]).unwrap() == 1
    });
    drop(open);
    let error = outcome.error().unwrap();
    assert_eq!((name(&outcome), error.code()), ("not_sent", Code::INTERRUPTED), "{error}");
    let stop = Stop::new();
    stop.stop();
    let client = shop.client(&[]);
    let mut payment = shop.payment(&client);
    payment.stop_with(&stop);
    assert_eq!(name(&payment.send()), "not_sent");
    assert!(shop.sandbox.requests().is_empty());
}

/// A session, used like a binding uses it.
#[test]
fn a_session_is_stopped_and_abandoned() {
    let shop = Shop::open();
    let (mut session, _) = shop.session(&[]);
    begin(&mut session, &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", &shop.paykey())]);
    assert!(session.exchange(true, &Stop::new()) && !session.is_held());
    assert!(session.settle(false) && session.is_held());
    let payment = session.tx_id().to_owned();
    assert!(!session.abandon());
    assert_eq!((session.response_code(), session.tx_id()), ("90008", payment.as_str()));
    assert_eq!(session.outcome().map(name), Some("rolled_back"));
    assert_eq!(shop.balance(), 0);
    assert!(!session.abandon() && session.response_code() == "90002");
}

/// The waiting thread polls a token that no other thread can set.
#[test]
fn the_waiting_thread_polls_the_token() {
    let shop = Arc::new(Shop::open());
    let client = shop.client(&[]);
    let mut payment = sent_hanging(&shop, &client);
    let gateway = shop.clone();
    payment.stop_with(&Stop::polling(move || gateway.balance() == 23_400));
    let exchanged = payment.exchange();
    assert!(!exchanged.is_answered() && shop.balance() == 23_400);
    let outcome = exchanged.hand_over().confirm();
    assert_eq!((name(&outcome), outcome.error().unwrap().code()), ("rolled_back", Code::INTERRUPTED));
    assert_eq!(shop.balance(), 0);
}

#[test]
fn an_exchange_that_is_never_concluded_is_left_to_recovery() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let exchanged = shop.payment(&client).exchange();
    assert!(exchanged.is_answered() && client.open_transactions().unwrap()[0].state == State::Running);
    drop(exchanged);
    assert_eq!(client.open_transactions().unwrap()[0].state, State::Abandoned);
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!(shop.balance(), 0);
}

/// The answer has arrived but its caller has not confirmed it: it is neither delivered nor lost.
#[test]
fn an_answer_is_delivered_once_its_caller_confirms_it() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let held = shop.payment(&client).hand_over();
    assert_eq!(client.open_transactions().unwrap()[0].state, State::Running);
    assert_eq!(name(&held.confirm()), "answered");
    assert_eq!((shop.balance(), client.open_transactions().unwrap().len()), (23_400, 0));

    drop(shop.payment(&client).hand_over());
    assert_eq!(client.open_transactions().unwrap()[0].state, State::Abandoned);
    assert_eq!(client.recover().unwrap().rolled_back.len(), 1);
    assert_eq!(shop.balance(), 23_400);
}

#[test]
fn a_twin_has_the_configuration_and_nothing_else() {
    let shop = Shop::open();
    let (mut session, lines) = shop.session(&[("server_id", "07")]);
    begin(&mut session, &[("LGD_TXNAME", "Ping")]);
    let mut twin = session.twin();
    assert_eq!((twin.tx_id(), twin.response_code()), ("", ""));
    assert!(!twin.tx(true) && twin.response_code() == "90002");
    begin(&mut twin, &[("LGD_TXNAME", "Ping")]);
    assert!(twin.tx(true) && twin.tx_id().starts_with(&format!("{MID}-07")));
    assert!(session.tx(true) && session.tx_id() != twin.tx_id());
    assert!(!lines.with(&[twin.tx_id()]).is_empty());
}
