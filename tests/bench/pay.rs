//! Payments through the library, from Rust.
//!
//! Usage: `bench-pay HOME_DIR WARM COUNT`
#![allow(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

mod measure;

use xpayclient_core::{Client, Config, Platform};

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let number = |at: usize| words[at].parse::<u32>().unwrap();
    let client = Client::new(Config::load(&words[1]).unwrap(), Platform::Test);
    measure::measure(number(2), number(3), || {
        let mut payment = client.transaction("tlgdacomxpay").unwrap();
        payment.set("LGD_TXNAME", "PaymentByKey").unwrap();
        payment.set("LGD_PAYKEY", "5VPN0GU8RBX1Y1JPSK3MDCF2E8XGNMVH").unwrap();
        let outcome = payment.send();
        let answer = outcome.answer().unwrap();
        assert!(answer.is_success() && answer.get("LGD_TID").is_some());
    });
}
