//! The kinds of setting values: how each is read, and what replaces an invalid value.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident($value:ty) = $read:expr, else $safe:expr, $en:literal, $ko:literal;)*) => {
        /// The kind of a setting's value. An invalid value is logged as a warning and replaced by a safe one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $kind,)*
        }

        /// The Rust type of each kind.
        pub(super) mod value {
            use super::*;
            $(pub(crate) type $kind = $value;)*
        }

        /// Reads each kind from a file's text; `None` if the text is invalid.
        #[allow(non_snake_case, reason = "named as the kinds")]
        pub(super) mod read {
            use super::*;
            $(pub(in crate::config) fn $kind(text: &str) -> Option<$value> {
                let read: fn(&str) -> Option<$value> = $read;
                read(text)
            })*
        }

        /// What replaces an invalid value of each kind.
        #[allow(non_snake_case, reason = "named as the kinds")]
        pub(super) mod safe {
            use super::*;
            $(pub(in crate::config) fn $kind() -> $value {
                $safe
            })*
        }

        impl Kind {
            /// Whether a text is a valid value.
            pub(super) fn accepts(self, text: &str) -> bool {
                match self {
                    $(Kind::$kind => read::$kind(text).is_some(),)*
                }
            }

            /// What replaces an invalid value, in English and Korean. Empty if every text is valid.
            pub const fn fallback(self) -> (&'static str, &'static str) {
                match self {
                    $(Kind::$kind => ($en, $ko),)*
                }
            }
        }
    };
}

kinds! {
    /// Any text.
    Text(String) = |text| Some(text.to_owned()), else String::new(),
        "", "";
    /// A directory; empty means none. A relative path starts from home_dir.
    Directory(Option<PathBuf>) = |text| Some(Some(text).filter(|text| !text.is_empty()).map(plain_path)), else None,
        "", "";
    /// A file; empty means none. A relative path starts from home_dir.
    File(Option<PathBuf>) = |text| Some(Some(text).filter(|text| !text.is_empty()).map(plain_path)), else None,
        "", "";
    /// Names, separated by commas, colons, bars or spaces.
    Names(Vec<String>) = |text| Some(names(text)), else Vec::new(),
        "", "";
    /// 0 or 1; empty (which is what `off` and `no` give) is 0.
    Flag(bool) = flag, else true,
        "it counts as 1; write 0 or 1", "1로 처리합니다. 0 또는 1로 쓰십시오";
    /// 1 to 3600; anything else is 60.
    Seconds(Duration) = |text| seconds(text, 1, 3600), else Duration::from_secs(60),
        "60 is used; write 1 to 3600", "60을 사용합니다. 1~3600으로 쓰십시오";
    /// 0 to 60; anything else is 4.
    Idle(Duration) = |text| seconds(text, 0, 60), else Duration::from_secs(4),
        "4 is used; write 0 to 60", "4를 사용합니다. 0~60으로 쓰십시오";
    /// 0 to 4; anything else is 3.
    Level(u8) = |text| number(text, 0, 4), else 3,
        "3 is used; write 0 to 4", "3을 사용합니다. 0~4로 쓰십시오";
    /// 2048 or 3072; anything else is treated like these.
    Protocols(u16) = |text| number(text, 2048, 3072).filter(|bits| matches!(bits, 2048 | 3072)), else 2048,
        "TLS 1.2 and 1.3 are used; write 2048", "TLS 1.2와 1.3을 사용합니다. 2048로 쓰십시오";
    /// 1 to 65535; anything else is 80.
    Port(u16) = |text| number(text, 1, u16::MAX), else 80,
        "80 is used; write 1 to 65535", "80을 사용합니다. 1~65535로 쓰십시오";
    /// `on`, `off` or `strict`; anything else is `on`.
    Journal(JournalMode) = journal, else JournalMode::On,
        "it counts as on; write on, off or strict", "on으로 처리합니다. on, off, strict로 쓰십시오";
    /// `text` or `json`; anything else is `text`.
    LogForm(LogFormat) = log_format, else LogFormat::Text,
        "text is used; write text or json", "text를 사용합니다. text 또는 json으로 쓰십시오";
}

/// How the lines of the log are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// `2020-05-15 10:11:12 [INFO ] [TXID] text`.
    Text,
    /// A JSON object a line.
    Json,
}

/// Whether requests are recorded in the journal, and what happens if it cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JournalMode {
    /// Nothing is recorded, and nothing can be recovered.
    Off,
    /// Requests that may move money are recorded. If that fails, the payment goes on without it.
    On,
    /// Requests that may move money are recorded. If that fails, nothing is sent.
    Strict,
}

/// On Windows without the `\\?\` of a canonical path, after which `..` and `/` would be names of files.
pub(super) fn plain_path(path: impl AsRef<Path>) -> PathBuf {
    dunce::simplified(path.as_ref()).to_owned()
}

fn number<N: FromStr + PartialOrd>(text: &str, from: N, to: N) -> Option<N> {
    text.trim().parse().ok().filter(|number| (from..=to).contains(number))
}

fn seconds(text: &str, from: u64, to: u64) -> Option<Duration> {
    number(text, from, to).map(Duration::from_secs)
}

fn names(text: &str) -> Vec<String> {
    let names = text.split([',', ' ', ':', '|']).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

fn flag(text: &str) -> Option<bool> {
    match text.trim() {
        "" | "0" => Some(false),
        "1" => Some(true),
        _ => None,
    }
}

/// The INI dialect reads `on` as 1 and `off` as empty.
fn journal(text: &str) -> Option<JournalMode> {
    match text.trim() {
        "" | "0" | "off" => Some(JournalMode::Off),
        "1" | "on" => Some(JournalMode::On),
        "strict" => Some(JournalMode::Strict),
        _ => None,
    }
}

fn log_format(text: &str) -> Option<LogFormat> {
    match text.trim() {
        "" | "text" => Some(LogFormat::Text),
        "json" => Some(LogFormat::Json),
        _ => None,
    }
}
