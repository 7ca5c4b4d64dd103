//! `xpay escrow`: registers escrow deliveries (에스크로 배송등록). No money moves.

use crate::failure::Failure;
use crate::language::Language;
use crate::readonly;
use crate::rehearsal::{DryRun, rehearsed};
use crate::secrets;
use crate::shop::Shop;
use clap::{Args, Subcommand};
use serde_json::json;
use std::process::ExitCode;
use xpayclient_core::binding::OUTCOMES;
use xpayclient_core::escrow::Delivery;
use xpayclient_core::{Client, Outcome, Unregistered, timestamp};
use zeroize::Zeroizing;

const EXIT_CODES: &str = "\
종료 코드 / exit codes:
  0  등록되었습니다 / registered
  1  게이트웨이가 받아들이지 않았거나 보내지 못했습니다 / not accepted, or not sent
  2  사용법 오류 / wrong usage
  3  등록되었는지 알 수 없습니다. 다시 보내기 전에 상점관리자에서 확인하십시오 / not known: look it up in the merchant admin before sending it again";

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 상품을 보냈다고 등록합니다 / register that an item was sent
    #[command(after_help = sent_help())]
    Sent(SentArguments),
    /// 구매자가 상품을 받았다고 등록합니다 / register that the buyer received an item
    #[command(after_help = received_help())]
    Received(ReceivedArguments),
}

fn sent_help() -> String {
    let example = "xpay escrow sent --home /home/shop/lgdacom --mid tlgdacomxpay --oid order-1 \\
    --product-id goods-1 --company-code CJ --number 123456789012";
    format!("예 / example:\n  {example}\n\n{EXIT_CODES}")
}

fn received_help() -> String {
    let example = "xpay escrow received --home /home/shop/lgdacom --mid tlgdacomxpay --oid order-1 \\
    --product-id goods-1 --date 202611281430";
    format!("예 / example:\n  {example}\n\n{EXIT_CODES}")
}

/// What both kinds have.
#[derive(Args)]
struct Item {
    #[command(flatten)]
    shop: Shop,
    /// 주문번호 / the order ID
    #[arg(long, value_name = "LGD_OID")]
    oid: String,
    /// 상품 아이디: 결제창에 준 LGD_ESCROW_GOODID / the item: LGD_ESCROW_GOODID, as the payment window had it
    #[arg(long, value_name = "productid")]
    product_id: Option<String>,
    /// 주문 일시(yyyyMMdd, yyyyMMddHHmm 또는 yyyyMMddHHmmss) / when it was ordered
    #[arg(long, value_name = "orderdate")]
    order_date: Option<String>,
    /// 발송하거나 수령한 일시, 한국 시각(yyyyMMddHHmm). 없으면 지금 / when it was sent or received, Korean time; now without it
    #[arg(long, value_name = "yyyyMMddHHmm")]
    date: Option<String>,
    /// 사람에 대한 두 줄을 표준 입력에서 읽습니다: 발송은 배송하는 사람과 전화번호, 수령은 받은 사람과 구매자와의 관계 / read two lines on people from stdin: sent, who brings it and that telephone; received, who received it and the relation to the buyer
    #[arg(long)]
    people: bool,
    #[command(flatten)]
    rehearsal: DryRun,
}

#[derive(Args)]
struct SentArguments {
    #[command(flatten)]
    item: Item,
    /// 택배사 코드 / the carrier's code
    #[arg(long, value_name = "dlvcompcode")]
    company_code: String,
    /// 택배사 이름 / the carrier's name
    #[arg(long, value_name = "dlvcomp")]
    company: Option<String>,
    /// 운송장번호 / the number of the parcel
    #[arg(long, value_name = "dlvno")]
    number: String,
}

#[derive(Args)]
struct ReceivedArguments {
    #[command(flatten)]
    item: Item,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.command {
        Command::Sent(SentArguments { item, company_code, company, number }) => item.register(
            "sent",
            "dlvdate",
            ["dlvworker", "dlvworkertel"],
            &[
                ("dlvcompcode", company_code),
                ("dlvcomp", company.as_deref().unwrap_or_default()),
                ("dlvno", number),
            ],
        ),
        Command::Received(ReceivedArguments { item }) => {
            item.register("received", "rcvdate", ["rcvname", "rcvrelation"], &[])
        }
    }
}

impl Item {
    fn register(
        &self,
        kind: &str,
        date: &str,
        people: [&str; 2],
        others: &[(&str, &str)],
    ) -> Result<ExitCode, Failure> {
        let read = |name| if self.people { secrets::line_of_several(name) } else { Ok(Zeroizing::default()) };
        let about = [(people[0], read(people[0])?), (people[1], read(people[1])?)];
        let now = timestamp();
        let minute = now.get(..12).unwrap_or_default();
        let given = [
            ("oid", self.oid.as_str()),
            ("productid", self.product_id.as_deref().unwrap_or_default()),
            ("orderdate", self.order_date.as_deref().unwrap_or_default()),
            (date, self.date.as_deref().unwrap_or(minute)),
        ];
        let values = given.into_iter().chain(others.iter().copied());
        let values = values.chain(about.iter().map(|(name, value)| (*name, value.as_str())));
        let delivery = Delivery::from_values(kind, values);
        if self.rehearsal.is_asked() {
            let client = readonly::client(&self.shop.config()?, self.shop.platform());
            let request = delivery.and_then(|delivery| client.rehearse_delivery(&self.shop.mid, &delivery));
            return Ok(rehearsed(request.map_err(Failure::from), self.shop.json));
        }
        let client = Client::new(self.shop.config()?, self.shop.platform());
        let registered = delivery
            .map_err(Unregistered::from)
            .and_then(|delivery| client.register_delivery(&self.shop.mid, &delivery));
        Ok(self.report(registered))
    }

    fn report(&self, registered: Result<(), Unregistered>) -> ExitCode {
        let outcome = registered.as_ref().map_or_else(Unregistered::outcome, |()| Outcome::ANSWERED);
        let error = registered.err().map(|unregistered| unregistered.error);
        if self.shop.json {
            let name = OUTCOMES.get(usize::from(outcome)).copied().unwrap_or_default();
            let failure = error.clone().map(Failure::from);
            let (code, message) = match &failure {
                Some(failure) => (failure.code(), failure.sentence()),
                None => ("0000", "OK"),
            };
            let mut report =
                json!({"outcome": name, "done": failure.is_none(), "code": code, "message": message});
            if let Some(failure) = &failure {
                report["error"] = failure.json();
            }
            say!("{report}");
        } else if let Some(error) = error.clone() {
            Failure::from(error).tell();
        } else {
            say!("{}", Language::chosen().of("등록되었습니다", "registered"));
        }
        ExitCode::from(match (error, outcome) {
            (None, _) => 0,
            (Some(_), Outcome::IN_DOUBT) => 3,
            (Some(_), _) => 1,
        })
    }
}
