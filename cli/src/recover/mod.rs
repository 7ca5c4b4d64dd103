//! `xpay recover`: finish what was left in doubt, or let a person decide.

mod by_hand;
mod round;
mod shown;
mod watch;

use crate::failure::Failure;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use round::Round;
use shown::Shown;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use xpayclient_core::{Client, Config, OpenTransaction, Platform};

const EXIT_CODES: &str = "\
종료 코드 / exit codes:
  0  미결 거래가 없거나 요청한 일을 마쳤습니다 / nothing is open, or what was asked for is done
  1  오류 / an error
  2  사용법 오류 / wrong usage
  3  미결 거래가 남아 있습니다 / something is still open
  4  다른 프로세스가 복구 중이어서 아무것도 하지 않았습니다 / another process is recovering, nothing was done";

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// conf/mall.conf가 있는 디렉터리. 상점을 실행하는 사용자로 실행하세요 / the directory that holds conf/mall.conf; run this as the shop's own user
    #[arg(long, value_name = "DIR")]
    home: PathBuf,
    /// 보여 주기만 합니다. 진행 중인 거래도 나옵니다 / only show what is open, running transactions included
    #[arg(long, group = "task")]
    list: bool,
    /// 계속 실행하며 반복합니다 / stay and do it again and again
    #[arg(long, group = "task")]
    watch: bool,
    /// --watch의 간격(초). 실패하면 두 배씩 10분까지 / seconds between rounds of --watch; after failures twice as long, up to 10 minutes
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600), requires = "watch")]
    every: u64,
    /// 직접 확인한 거래를 종결합니다 / close a transaction that you have looked up
    #[arg(long, value_name = "LGD_TXID|FILE", groups = ["task", "by_hand"], requires = "reason")]
    close: Option<String>,
    /// 직접 확인한 거래를 다시 망취소합니다 / ask again to undo a transaction that you have looked up
    #[arg(long, value_name = "LGD_TXID", groups = ["task", "by_hand"], requires = "reason")]
    rollback: Option<String>,
    /// 그렇게 결정한 이유 / why you decided so
    #[arg(long, value_name = "TEXT", requires = "by_hand", value_parser = NonEmptyStringValueParser::new())]
    reason: Option<String>,
    /// JSON으로 출력 / print JSON
    #[arg(long, conflicts_with = "by_hand")]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let client = client(&arguments.home)?;
    let reason = arguments.reason.as_deref().unwrap_or_default();
    if let Some(tx_id) = &arguments.close {
        return by_hand::close(&client, tx_id, reason);
    }
    if let Some(tx_id) = &arguments.rollback {
        return by_hand::rollback(&client, tx_id, reason);
    }
    client.check_journal()?;
    if arguments.list {
        return Ok(list(&client.open_transactions()?, arguments.json));
    }
    if arguments.watch {
        return watch::run(&client, Duration::from_secs(arguments.every), arguments.json);
    }
    let round = Round::play(&client)?;
    if arguments.json {
        println!("{}", round.json());
    } else {
        print!("{}", round.report());
    }
    Ok(round.exit_code())
}

/// Each transaction goes where its record says, so that it does not matter which platform the client is for. What was
/// written before the journal was switched off is finished all the same.
fn client(home: &Path) -> Result<Client, Failure> {
    let mut config = Config::load(home)?;
    config.set("journal", "on");
    Ok(Client::new(config, Platform::Service))
}

fn list(open: &[OpenTransaction], json: bool) -> ExitCode {
    let rows: Vec<Shown> = open.iter().map(Shown::from).collect();
    match (json, rows.is_empty()) {
        (true, _) => println!("{}", serde_json::json!(rows)),
        (false, true) => println!("미결 거래가 없습니다 / nothing is open"),
        (false, false) => print!("{}", shown::table(&rows)),
    }
    exit_code(open.iter().any(|open| open.state.is_open()))
}

fn exit_code(still_open: bool) -> ExitCode {
    ExitCode::from(if still_open { 3 } else { 0 })
}
