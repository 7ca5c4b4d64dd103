//! A payment from PAYKEY to cancel: the shop's payres page, in Rust.
//!
//! Usage: `payment HOME_DIR PAYKEY [MID]`. HOME_DIR contains conf/mall.conf and conf/lgdacom.conf; PAYKEY is the payment
//! key that the payment window returned. MID defaults to the public demo shop.

use std::process::ExitCode;

use xpayclient_core::{Answer, Client, Config, Error, Outcome, Platform};

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

    let mut payment = client.transaction(mid).map_err(text)?;
    payment.set("LGD_TXNAME", "PaymentByKey").map_err(text)?;
    payment.set("LGD_PAYKEY", paykey).map_err(text)?;
    let paid = success(payment.send())?;
    print(&paid);

    let mut cancel = client.transaction(mid).map_err(text)?;
    cancel.set("LGD_TXNAME", "Cancel").map_err(text)?;
    cancel.set("LGD_TID", paid.get("LGD_TID").unwrap_or_default()).map_err(text)?;
    print(&success(cancel.send())?);
    Ok(())
}

/// Only an answer of `0000` is success; the other outcomes say whether money may have moved.
fn success(outcome: Outcome) -> Result<Answer, String> {
    match outcome {
        Outcome::Answered(answer) if answer.is_success() => Ok(answer),
        // S007 and XC01: an earlier request may have paid.
        Outcome::Answered(answer) => {
            let what = if answer.is_repeated() { "repeated" } else { "declined" };
            Err(format!("{what}: {} {}", answer.code(), answer.message()))
        }
        Outcome::NotSent(error) | Outcome::RolledBack(error) => Err(format!("not charged: {error}")),
        Outcome::InDoubt(error) => Err(format!("in doubt: {error}")),
    }
}

fn print(answer: &Answer) {
    println!("{} {}", answer.code(), answer.message());
    for (name, value) in answer.rows().iter().flat_map(|row| row.iter()) {
        println!("  {name:<24} {value}");
    }
}

fn text(error: Error) -> String {
    error.to_string()
}
