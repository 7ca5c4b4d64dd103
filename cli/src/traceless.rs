//! Clients of commands that only look. They write nothing: whoever looks may be another user than the shop's, who could not
//! write to the files that are made then.

use xpayclient_core::{Client, Config, Platform};

/// Asks the gateway without log and journal.
pub(crate) fn client(config: &Config, platform: Platform) -> Client {
    looking(config, platform, "off")
}

/// Looks into the journal, also where it is switched off: what was written before counts all the same.
pub(crate) fn journal(config: &Config, platform: Platform) -> Client {
    let mut config = config.clone();
    // It lies below log_dir unless it has a place of its own.
    if let Some(dir) = config.settings().journal_dir.clone() {
        config.set("journal_dir", dir.into_os_string().into_encoded_bytes());
    }
    looking(&config, platform, "on")
}

fn looking(config: &Config, platform: Platform, journal: &str) -> Client {
    let mut config = config.clone();
    config.set("log_dir", "");
    config.set("journal", journal);
    Client::new(config, platform)
}
