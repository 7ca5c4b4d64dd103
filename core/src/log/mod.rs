//! The log: one file a day. Values and secrets cannot break its lines, and a payment never fails because of it.
//!
//! A line is `2020-05-15 10:11:12 [INFO ] [TXID] text`. It goes to the `log` facade, to a callback where one is set,
//! and to `log_dir`.

pub(crate) mod follow;
pub(crate) mod lines;
pub(crate) mod thread;

use std::fmt::{self, Write as _};
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use crate::config::Settings;
use crate::os::files::{plain_file, private_dir, private_file};
use crate::protocol::rollback_reason;
use crate::text::dates;

/// The severity of a line, numbered like the vendor's LGD_LOG constants. A line is written if its level is at most
/// `log_level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 0
    Fatal,
    /// 1
    Error,
    /// 2
    Warn,
    /// 3
    Info,
    /// 4
    Debug,
}

/// Receives each line that the level lets through, without its line break.
pub type Sink = Arc<dyn Fn(Level, &str) + Send + Sync>;

impl Level {
    /// The level with this number, or the nearest one.
    pub fn from_number(number: i64) -> Level {
        match number {
            ..=0 => Level::Fatal,
            1 => Level::Error,
            2 => Level::Warn,
            3 => Level::Info,
            4.. => Level::Debug,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Level::Fatal => "FATAL",
            Level::Error => "ERROR",
            Level::Warn => "WARN",
            Level::Info => "INFO",
            Level::Debug => "DEBUG",
        }
    }

    fn for_log_crate(self) -> log::Level {
        match self {
            Level::Fatal | Level::Error => log::Level::Error,
            Level::Warn => log::Level::Warn,
            Level::Info => log::Level::Info,
            Level::Debug => log::Level::Debug,
        }
    }
}

/// The log of one client.
pub(crate) struct Log {
    level: Level,
    dir: Option<PathBuf>,
    except: Vec<String>,
    sink: Option<Sink>,
    /// The last error that kept a line out of `log_dir`. Empty if there is none.
    unwritten: Mutex<String>,
}

impl Log {
    pub(crate) fn new(settings: &Settings, sink: Option<Sink>) -> Log {
        Log {
            level: Level::from_number(settings.log_level.into()),
            dir: settings.log_dir.clone(),
            except: settings.log_except.clone(),
            sink,
            unwritten: Mutex::default(),
        }
    }

    /// Writes one line. Line breaks and other control characters in `message` are escaped.
    pub(crate) fn write(&self, level: Level, tx_id: &str, message: impl fmt::Display) {
        if !self.is_enabled(level) {
            return;
        }
        let (day, time) = dates::day_and_time();
        let line = format!("{time} [{:<5}] [{tx_id}] {}", level.name(), escape(&message.to_string()));
        log::log!(target: "xpayclient", level.for_log_crate(), "{line}");
        if let Some(sink) = &self.sink {
            sink(level, &line);
        }
        if let Some(dir) = &self.dir {
            if let Err(error) = append(dir, &format!("log_{day}.log"), &line) {
                self.report_write_error(dir, &error);
            }
        }
    }

    /// Writes a line of `name=value` pairs. Only values known to be harmless are shown.
    pub(crate) fn write_pairs<T: AsRef<str>>(
        &self,
        level: Level,
        tx_id: &str,
        pairs: impl Iterator<Item = (T, T)>,
    ) {
        self.write_with_pairs(level, tx_id, "", pairs);
    }

    /// The same, behind a text.
    pub(crate) fn write_with_pairs<T: AsRef<str>>(
        &self,
        level: Level,
        tx_id: &str,
        text: impl fmt::Display,
        pairs: impl Iterator<Item = (T, T)>,
    ) {
        if self.is_enabled(level) {
            self.write(level, tx_id, format!("{text} {}", self.masked(pairs)).trim());
        }
    }

    /// Whether a line of this level goes anywhere. Most payments are made with nobody reading DEBUG.
    fn is_enabled(&self, level: Level) -> bool {
        let facade_enabled = || log::log_enabled!(target: "xpayclient", level.for_log_crate());
        level <= self.level && (self.dir.is_some() || self.sink.is_some() || facade_enabled())
    }

    fn masked<T: AsRef<str>>(&self, pairs: impl Iterator<Item = (T, T)>) -> String {
        let shown = pairs
            .map(|(name, value)| format!("{}={}", name.as_ref(), self.shown(name.as_ref(), value.as_ref())));
        shown.collect::<Vec<_>>().join(" ")
    }

