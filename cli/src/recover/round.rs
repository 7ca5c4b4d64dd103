//! One round of recovery: what it rolled back, and what it left.

use super::exit_code;
use super::shown::{self, Shown};
use crate::failure::Failure;
use std::process::ExitCode;
use xpayclient_core::{Client, Recovery};

pub(super) struct Round {
    rolled_back: Vec<Shown>,
    open: Vec<Shown>,
    elsewhere: bool,
    /// Whether it got nowhere, so that the next may wait a little longer.
    pub(super) failed: bool,
}

impl Round {
    pub(super) fn play(client: &Client) -> Result<Round, Failure> {
        let Recovery { rolled_back, open, elsewhere } = client.recover()?;
        let stuck = open.iter().any(|open| open.error.is_some() && open.state.is_recoverable());
        Ok(Round {
            failed: stuck && rolled_back.is_empty(),
            rolled_back: rolled_back.iter().map(Shown::rolled_back).collect(),
            open: open.iter().map(Shown::from).collect(),
            elsewhere,
        })
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "rolled_back": self.rolled_back,
            "open": self.open,
            "elsewhere": self.elsewhere,
        })
    }

    /// For people: the numbers, and a table unless they are all zero.
    pub(super) fn report(&self) -> String {
        let (done, open) = (self.rolled_back.len(), self.open.len());
        let mut said = match self.elsewhere {
            true => ELSEWHERE.to_owned(),
            false => format!("망취소 {done}건, 미결 {open}건 / {done} rolled back, {open} still open\n"),
        };
        let rows: Vec<&Shown> = self.rolled_back.iter().chain(&self.open).collect();
        if !rows.is_empty() {
            said += &shown::table(&rows);
        }
        said
    }

    /// A line for each transaction.
    pub(super) fn lines(&self, json: bool) -> Vec<String> {
        let line = |shown: &Shown| if json { serde_json::json!(shown).to_string() } else { shown.line() };
        self.rolled_back.iter().chain(&self.open).map(line).collect()
    }

    pub(super) fn exit_code(&self) -> ExitCode {
        if self.elsewhere { ExitCode::from(4) } else { exit_code(!self.open.is_empty()) }
    }
}

const ELSEWHERE: &str = "다른 프로세스가 복구 중이어서 아무것도 하지 않았습니다 / another process is recovering, nothing was done\n";
