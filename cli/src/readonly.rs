//! Clients that write no files, for commands that only read. Files that they created might belong to another user than the
//! shop's, which could not write to them then.

use crate::store;
use std::sync::Arc;
use xpayclient_core::database::Database;
use xpayclient_core::{Client, Config, Platform};

/// A client without log and journal.
pub(crate) fn client(config: &Config, platform: Platform) -> Client {
    without_writing(config, platform, "off", None)
}

/// A client that reads the journal, even if it is switched off now.
pub(crate) fn journal(config: &Config, platform: Platform, database: Option<Arc<dyn Database>>) -> Client {
    let mut config = config.clone();
    // Without journal_dir it may be below log_dir, which is unset next.
    if let Some(dir) = config.settings().journal_dir.clone() {
        config.set("journal_dir", dir.into_os_string().into_encoded_bytes());
    }
    without_writing(&config, platform, "on", database)
}

fn without_writing(
    config: &Config,
    platform: Platform,
    journal: &str,
    database: Option<Arc<dyn Database>>,
) -> Client {
    let mut config = config.clone();
    config.set("log_dir", "");
    config.set("journal", journal);
    store::with(database, config, platform)
}
