//! `xpay pay`: the final payment of a PAYKEY, kept only if it is the order's and somebody was told of it.

use crate::failure::Failure;
use crate::secrets;
use crate::shop::Till;
use crate::told::{self, Told};
use clap::Args;
use std::process::ExitCode;
use xpayclient_core::requests::PaymentByKey;
use xpayclient_core::{Answer, Guarded, Outcome};

#[derive(Args)]
#[command(after_help = told::EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    till: Till,
    /// 상점의 주문번호. 다른 주문의 PAYKEY면 망취소합니다 / the shop's own order number; a PAYKEY of another order is rolled back
    #[arg(long, value_name = "LGD_OID")]
    oid: String,
    /// 주문의 금액(원). 다르면 게이트웨이가 거절합니다 / the order's own amount in won; the gateway refuses any other
    #[arg(long, value_name = "WON")]
    amount: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { till, oid, amount } = arguments;
    let json = till.shop.json;
    let paykey = secrets::line("LGD_PAYKEY")?;
    let what =
        (format!("주문 {oid}의 {amount}원을 결제합니다."), format!("pay {amount} won of the order {oid}."));
    if let Err(code) = till.agree(what) {
        return Ok(code);
    }
    let request = PaymentByKey { expected_amount: Some(*amount), ..PaymentByKey::new(paykey.as_str()) };
    let payment = match till.prepare(&request) {
        Ok(payment) => payment,
        Err(error) => return Ok(told(&Outcome::NotSent(error)).tell(json)),
    };
    let keep = |answer: &Answer| {
        if answer.get("LGD_OID") != Some(oid) {
            return Err(Failure::new(
                "승인되었으나 LGD_OID가 이 주문의 것이 아닙니다",
                "it was approved, but LGD_OID is not the order's",
            ));
        }
        // An approval that cannot be told on stdout is one that nobody knows of.
        approved(answer).print(json).map_err(|error| {
            Failure::new(
                format!("승인되었으나 표준 출력에 쓸 수 없습니다({error})"),
                format!("it was approved, but stdout cannot be written ({error})"),
            )
        })
    };
    Ok(match payment.guard(keep) {
        Guarded::Done(answer, ()) => approved(&answer).exit_code(),
        Guarded::Declined(answer) => told(&Outcome::Answered(answer)).tell(json),
        Guarded::Unanswered(outcome) => told(&outcome).tell(json),
        Guarded::Undone(outcome, why) => {
            why.report();
            told(&outcome).tell(json)
        }
    })
}

fn approved(answer: &Answer) -> Told {
    let verdict = match answer.get("LGD_PAYTYPE") {
        Some("SC0040") => (
            "가상계좌가 할당되었습니다. 입금은 통보로 알려집니다",
            "a virtual account was given out: a notice will tell of the deposit",
        ),
        _ => ("승인되었습니다", "approved"),
    };
    Told::answer(answer, true, verdict)
}

/// What is no approval.
fn told(outcome: &Outcome) -> Told {
    Told::outcome(outcome, |answer| Told::answer(answer, false, ("거절되었습니다", "declined")))
}
