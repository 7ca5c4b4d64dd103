//! `xpay cash-receipt`: issues and cancels cash receipts (현금영수증).

use crate::failure::Failure;
use crate::ids;
use crate::output::{self, Report, Verdict};
use crate::secrets;
use crate::shop::PayingShop;
use crate::won;
use clap::{Args, Subcommand, ValueEnum};
use std::process::ExitCode;
use xpayclient_core::PaymentMethod;
use xpayclient_core::requests::{
    CashReceiptAuth, CashReceiptCancel, CashReceiptUse, ReceiptFor, TypedRequest,
};

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 발급합니다. 받을 사람의 전화·카드·사업자 번호는 표준 입력에서 읽습니다 / issue one; the recipient's phone, card or business number is read from stdin
    Issue(Box<IssueArguments>),
    /// 발급을 취소합니다 / cancel one
    Cancel(CancelArguments),
}

#[derive(Args)]
#[command(after_help = output::EXIT_CODES)]
struct IssueArguments {
    #[command(flatten)]
    shop: PayingShop,
    /// 무엇에 대한 영수증인지 / what the receipt is for
    #[arg(long = "for", value_enum, value_name = "WHAT")]
    paid_by: PaidBy,
    /// 주문번호 / the order ID
    #[arg(long, value_name = "LGD_OID")]
    oid: String,
    /// 금액(원) / the amount, in won
    #[arg(long, value_name = "WON", value_parser = won::payable, allow_hyphen_values = true)]
    amount: u64,
    /// 결제의 거래번호. deposit에는 없고 나머지에는 필요합니다 / the payment ID; required unless for a deposit, which has none
    #[arg(long, value_name = "LGD_TID", required_if_eq_any = [("paid_by", "transfer"), ("paid_by", "virtual-account")])]
    tid: Option<String>,
    /// 가상계좌: 몇 번째 입금인지. 처음은 001 / for a virtual account: the number of the deposit; the first is 001
    #[arg(long, value_name = "LGD_SEQNO", value_parser = ids::seqno, required_if_eq("paid_by", "virtual-account"))]
    seqno: Option<String>,
    /// 용도 / the use of the receipt
    #[arg(long = "use", value_enum, value_name = "USE")]
    receipt_use: Use,
    /// 상점의 사업자번호 / the shop's business number
    #[arg(long, value_name = "LGD_CUSTOM_BUSINESSNUM")]
    business_number: String,
    /// 상점 이름 / the name of the shop
    #[arg(long, value_name = "LGD_CUSTOM_MERTNAME")]
    shop_name: Option<String>,
    /// 대표자 이름 / the name of the shop's representative
    #[arg(long, value_name = "LGD_CUSTOM_CEONAME")]
    ceo_name: Option<String>,
    /// 상점 전화번호 / the phone number of the shop
    #[arg(long, value_name = "LGD_CUSTOM_MERTPHONE")]
    shop_phone: Option<String>,
    /// 면세금액(원) / the tax-free share, in won
    #[arg(long, value_name = "WON", value_parser = won::share, allow_hyphen_values = true)]
    tax_free: Option<u64>,
    /// 부가세(원) / the value-added tax, in won
    #[arg(long, value_name = "WON", value_parser = won::share, allow_hyphen_values = true)]
    vat: Option<u64>,
    /// deposit: 구매내역 / for a deposit: the product
    #[arg(long, value_name = "LGD_PRODUCTINFO")]
    product_info: Option<String>,
}

