//! The severity of a line.

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

    pub(super) fn name(self) -> &'static str {
        match self {
            Level::Fatal => "FATAL",
            Level::Error => "ERROR",
            Level::Warn => "WARN",
            Level::Info => "INFO",
            Level::Debug => "DEBUG",
        }
    }

    pub(super) fn for_log_crate(self) -> log::Level {
        match self {
            Level::Fatal | Level::Error => log::Level::Error,
            Level::Warn => log::Level::Warn,
            Level::Info => log::Level::Info,
            Level::Debug => log::Level::Debug,
        }
    }

    /// Whether a text is the name of one.
    pub(super) fn is_name(text: &str) -> bool {
        [Level::Fatal, Level::Error, Level::Warn, Level::Info, Level::Debug]
            .iter()
            .any(|level| level.name() == text)
    }
}
