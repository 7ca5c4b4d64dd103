//! `xpay journal`: the journal in the shop's own database: its tables, what is deleted from it, and the way into it and back.

use crate::failure::Failure;
use crate::home::Home;
use crate::language::Language;
use crate::list::date;
use crate::recover::{Row, table};
use crate::say;
use crate::store::Store;
use clap::{Args, Subcommand, ValueEnum};
use std::process::ExitCode;
use xpayclient_core::Platform;
use xpayclient_core::database::{Place, Sql, schema};

#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// 테이블을 만드는 SQL. 관리자가 한 번 실행합니다 / the SQL that makes the tables, for an administrator to execute once
    Init {
        /// 출력만 합니다. 이 명령은 데이터베이스에 연결하지 않습니다 / print it: this command connects to no database
        #[arg(long, required = true)]
        print: bool,
        /// 어느 데이터베이스인지 / for which database
        #[arg(long = "for", value_name = "DATABASE", value_enum)]
        kind: Kind,
    },
    /// 끝난 지 오래된 거래를 데이터베이스에서 지웁니다. 미결은 남습니다 / delete what was settled long ago from the database; what is open stays
    Prune {
        #[command(flatten)]
        home: Home,
        #[command(flatten)]
        store: Store,
        /// 이 날(한국 시각) 이전에 시작한 것 / what began before this day, in Korean time
        #[arg(long, value_name = "yyyy-MM-dd")]
        before: String,
    },
    /// 미결 거래를 파일에서 데이터베이스로, 또는 그 반대로 옮깁니다. 아무것도 보내지 않습니다 / move what is open from the files into the database, or back; nothing is sent
    Move {
        #[command(flatten)]
        home: Home,
        #[command(flatten)]
        store: Store,
        /// 어디로 옮길지 / where to
        #[arg(long, value_enum)]
        to: To,
        /// JSON으로 출력 / print JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    Mysql,
    Postgres,
}

#[derive(Clone, Copy, ValueEnum)]
enum To {
    Database,
    Files,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    match &arguments.task {
        Task::Init { kind, .. } => {
            let sql = match kind {
                Kind::Mysql => Sql::MySql,
                Kind::Postgres => Sql::Postgres,
            };
            schema(sql).iter().for_each(|statement| say!("{statement};"));
            Ok(ExitCode::SUCCESS)
        }
        Task::Prune { home, store, before } => {
            let client = store.client(home.config()?, Platform::Service)?;
            let pruned = client.prune(&date("--before", before)?)?;
            let language = Language::chosen();
            say!("{}", language.of(format!("{pruned}건을 지웠습니다"), format!("{pruned} deleted")));
            Ok(ExitCode::SUCCESS)
        }
        Task::Move { home, store, to, json } => {
            let mut config = home.config()?;
            config.set("journal", "on");
            let client = store.client(config, Platform::Service)?;
            let to = match to {
                To::Database => Place::Database,
                To::Files => Place::Files,
            };
            let moved = client.move_journal(to)?;
            let (done, left) = (moved.moved.len(), moved.left.len());
            let rows: Vec<Row> = moved.left.iter().map(Row::from).collect();
            if *json {
                say!("{}", serde_json::json!({"moved": done, "left": rows}));
            } else {
                let (ko, en) = (
                    format!("{done}건을 옮겼고 {left}건이 남았습니다"),
                    format!("{done} moved, {left} left"),
                );
                say!("{}", Language::chosen().of(ko, en));
                if !rows.is_empty() {
                    say::text(&table(&rows));
                }
            }
            Ok(ExitCode::from(if left == 0 { 0 } else { 3 }))
        }
    }
}
