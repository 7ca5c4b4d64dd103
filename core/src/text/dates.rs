//! Dates as the protocol writes them: `yyyyMMddHHmmss` in Korean time, whatever the machine's zone is, for the gateway compares
//! them with its own clock.

use time::format_description::StaticFormatDescription;
use time::macros::{format_description, offset};
use time::{Duration, OffsetDateTime, PrimitiveDateTime};

const STAMP: StaticFormatDescription = format_description!("[year][month][day][hour][minute][second]");
const DAY: StaticFormatDescription = format_description!("[year][month][day]");
const LOGGED: StaticFormatDescription = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");

/// Now in Korea as `yyyyMMddHHmmss`: LGD_TIMESTAMP, and the date in a TXID.
pub fn timestamp() -> String {
    stamp(OffsetDateTime::now_utc())
}

/// A moment in Korea as `yyyyMMddHHmmss`.
pub(crate) fn stamp(instant: OffsetDateTime) -> String {
    format(korean(instant))
}

/// Now in Korea as a log has it: `yyyyMMdd`, and `yyyy-MM-dd HH:mm:ss`.
pub(crate) fn day_and_time() -> (String, String) {
    let now = korean(OffsetDateTime::now_utc());
    (written(now, DAY), written(now, LOGGED))
}

/// UTC+9, and no summer time.
fn korean(instant: OffsetDateTime) -> PrimitiveDateTime {
    let there = instant.to_offset(offset!(+9));
    PrimitiveDateTime::new(there.date(), there.time())
}

/// Korean time from `yyyyMMddHHmmss`, as [`crate::timestamp`] writes it. `None` for what is not 14 digits, and for a day or a
/// time of day that does not exist.
pub fn parse(text: &str) -> Option<PrimitiveDateTime> {
    // Otherwise a year may have a sign.
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    PrimitiveDateTime::parse(text, STAMP).ok().filter(|_| digits)
}

/// From one moment to a later one. `None` where one of them is none.
pub(crate) fn between(from: &str, to: &str) -> Option<Duration> {
    Some(parse(to)? - parse(from)?)
}

pub(crate) fn format(at: PrimitiveDateTime) -> String {
    written(at, STAMP)
}

fn written(at: PrimitiveDateTime, form: StaticFormatDescription) -> String {
    // Each part that is asked for is there, so nothing can fail.
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
    fn a_log_has_the_day_and_the_time() {
        let (day, time) = day_and_time();
        let digits: String = time.chars().filter(char::is_ascii_digit).collect();
        assert_eq!((day.len(), time.len(), digits.len()), (8, 19, 14));
        assert!(parse(&digits).is_some() && digits.starts_with(&day));
    }

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
            "+20200515101112",
        ];
        for text in wrong {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }
}
