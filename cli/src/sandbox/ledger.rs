//! `xpay sandbox ledger`: the payments of a running sandbox.

use super::running::RunningSandbox;
use crate::failure::Failure;
use crate::language::{Language, harmless};
use crate::say;
use crate::table::{self, Cell, Column, Narrow};
use clap::Args;
use serde_json::Value;
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Arguments {
    /// 샌드박스의 디렉터리 / the directory of the running sandbox
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// JSON으로 출력 / print JSON
    #[arg(long)]
    json: bool,
}

/// The columns, and the JSON field of each.
const COLUMNS: [Column; 8] = [
    Column::left("거래번호", "TID", Narrow::Stays),
    Column::left("주문번호", "OID", Narrow::Stays),
    Column::left("상점", "MID", Narrow::LeftOut(2)),
    Column::left("결제수단", "METHOD", Narrow::LeftOut(1)),
    Column::left("상태", "STATE", Narrow::Stays),
    Column::right("금액", "AMOUNT", Narrow::Stays),
    Column::right("잔액", "BALANCE", Narrow::Stays),
    Column::left("구매자", "BUYER", Narrow::LeftOut(3)),
];
const FIELDS: [&str; 8] = ["tid", "oid", "mid", "paytype", "state", "amount", "balance", "buyer"];

/// States in Korean.
const STATES: [(&str, &str); 7] = [
    ("pending", "승인전"),
    ("issued", "계좌할당"),
    ("paid", "입금"),
    ("approved", "승인"),
    ("partly_cancelled", "부분취소"),
    ("cancelled", "취소"),
    ("rolled_back", "망취소"),
];

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let payments: Vec<Value> = RunningSandbox::find(&arguments.dir)?.get("/payments")?;
    if arguments.json {
        say!("{}", Value::from(payments));
    } else {
        say::text(&show(&payments));
    }
    Ok(())
}

/// Payments as a table.
pub(crate) fn show(payments: &[Value]) -> String {
    let row = |payment: &Value| FIELDS.map(|name| cell(&payment[name])).into_iter().collect();
    table::render(&COLUMNS, &payments.iter().map(row).collect::<Vec<_>>())
}

fn cell(value: &Value) -> Cell {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let state = STATES.iter().find(|(state, _)| *state == text);
    let text = state.map_or(text.as_str(), |(state, korean)| Language::chosen().of(korean, state));
    Cell::from(harmless(text))
}
