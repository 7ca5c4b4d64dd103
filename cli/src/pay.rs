//! `xpay pay`: the final payment of a PAYKEY. It is rolled back unless it is for the order and its report was printed.

use crate::failure::Failure;
use crate::ids;
use crate::output::{self, Report, Verdict};
use crate::secrets;
use crate::shop::PayingShop;
use crate::won;
use clap::Args;
use std::process::ExitCode;
use xpayclient_core::requests::PaymentByKey;
use xpayclient_core::{Answer, Guarded, Outcome};

#[derive(Args)]
#[command(after_help = output::EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    shop: PayingShop,
    /// 상점의 주문번호. 다른 주문의 PAYKEY면 망취소합니다 / the order ID; the payment is rolled back if the PAYKEY is of another order
    #[arg(long, value_name = "LGD_OID", value_parser = ids::oid)]
    oid: String,
    /// 주문의 금액(원). 다르면 게이트웨이가 거절합니다 / the amount of the order, in won; the gateway declines any other
    #[arg(long, value_name = "WON", value_parser = won::payable, allow_hyphen_values = true)]
    amount: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { shop, oid, amount } = arguments;
    let json = shop.json();
    let paykey = secrets::line("LGD_PAYKEY")?;
    if paykey.contains(char::is_whitespace) || paykey.starts_with("LGD_") {
        return Err(not_a_key());
    }
    let request = PaymentByKey::new(paykey.as_str()).amount(*amount);
    if shop.is_rehearsal() {
        return Ok(shop.rehearse(&request));
    }
    let what =
        (format!("주문 {oid}의 {amount}원을 결제합니다."), format!("pay {amount} won of the order {oid}."));
    let payment = match shop.prepare(&request) {
        Ok(payment) => payment,
        Err(failure) => return Ok(Report::not_sent(failure).finish(json)),
    };
    shop.confirm(what)?;
    let keep = |answer: &Answer| {
        if answer.get("LGD_OID") != Some(oid) {
            return Err(Failure::new(
                "승인되었으나 LGD_OID가 이 주문의 것이 아닙니다",
                "approved, but LGD_OID is not this order's",
            ));
        }
        // If it cannot be printed nobody knows of the approval.
        approved(answer).print(json).map_err(|error| {
            Failure::new(
                format!("승인되었으나 표준 출력에 쓸 수 없습니다({error})"),
                format!("approved, but cannot write to stdout ({error})"),
            )
        })
    };
    Ok(match payment.guard(keep) {
        Guarded::Done(answer, ()) => approved(&answer).exit_code(),
        Guarded::Declined(answer) => unpaid(&Outcome::Answered(answer)).finish(json),
        Guarded::Unanswered(outcome) => unpaid(&outcome).finish(json),
        Guarded::Undone(outcome, why) => unpaid(&outcome).because(why).finish(json),
    })
}

/// More than the key was on the line. It is not repeated.
fn not_a_key() -> Failure {
    Failure::new(
        "표준 입력의 첫 줄이 인증키(LGD_PAYKEY)의 값이 아닙니다. 이름이나 빈칸 없이 값만 넣으십시오. 아무것도 보내지 않았습니다",
        "the first line of stdin is not the value of LGD_PAYKEY: give the value alone, without its name and without blanks. Nothing was sent",
    )
}

fn approved(answer: &Answer) -> Report {
    let verdict = match answer.get("LGD_PAYTYPE") {
        Some("SC0040") => (
            "가상계좌가 할당되었습니다. 입금은 통보로 알려집니다",
            "a virtual account was issued: a notification will follow the deposit",
        ),
        _ => ("승인되었습니다", "approved"),
    };
    Report::of_answer(answer, true, verdict)
}

/// It may be paid, by this key or for another order: no code says which.
const REPEATED: Verdict = (
    "전에 처리된 요청입니다. 이미 결제되었을 수 있으니, 상점관리자에서 주문번호로 확인하기 전에는 다시 결제하지 마십시오",
    "it was requested before, and may be paid: look the order up in the merchant admin before anybody pays again",
);

/// The report of any outcome but an approval.
fn unpaid(outcome: &Outcome) -> Report {
    Report::of_outcome(outcome, |answer| match answer.is_repeated() {
        true => Report::of_answer(answer, false, REPEATED).still_open(),
        false => Report::of_answer(answer, false, ("거절되었습니다", "declined")),
    })
}
