//! `xpay sandbox notices`: the notifications of a running sandbox, with the shop's answers.

use super::running::RunningSandbox;
use crate::failure::Failure;
use crate::language::Language;
use crate::table::{self, Align};
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

/// A Korean and an English heading, the alignment, and the text of a cell.
type Column = (&'static str, &'static str, Align, fn(&Value) -> String);

const COLUMNS: [Column; 8] = [
    ("번호", "ID", Align::Right, |notice| text(&notice["id"])),
    ("구분", "FLAG", Align::Left, |notice| word(FLAGS, &notice["flag"])),
    ("주문번호", "OID", Align::Left, |notice| text(&notice["oid"])),
    ("거래번호", "TID", Align::Left, |notice| text(&notice["tid"])),
    ("상태", "STATE", Align::Left, |notice| word(STATES, &notice["state"])),
    ("횟수", "TRIES", Align::Right, |notice| notice["attempts"].as_array().map_or(0, Vec::len).to_string()),
    ("주소", "URL", Align::Left, address),
    ("상점의 답", "ANSWER", Align::Left, answer),
];

/// LGD_CASFLAG in Korean; a payment that the gateway finished has none.
const FLAGS: &[(&str, &str)] = &[("R", "할당"), ("I", "입금"), ("C", "입금취소"), ("", "승인")];

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
        println!("{}", Value::from(notices));
    } else {
        print!("{}", show(&notices));
    }
    Ok(())
}

fn show(notices: &[Value]) -> String {
    let columns = COLUMNS.map(|(ko, en, align, _)| (Language::chosen().of(ko, en), align));
    let row = |notice: &Value| COLUMNS.iter().map(|(.., cell)| cell(notice)).collect();
    table::render(&columns, &notices.iter().map(row).collect::<Vec<_>>())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn word(words: &[(&str, &str)], value: &Value) -> String {
    let text = text(value);
    match words.iter().find(|(word, _)| *word == text) {
        Some((word, korean)) => Language::chosen().of(korean, word).to_string(),
        None => text,
    }
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
