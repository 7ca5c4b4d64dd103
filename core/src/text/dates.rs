//! The protocol's dates: `yyyyMMddHHmmss` in Korean time, whatever the machine's time zone. The gateway compares them with its
//! own clock.

use time::format_description::StaticFormatDescription;
use time::macros::{format_description, offset};
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

const STAMP: StaticFormatDescription = format_description!("[year][month][day][hour][minute][second]");
const MINUTE: StaticFormatDescription = format_description!("[year][month][day][hour][minute]");
const DAY: StaticFormatDescription = format_description!("[year][month][day]");
const LOGGED: StaticFormatDescription = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");

/// The current Korean time as `yyyyMMddHHmmss`: for LGD_TIMESTAMP, and for the date in a TXID.
pub fn timestamp() -> String {
    stamp(OffsetDateTime::now_utc())
}

/// The Korean time of an instant, as `yyyyMMddHHmmss`.
pub(crate) fn stamp(instant: OffsetDateTime) -> String {
    format(korean(instant))
}

/// The current Korean day and time for a log: `yyyyMMdd`, and `yyyy-MM-dd HH:mm:ss`.
pub(crate) fn day_and_time() -> (String, String) {
    let now = korean(OffsetDateTime::now_utc());
    (written(now, DAY), written(now, LOGGED))
}

/// Converts to UTC+9. Korea has no daylight-saving time.
fn korean(instant: OffsetDateTime) -> PrimitiveDateTime {
    let local = instant.to_offset(offset!(+9));
    PrimitiveDateTime::new(local.date(), local.time())
}

/// Parses a Korean time in `yyyyMMddHHmmss`, as [`crate::timestamp`] writes it. `None` if the text is not 14 digits, or if the
/// day or the time of day does not exist.
pub fn parse(text: &str) -> Option<PrimitiveDateTime> {
    // The parser alone would accept a year with a sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    PrimitiveDateTime::parse(text, STAMP).ok().filter(|_| digits)
}

/// As [`parse`], for `yyyyMMddHHmm`.
pub(crate) fn parse_minute(text: &str) -> Option<PrimitiveDateTime> {
    parse(&format!("{text}00"))
}

/// The time between two moments. `None` if one of them cannot be parsed.
pub(crate) fn between(from: &str, to: &str) -> Option<Duration> {
    Some(parse(to)? - parse(from)?)
}

pub(crate) fn format(at: PrimitiveDateTime) -> String {
    written(at, STAMP)
}

/// As `yyyyMMddHHmm`.
pub(crate) fn format_minute(at: PrimitiveDateTime) -> String {
    written(at, MINUTE)
}

fn written(at: PrimitiveDateTime, form: StaticFormatDescription) -> String {
    // A `PrimitiveDateTime` has every part that `form` names, so this cannot fail.
    at.format(form).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_hours_ahead_across_the_year() {
        let stamp = |seconds| stamp(OffsetDateTime::from_unix_timestamp(seconds).unwrap());
        assert_eq!(stamp(1_767_193_199), "20251231235959");
        assert_eq!(stamp(1_767_193_200), "20260101000000");
    }

    #[test]
    fn a_log_gets_the_day_and_the_time() {
        let (day, time) = day_and_time();
        let digits: String = time.chars().filter(char::is_ascii_digit).collect();
        assert_eq!((day.len(), time.len(), digits.len()), (8, 19, 14));
        assert!(parse(&digits).is_some() && digits.starts_with(&day));
    }

    #[test]
    fn a_formatted_time_is_parsed_back() {
        for text in ["20200515101112", "20240229235959", "00010101000000"] {
            assert_eq!(parse(text).map(format).as_deref(), Some(text));
        }
    }

    #[test]
    fn a_time_that_does_not_exist_is_refused() {
        let wrong = [
            "",
            "2020051510111",
            "202005151011120",
            "20200230000000",
            "20201301000000",
            "20200515240000",
            "2020051510111 ",
            "+0200515101112",
            "+20200515101112",
        ];
        for text in wrong {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
