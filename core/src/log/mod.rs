//! The log: one file a day. Values and secrets cannot break its lines, and a payment never fails because of it.
//!
//! A line is `2020-05-15 10:11:12 [INFO ] [TXID] text`. It goes to the `log` facade, to a callback where one is set,
//! and to `log_dir`: a directory or standard error, where it may be a JSON object instead.

pub(crate) mod follow;
mod json;
mod level;
pub(crate) mod lines;
pub(crate) mod thread;
mod written;

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

pub use self::level::Level;
use self::written::Written;
use crate::config::{LogFormat, Settings};
use crate::os::files::{plain_file, private_dir, private_file};
use crate::os::standard_error::StandardError;
use crate::protocol::rollback_reason;
use crate::text::dates;

/// Receives each line that the level lets through, without its line break.
pub type Sink = Arc<dyn Fn(Level, &str) + Send + Sync>;

/// What log_dir names.
#[derive(Debug)]
enum Place {
    Directory(PathBuf),
    StandardError(StandardError),
}

/// The log of one client.
pub(crate) struct Log {
    level: Level,
    place: Option<Place>,
    format: LogFormat,
    except: Vec<String>,
    sink: Option<Sink>,
    /// The last error that kept a line out of `log_dir`. Empty if there is none.
    unwritten: Mutex<String>,
}

impl Log {
    pub(crate) fn new(settings: &Settings, sink: Option<Sink>) -> Log {
        let place = match settings.log_to_stderr {
            true => Some(Place::StandardError(StandardError::open())),
            false => settings.log_dir.clone().map(Place::Directory),
        };
        Log {
            level: Level::from_number(settings.log_level.into()),
            place,
            format: settings.log_format,
            except: settings.log_except.clone(),
            sink,
            unwritten: Mutex::default(),
        }
    }

    /// Writes one line. Line breaks and other control characters in `message` are escaped.
    pub(crate) fn write(&self, level: Level, tx_id: &str, message: impl fmt::Display) {
        if self.is_enabled(level) {
            self.put(level, tx_id, &message.to_string(), &[]);
        }
    }

    fn put(&self, level: Level, tx_id: &str, message: &str, values: &[(String, String)]) {
        let (day, time) = dates::day_and_time();
        let written = Written::new(&time, level, tx_id, message, values);
        let line = written.to_string();
        log::log!(target: "xpayclient", level.for_log_crate(), "{line}");
        if let Some(sink) = &self.sink {
            sink(level, &line);
        }
        let Some(place) = &self.place else { return };
        let line = match self.format {
            LogFormat::Text => line,
            LogFormat::Json => json::write(&written),
        };
        let line = format!("{line}\n");
        let appended = match place {
            Place::Directory(dir) => append(dir, &format!("log_{day}.log"), &line),
            Place::StandardError(stderr) => stderr.write(line.as_bytes(), self.patience()),
        };
        if let Err(error) = appended {
            self.report_write_error(place, &error);
        }
    }

    /// How long standard error is waited for: not again once it did not take a line.
    fn patience(&self) -> Duration {
        if self.unwritten().is_empty() { Duration::from_secs(1) } else { Duration::ZERO }
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
            self.put(level, tx_id, text.to_string().trim(), &self.masked(pairs));
        }
    }

    /// Whether a line of this level goes anywhere. Most payments are made with nobody reading DEBUG.
    fn is_enabled(&self, level: Level) -> bool {
        let facade_enabled = || log::log_enabled!(target: "xpayclient", level.for_log_crate());
        level <= self.level && (self.place.is_some() || self.sink.is_some() || facade_enabled())
    }

    fn masked<T: AsRef<str>>(&self, pairs: impl Iterator<Item = (T, T)>) -> Vec<(String, String)> {
        let shown = pairs.map(|(name, value)| {
            let name = name.as_ref();
            (name.to_owned(), self.shown(name, value.as_ref()).to_owned())
        });
        shown.collect()
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

    /// Reports once that the log cannot be written, to the `log` crate and the callback.
    fn report_write_error(&self, place: &Place, error: &io::Error) {
        let message = match place {
            Place::Directory(dir) => format!(
                "log_dir [{}] cannot be written: {error}. Payments continue without a log file; give this user write \
                 permission. / log_dir에 쓸 수 없어 로그 파일 없이 결제를 계속합니다. 실행 사용자에게 쓰기 권한을 주십시오.",
                dir.display()
            ),
            Place::StandardError(_) => format!(
                "log_dir [-]: standard error cannot be written: {error}. Payments continue and lines are lost; let somebody \
                 read it, or set log_dir to a directory. / 표준 오류에 쓸 수 없어 로그를 남기지 못한 채 결제를 계속합니다. 표준 오류를 \
                 읽는 프로그램을 확인하거나 log_dir에 디렉터리를 쓰십시오."
            ),
        };
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
    file.write_all(line.as_bytes())
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
        f.debug_struct("Log").field("level", &self.level).field("place", &self.place).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn a_reason_is_shown_only_if_this_library_made_it() {
        let log = Log::new(Config::new().settings(), None);
        let masked = |reason| log.masked([("LGD_RB_REASON", reason)].into_iter()).remove(0).1;
        assert_eq!(masked("HTTP 500"), "HTTP 500");
        assert_eq!(masked("INSERT INTO orders VALUES ('홍길동')"), "***");
    }

    #[test]
    fn only_loggable_names_show_their_value_and_log_except_hides_more() {
        let mut config = Config::new();
        config.set("log_except", "LGD_OID,LGD_TID");
        let log = Log::new(config.settings(), None);
        let pairs = [("LGD_TXNAME", "Cancel"), ("LGD_OID", "o"), ("LGD_PAN", "4000"), ("LGD_NEW", "x")];
        let masked = log.masked(pairs.into_iter());
        let values: Vec<&str> = masked.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["Cancel", "***", "***", "***"]);
    }
}
