//! Keeps log lines for a caller that cannot be called back, such as PHP.

use std::sync::{Arc, Mutex, PoisonError};

use super::Session;
use crate::log::{Level, Sink};

/// More is not kept, for a caller that never reads.
const LIMIT: usize = 1000;

/// The lines since the last [`Session::keep_log`].
#[derive(Default)]
pub(super) struct KeptLog {
    lines: Mutex<Vec<String>>,
}

impl KeptLog {
    fn with<T>(&self, act: impl FnOnce(&mut Vec<String>) -> T) -> T {
        act(&mut self.lines.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn add(&self, line: &str) {
        self.with(|lines| {
            if lines.len() < LIMIT {
                lines.push(line.to_owned());
            }
        });
    }
}

impl Session {
    /// Keeps every line that `log_level` allows, for [`Session::kept_log`], and forgets those of before. The setting
    /// outlives Init.
    pub fn keep_log(&mut self, keep: bool) -> bool {
        match &self.kept_log {
            Some(kept) if keep => kept.with(Vec::clear),
            _ => {
                self.kept_log = keep.then(Arc::default);
                self.client = None;
            }
        }
        true
    }

    /// The lines since the last [`Session::keep_log`], the first 1000 of them, with a line break between two. A line
    /// contains none.
    pub fn kept_log(&self) -> String {
        self.kept_log.as_ref().map(|kept| kept.with(|lines| lines.join("\n"))).unwrap_or_default()
    }

    /// Where the lines go besides the file.
    pub(super) fn log_sink(&self) -> Option<Sink> {
        let sink = self.sink.clone();
        let Some(kept) = self.kept_log.clone() else { return sink };
        Some(Arc::new(move |level: Level, line: &str| {
            kept.add(line);
            if let Some(sink) = &sink {
                sink(level, line);
            }
        }))
    }
}
