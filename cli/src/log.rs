//! `xpay log`: the log and the journal of a transaction, an order or a payment.

use crate::failure::Failure;
use crate::home::Home;
use crate::language::{Language, harmless};
use crate::readonly;
use clap::Args;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use xpayclient_core::{Config, Journalled, Platform, State};

const EXIT_CODES: &str = "\
종료 코드 / exit codes:
  0  찾았습니다 / found
  1  찾지 못했거나 읽을 수 없습니다 / not found, or not readable
  2  사용법 오류 / wrong usage
  3  찾았고 아직 미결입니다 / found, and still open";

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    home: Home,
    /// 찾을 거래 / the transaction to find
    #[arg(value_name = "LGD_TXID|LGD_OID|LGD_TID")]
    id: String,
    /// JSON으로 출력 / print JSON
    #[arg(long)]
    json: bool,
}

/// A line of the log. The field names are those of the JSON, which do not change; the same goes for [`JournalEntry`].
#[derive(Serialize)]
struct LogLine {
    time: String,
    level: String,
    tx_id: String,
    text: String,
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
    let Arguments { home, id, json } = arguments;
    let config = home.config()?;
    let log_dir = config.settings().log_dir.clone();
    let mut journal = journal(&config)?;
    let mut wanted = BTreeSet::from([id.clone()]);
    let is_it = |one: &JournalEntry| [&one.tx_id, &one.oid, &one.tid].contains(&id);
    wanted.extend(journal.iter().filter(|one| is_it(one)).map(|one| one.tx_id.clone()));
    let mut log = Vec::new();
    if let Some(dir) = &log_dir {
        let named = |line: &LogLine| line.names(id);
        wanted.extend(lines(dir, named)?.into_iter().map(|line| line.tx_id));
        // A Rollback has its own LGD_TXID and names the one that it undoes.
        let undoes = |line: &LogLine| wanted.iter().any(|one| line.names(one));
        let undoing: Vec<String> = lines(dir, undoes)?.into_iter().map(|line| line.tx_id).collect();
        wanted.extend(undoing);
        wanted.remove("");
        log = lines(dir, |line| wanted.contains(&line.tx_id))?;
    }
    journal.retain(|one| wanted.contains(&one.tx_id));
    let output = match json {
        true => format!("{}\n", serde_json::json!({"log": log, "journal": journal})),
        false => render(&log, &journal, Language::chosen()),
    };
    // The reader may close the pipe early.
    let _ = io::stdout().write_all(output.as_bytes());
    if log.is_empty() && journal.is_empty() {
        return Err(unknown(id, log_dir.as_deref()));
    }
    let open = journal.iter().any(|one| one.open.is_some_and(|state| state != State::Running.name()));
    Ok(ExitCode::from(if open { 3 } else { 0 }))
}

/// Everything in the journal.
fn journal(config: &Config) -> Result<Vec<JournalEntry>, Failure> {
    let client = readonly::journal(config, Platform::Service);
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

impl LogLine {
    /// `2020-05-15 10:11:12 [INFO ] [TXID] text`, as the library writes it.
    fn parse(line: &str) -> Option<LogLine> {
        let (time, rest) = line.split_once(" [")?;
        let (level, rest) = rest.split_once("] [")?;
        let (tx_id, text) = rest.split_once("] ")?;
        Some(LogLine {
            time: time.into(),
            level: level.trim_end().into(),
            tx_id: tx_id.into(),
            text: text.into(),
        })
    }

    /// Whether one of its values is this ID.
    fn names(&self, id: &str) -> bool {
        self.tx_id == id
            || self.text.split(' ').any(|word| word.split_once('=').is_some_and(|(_, v)| v == id))
    }
}

/// The wanted lines of all days, in order.
fn lines(dir: &Path, wanted: impl Fn(&LogLine) -> bool) -> Result<Vec<LogLine>, Failure> {
    let read = || -> io::Result<Vec<LogLine>> {
        let mut found = Vec::new();
        for file in days(dir)? {
            for line in BufReader::new(File::open(file)?).split(b'\n') {
                let line = line?;
                found.extend(LogLine::parse(&String::from_utf8_lossy(&line)).filter(&wanted));
            }
        }
        Ok(found)
    };
    read().map_err(|error| {
        let dir = dir.display();
        Failure::new(
            format!("log_dir [{dir}]을 읽을 수 없습니다({error}). 상점을 실행하는 사용자로 실행하세요"),
            format!("cannot read log_dir [{dir}] ({error}): run this as the user of the shop"),
        )
    })
}

fn days(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut files = paths.collect::<io::Result<Vec<PathBuf>>>()?;
    let is_day = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with("log_") && name.ends_with(".log")
    };
    files.retain(is_day);
    files.sort();
    Ok(files)
}

fn render(log: &[LogLine], journal: &[JournalEntry], language: Language) -> String {
    let mut output = String::new();
    for LogLine { time, level, tx_id, text } in log {
        output += &format!("{}\n", harmless(&format!("{time} [{level:<5}] [{tx_id}] {text}")));
    }
    for one in journal {
        let state = match one.open {
            Some(state) => format!("{}: {state}", language.of("미결", "open")),
            None => language.of("종결", "settled").to_owned(),
        };
        let parts = [&one.at, &one.txname, &one.oid, &one.tid, &one.amount, &one.tx_id];
        let parts = parts.map(String::as_str).into_iter().filter(|part| !part.is_empty());
        let title = language.of("저널", "journal");
        let line =
            format!("{title} {} [{}] {state}", parts.collect::<Vec<_>>().join(" "), one.marks.join(", "));
        output += &format!("{}\n", harmless(&line));
    }
    output
}

fn unknown(id: &str, log_dir: Option<&Path>) -> Failure {
    match log_dir {
        Some(dir) => {
            let dir = dir.display();
            Failure::new(
                format!("[{id}]은 [{dir}]의 로그에도 저널에도 없습니다"),
                format!("[{id}] is neither in the log in [{dir}] nor in the journal"),
            )
        }
        None => Failure::new(
            format!("[{id}]은 저널에 없고, log_dir가 없어 로그도 없습니다"),
            format!("[{id}] is not in the journal, and without log_dir there is no log"),
        ),
    }
}
