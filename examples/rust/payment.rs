//! A payment from PAYKEY to cancel: the shop's payres page, in Rust.
//!
//! Usage: `payment HOME_DIR PAYKEY [MID]`. HOME_DIR contains conf/mall.conf and conf/lgdacom.conf; PAYKEY is the payment
//! key that the payment window returned, of an order of 23,400 won. MID defaults to the public demo shop.

use std::process::ExitCode;

use xpayclient_core::requests::{Cancel, PaymentByKey};
use xpayclient_core::results::{CancelResult, CancelState, PaymentResult};
use xpayclient_core::{Answer, Client, Config, Error, Guarded, Outcome, Platform};

/// The order's amount, from the shop's own database.
const AMOUNT: u64 = 23_400;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (home, paykey, mid) = match arguments.as_slice() {
        [home, paykey] => (home, paykey, "tlgdacomxpay"),
        [home, paykey, mid] => (home, paykey, mid.as_str()),
        _ => {
            eprintln!("usage: payment HOME_DIR PAYKEY [MID]");
            return ExitCode::from(2);
        }
    };
    match pay_and_cancel(home, paykey, mid) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn pay_and_cancel(home: &str, paykey: &str, mid: &str) -> Result<(), String> {
    let client = Client::new(Config::load(home).map_err(text)?, Platform::Test);

    let request = PaymentByKey::new(paykey).amount(AMOUNT);
    let paid = match client.prepare(mid, &request).map_err(text)?.guard(save_order) {
        Guarded::Done(_, paid) => paid,
        Guarded::Declined(answer) => return Err(declined(&answer)),
        Guarded::Undone(outcome, error) => return Err(format!("{error}; {}", unpaid(&outcome))),
        Guarded::Unanswered(outcome) => return Err(unpaid(&outcome)),
    };
    println!("paid {} LGD_TID {}", paid.amount, paid.tid);

    let request = Cancel::new(&paid.tid).means(paid.means.clone()).reason("the buyer's wish");
    let answer = match client.prepare(mid, &request).map_err(text)?.send() {
        Outcome::Answered(answer) => answer,
        other => return Err(unpaid(&other)),
    };
    match CancelResult::read(&answer, &paid.means).state {
        CancelState::Done => println!("cancelled {}", paid.tid),
        state => return Err(format!("{state:?}: {} {}", answer.code(), answer.message())),
    }
    Ok(())
}

/// The shop's own step: if it fails, the library rolls the approval back.
fn save_order(answer: &Answer) -> Result<PaymentResult, Error> {
    let paid = PaymentResult::read(answer)?;
    // Here a shop compares paid.oid with its order's, then saves paid.tid with the order.
    Ok(paid)
}

fn declined(answer: &Answer) -> String {
    // S007 and XC01: an earlier request may have paid.
    let what = if answer.is_repeated() { "repeated" } else { "declined" };
    format!("{what}: {} {}", answer.code(), answer.message())
}

fn unpaid(outcome: &Outcome) -> String {
    let what = match outcome {
        Outcome::Answered(answer) => return declined(answer),
        Outcome::NotSent(_) => "not_sent",
        Outcome::RolledBack(_) => "rolled_back",
        Outcome::InDoubt(_) => "in_doubt",
    };
    format!("{what}: {}", outcome.error().map(ToString::to_string).unwrap_or_default())
}

fn text(error: Error) -> String {
    error.to_string()
}
