//! Prints on stdout and stderr. Their reader may leave early or their disk be full: what was done stays done, and the exit code says it.

use crate::language::Language;
use std::io::{self, ErrorKind, Write};
use std::sync::Once;

/// A line on stdout.
macro_rules! say {
    ($($text:tt)*) => { $crate::say::text(&(format!($($text)*) + "\n")) };
}

/// A line on stderr.
macro_rules! aside {
    ($($text:tt)*) => { $crate::say::text_aside(&(format!($($text)*) + "\n")) };
}

/// A text on stdout, with its line breaks.
pub(crate) fn text(text: &str) {
    let mut stdout = io::stdout().lock();
    if let Err(error) = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        // `head` has what it wanted.
        static TOLD: Once = Once::new();
        if error.kind() == ErrorKind::BrokenPipe {
            return;
        }
        TOLD.call_once(|| {
            let (ko, en) = ("표준 출력에 쓸 수 없습니다", "cannot write to stdout");
            aside!("{} ({error})", Language::chosen().of(ko, en));
        });
    }
}

/// A text on stderr. If that is closed, nobody can be told.
pub(crate) fn text_aside(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}
