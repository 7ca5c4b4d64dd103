//! `xpay sandbox ledger`: the payments of a running sandbox.

use super::running::RunningSandbox;
use crate::failure::Failure;
use crate::language::Language;
use crate::table::{self, Align};
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

/// The JSON field, its Korean and English heading, and the alignment.
const COLUMNS: [(&str, &str, &str, Align); 8] = [
    ("tid", "거래번호", "TID", Align::Left),
    ("oid", "주문번호", "OID", Align::Left),
    ("mid", "상점", "MID", Align::Left),
    ("paytype", "결제수단", "METHOD", Align::Left),
    ("state", "상태", "STATE", Align::Left),
    ("amount", "금액", "AMOUNT", Align::Right),
    ("balance", "잔액", "BALANCE", Align::Right),
    ("buyer", "구매자", "BUYER", Align::Left),
];

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
        println!("{}", Value::from(payments));
    } else {
        print!("{}", show(&payments));
    }
    Ok(())
}

/// Payments as a table.
pub(crate) fn show(payments: &[Value]) -> String {
    let language = Language::chosen();
    let columns = COLUMNS.map(|(_, ko, en, align)| (language.of(ko, en), align));
    let row = |payment: &Value| COLUMNS.iter().map(|(name, ..)| cell(&payment[*name], language)).collect();
    table::render(&columns, &payments.iter().map(row).collect::<Vec<_>>())
}

fn cell(value: &Value, language: Language) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match STATES.iter().find(|(state, _)| *state == text) {
        Some((state, korean)) => language.of(korean, state).to_string(),
        None => text,
    }
}
