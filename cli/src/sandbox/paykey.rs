//! `xpay sandbox paykey`: makes a PAYKEY without the payment window.

use super::running::RunningSandbox;
use crate::failure::Failure;
use crate::won;
use clap::Args;
use serde_json::Value;
use std::path::PathBuf;
use xpayclient_sandbox::PaykeyRequest;

#[derive(Args)]
pub(crate) struct Arguments {
    /// 샌드박스의 디렉터리 / the directory of the running sandbox
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// 주문번호 / the order ID
    #[arg(long)]
    oid: String,
    /// 결제금액(원) / the amount, in won
    #[arg(long, value_name = "WON", value_parser = won::share, allow_hyphen_values = true)]
    amount: u64,
    /// 결제수단 / the payment method
    #[arg(long, default_value = "SC0010")]
    paytype: String,
    /// 상점아이디 / the merchant ID
    #[arg(long, default_value = xpayclient_sandbox::DEMO_TEST_MID)]
    mid: String,
    /// 구매자명 / the buyer's name
    #[arg(long)]
    buyer: Option<String>,
    /// 구매내역 / the product
    #[arg(long)]
    productinfo: Option<String>,
    /// 가상계좌 통보를 받을 주소(LGD_CASNOTEURL) / the address for a virtual account's notifications
    #[arg(long, value_name = "URL")]
    casnoteurl: Option<String>,
    /// 구매자가 신청한 현금영수증: 1 소득공제, 2 지출증빙 / the cash receipt that the buyer asks for: 1 income tax, 2 expense
    #[arg(long, value_name = "1|2", default_value = "", hide_default_value = true)]
    cash_receipt: String,
    /// 에스크로 결제 / paid in escrow
    #[arg(long)]
    escrow: bool,
    /// JSON으로 출력 / print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let defaults = PaykeyRequest::default();
    let request = PaykeyRequest {
        mid: arguments.mid,
        oid: arguments.oid,
        amount: i64::try_from(arguments.amount).unwrap_or(i64::MAX),
        paytype: arguments.paytype,
        buyer: arguments.buyer.unwrap_or(defaults.buyer),
        productinfo: arguments.productinfo.unwrap_or(defaults.productinfo),
        cash_receipt: arguments.cash_receipt,
        casnoteurl: arguments.casnoteurl.unwrap_or_default(),
        escrow: arguments.escrow,
        ..PaykeyRequest::default()
    };
    let answer: Value = RunningSandbox::find(&arguments.dir)?.post("/paykeys", &request)?;
    match (arguments.json, answer["LGD_PAYKEY"].as_str()) {
        (false, Some(key)) => say!("{key}"),
        _ => say!("{answer}"),
    }
    Ok(())
}
