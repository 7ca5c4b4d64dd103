//! Reads the log again, as this library writes it: the files of the days, and what is in a line.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::log::json;
use crate::log::level::Level;

/// A whole line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogLine {
    /// `yyyy-MM-dd HH:mm:ss`, in Korean time. It is empty in a line that another program wrote; so are level and LGD_TXID.
    pub time: String,
    /// `FATAL`, `ERROR`, `WARN`, `INFO` or `DEBUG`.
    pub level: String,
    /// LGD_TXID of the request that it is about, if it is about one.
    pub tx_id: String,
    /// The rest, or a whole line that another program wrote.
    pub text: String,
}

impl LogLine {
    /// Reads `2020-05-15 10:11:12 [INFO ] [TXID] text`, or the same as `log_format = json` writes it. A line of another form
    /// becomes a text alone.
    pub fn read(line: &str) -> LogLine {
        let ours = if line.starts_with('{') { LogLine::parse_json(line) } else { LogLine::parse(line) };
        ours.unwrap_or_else(|| {
            let none = String::new;
            LogLine { time: none(), level: none(), tx_id: none(), text: line.to_owned() }
        })
    }

    fn parse(line: &str) -> Option<LogLine> {
        let (time, rest) = line.split_once(" [")?;
        let (level, rest) = rest.split_once("] [")?;
        let (tx_id, text) = rest.split_once("] ")?;
        let level = level.trim_end();
        let known = Level::is_name(level) && time.len() == 19;
        known.then(|| LogLine {
            time: time.into(),
            level: level.into(),
            tx_id: tx_id.into(),
            text: text.into(),
        })
    }

    fn parse_json(line: &str) -> Option<LogLine> {
        let json::Read { time, level, tx_id, text } = json::read(line)?;
        Some(LogLine { time, level, tx_id, text })
    }

    /// Whether it is about this LGD_TXID, or one of its values is this LGD_OID, LGD_TID or LGD_TXID.
    pub fn names(&self, id: &str) -> bool {
        let is_it = |word: &str| word.split_once('=').is_some_and(|(_, value)| value == id);
        self.tx_id == id || self.text.split(' ').any(is_it)
    }
}

impl fmt::Display for LogLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LogLine { time, level, tx_id, text } = self;
        if time.is_empty() {
            return f.write_str(text);
        }
        write!(f, "{time} [{level:<5}] [{tx_id}] {text}")
    }
}

/// The files of a log directory.
#[derive(Clone, Debug)]
pub struct LogFiles {
    dir: PathBuf,
}

impl LogFiles {
    /// The log in this directory.
    pub fn in_dir(dir: &Path) -> LogFiles {
        LogFiles { dir: dir.to_owned() }
    }

    /// The file of each day, the oldest first. None if there is no directory yet.
    ///
    /// # Errors
    /// If the directory cannot be read.
    pub fn days(&self) -> io::Result<Vec<PathBuf>> {
        let entries = match fs::read_dir(&self.dir) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let paths = entries.map(|entry| entry.map(|entry| entry.path()));
        let mut files = paths.collect::<io::Result<Vec<PathBuf>>>()?;
        files.retain(|file| day(file).is_some());
        files.sort();
        Ok(files)
    }

    /// Every whole line of all days, in order.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn each_line(&self, take: impl FnMut(LogLine)) -> io::Result<()> {
        each_line_of(&self.days()?, take)
    }
}

/// The day of a file as in its name, `log_20200515.log`.
pub(crate) fn day(file: &Path) -> Option<&str> {
    file.file_name()?.to_str()?.strip_prefix("log_")?.strip_suffix(".log")
}

/// Every whole line of these files, in order. A file that was removed meanwhile has none.
pub(crate) fn each_line_of(files: &[PathBuf], mut take: impl FnMut(LogLine)) -> io::Result<()> {
    for file in files {
        match File::open(file) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            opened => each_line_of_one(opened?, &mut take)?,
        }
    }
    Ok(())
}

/// The same of one. Half a line at its end is being written, and is none yet.
pub(super) fn each_line_of_one(file: impl Read, mut take: impl FnMut(LogLine)) -> io::Result<()> {
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        if let Some(whole) = line.strip_suffix(b"\n") {
            take(LogLine::read(&String::from_utf8_lossy(whole)));
        }
        line.clear();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_was_written() {
        let text = "2020-05-15 10:11:12 [INFO ] [tshop-1] 0000 승인 LGD_OID=order-1";
        let line = LogLine::read(text);
        assert_eq!((line.level.as_str(), line.tx_id.as_str()), ("INFO", "tshop-1"));
        assert!(line.names("order-1") && line.names("tshop-1") && !line.names("order"));
        assert_eq!(line.to_string(), text);
        let json = r#"{"time":"2020-05-15T10:11:12+09:00","level":"INFO","tx_id":"tshop-1","message":"0000 승인","fields":{"LGD_OID":"order-1"}}"#;
        assert_eq!(LogLine::read(json), line);
        for foreign in [
            "",
            "Stack trace: [a] [b] c",
            "2020-05-15 10:11:12 [NOTE] [x] y",
            "{",
            "{}",
            r#"{"level":"INFO","msg":"of another program"}"#,
            &json.replace("+09:00", "Z"),
            &json.replace("INFO", "NOTE"),
            &json.replace(r#""tshop-1""#, "1"),
        ] {
            let line = LogLine::read(foreign);
            assert_eq!((line.time.as_str(), line.to_string().as_str()), ("", foreign));
        }
    }
}
