//! The connection pool: the next payment of the process reuses a connection, unless the connection may be broken.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use xpayclient_core::binding::Session;
use xpayclient_core::{Client, Code, Outcome};
use xpayclient_sandbox::CertificateKind;
use xpayclient_tests::{Line, MID, Shop};

/// Pays 23,400 won and returns the number of the connection.
fn pays(shop: &Shop, client: &Client) -> u64 {
    let payment = shop.payment(client);
    let tx_id = payment.tx_id().to_owned();
    let outcome = payment.send();
    assert!(outcome.answer().is_some_and(|answer| answer.is_success()), "{outcome:?}");
    connection_of(shop, "LGD_TXID", &tx_id)
}

fn connection_of(shop: &Shop, name: &str, value: &str) -> u64 {
    let requests = shop.sandbox.requests();
    let found =
        requests.iter().find(|request| request.parameters.iter().any(|(n, v)| n == name && v == value));
    found.unwrap().connection
}

#[test]
fn clients_reuse_one_connection_for_one_payment_after_the_other() {
    let shop = Shop::open();
    let first = pays(&shop, &shop.client(&[]));
    let other = shop.client(&[("server_id", "02"), ("timeout", "7")]);
    assert_eq!([pays(&shop, &other), pays(&shop, &other)], [first, first]);
}

/// The payment uses the connection that `warm_up` opened, over which nothing was sent before.
#[test]
fn a_payment_uses_the_warmed_up_connection() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let line = Line::to(shop.sandbox.port());
    let far = shop.client(&[("test_url", &line.url())]);
    for _ in 0..3 {
        far.warm_up().unwrap();
    }
    assert_eq!(line.connections(), 1, "warm is warm");
    assert!(shop.sandbox.requests().is_empty());
    pays(&shop, &far);
    pays(&shop, &far);
    assert_eq!(line.connections(), 1);
    pays(&shop, &client);
    assert_eq!(line.connections(), 1);
}

#[test]
fn a_failed_warm_up_returns_its_error_and_changes_nothing() {
    let shop = Shop::open();
    let nowhere = shop.client(&[("test_url", "https://127.0.0.1:1/")]);
    assert_eq!(nowhere.warm_up().unwrap_err().code(), Code::CONNECT);
    assert_eq!(shop.client(&[("test_url", "")]).warm_up().unwrap_err().code(), Code::HTTP_URL);
    let (mut session, _) = shop.session(&[]);
    assert!(session.init_tx(MID.as_bytes()));
    let tx_id = session.tx_id().to_owned();
    assert!(session.warm_up() && session.warm_up());
    assert!(session.set(b"LGD_TXNAME", "Ping") && session.tx(true), "{}", session.detail());
    assert_eq!(session.tx_id(), tx_id);
    let mut early = Session::new("test");
    assert!(!early.warm_up());
    assert_eq!(early.response_code(), "90002");
}

#[test]
fn no_connection_is_reused_without_a_pool_or_with_other_trust() {
    let shop = Shop::open();
    let first = pays(&shop, &shop.client(&[]));
    let alone = shop.client(&[("keep_alive", "0"), ("ca_bundle_only", "1")]);
    let blind = shop.client(&[("verify_host", "0")]);
    let all = [first, pays(&shop, &alone), pays(&shop, &alone), pays(&shop, &blind)];
    assert!(all.iter().collect::<std::collections::HashSet<_>>().len() == 4, "{all:?}");
}

/// A client without a pool takes no connection either, even if the pool has one with the same trust.
#[test]
fn a_client_without_a_pool_takes_no_pooled_connection() {
    let shop = Shop::open();
    let first = pays(&shop, &shop.client(&[]));
    let alone = shop.client(&[("keep_alive", "0")]);
    let others = [pays(&shop, &alone), pays(&shop, &alone)];
    assert!(!others.contains(&first) && others[0] != others[1], "{first} {others:?}");
    assert_eq!(pays(&shop, &shop.client(&[])), first, "it is still there for those who want it");
}

#[test]
fn simultaneous_payments_have_a_connection_and_an_answer_each() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for _ in 0..10 {
                    let mut payment = shop.payment(&client);
                    let oid = payment.tx_id()[..63].to_owned();
                    payment.set("LGD_OID", oid.as_str()).unwrap();
                    assert!(matches!(payment.send(), Outcome::Answered(answer) if answer.is_success()));
                }
            });
        }
    });
    let last = shop.sandbox.requests().iter().map(|request| request.connection).max().unwrap();
    assert!((1..=4).contains(&last), "{last} connections for 4 threads");
    assert_eq!(shop.balance(), 40 * 23_400);
}

#[test]
fn a_connection_that_the_server_closed_is_not_used() {
    let shop = Shop::open();
    let line = Line::to(shop.sandbox.port());
    let client = shop.client(&[("test_url", &line.url())]);
    pays(&shop, &client);
    line.cut();
    pays(&shop, &client);
    assert_eq!((line.connections(), shop.balance()), (2, 2 * 23_400));
}

#[test]
fn bytes_after_an_answer_are_never_read_as_the_next_answer() {
    let shop = Shop::facing(CertificateKind::Good);
    let client = shop.client(&[]);
    let mut payment = shop.payment(&client);
    payment.set("XPAY_SANDBOX_FAULT", "twice").unwrap();
    let tx_id = payment.tx_id().to_owned();
    // If an answer arrives twice, the next payment does not read the second one.
    let _ = payment.send();
    assert_ne!(pays(&shop, &client), connection_of(&shop, "LGD_TXID", &tx_id));
}

#[test]
fn after_a_failure_the_rollback_opens_a_new_connection() {
    let shop = Shop::open();
    let client = shop.client(&[]);
    let first = pays(&shop, &client);
    let mut lost = shop.payment(&client);
    lost.set("XPAY_SANDBOX_FAULT", "reset").unwrap();
    let tx_id = lost.tx_id().to_owned();
    assert!(matches!(lost.send(), Outcome::RolledBack(_)));
    assert_eq!(connection_of(&shop, "LGD_TXID", &tx_id), first);
    assert_ne!(connection_of(&shop, "LGD_RB_TXID", &tx_id), first);
    assert_eq!(shop.balance(), 23_400);
}
