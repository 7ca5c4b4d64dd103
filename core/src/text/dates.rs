//! Dates as the protocol writes them: `yyyyMMddHHmmss`, Korean time.

use std::ops::Range;
use std::str::FromStr;

use time::{Date, Duration, Month, PrimitiveDateTime, Time};

/// Korean time from `yyyyMMddHHmmss`, as [`crate::timestamp`] writes it. `None` for what is not 14 digits, and for a day or a
/// time of day that does not exist.
pub fn parse(text: &str) -> Option<PrimitiveDateTime> {
    if text.len() != 14 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let month = Month::try_from(part::<u8>(text, 4..6)?).ok()?;
    let date = Date::from_calendar_date(part(text, 0..4)?, month, part(text, 6..8)?).ok()?;
    let time = Time::from_hms(part(text, 8..10)?, part(text, 10..12)?, part(text, 12..14)?).ok()?;
    Some(PrimitiveDateTime::new(date, time))
}

/// From one moment to a later one. `None` where one of them is none.
pub(crate) fn between(from: &str, to: &str) -> Option<Duration> {
    Some(parse(to)? - parse(from)?)
}

pub(crate) fn format(at: PrimitiveDateTime) -> String {
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second) = at.as_hms();
    let century = u8::try_from(year / 100).unwrap_or_default();
    let year = u8::try_from(year % 100).unwrap_or_default();
    let digit = |number: u8| char::from(b'0' + number % 10);
    let pairs = [century, year, u8::from(month), day, hour, minute, second];
    pairs.into_iter().flat_map(|pair| [digit(pair / 10), digit(pair)]).collect()
}

fn part<T: FromStr>(text: &str, range: Range<usize>) -> Option<T> {
    text.get(range)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read() {
        for text in ["20200515101112", "20240229235959", "00010101000000"] {
            assert_eq!(parse(text).map(format).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_moment_that_never_was_is_none() {
        let wrong = [
            "",
            "2020051510111",
            "202005151011120",
            "20200230000000",
            "20201301000000",
            "20200515240000",
            "2020051510111 ",
            "+0200515101112",
        ];
        for text in wrong {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
