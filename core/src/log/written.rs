//! One line before it is written: its parts, without what could break a line.

use std::fmt::{self, Write as _};

use crate::log::level::Level;

/// What both forms of a line are made of. Values are masked already.
pub(super) struct Written<'a> {
    /// `yyyy-MM-dd HH:mm:ss`, in Korean time.
    pub(super) time: &'a str,
    pub(super) level: Level,
    pub(super) tx_id: &'a str,
    pub(super) message: String,
    pub(super) values: Vec<(String, String)>,
}

impl<'a> Written<'a> {
    pub(super) fn new(
        time: &'a str,
        level: Level,
        tx_id: &'a str,
        message: &str,
        values: &[(String, String)],
    ) -> Written<'a> {
        let values = values.iter().map(|(name, value)| (escape(name), escape(value))).collect();
        Written { time, level, tx_id, message: escape(message), values }
    }
}

/// `2020-05-15 10:11:12 [INFO ] [TXID] text name=value`.
impl fmt::Display for Written<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} [{:<5}] [{}] {}", self.time, self.level.name(), self.tx_id, self.message)?;
        let mut between = if self.message.is_empty() { "" } else { " " };
        for (name, value) in &self.values {
            write!(f, "{between}{name}={value}")?;
            between = " ";
        }
        Ok(())
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_start_a_new_line() {
        assert_eq!(escape("a\nb\r\u{1b}[0m\u{2028}나"), "a\\nb\\r\\u{1b}[0m\\u{2028}나");
    }
}
