//! `--dry-run`: shows the request that would be sent. Nothing is sent, asked or recorded.

use crate::failure::Failure;
use crate::language::{Language, harmless};
use crate::output::Report;
use clap::Args;
use serde_json::{Value, json};
use std::process::ExitCode;
use xpayclient_core::Rehearsal;

#[derive(Args)]
pub(crate) struct DryRun {
    /// 보낼 요청만 보여 줍니다. 비밀 값은 가리고, 아무것도 보내거나 기록하지 않습니다 / only show the request, its secrets masked: nothing is sent or recorded
    #[arg(long)]
    dry_run: bool,
}

impl DryRun {
    pub(crate) fn is_asked(&self) -> bool {
        self.dry_run
    }
}

/// Prints the request, or why it could not be sent, and returns the exit code.
pub(crate) fn rehearsed(request: Result<Rehearsal, Failure>, as_json: bool) -> ExitCode {
    let request = match request {
        Ok(request) => request,
        Err(failure) => return Report::not_sent(failure).of_rehearsal().finish(as_json),
    };
    if as_json {
        let parameters: Vec<Value> =
            request.parameters.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        say!("{}", json!({"dry_run": true, "url": request.url, "parameters": parameters}));
    } else {
        let nothing = Language::chosen().of(
            "아무것도 보내지 않았습니다. --dry-run이 없으면 다음 요청을 보냅니다",
            "nothing was sent: without --dry-run this is the request",
        );
        say!("{nothing}\n  POST {}", harmless(&request.url));
        for (name, value) in &request.parameters {
            say!("  {}={}", harmless(name), harmless(value));
        }
    }
    ExitCode::SUCCESS
}
