//! One round of recovery: what it rolled back, and what is still open.

use super::exit_codes::exit_code;
use super::row::{self, Row};
use crate::failure::Failure;
use crate::language::Language;
use crate::terminal::Passing;
use std::process::ExitCode;
use xpayclient_core::{Client, Recovery, Rollbacks};

pub(super) struct Round {
    rolled_back: Vec<Row>,
    open: Vec<Row>,
    elsewhere: bool,
    /// What came of the Rollbacks that it requested.
    pub(super) rollbacks: Rollbacks,
    /// The state of each that is still open.
    pub(super) open_states: Vec<&'static str>,
    /// When the oldest of these began; a damaged record may not tell.
    pub(super) oldest: Option<String>,
    /// Whether it made no progress, so that the next one may wait longer.
    pub(super) failed: bool,
}

impl Round {
    /// With progress on a terminal. `works` is called before each transaction.
    pub(super) fn run(client: &Client, works: impl Fn()) -> Result<Round, Failure> {
        let mut progress = Passing::on_terminal();
        let Recovery { rolled_back, open, elsewhere, rollbacks, .. } =
            client.recover_telling(|number, all| {
                works();
                let (ko, en) = (
                    format!("미결 거래 {all}건 중 {number}번째"),
                    format!("open transaction {number} of {all}"),
                );
                progress.show(Language::chosen().of(&ko, &en));
            })?;
        let stuck = open.iter().any(|open| open.error.is_some() && open.state.is_recoverable());
        Ok(Round {
            failed: stuck && rolled_back.is_empty(),
            rolled_back: rolled_back.iter().map(Row::rolled_back).collect(),
            open: open.iter().map(Row::from).collect(),
            elsewhere,
            rollbacks,
            open_states: open.iter().map(|open| open.state.name()).collect(),
            oldest: open.iter().map(|open| open.at.clone()).filter(|at| !at.is_empty()).min(),
        })
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "rolled_back": self.rolled_back,
            "open": self.open,
            "elsewhere": self.elsewhere,
        })
    }

    /// For people: the numbers, and a table unless it is empty.
    pub(super) fn report(&self) -> String {
        let language = Language::chosen();
        let (done, open) = (self.rolled_back.len(), self.open.len());
        let mut report = match self.elsewhere {
            true => language.of(
                "다른 프로세스가 복구 중이어서 아무것도 하지 않았습니다\n".to_owned(),
                "another process is recovering, nothing was done\n".to_owned(),
            ),
            false => language.of(
                format!("망취소 {done}건, 미결 {open}건\n"),
                format!("{done} rolled back, {open} still open\n"),
            ),
        };
        let rows: Vec<&Row> = self.rolled_back.iter().chain(&self.open).collect();
        if !rows.is_empty() {
            report += &row::table(&rows);
        }
        report
    }

    /// A line for each transaction.
    pub(super) fn lines(&self, json: bool) -> Vec<String> {
        let line = |row: &Row| if json { serde_json::json!(row).to_string() } else { row.line() };
        self.rolled_back.iter().chain(&self.open).map(line).collect()
    }

    pub(super) fn exit_code(&self) -> ExitCode {
        if self.elsewhere { ExitCode::from(4) } else { exit_code(!self.open.is_empty()) }
    }
}
