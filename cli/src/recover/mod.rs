//! `xpay recover`: rolls back what is in doubt, or applies a person's decision.

mod by_hand;
mod exit_codes;
mod health;
mod metrics;
mod round;
mod row;
mod watch;
mod watched;

use crate::failure::Failure;
use crate::home::Home;
use crate::language::Language;
use crate::listening;
use crate::readonly;
use crate::rehearsal::rehearsed;
use crate::say;
use crate::store::Store;
use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use exit_codes::exit_code;
use round::Round;
pub(crate) use row::{Row, table};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;
use xpayclient_core::{Client, OpenTransaction, Platform};

#[derive(Args)]
#[command(after_help = exit_codes::HELP)]
pub(crate) struct Arguments {
    #[command(flatten)]
    home: Home,
    #[command(flatten)]
    store: Store,
    /// 보여 주기만 합니다. 진행 중인 거래도 나옵니다 / only show the open and the running transactions
    #[arg(long, group = "task")]
    list: bool,
    /// 계속 실행하며 반복합니다 / keep running and repeat the recovery
    #[arg(long, group = "task")]
    watch: bool,
    /// --watch의 간격(초). 실패하면 두 배씩 10분까지 / seconds between rounds of --watch; doubled after each failure, up to 10 minutes
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3600), requires = "watch")]
    every: u64,
    /// --watch가 이 주소(포트만 쓰면 127.0.0.1)에서 Prometheus 지표 /metrics와 상태 /healthz를 제공합니다 / serve Prometheus' /metrics and /healthz on this address, or on this port of 127.0.0.1, while --watch runs
    #[arg(long, value_name = "ADDRESS", value_parser = listening::address)]
    metrics: Option<SocketAddr>,
    /// 직접 확인한 거래를 종결합니다 / close a transaction that you have checked
    #[arg(long, value_name = "LGD_TXID|FILE", groups = ["task", "by_hand"], requires = "reason")]
    close: Option<String>,
    /// 직접 확인한 거래를 다시 망취소합니다 / request the rollback of a transaction that you have checked
    #[arg(long, value_name = "LGD_TXID", groups = ["task", "by_hand"], requires = "reason")]
    rollback: Option<String>,
    /// --rollback의 요청만 보여 줍니다. 비밀 값은 가리고, 아무것도 보내거나 기록하지 않습니다 / only show the request of --rollback, its secrets masked: nothing is sent or recorded
    #[arg(long)]
    dry_run: bool,
    /// 그렇게 결정한 이유 / the reason for your decision
    #[arg(long, value_name = "TEXT", requires = "by_hand", value_parser = NonEmptyStringValueParser::new())]
    reason: Option<String>,
    /// JSON으로 출력 / print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let reason = arguments.reason.as_deref().unwrap_or_default();
    // Not by clap, which drops what an option requires once another excludes that: --close would close.
    if arguments.metrics.is_some() && !arguments.watch {
        return Err(Failure::misuse(
            "--metrics는 --watch와 함께만 씁니다. 아무것도 하지 않았습니다",
            "--metrics goes with --watch only: nothing was done",
        ));
    }
    if arguments.dry_run {
        let Some(tx_id) = &arguments.rollback else {
            return Err(Failure::misuse(
                "--dry-run은 --rollback과 함께만 씁니다. 아무것도 하지 않았습니다",
                "--dry-run goes with --rollback only: nothing was done",
            ));
        };
        let config = arguments.home.config()?;
        let client = readonly::journal(&config, Platform::Service, arguments.store.open(&config)?);
        let request = client.rehearse_undo_open(tx_id, reason).map_err(Failure::from);
        return Ok(rehearsed(request, arguments.json));
    }
    let client = client(arguments)?;
    if let Some(tx_id) = &arguments.close {
        return by_hand::close(&client, tx_id, reason, arguments.json);
    }
    if let Some(tx_id) = &arguments.rollback {
        return by_hand::rollback(&client, tx_id, reason, arguments.json);
    }
    client.check_journal()?;
    if arguments.list {
        return Ok(list(&client.open_transactions()?, arguments.json));
    }
    if arguments.watch {
        let every = Duration::from_secs(arguments.every);
        return watch::run(&client, every, arguments.metrics, arguments.json);
    }
    let round = Round::run(&client, || ())?;
    if arguments.json {
        say!("{}", round.json());
    } else {
        say::text(&round.report());
    }
    Ok(round.exit_code())
}

/// Every transaction is rolled back at the gateway of its record, so the client's platform does not matter. The journal is
/// read even if it is switched off now.
fn client(arguments: &Arguments) -> Result<Client, Failure> {
    let mut config = arguments.home.config()?;
    config.set("journal", "on");
    arguments.store.client(config, Platform::Service)
}

fn list(open: &[OpenTransaction], json: bool) -> ExitCode {
    let rows: Vec<Row> = open.iter().map(Row::from).collect();
    match (json, rows.is_empty()) {
        (true, _) => say!("{}", serde_json::json!(rows)),
        (false, true) => {
            say!("{}", Language::chosen().of("미결 거래가 없습니다", "nothing is open"));
        }
        (false, false) => say::text(&table(&rows)),
    }
    exit_code(open.iter().any(|open| open.state.is_open()))
}
