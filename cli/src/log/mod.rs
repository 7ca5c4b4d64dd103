//! `xpay log`: the log and the journal of a transaction, an order or a payment; with `--follow`, the log as it grows.

mod follow;

use crate::failure::Failure;
use crate::home::Home;
use crate::language::{Language, harmless};
use crate::readonly;
use crate::say;
use crate::standing;
use crate::store::Store;
use crate::terminal::{Tone, painted};
use clap::Args;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;
use std::process::ExitCode;
use xpayclient_core::records::Journalled;
use xpayclient_core::records::{LogFiles, LogLine};
use xpayclient_core::{Config, Platform, State};

const EXIT_CODES: &str = "\
종료 코드 / exit codes:
  0  찾았거나 --follow를 시그널로 끝냈습니다 / found, or --follow was ended by a signal
  1  찾지 못했거나 읽을 수 없습니다 / not found, or not readable
  2  사용법 오류 / wrong usage
  3  찾았고 아직 미결입니다 / found, and still open";

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    home: Home,
    #[command(flatten)]
    store: Store,
    /// 찾을 거래. --follow에는 없어도 됩니다 / the transaction to find; --follow does without
    #[arg(value_name = "LGD_TXID|LGD_OID|LGD_TID")]
    id: Option<String>,
    /// 새로 기록되는 줄을 끝내라고 할 때까지 보여 줍니다 / show the lines that are written from now on, until it is stopped
    #[arg(short, long)]
    follow: bool,
    /// JSON으로 출력. --follow는 한 줄에 하나씩 / print JSON, with --follow an object a line
    #[arg(long)]
    json: bool,
}

/// A line of the log. The field names are those of the JSON, which do not change; the same goes for [`JournalEntry`].
#[derive(Serialize)]
struct Line<'a> {
    time: &'a str,
    level: &'a str,
    tx_id: &'a str,
    text: &'a str,
}

/// A transaction of the journal.
#[derive(Serialize)]
struct JournalEntry {
    at: String,
    tx_id: String,
    txname: String,
    platform: String,
    mid: String,
    oid: String,
    tid: String,
    amount: String,
    marks: Vec<String>,
    /// The state; null once it is settled.
    open: Option<&'static str>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { home, store, id, json, follow } = arguments;
    if id.as_ref().is_some_and(|id| id.trim().is_empty()) {
        return Err(Failure::misuse(
            "찾을 거래가 비어 있습니다. LGD_TXID, LGD_OID, LGD_TID 가운데 하나를 쓰십시오",
            "the transaction to find is empty; write its LGD_TXID, LGD_OID or LGD_TID",
        ));
    }
    let config = home.config()?;
    match (id, follow) {
        (id, true) => follow::run(&config, store, id.as_deref(), *json),
        (Some(id), false) => show(&config, store, id, *json),
        (None, false) => Err(Failure::misuse(
            "찾을 거래(LGD_TXID, LGD_OID, LGD_TID)를 쓰거나 --follow를 주십시오. 최근 거래는 xpay list로 봅니다",
            "name the transaction (LGD_TXID, LGD_OID or LGD_TID), or give --follow; xpay list shows recent ones",
        )),
    }
}

fn show(config: &Config, store: &Store, id: &str, json: bool) -> Result<ExitCode, Failure> {
    let log_dir = config.settings().log_dir.clone();
    let mut journal = journal(config, store)?;
    let mut log = Vec::new();
    let mut wanted = named_in(&journal, id);
    if let Some(dir) = &log_dir {
        let files = LogFiles::in_dir(dir);
        log = find(&mut wanted, id, |take| files.each_line(take)).map_err(|error| unreadable(dir, &error))?;
    }
    journal.retain(|one| wanted.contains(&one.tx_id));
    let output = match json {
        true => {
            let lines: Vec<Line> = log.iter().map(Line::of).collect();
            format!("{}\n", serde_json::json!({"log": lines, "journal": journal}))
        }
        false => render(&log, &journal, Language::chosen()),
    };
    if log.is_empty() && journal.is_empty() {
        return Err(unknown(config, id));
    }
    say::text(&output);
    if config.settings().log_to_stderr {
        aside!("{}: {}", Language::chosen().of("참고", "note"), on_stderr().sentence());
    }
    let open = journal.iter().any(|one| one.open.is_some_and(|state| state != State::Running.name()));
    Ok(ExitCode::from(if open { 3 } else { 0 }))
}

/// The ID, and every LGD_TXID that the journal has by that name.
fn named_in(journal: &[JournalEntry], id: &str) -> BTreeSet<String> {
    let is_it = |one: &&JournalEntry| [&one.tx_id, &one.oid, &one.tid].iter().any(|name| *name == id);
    let named = journal.iter().filter(is_it).map(|one| one.tx_id.clone());
    named.chain([id.to_owned()]).collect()
}

