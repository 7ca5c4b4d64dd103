//! `xpay receipt-link`: the script that opens a receipt.

use crate::cash_receipt::PaidBy;
use crate::failure::Failure;
use crate::hash::EXIT_CODES;
use crate::ids;
use crate::language::Language;
use crate::shop::Shop;
use clap::{ArgGroup, Args};
use std::process::ExitCode;
use xpayclient_core::ReceiptLink;

#[derive(Args)]
#[command(after_help = EXIT_CODES, group(ArgGroup::new("of").required(true)))]
pub(crate) struct Arguments {
    #[command(flatten)]
    shop: Shop,
    /// 결제의 거래번호: 그 매출전표 / the payment ID, for its sales slip
    #[arg(long, value_name = "LGD_TID", group = "of")]
    tid: Option<String>,
    /// 주문번호: 그 현금영수증 / the order ID, for its cash receipt
    #[arg(long, value_name = "LGD_OID", group = "of", requires = "paid_by")]
    oid: Option<String>,
    /// 현금영수증: 무엇에 대한 것인지 / for a cash receipt: what it is for
    #[arg(long = "for", value_enum, value_name = "WHAT", requires = "oid", conflicts_with = "tid")]
    paid_by: Option<PaidBy>,
    /// 현금영수증: 몇 번째 입금인지 / for a cash receipt: the number of the deposit
    #[arg(long, value_name = "LGD_SEQNO", default_value = "001", value_parser = ids::seqno, conflicts_with = "tid")]
    seqno: String,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { shop, tid, oid, paid_by, seqno } = arguments;
    let platform = shop.platform();
    let link = match (oid, paid_by) {
        (Some(oid), Some(paid_by)) => {
            ReceiptLink::of_cash_receipt(platform, &shop.mid, oid, seqno, &(*paid_by).into())
        }
        _ => {
            ReceiptLink::of_payment(&shop.config()?, platform, &shop.mid, tid.as_deref().unwrap_or_default())
        }
    }?;
    if shop.json {
        say!("{}", serde_json::json!({"script": link.script, "call": link.call}));
    } else {
        say!(
            "<script src=\"{}\"></script>\n<a href=\"javascript:{}\">{}</a>",
            link.script,
            link.call,
            Language::chosen().of("영수증", "receipt")
        );
    }
    Ok(ExitCode::SUCCESS)
}