#[derive(Args)]
#[command(after_help = output::EXIT_CODES)]
struct CancelArguments {
    #[command(flatten)]
    shop: PayingShop,
    /// 무엇에 대한 영수증인지 / what the receipt was for
    #[arg(long = "for", value_enum, value_name = "WHAT")]
    paid_by: PaidBy,
    /// 결제의 거래번호. deposit은 영수증의 것 / the payment ID; for a deposit that of the receipt
    #[arg(long, value_name = "LGD_TID")]
    tid: String,
    /// 가상계좌: 몇 번째 입금인지 / for a virtual account: the number of the deposit
    #[arg(long, value_name = "LGD_SEQNO", value_parser = ids::seqno)]
    seqno: Option<String>,
    /// 일부만 취소할 금액(원) / the amount of a partial cancellation, in won
    #[arg(long, value_name = "WON", value_parser = won::payable, allow_hyphen_values = true)]
    amount: Option<u64>,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum PaidBy {
    /// SC0030, 계좌이체 / a bank transfer
    Transfer,
    /// SC0040, 가상계좌 입금 / a deposit into a virtual account
    VirtualAccount,
    /// SC0100, 무통장 입금 / a transfer to the shop's own account
    Deposit,
}

#[derive(Clone, Copy, ValueEnum)]
enum Use {
    /// 소득공제 / a person's income deduction
    Income,
    /// 지출증빙 / a business's proof of expense
    Expense,
}

impl From<PaidBy> for PaymentMethod {
    fn from(paid_by: PaidBy) -> PaymentMethod {
        match paid_by {
            PaidBy::Transfer => PaymentMethod::BankTransfer,
            PaidBy::VirtualAccount => PaymentMethod::VirtualAccount,
            PaidBy::Deposit => PaymentMethod::Deposit,
        }
    }
}

impl From<Use> for CashReceiptUse {
    fn from(of: Use) -> CashReceiptUse {
        match of {
            Use::Income => CashReceiptUse::IncomeDeduction,
            Use::Expense => CashReceiptUse::ExpenseProof,
        }
    }
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.command {
        Command::Issue(issue) => issue.run(),
        Command::Cancel(cancel) => cancel.run(),
    }
}

impl IssueArguments {
    fn run(self) -> Result<ExitCode, Failure> {
        if let Some(stray) = self.stray() {
            return Err(stray);
        }
        let card_number = secrets::line("LGD_CASHCARDNUM")?;
        let what = (
            format!("주문 {}의 현금영수증 {}원을 발급합니다.", self.oid, self.amount),
            format!("issue a cash receipt of {} won for the order {}.", self.amount, self.oid),
        );
        let tid = self.tid.unwrap_or_default();
        let receipt_for = match self.paid_by {
            PaidBy::Transfer => ReceiptFor::BankTransfer { tid },
            PaidBy::VirtualAccount => {
                ReceiptFor::VirtualAccount { tid, seqno: self.seqno.unwrap_or_default() }
            }
            PaidBy::Deposit => ReceiptFor::Deposit { product_info: self.product_info },
        };
        let (card_number, receipt_use) = (card_number.as_str(), self.receipt_use.into());
        let mut request = CashReceiptAuth::new(
            receipt_for,
            self.oid,
            self.amount,
            card_number,
            receipt_use,
            self.business_number,
        );
        request.shop_name = self.shop_name;
        request.ceo_name = self.ceo_name;
        request.shop_phone = self.shop_phone;
        request.tax_free = self.tax_free;
        request.vat = self.vat;
        send(&self.shop, &request, what, ("발급되었습니다", "issued"))
    }

    /// An option that does not belong to this kind of receipt.
    fn stray(&self) -> Option<Failure> {
        let given = [
            ("--tid", self.tid.is_some(), !matches!(self.paid_by, PaidBy::Deposit)),
            ("--seqno", self.seqno.is_some(), matches!(self.paid_by, PaidBy::VirtualAccount)),
            ("--product-info", self.product_info.is_some(), matches!(self.paid_by, PaidBy::Deposit)),
        ];
        let (name, ..) = given.into_iter().find(|(_, given, fits)| *given && !fits)?;
        Some(Failure::misuse(
            format!("{name}은 이 --for와 함께 쓸 수 없습니다"),
            format!("{name} cannot be used with this --for"),
        ))
    }
}

impl CancelArguments {
    fn run(self) -> Result<ExitCode, Failure> {
        let what = (
            format!("거래 {}의 현금영수증을 취소합니다.", self.tid),
            format!("cancel the cash receipt of {}.", self.tid),
        );
        self.shop.check_tid(&self.tid)?;
        let mut request = CashReceiptCancel::new(self.paid_by.into(), self.tid);
        request.seqno = self.seqno;
        request.amount = self.amount;
        send(&self.shop, &request, what, ("취소되었습니다", "cancelled"))
    }
}

fn send(
    shop: &PayingShop,
    request: &impl TypedRequest,
    what: (String, String),
    done: Verdict,
) -> Result<ExitCode, Failure> {
    shop.send(request, what, |answer| match answer.is_success() {
        true => Report::of_answer(answer, true, done),
        false => Report::of_answer(answer, false, ("거절되었습니다", "declined")),
    })
}
