//! Each numbered assumption about the gateway (`xpay conformance`), with a gateway that is otherwise: no money is lost.

use std::time::{Duration, Instant};

use xpayclient_core::requests::{Cancel, PaymentByKey};
use xpayclient_core::{Client, Outcome, State};
use xpayclient_sandbox::PaymentState;
use xpayclient_tests::{MID, Shop, journal_states, name};

use crate::recovery::let_two_minutes_pass;

fn at(profile: &str) -> (Shop, Client) {
    let shop = Shop::at(profile);
    // A gateway may be silent: three Rollbacks share this time.
    let client = shop.client(&[("timeout", "4")]);
    (shop, client)
}

/// Sends a payment with a fault, and returns its LGD_TXID and its outcome.
fn pay(shop: &Shop, client: &Client, paykey: &str, fault: &str) -> (String, Outcome) {
    let mut payment = client.prepare(MID, &PaymentByKey::new(paykey)).unwrap();
    payment.set("XPAY_SANDBOX_FAULT", fault).unwrap();
    let sent = (payment.tx_id().to_owned(), payment.send());
    assert!(shop.requests("PaymentByKey").len() <= 1, "it is sent once");
    sent
}

/// What an open question's answer leads to: the outcome, and what the journal shows.
fn doubtful(reply: &str, client: &Client) {
    let states = journal_states(client);
    match reply {
        "0000" => assert_eq!(states, []),
        "refused" => assert!(matches!(states[..], [State::Refused { .. }]), "{states:?}"),
        _ => assert_eq!(states, [State::InDoubt]),
    }
}

/// 1: the Rollback of an LGD_TXID that never arrived.
#[test]
fn a_rollback_of_what_never_arrived_may_be_answered_in_any_way() {
    for (reply, outcome) in [("0000", "rolled_back"), ("refused", "in_doubt"), ("silent", "in_doubt")] {
        let (shop, client) = at(&format!("unknown-rollback={reply}"));
        let (_, sent) = pay(&shop, &client, &shop.paykey(), "before:close");
        assert_eq!(name(&sent), outcome, "{reply}");
        doubtful(reply, &client);
        client.recover().unwrap();
        doubtful(reply, &client);
        assert_eq!(shop.balance(), 0);
    }
}

/// 2: a request that arrives after its own Rollback.
#[test]
fn a_request_that_is_executed_after_its_rollback_is_rolled_back_two_minutes_later() {
    for (late, arrived) in [("refused", 0), ("approved", 23_400)] {
        let shop = Shop::at(&format!("late-request={late}"));
        let client = shop.client(&[("timeout", "1")]);
        let (tx_id, sent) = pay(&shop, &client, &shop.paykey(), "before:delay=2500");
        assert_eq!(name(&sent), "rolled_back");
        let end = Instant::now() + Duration::from_secs(60);
        // The request log has a request once it was executed.
        while shop.requests("PaymentByKey").is_empty() && Instant::now() < end {
            std::thread::yield_now();
        }
        assert_eq!(shop.balance(), arrived, "{late}");
        let_two_minutes_pass(&shop);
        client.recover().unwrap();
        assert_eq!((shop.balance(), journal_states(&client)), (0, vec![]), "{late} {tx_id}");
    }
}

/// 3: another Rollback, two minutes after one that was confirmed.
#[test]
fn a_second_rollback_may_be_answered_in_any_way() {
    for reply in ["0000", "refused", "silent"] {
        let (shop, client) = at(&format!("second-rollback={reply}"));
        let (_, sent) = pay(&shop, &client, &shop.paykey(), "close");
        assert_eq!((name(&sent), shop.balance()), ("rolled_back", 0));
        let_two_minutes_pass(&shop);
        let open = client.recover().unwrap().open;
        match reply {
            "refused" => assert!(matches!(open[0].state, State::Refused { .. }), "a person looks"),
            _ => assert!(open.is_empty(), "what was confirmed stays confirmed: {open:?}"),
        }
        assert_eq!(shop.balance(), 0);
    }
}

