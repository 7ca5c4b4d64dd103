//! `xpay sandbox notices`: the notifications of a running sandbox, with the shop's answers.

use super::running::RunningSandbox;
use crate::failure::Failure;
use crate::language::{Language, harmless};
use crate::say;
use crate::table::{self, Cell, Column, Narrow};
use clap::Args;
use serde_json::{Value, json};
use std::path::PathBuf;

#[derive(Args)]
pub(crate) struct Arguments {
    /// 샌드박스의 디렉터리 / the directory of the running sandbox
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// 이 번호의 통보를 지금 다시 보냅니다 / send the notification with this number again, now
    #[arg(long, value_name = "ID")]
    resend: Option<u32>,
    /// JSON으로 출력 / print JSON
    #[arg(long)]
    json: bool,
}

const COLUMNS: [Column; 8] = [
    Column::right("번호", "ID", Narrow::Stays),
    Column::left("구분", "FLAG", Narrow::Stays),
    Column::left("주문번호", "OID", Narrow::Stays),
    Column::left("거래번호", "TID", Narrow::Below),
    Column::left("상태", "STATE", Narrow::Stays),
    Column::right("횟수", "TRIES", Narrow::Stays),
    Column::left("주소", "URL", Narrow::Below),
    Column::left("상점의 답", "ANSWER", Narrow::Below),
];

fn cells(notice: &Value) -> Vec<Cell> {
    let flag = &notice["flag"];
    // A payment that the gateway finished has none.
    let flag = if text(flag).is_empty() {
        Language::chosen().of("승인", "paid").to_owned()
    } else {
        word(FLAGS, flag)
    };
    let tries = notice["attempts"].as_array().map_or(0, Vec::len);
    let cells = [
        text(&notice["id"]),
        flag,
        text(&notice["oid"]),
        text(&notice["tid"]),
        word(STATES, &notice["state"]),
        tries.to_string(),
        address(notice),
        answer(notice),
    ];
    cells.into_iter().map(|text| Cell::from(harmless(&text))).collect()
}

/// LGD_CASFLAG in Korean.
const FLAGS: &[(&str, &str)] = &[("R", "할당"), ("I", "입금"), ("C", "입금취소")];

/// States in Korean.
const STATES: &[(&str, &str)] =
    &[("waiting", "대기"), ("delivered", "전달"), ("given_up", "포기"), ("rolled_back", "망취소")];

pub(crate) fn run(arguments: &Arguments) -> Result<(), Failure> {
    let running = RunningSandbox::find(&arguments.dir)?;
    let notices: Vec<Value> = match arguments.resend {
        Some(id) => vec![running.post(&format!("/notices/{id}/resend"), &json!({}))?],
        None => running.get("/notices")?,
    };
    if arguments.json {
        say!("{}", Value::from(notices));
    } else {
        say::text(&show(&notices));
    }
    Ok(())
}

fn show(notices: &[Value]) -> String {
    table::render(&COLUMNS, &notices.iter().map(cells).collect::<Vec<_>>())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn word(words: &[(&str, &str)], value: &Value) -> String {
    let text = text(value);
    let known = words.iter().find(|(word, _)| *word == text);
    known.map_or(text.as_str(), |(word, korean)| Language::chosen().of(korean, word)).to_owned()
}

fn last(notice: &Value) -> Option<&Value> {
    notice["attempts"].as_array().and_then(|attempts| attempts.last())
}

/// The address of the last attempt, which differs with --forward-notices.
fn address(notice: &Value) -> String {
    text(last(notice).map_or(&notice["url"], |attempt| &attempt["url"]))
}

/// The result of the last attempt.
fn answer(notice: &Value) -> String {
    let Some(attempt) = last(notice) else { return String::new() };
    let texts = ["error", "warning", "answer"].map(|name| text(&attempt[name]));
    texts.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(": ")
}
