//! A shop's tests: each has a gateway of its own, which is a sandbox in the same process.

use xpayclient_core::requests::PaymentByKey;
use xpayclient_core::{Client, Config, Guarded, Outcome, Platform};
use xpayclient_sandbox::{Options, PaykeyRequest, Sandbox};

const MID: &str = xpayclient_sandbox::DEMO_TEST_MID;

type Tested = Result<(), Box<dyn std::error::Error>>;

#[test]
fn an_approval_whose_order_is_not_saved_is_rolled_back() -> Tested {
    let dir = tempfile::tempdir()?;
    let gateway = Sandbox::start(Options { dir: dir.path().to_owned(), ..Options::default() })?;
    let client = Client::new(Config::load(gateway.home())?, Platform::Test);

    // What the payment window would return.
    let paykey = gateway.mint(&PaykeyRequest { amount: 23_400, ..PaykeyRequest::default() })?;
    let payment = client.prepare(MID, &PaymentByKey::new(paykey).amount(23_400))?;
    let paid: Guarded<(), &str> = payment.guard(|_| Err("the database is down"));

    assert!(matches!(paid, Guarded::Undone(Outcome::RolledBack(_), "the database is down")));
    assert_eq!(gateway.payments()?[0].balance, 0);
    Ok(())
}

#[test]
fn a_payment_without_an_answer_is_rolled_back() -> Tested {
    let dir = tempfile::tempdir()?;
    let gateway = Sandbox::start(Options { dir: dir.path().to_owned(), ..Options::default() })?;
    let client = Client::new(Config::load(gateway.home())?, Platform::Test);

    // The next request is executed, and its answer is cut off: xpay sandbox --help lists the faults.
    gateway.inject("close".parse()?);
    let paykey = gateway.mint(&PaykeyRequest { amount: 23_400, ..PaykeyRequest::default() })?;
    let paid = client.prepare(MID, &PaymentByKey::new(paykey).amount(23_400))?.send();

    assert!(matches!(paid, Outcome::RolledBack(_)), "{paid:?}");
    assert_eq!(gateway.payments()?[0].balance, 0);
    Ok(())
}
