//! `xpay cancel` and `xpay partial-cancel`.

use crate::failure::Failure;
use crate::output::{self, Report};
use crate::secrets;
use crate::shop::PayingShop;
use crate::won;
use clap::Args;
use std::process::ExitCode;
use xpayclient_core::requests::{Cancel, PartialCancel, RefundAccount, TypedRequest};
use xpayclient_core::results::{CancelResult, CancelState};
use xpayclient_core::{Answer, PaymentMethod, Secret};

#[derive(Args)]
#[command(after_help = output::EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    shop: PayingShop,
    #[command(flatten)]
    payment: PaymentArguments,
    /// 취소를 요청한 사람 / who requested the cancellation
    #[arg(long, value_name = "LGD_CANCELREQUESTER")]
    requester: Option<String>,
    /// 요청한 사람의 IP / the IP address of the requester
    #[arg(long, value_name = "LGD_CANCELREQUESTERIP")]
    requester_ip: Option<String>,
}

#[derive(Args)]
#[command(after_help = output::EXIT_CODES)]
pub(crate) struct PartialArguments {
    #[command(flatten)]
    shop: PayingShop,
    #[command(flatten)]
    payment: PaymentArguments,
    /// 취소할 금액(원) / the amount to cancel, in won
    #[arg(long, value_name = "WON", value_parser = won::payable, allow_hyphen_values = true)]
    amount: u64,
    /// 취소하기 전의 잔액(원). 다르면 게이트웨이가 거절합니다 / the balance before this cancellation, in won; the gateway declines any other
    #[arg(long, value_name = "WON", value_parser = won::payable, allow_hyphen_values = true)]
    remaining: Option<u64>,
    /// 취소할 금액 중 면세금액(원) / the tax-free share of the amount to cancel, in won
    #[arg(long, value_name = "WON", value_parser = won::share, allow_hyphen_values = true)]
    tax_free: Option<u64>,
}

/// The payment, and the refund account.
#[derive(Args)]
struct PaymentArguments {
    /// 결제의 거래번호 / the payment ID
    #[arg(long, value_name = "LGD_TID")]
    tid: String,
    /// 결제수단. 취소로 치는 코드가 결제수단마다 다릅니다 / the payment method, on which the codes that mean success depend
    #[arg(long, value_name = "LGD_PAYTYPE")]
    paytype: Option<String>,
    /// 취소 사유 / the reason
    #[arg(long, value_name = "LGD_CANCELREASON")]
    reason: Option<String>,
    /// 가상계좌: 환불계좌를 표준 입력에서 한 줄에 하나씩 읽습니다: LGD_RFACCOUNTNUM=…, LGD_RFBANKCODE=…, LGD_RFCUSTOMERNAME=…, LGD_RFPHONE=… / for a virtual account: read the refund account from stdin, one NAME=VALUE a line
    #[arg(long)]
    refund_account: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let Arguments { shop, payment, requester, requester_ip } = arguments;
    let mut request = Cancel::new(&payment.tid);
    request.means = payment.means();
    request.reason.clone_from(&payment.reason);
    request.requester = requester;
    request.requester_ip = requester_ip;
    request.refund_account = payment.account()?;
    let what =
        (format!("결제 {}를 취소합니다.", payment.tid), format!("cancel the payment {}.", payment.tid));
    payment.send(&shop, &request, what)
}

pub(crate) fn run_partial(arguments: PartialArguments) -> Result<ExitCode, Failure> {
    let PartialArguments { shop, payment, amount, remaining, tax_free } = arguments;
    let mut request = PartialCancel::new(&payment.tid, amount);
    request.means = payment.means();
    request.remaining = remaining;
    request.tax_free = tax_free;
    request.reason.clone_from(&payment.reason);
    request.refund_account = payment.account()?;
    let what = (
        format!("결제 {}에서 {amount}원을 취소합니다.", payment.tid),
        format!("cancel {amount} won of the payment {}.", payment.tid),
    );
    payment.send(&shop, &request, what)
}

impl PaymentArguments {
    fn send(
        &self,
        shop: &PayingShop,
        request: &impl TypedRequest,
        what: (String, String),
    ) -> Result<ExitCode, Failure> {
        shop.check_tid(&self.tid)?;
        let means = self.means().unwrap_or_else(|| PaymentMethod::from_code(""));
        shop.send(request, what, |answer| answered(answer, &means))
    }

    fn means(&self) -> Option<PaymentMethod> {
        self.paytype.as_deref().map(PaymentMethod::from_code)
    }

    fn account(&self) -> Result<Option<RefundAccount>, Failure> {
        if !self.refund_account {
            return Ok(None);
        }
        let bytes = secrets::bytes("LGD_RFACCOUNTNUM=…, LGD_RFBANKCODE=…, LGD_RFCUSTOMERNAME=…")?;
        let mut account = RefundAccount::new("", "", "");
        for line in secrets::text(&bytes).lines().map(str::trim).filter(|line| !line.is_empty()) {
            let (name, value) = line.split_once('=').unwrap_or_default();
            match name.trim() {
                "LGD_RFACCOUNTNUM" => account.number = value.trim().into(),
                "LGD_RFBANKCODE" => account.bank_code = value.trim().into(),
                "LGD_RFCUSTOMERNAME" => account.holder = value.trim().into(),
                "LGD_RFPHONE" => account.phone = Some(Secret::from(value.trim())),
                // The line is not repeated: it may hold an account's number.
                _ => return Err(unknown_line()),
            }
        }
        Ok(Some(account))
    }
}

fn answered(answer: &Answer, means: &PaymentMethod) -> Report {
    let result = CancelResult::read(answer, means);
    let verdict = match result.state {
        CancelState::Done => ("취소되었습니다", "cancelled"),
        CancelState::InProgress => ("환불 중입니다", "the refund is in progress"),
        CancelState::Retry => {
            ("취소되지 않았습니다. 다시 요청할 수 있습니다", "not cancelled: you can request it again")
        }
        CancelState::Refused => ("취소가 거절되었습니다", "the cancellation was declined"),
    };
    let report = Report::of_answer(answer, result.counts_as_done, verdict);
    if result.state == CancelState::InProgress { report.still_open() } else { report }
}

fn unknown_line() -> Failure {
    Failure::new(
        "표준 입력의 한 줄이 LGD_RFACCOUNTNUM, LGD_RFBANKCODE, LGD_RFCUSTOMERNAME, LGD_RFPHONE 중 하나와 =로 시작하지 않습니다",
        "a line of stdin is not LGD_RFACCOUNTNUM=…, LGD_RFBANKCODE=…, LGD_RFCUSTOMERNAME=… or LGD_RFPHONE=…",
    )
}