    /// The value if it may be shown, or else `***`.
    pub(crate) fn shown<'a>(&self, name: &str, value: &'a str) -> &'a str {
        let ours = REASON_FIELDS.contains(&name) && rollback_reason::is_library_reason(value);
        let harmless = LOGGABLE.contains(&name) || ours;
        let loggable = harmless && !self.except.iter().any(|except| except == name);
        if loggable || value.is_empty() { value } else { "***" }
    }

    /// The problem that keeps lines out of `log_dir`, with its remedy. Empty if there is none.
    pub(crate) fn unwritten(&self) -> String {
        // Does not wait: after a fork the lock may stay taken forever.
        self.unwritten.try_lock().map(|unwritten| unwritten.clone()).unwrap_or_default()
    }

    /// Reports once that the directory cannot be written, to the `log` crate and the callback.
    fn report_write_error(&self, dir: &Path, error: &io::Error) {
        let message = format!(
            "log_dir [{}] cannot be written: {error}. Payments continue without a log file; give this user write \
             permission. / log_dir에 쓸 수 없어 로그 파일 없이 결제를 계속합니다. 실행 사용자에게 쓰기 권한을 주십시오.",
            dir.display()
        );
        let Ok(mut unwritten) = self.unwritten.try_lock() else { return };
        if std::mem::replace(&mut *unwritten, message.clone()).is_empty() {
            drop(unwritten);
            log::warn!(target: "xpayclient", "{message}");
            if let Some(sink) = &self.sink {
                sink(Level::Warn, &message);
            }
        }
    }
}

/// Appends the line in one write, so that lines of several processes do not mix.
fn append(dir: &Path, file: &str, line: &str) -> io::Result<()> {
    private_dir(dir)?;
    let mut file =
        private_file(plain_file(OpenOptions::new().create(true).append(true))).open(dir.join(file))?;
    if !file.metadata()?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    file.write_all(format!("{line}\n").as_bytes())
}

fn escape(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_control() || matches!(character, '\u{2028}' | '\u{2029}') {
            // Writing to a String cannot fail.
            let _ = write!(line, "{}", character.escape_default());
        } else {
            line.push(character);
        }
    }
    line
}

/// The parameters and results whose values may appear in a log. All others are masked, including any that the gateway
/// adds later.
const LOGGABLE: [&str; 43] = [
    "LGD_AMOUNT",
    "LGD_AMOUNTCHECKYN",
    "LGD_CANCELAMOUNT",
    "LGD_CANCELTAXFREEAMOUNT",
    "LGD_CARDINSTALLMONTH",
    "LGD_CARDNOINTYN",
    "LGD_CASCAMOUNT",
    "LGD_CASFLAG",
    "LGD_CASSEQNO",
    "LGD_CASTAMOUNT",
    "LGD_CLOSEDATE",
    "LGD_CUSTOM_PROCESSTIMEOUT",
    "LGD_ENCODING",
    "LGD_ESCROWYN",
    "LGD_FILE",
    "LGD_FINANCECODE",
    "LGD_FINANCENAME",
    "LGD_HASHTYPE",
    "LGD_INSTALL",
    "LGD_METHOD",
    "LGD_MID",
    "LGD_OID",
    "LGD_PAYDATE",
    "LGD_PAYTYPE",
    "LGD_PCANCELFLAG",
    "LGD_RB_TXID",
    "LGD_REMAINAMOUNT",
    "LGD_RESPCODE",
    "LGD_RESPDATE",
    "LGD_RESPMSG",
    "LGD_RESULTCNT",
    "LGD_SEQNO",
    "LGD_TID",
    "LGD_TXID",
    "LGD_TXNAME",
    // Of an escrow delivery. By the number of the parcel the carrier would tell where the buyer lives.
    "dlvcompcode",
    "dlvdate",
    "dlvtype",
    "mid",
    "oid",
    "orderdate",
    "productid",
    "rcvdate",
];

/// Shown only if this library wrote the text: a shop may put anything there, such as its failed statement.
const REASON_FIELDS: [&str; 2] = ["LGD_RB_REASON", "LGD_STATUS"];

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("level", &self.level).field("dir", &self.dir).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_value_cannot_start_a_new_line() {
        assert_eq!(escape("a\nb\r\u{1b}[0m\u{2028}나"), "a\\nb\\r\\u{1b}[0m\\u{2028}나");
    }

    #[test]
    fn a_reason_is_shown_only_if_this_library_made_it() {
        let log = Log::new(Config::new().settings(), None);
        let masked = |reason| log.masked([("LGD_RB_REASON", reason)].into_iter());
        assert_eq!(masked("HTTP 500"), "LGD_RB_REASON=HTTP 500");
        assert_eq!(masked("INSERT INTO orders VALUES ('홍길동')"), "LGD_RB_REASON=***");
    }

    #[test]
    fn only_loggable_names_show_their_value_and_log_except_hides_more() {
        let mut config = Config::new();
        config.set("log_except", "LGD_OID,LGD_TID");
        let log = Log::new(config.settings(), None);
        let pairs = [("LGD_TXNAME", "Cancel"), ("LGD_OID", "o"), ("LGD_PAN", "4000"), ("LGD_NEW", "x")];
        assert_eq!(log.masked(pairs.into_iter()), "LGD_TXNAME=Cancel LGD_OID=*** LGD_PAN=*** LGD_NEW=***");
    }
}