/// The lines that belong to the ID. `each` reads the whole log; `wanted` gets every LGD_TXID that belongs to it.
fn find(
    wanted: &mut BTreeSet<String>,
    id: &str,
    each: impl Fn(&mut dyn FnMut(LogLine)) -> io::Result<()>,
) -> io::Result<Vec<LogLine>> {
    let mut named = Vec::new();
    each(&mut |line| named.extend(line.names(id).then_some(line.tx_id)))?;
    wanted.extend(named);
    // A Rollback has its own LGD_TXID and names the one that it undoes.
    let mut undoing = Vec::new();
    each(&mut |line| undoing.extend(wanted.iter().any(|one| line.names(one)).then_some(line.tx_id)))?;
    wanted.extend(undoing);
    wanted.remove("");
    let mut found = Vec::new();
    each(&mut |line| found.extend(wanted.contains(&line.tx_id).then_some(line)))?;
    Ok(found)
}

/// Everything in the journal.
fn journal(config: &Config, store: &Store) -> Result<Vec<JournalEntry>, Failure> {
    let client = readonly::journal(config, Platform::Service, store.open(config)?);
    let mut open = client.open_transactions()?;
    // It is settled.
    open.retain(|one| one.state != State::RolledBack);
    let state = |tx_id: &str| open.iter().find(|one| one.tx_id == tx_id).map(|one| one.state.name());
    Ok(client.history()?.into_iter().map(|one| JournalEntry::of(one, state)).collect())
}

impl JournalEntry {
    fn of(one: Journalled, state: impl Fn(&str) -> Option<&'static str>) -> JournalEntry {
        JournalEntry {
            open: state(&one.tx_id),
            at: one.at,
            tx_id: one.tx_id,
            txname: one.txname,
            platform: one.platform.to_string(),
            mid: one.mid,
            oid: one.oid,
            tid: one.tid,
            amount: one.amount,
            marks: one.marks,
        }
    }
}

impl Line<'_> {
    fn of(line: &LogLine) -> Line<'_> {
        Line { time: &line.time, level: &line.level, tx_id: &line.tx_id, text: &line.text }
    }
}

/// For people: errors and warnings in their colours.
fn readable(line: &LogLine) -> String {
    let tone = match line.level.as_str() {
        "FATAL" | "ERROR" => Tone::Error,
        "WARN" => Tone::Warning,
        _ => Tone::Plain,
    };
    let text = harmless(&line.to_string());
    let level = format!("[{:<5}]", line.level);
    match text.split_once(&level) {
        Some((before, after)) if tone != Tone::Plain => format!("{before}{}{after}\n", painted(tone, &level)),
        _ => format!("{text}\n"),
    }
}

fn unreadable(dir: &Path, error: &io::Error) -> Failure {
    let dir = dir.display();
    Failure::new(
        format!("log_dir [{dir}]을 읽을 수 없습니다({error}). 상점을 실행하는 사용자로 실행하십시오"),
        format!("cannot read log_dir [{dir}] ({error}): run this as the user of the shop"),
    )
}

fn render(log: &[LogLine], journal: &[JournalEntry], language: Language) -> String {
    let mut output = String::new();
    log.iter().for_each(|line| output += &readable(line));
    for one in journal {
        let state = match one.open {
            Some(state) => {
                let word = standing::word(state, language);
                let text = format!("{}: {word}", language.of("미결", "open"));
                painted(standing::tone(state), &text)
            }
            None => language.of("종결", "settled").to_owned(),
        };
        let parts = [&one.at, &one.txname, &one.oid, &one.tid, &one.amount, &one.tx_id];
        let parts = parts.map(String::as_str).into_iter().filter(|part| !part.is_empty());
        let title = language.of("저널", "journal");
        let line =
            harmless(&format!("{title} {} [{}]", parts.collect::<Vec<_>>().join(" "), one.marks.join(", ")));
        output += &format!("{line} {state}\n");
    }
    output
}

/// The log is where no command can read it.
fn on_stderr() -> Failure {
    Failure::new(
        "log_dir = -: 로그가 표준 오류로 나갑니다. journalctl처럼 표준 오류를 모으는 곳에서 찾으십시오",
        "log_dir = -: the log goes to standard error; look where that is collected, such as journalctl",
    )
}

fn unknown(config: &Config, id: &str) -> Failure {
    match config.settings().log_dir.as_deref() {
        Some(dir) => {
            let dir = dir.display();
            Failure::new(
                format!("[{id}]은 [{dir}]의 로그에도 저널에도 없습니다"),
                format!("[{id}] is neither in the log in [{dir}] nor in the journal"),
            )
        }
        None if config.settings().log_to_stderr => {
            let journal =
                Failure::new(format!("[{id}]은 저널에 없습니다"), format!("[{id}] is not in the journal"));
            journal.before(&on_stderr())
        }
        None => Failure::new(
            format!("[{id}]은 저널에 없고, log_dir가 없어 로그도 없습니다"),
            format!("[{id}] is not in the journal, and without log_dir there is no log"),
        ),
    }
}
