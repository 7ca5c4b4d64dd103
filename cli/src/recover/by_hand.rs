//! `--close` and `--rollback`: a person's decision on a transaction.

use super::exit_codes::exit_code;
use crate::failure::Failure;
use crate::language::Language;
use std::process::ExitCode;
use xpayclient_core::{Client, Outcome};

pub(super) fn close(client: &Client, tx_id: &str, reason: &str, json: bool) -> Result<ExitCode, Failure> {
    client.close(tx_id, reason)?;
    match json {
        true => say!("{}", serde_json::json!({"closed": tx_id})),
        false => say!("{}: {tx_id}", Language::chosen().of("종결했습니다", "closed")),
    }
    Ok(exit_code(false))
}

pub(super) fn rollback(client: &Client, tx_id: &str, reason: &str, json: bool) -> Result<ExitCode, Failure> {
    let failure = match client.undo_open(tx_id, reason)? {
        Outcome::Answered(answer) if answer.is_success() => {
            match json {
                true => say!("{}", serde_json::json!({"rolled_back": tx_id})),
                false => say!("{}: {tx_id}", Language::chosen().of("망취소했습니다", "rolled back")),
            }
            return Ok(exit_code(false));
        }
        Outcome::Answered(answer) => {
            let answered = format!("{} {}", answer.code(), answer.message());
            Failure::new(
                format!("게이트웨이가 망취소를 거절했습니다: {answered}"),
                format!("the gateway refused the rollback: {answered}"),
            )
        }
        Outcome::NotSent(error) | Outcome::RolledBack(error) | Outcome::InDoubt(error) => error.into(),
    };
    failure.report();
    Ok(exit_code(true))
}
