//! `--store`: a program in the shop's language that reaches the database in which the journal is kept.

use crate::failure::Failure;
use crate::language::Language;
use clap::Args;
use std::io::BufReader;
use std::process::{Command, Stdio};
use std::sync::Arc;
use xpayclient_bridge::{LineStore, Wire};
use xpayclient_core::database::Database;
use xpayclient_core::{Client, Config, Platform};

#[derive(Args)]
pub(crate) struct Store {
    /// 저널을 보관한 데이터베이스에 연결하는 프로그램. 없으면 XPAY_STORE / the program that reaches the database of the journal, such as `python3 -m xpayclient store`; by default XPAY_STORE
    #[arg(long, value_name = "COMMAND")]
    store: Option<String>,
}

impl Store {
    /// Starts the program, if there is one, with the shop's home in XPAY_HOME. It ends with this process.
    pub(crate) fn open(&self, config: &Config) -> Result<Option<Arc<dyn Database>>, Failure> {
        let named = std::env::var("XPAY_STORE").ok().filter(|command| !command.is_empty());
        let Some(command) = self.store.clone().or(named) else { return Ok(None) };
        let failed = |why: String| {
            Failure::misuse(
                format!("--store [{command}]: 데이터베이스에 연결하는 프로그램으로 쓸 수 없습니다: {why}"),
                format!("--store [{command}] cannot be used as the program that reaches the database: {why}"),
            )
        };
        let mut shell = shell(&command);
        shell.stdin(Stdio::piped()).stdout(Stdio::piped());
        if let Some(home) = config.home_dir() {
            shell.env("XPAY_HOME", home);
        }
        let mut child = shell.spawn().map_err(|error| failed(error.to_string()))?;
        let (Some(output), Some(input)) = (child.stdout.take(), child.stdin.take()) else {
            return Err(failed("no pipe".to_owned()));
        };
        let store = LineStore::introduced(&Wire::new(BufReader::new(output), input)).map_err(failed)?;
        Ok(Some(Arc::new(store)))
    }

    /// A client whose journal is in the database, or in files without one.
    pub(crate) fn client(&self, config: Config, platform: Platform) -> Result<Client, Failure> {
        let database = self.open(&config)?;
        if database.is_none() && !config.settings().journal_dsn.is_empty() {
            aside!(
                "{}",
                Language::chosen().of(
                    "journal_dsn: 이 상점의 저널은 데이터베이스에 있습니다. --store가 없어 이 서버의 파일만 봅니다",
                    "journal_dsn: this shop keeps its journal in a database; without --store only the files of this machine are seen"
                )
            );
        }
        Ok(with(database, config, platform))
    }
}

/// A client with this journal.
pub(crate) fn with(database: Option<Arc<dyn Database>>, config: Config, platform: Platform) -> Client {
    match database {
        Some(database) => Client::with_database(config, platform, database),
        None => Client::new(config, platform),
    }
}

#[cfg(unix)]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("/bin/sh");
    // The program takes the shell's place, so that it sees the end of its input when this process ends.
    shell.arg("-c").arg(format!("exec {command}"));
    shell
}

#[cfg(not(unix))]
fn shell(command: &str) -> Command {
    let mut shell = Command::new("cmd");
    shell.arg("/C").arg(command);
    shell
}
