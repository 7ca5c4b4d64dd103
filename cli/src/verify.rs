//! `xpay verify`: verifies the signature of a notification or a result, and that it is for this order.

use crate::failure::Failure;
use crate::language::{Language, harmless};
use crate::say;
use crate::secrets;
use crate::shop::Shop;
use crate::won;
use clap::Args;
use serde::Serialize;
use std::process::ExitCode;
use xpayclient_core::Error;
use xpayclient_core::notice::{Notice, UnverifiedNotice};

const EXIT_CODES: &str = "\
종료 코드 / exit codes:
  0  게이트웨이의 것이며 이 주문의 것입니다 / it is from the gateway and for this order
  1  아닙니다. 믿지 마십시오 / it is not: do not trust it
  2  사용법 오류 / wrong usage";

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    shop: Shop,
    /// 상점의 주문번호 / the order ID
    #[arg(long, value_name = "LGD_OID")]
    oid: String,
    /// 주문의 금액(원) / the amount of the order, in won
    #[arg(long, value_name = "WON", value_parser = won::payable, allow_hyphen_values = true)]
    amount: u64,
}

/// A verified notification. The field names are those of the JSON, which do not change.
#[derive(Serialize)]
struct Verified<'a> {
    verified: bool,
    success: bool,
    mid: &'a str,
    oid: &'a str,
    amount: u64,
    code: &'a str,
    tid: &'a str,
    paytype: &'a str,
    flag: Option<&'a str>,
    seqno: Option<&'a str>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let body = secrets::bytes("LGD_RESPCODE=…&LGD_HASHDATA=…")?;
    let notice = match verify(arguments, body.trim_ascii()) {
        Ok(notice) => notice,
        Err(failure) if arguments.shop.json => {
            let error = failure.json();
            let (code, message) = (&error["code"], &error["message"]);
            say!(
                "{}",
                serde_json::json!({"verified": false, "code": code, "message": message, "error": error})
            );
            return Ok(ExitCode::from(failure.exit_code()));
        }
        Err(failure) => return Err(failure),
    };
    let verified = Verified::of(&notice);
    if arguments.shop.json {
        say!("{}", serde_json::json!(verified));
    } else {
        say::text(&verified.lines(Language::chosen()));
    }
    Ok(ExitCode::SUCCESS)
}

fn verify(arguments: &Arguments, body: &[u8]) -> Result<Notice, Failure> {
    let notice = UnverifiedNotice::parse(body)?;
    match notice.claimed_oid() {
        Some(oid) if oid == arguments.oid => {}
        None => return Err(no_notice()),
        Some(_) => return Err(Error::bad_value("LGD_OID", "is not the order's").into()),
    }
    let Shop { mid, .. } = &arguments.shop;
    Ok(notice.verify(&arguments.shop.config()?, arguments.shop.platform(), mid, arguments.amount)?)
}

fn no_notice() -> Failure {
    Failure::new(
        "표준 입력에 통보가 없습니다. 게이트웨이가 POST한 본문을 그대로 넣으십시오: LGD_RESPCODE=…&LGD_HASHDATA=…&LGD_OID=…",
        "stdin has no notification: give the body that the gateway posted, unchanged: LGD_RESPCODE=…&LGD_HASHDATA=…&LGD_OID=…",
    )
}

impl<'a> Verified<'a> {
    fn of(notice: &'a Notice) -> Verified<'a> {
        Verified {
            verified: true,
            success: notice.is_success(),
            mid: &notice.mid,
            oid: &notice.oid,
            amount: notice.amount,
            code: &notice.code,
            tid: &notice.tid,
            paytype: notice.means.code(),
            flag: notice.flag.map(|flag| flag.code()),
            seqno: notice.seqno.as_deref(),
        }
    }

    fn lines(&self, language: Language) -> String {
        let signed = language.of("게이트웨이가 서명했습니다", "signed by the gateway");
        let unsigned = language.of(
            "서명되지 않은 값입니다. 주문의 LGD_TID와 비교하십시오",
            "not signed: compare LGD_TID with the order's",
        );
        let lines = |values: &[(&str, &str)]| {
            let given = values.iter().filter(|(_, value)| !value.is_empty());
            given.map(|(name, value)| format!("  {name} {}\n", harmless(value))).collect::<String>()
        };
        let amount = self.amount.to_string();
        let sure = lines(&[
            ("LGD_MID", self.mid),
            ("LGD_OID", self.oid),
            ("LGD_AMOUNT", &amount),
            ("LGD_RESPCODE", self.code),
        ]);
        let open = lines(&[
            ("LGD_TID", self.tid),
            ("LGD_PAYTYPE", self.paytype),
            ("LGD_CASFLAG", self.flag.unwrap_or_default()),
            ("LGD_CASSEQNO", self.seqno.unwrap_or_default()),
        ]);
        format!("{signed}\n{sure}{unsigned}\n{open}")
    }
}