/// 4: the Rollback of a payment that was declined, and whose decline did not arrive.
#[test]
fn a_rollback_of_a_decline_may_be_answered_in_any_way() {
    for (reply, outcome) in [("0000", "rolled_back"), ("refused", "in_doubt"), ("silent", "in_doubt")] {
        let (shop, client) = at(&format!("declined-rollback={reply}"));
        let (_, sent) = pay(&shop, &client, "no such key", "close");
        assert_eq!(name(&sent), outcome, "{reply}");
        doubtful(reply, &client);
        assert_eq!(shop.balance(), 0);
    }
}

/// 5: the Rollback of a Cancel. Whatever it did, a Cancel that is asked for again ends in a cancelled payment.
#[test]
fn a_cancel_is_asked_for_again_whatever_its_rollback_did() {
    for (rule, outcome, left) in
        [("undone", "rolled_back", 23_400), ("ignored", "rolled_back", 0), ("refused", "in_doubt", 0)]
    {
        let (shop, client) = at(&format!("cancel-rollback={rule}"));
        let paid = shop.payment(&client).send();
        let tid = paid.answer().unwrap().get("LGD_TID").unwrap().to_owned();
        let mut cancel = client.prepare(MID, &Cancel::new(&tid)).unwrap();
        cancel.set("XPAY_SANDBOX_FAULT", "close").unwrap();
        assert_eq!((name(&cancel.send()), shop.balance()), (outcome, left), "{rule}");
        let asked = shop.requests("Rollback").len();
        client.recover().unwrap();
        assert_eq!(shop.requests("Rollback").len(), asked, "recovery takes back no refund");
        let again = client.prepare(MID, &Cancel::new(&tid)).unwrap().send();
        assert!(["0000", "AV11"].contains(&again.answer().unwrap().code()), "{again:?}");
        let payment = &shop.sandbox.payments().unwrap()[0];
        assert_eq!((payment.balance, payment.state), (0, PaymentState::Cancelled), "{rule}");
    }
}

/// 6: a second PaymentByKey with the same PAYKEY. It pays nothing more; only where both share one payment, and the second
/// is rolled back, is the first undone: the shop locks its order.
#[test]
fn a_payment_key_pays_once() {
    for (rule, code, left) in
        [("refused", "S007", 23_400), ("repeated", "0000", 23_400), ("shared", "0000", 0)]
    {
        let (shop, client) = at(&format!("second-payment={rule}"));
        let paykey = shop.paykey();
        let send = || client.prepare(MID, &PaymentByKey::new(paykey.as_str())).unwrap().send();
        assert!(send().answer().unwrap().is_success());
        let second = send();
        let answer = second.answer().unwrap();
        assert_eq!((answer.code(), answer.is_repeated()), (code, code == "S007"), "{rule}");
        assert_eq!((shop.balance(), shop.sandbox.payments().unwrap().len()), (23_400, 1), "{rule}");
        let undone = client.rollback(MID, answer.tx_id(), "a second page");
        assert_eq!(undone.answer().unwrap().code(), "0000");
        assert_eq!(shop.balance(), left, "{rule}");
    }
}

/// 8: the versions of TLS. 7 is in `pool.rs`.
#[test]
fn one_version_of_tls_is_enough() {
    for profile in ["tls=1.2", "tls=1.3", "keep-alive=0"] {
        let (shop, client) = at(profile);
        assert!((0..2).all(|_| shop.payment(&client).send().answer().unwrap().is_success()), "{profile}");
    }
}

/// 9: what a Report is answered changes nothing.
#[test]
fn a_report_changes_no_outcome() {
    for reply in ["0000", "refused", "silent"] {
        let shop = Shop::at(&format!("report={reply}"));
        let aux_url = shop.sandbox.url();
        let client = shop.client(&[("timeout", "4"), ("report_error", "1"), ("aux_url", &aux_url)]);
        let (_, sent) = pay(&shop, &client, &shop.paykey(), "status=500");
        assert_eq!((name(&sent), shop.balance()), ("rolled_back", 0), "{reply}");
        assert_eq!(shop.requests("Report").len(), 1);
    }
}

/// 10: an unknown code is a refusal and reaches the caller.
#[test]
fn an_unknown_code_is_a_refusal() {
    let (shop, client) = at("code-table=SB11:Q777");
    let declined = client.prepare(MID, &PaymentByKey::new("no such key")).unwrap().send();
    let answer = declined.answer().unwrap();
    assert_eq!((answer.code(), answer.is_success(), shop.balance()), ("Q777", false, 0));
}
