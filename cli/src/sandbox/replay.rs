//! `xpay sandbox replay`: a recorded session, replayed as a test.

use crate::failure::Failure;
use crate::language::{Language, harmless};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;
use std::process::ExitCode;
use xpayclient_sandbox::{Difference, replay};

#[derive(Args)]
pub(crate) struct Arguments {
    /// xpay sandbox --record가 만든 파일 / a file of xpay sandbox --record
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// JSON으로 출력 / print JSON
    #[arg(long)]
    json: bool,
}

/// The exit code is 1 if anything was answered otherwise than recorded.
pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let replayed = replay(&arguments.file)?;
    let differences = &replayed.differences;
    if arguments.json {
        let rows: Vec<_> = differences.iter().map(object).collect();
        say!("{}", json!({ "lines": replayed.lines, "differences": rows }));
    } else {
        differences.iter().for_each(|difference| say!("{}", line(difference)));
        let (lines, count) = (replayed.lines, differences.len());
        let (ko, en) = (
            format!("{lines}줄을 비교했고, 다른 곳은 {count}군데입니다"),
            format!("{lines} lines compared, {count} differences"),
        );
        say!("{}", Language::chosen().of(ko, en));
    }
    Ok(if differences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn object(difference: &Difference) -> serde_json::Value {
    let Difference { line, what, of, recorded, replayed } = difference;
    json!({ "line": line, "what": what, "of": of, "recorded": recorded, "replayed": replayed })
}

fn line(difference: &Difference) -> String {
    let Difference { line, what, of, recorded, replayed } = difference;
    harmless(&format!("{line}: {what} {of}: [{recorded}] → [{replayed}]"))
}
