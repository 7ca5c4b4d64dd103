//! The outcome agrees with the gateway's ledger, whichever failure follows an approval.

use std::collections::HashSet;

use xpayclient_core::{Client, Code, Outcome, RollbackResult};
use xpayclient_sandbox::PaymentState;
use xpayclient_tests::{MID, Shop, name};

fn send_with_fault(shop: &Shop, client: &Client, fault: &str) -> (String, Outcome) {
    let mut payment = shop.payment(client);
    payment.set("XPAY_SANDBOX_FAULT", fault).unwrap();
    (payment.tx_id().to_owned(), payment.send())
}

/// Each failure, its code, and the reason that its Rollback must carry.
const FAILURES: [(&str, u32, &str); 8] = [
    ("hang", 20009, "Timeout"),
    ("close", 20008, "Recv error"),
    ("truncate=0", 20008, "Recv error"),
    ("truncate=20", 20008, "Recv error"),
    ("status=301", 30301, "HTTP 301"),
    ("status=404", 30404, "HTTP 404"),
    ("status=503", 30503, "HTTP 503"),
    ("body={\"LGD_RESPCODE\":\"\"}", 40001, "JSON decode fail"),
];

#[test]
fn every_failure_after_an_approval_is_rolled_back() {
    for (fault, code, reason) in FAILURES {
        let shop = Shop::open();
        // A busy machine may take seconds for what the others need.
        let timeout = if fault == "hang" { "3" } else { "60" };
        let (tx_id, outcome) = send_with_fault(&shop, &shop.client(&[("timeout", timeout)]), fault);
        assert_eq!(name(&outcome), "rolled_back", "{fault}: {outcome:?}");
        let error = outcome.error().unwrap();
        assert_eq!(error.code().number(), code, "{fault}");
        assert_eq!(error.tx_id(), tx_id);
        assert_eq!(shop.balance(), 0, "{fault}");
        assert_eq!(shop.sandbox.payments().unwrap()[0].state, PaymentState::RolledBack);
        assert_eq!(shop.only_request("PaymentByKey").txid, tx_id);
        let rollback = shop.only_request("Rollback").parameters;
        for (name, value) in [("LGD_RB_TXID", tx_id.as_str()), ("LGD_RB_REASON", reason)] {
            assert!(rollback.contains(&(name.to_owned(), value.to_owned())), "{fault}: {rollback:?}");
        }
    }
}

#[test]
fn without_a_confirmed_rollback_it_is_in_doubt() {
    let shop = Shop::open();
    let (_, outcome) = send_with_fault(&shop, &shop.client(&[("auto_rollback", "0")]), "close");
    assert_eq!(name(&outcome), "in_doubt");
    assert_eq!(shop.balance(), 23_400);

    let mut payment = shop.payment(&shop.client(&[]));
    payment.set("XPAY_SANDBOX_FAULT", "close").unwrap();
    payment.rollback_on_error(false);
    assert_eq!(name(&payment.send()), "in_doubt");
    assert!(shop.sandbox.requests().iter().all(|request| request.txname != "Rollback"));
}

/// Sends a payment and loses this many answers: first the payment's, then those of its Rollbacks.
fn losing(shop: &Shop, answers: usize) -> Outcome {
    let payment = shop.payment(&shop.client(&[]));
    for _ in 0..answers {
        shop.sandbox.inject("close".parse().unwrap());
    }
    payment.send()
}

/// Two Rollbacks get no answer, the third does. Each is a new request.
#[test]
fn a_rollback_without_an_answer_is_repeated() {
    let shop = Shop::open();
    let outcome = losing(&shop, 3);
    assert_eq!(name(&outcome), "rolled_back", "{outcome:?}");
    assert_eq!(outcome.error().unwrap().rollback(), Some(&RollbackResult::Confirmed));
    let requests = shop.sandbox.requests();
    let rollbacks: Vec<_> = requests.iter().filter(|request| request.txname == "Rollback").collect();
    let ids: HashSet<_> = rollbacks.iter().map(|request| &request.txid).collect();
    assert_eq!((rollbacks.len(), ids.len()), (3, 3));
    assert_eq!(shop.only_request("PaymentByKey").txid, outcome.error().unwrap().tx_id());
}

/// The gateway is gone before the Rollback: the message names the failure and the result of the Rollback.
#[test]
fn a_rollback_that_fails_leaves_it_in_doubt() {
    let shop = Shop::open();
    let outcome = losing(&shop, 4);
    assert_eq!(name(&outcome), "in_doubt", "{outcome:?}");
    let error = outcome.error().unwrap();
    assert_eq!(error.rollback(), Some(&RollbackResult::Unanswered(Code::RECV)));
    assert!(
        error.message().contains("[Rollback 20008]") && error.message().contains("before charging again")
    );
}

#[test]
fn the_message_names_a_refused_rollback() {
    let shop = Shop::open();
    let payment = shop.payment(&shop.client(&[]));
    shop.sandbox.inject("close".parse().unwrap());
    shop.sandbox.inject("body={\"LGD_RESPCODE\":\"XC01\",\"LGD_RESPMSG\":\"no\"}".parse().unwrap());
    let outcome = payment.send();
    assert_eq!(name(&outcome), "in_doubt", "{outcome:?}");
    let refused = RollbackResult::Refused { code: "XC01".into(), message: "no".into() };
    assert_eq!(outcome.error().unwrap().rollback(), Some(&refused));
    assert_eq!(shop.sandbox.requests().len(), 2, "a refusal is an answer, so it is not asked again");
}

/// Existing shops may send a Rollback as a transaction of its own.
#[test]
fn a_rollback_sent_as_a_transaction_is_not_rolled_back() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let Outcome::Answered(answer) = shop.payment(&client).send() else { panic!("no answer") };
    let mut rollback = client.transaction(MID).unwrap();
    rollback.set("LGD_TXNAME", "Rollback").unwrap();
    rollback.set("LGD_RB_TXID", answer.tx_id()).unwrap();
    shop.sandbox.inject("close".parse().unwrap());
    assert_eq!(name(&rollback.send()), "in_doubt");
    shop.only_request("Rollback");
    assert_eq!(shop.balance(), 0);
}

#[test]
fn the_shop_can_roll_back_an_approval() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let Outcome::Answered(answer) = shop.payment(&client).send() else { panic!("no answer") };
    assert_eq!((answer.code(), shop.balance()), ("0000", 23_400));
    let undone = client.rollback(MID, answer.tx_id(), "shop database error");
    assert!(undone.answer().is_some_and(|answer| answer.is_success()), "{undone:?}");
    assert_eq!(shop.balance(), 0);
}

/// A stopped gateway refuses connections. Nothing was sent, so nothing is rolled back.
#[test]
fn a_request_that_was_not_sent_is_not_rolled_back() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let payment = shop.payment(&client);
    shop.sandbox.stop();
    let outcome = payment.send();
    assert_eq!(name(&outcome), "not_sent");
    assert_eq!(outcome.error().unwrap().code(), Code::CONNECT);
}

/// Many threads use one client: every payment is answered once, and the ledger has all of them.
#[test]
fn threads_share_a_client() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                for _ in 0..4 {
                    let outcome = shop.payment(&client).send();
                    assert!(outcome.answer().is_some_and(|answer| answer.is_success()), "{outcome:?}");
                }
            });
        }
    });
    assert_eq!(shop.balance(), 32 * 23_400);
}
