//! `--dry-run`: shows the request that would be sent. Nothing is sent, asked or recorded.

use crate::language::{Language, harmless};
use clap::Args;
use serde_json::{Value, json};
use std::process::ExitCode;
use xpayclient_core::Rehearsal;

#[derive(Args)]
pub(crate) struct DryRun {
    /// 보내지 않고, 보낼 요청만 보여 줍니다. 비밀 값은 가립니다 / send nothing: only show the request that would be sent, its secrets masked
    #[arg(long)]
    dry_run: bool,
}

impl DryRun {
    pub(crate) fn asked(&self) -> bool {
        self.dry_run
    }
}

/// Prints the request on stdout.
pub(crate) fn show(request: &Rehearsal, as_json: bool) -> ExitCode {
    if as_json {
        let parameters: Vec<Value> =
            request.parameters.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        println!("{}", json!({"dry_run": true, "url": request.url, "parameters": parameters}));
    } else {
        let language = Language::of_locale();
        println!(
            "{}",
            language.of(
                "보내지 않았습니다. 실제로 실행하면 이 요청을 보냅니다",
                "nothing was sent: without --dry-run this request is sent"
            )
        );
        println!("  POST {}", harmless(&request.url));
        for (name, value) in &request.parameters {
            println!("  {} {}", harmless(name), harmless(value));
        }
    }
    ExitCode::SUCCESS
}
