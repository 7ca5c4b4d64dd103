//! `xpay hash`: LGD_HASHDATA of a payment request, to compare with that of a shop's page.

use crate::failure::Failure;
use crate::shop::Shop;
use clap::Args;
use std::process::ExitCode;
use xpayclient_core::{signature, timestamp};

pub(crate) const EXIT_CODES: &str = "\
종료 코드 / exit codes:
  0  만들었습니다 / made
  1  만들 수 없습니다 / it could not be made
  2  사용법 오류 / wrong usage";

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    shop: Shop,
    /// 주문번호 / the order ID
    #[arg(long, value_name = "LGD_OID")]
    oid: String,
    /// 금액(원) / the amount, in won
    #[arg(long, value_name = "LGD_AMOUNT", allow_hyphen_values = true)]
    amount: String,
    /// 한국 시각 yyyyMMddHHmmss. 없으면 지금 / Korean time; now by default
    #[arg(long, value_name = "LGD_TIMESTAMP")]
    timestamp: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { shop, oid, amount, timestamp: at } = arguments;
    let at = at.clone().unwrap_or_else(timestamp);
    let config = shop.config()?;
    let mid = shop.mid.as_bytes();
    let key = config.mert_key(mid)?;
    let hash = signature::hash_data(mid, oid.as_bytes(), amount.as_bytes(), at.as_bytes(), key)?;
    if shop.json {
        say!("{}", serde_json::json!({"LGD_TIMESTAMP": at, "LGD_HASHDATA": hash}));
    } else {
        say!("LGD_TIMESTAMP={at}\nLGD_HASHDATA={hash}");
    }
    Ok(ExitCode::SUCCESS)
}
