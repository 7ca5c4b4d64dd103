//! `xpay trigger`: deposits into virtual accounts of a running sandbox, and their reversal.

use crate::failure::Failure;
use crate::sandbox::ledger;
use crate::sandbox::running::RunningSandbox;
use crate::say;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Arguments {
    /// 일어날 일 / the event
    event: Event,
    /// 샌드박스의 디렉터리 / the directory of the running sandbox
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    #[command(flatten)]
    account: Account,
    /// JSON으로 출력 / print JSON
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum Event {
    /// 구매자가 가상계좌에 입금합니다 / the buyer makes the deposit
    Deposit,
    /// 은행이 입금을 취소합니다 / the bank reverses the deposit
    DepositCancel,
}

/// The account, by order ID or payment ID.
#[derive(Args)]
#[group(required = true, multiple = false)]
struct Account {
    /// 주문번호. 그 주문의 마지막 가상계좌 / the order ID: the last virtual account of the order
    #[arg(long)]
    oid: Option<String>,
    /// 거래번호 / the payment ID
    #[arg(long)]
    tid: Option<String>,
}

impl Event {
    fn path(self) -> &'static str {
        match self {
            Self::Deposit => "/deposits",
            Self::DepositCancel => "/deposits/cancel",
        }
    }
}

pub(crate) fn run(arguments: Arguments) -> Result<(), Failure> {
    let running = RunningSandbox::find(&arguments.dir)?;
    let tid = tid(&running, arguments.account)?;
    let account: Value = running.post(arguments.event.path(), &json!({ "tid": tid }))?;
    if arguments.json {
        say!("{account}");
    } else {
        say::text(&ledger::show(&[account]));
    }
    Ok(())
}

fn tid(running: &RunningSandbox, account: Account) -> Result<String, Failure> {
    if let Some(tid) = account.tid {
        return Ok(tid);
    }
    let oid = account.oid.unwrap_or_default();
    let payments: Vec<Value> = running.get("/payments")?;
    let is_it = |payment: &&Value| payment["oid"] == *oid && payment["paytype"] == "SC0040";
    let tid = payments.iter().rev().find(is_it).and_then(|payment| payment["tid"].as_str());
    tid.map(str::to_owned).ok_or_else(|| {
        Failure::new(
            format!("주문 {oid}의 가상계좌가 없습니다. xpay sandbox ledger로 확인하십시오"),
            format!("order {oid} has no virtual account: see xpay sandbox ledger"),
        )
    })
}
