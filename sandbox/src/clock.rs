//! The gateway's clock: Korean time, as every date on the wire is.

use crate::sync::lock;
use std::sync::Mutex;
use time::format_description::BorrowedFormatItem;
use time::macros::{format_description, offset};
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

/// `yyyyMMddHHmmss`, as the protocol writes a time.
const STAMP: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day][hour][minute][second]");

/// For people.
const READABLE: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");

/// Korea has no summer time, so a fixed offset is enough.
const KOREA: UtcOffset = offset!(+9);

/// The clock of a gateway: the system's, or a fixed time. Notices are always scheduled by the system's clock.
#[derive(Default)]
pub(crate) struct Clock(Mutex<Option<i64>>);

impl Clock {
    /// A fixed time in seconds since 1970; `None` for the system's clock.
    pub(crate) fn new(now: Option<i64>) -> Self {
        Self(Mutex::new(now))
    }

    /// Sets a fixed time.
    pub(crate) fn set(&self, now: i64) {
        *lock(&self.0) = Some(now);
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        lock(&self.0).unwrap_or_else(|| OffsetDateTime::now_utc().unix_timestamp())
    }

    /// `yyyyMMddHHmmss` in Korea.
    pub(crate) fn stamp(&self) -> String {
        stamp(self.now())
    }
}

/// Milliseconds since 1970, of the system's clock.
pub(crate) fn now_ms() -> i64 {
    i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

/// Seconds since 1970 of a `yyyyMMddHHmmss` in Korea.
pub(crate) fn parse(stamp: &str) -> Option<i64> {
    read(stamp).map(|at| at.assume_offset(KOREA).unix_timestamp())
}

/// `yyyyMMddHHmmss` in Korea.
pub(crate) fn stamp(seconds: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    at.to_offset(KOREA).format(STAMP).unwrap_or_default()
}

/// Whether `text` is a `yyyyMMddHHmmss` of a day that is in the calendar.
pub(crate) fn is_stamp(text: &str) -> bool {
    read(text).is_some()
}

/// `2026-11-23` as `20261123`, if that day is in the calendar.
pub(crate) fn day(text: &str) -> Option<String> {
    let digits: String = text.split('-').collect();
    let shaped = text.len() == 10 && [4, 7].iter().all(|at| text.as_bytes()[*at] == b'-');
    (shaped && is_stamp(&format!("{digits}000000"))).then_some(digits)
}

/// `20261123101112` as `2026-11-23 10:11:12`; anything else as it is.
pub(crate) fn readable(stamp: &str) -> String {
    read(stamp).and_then(|at| at.format(READABLE).ok()).unwrap_or_else(|| stamp.to_owned())
}

/// `time` would accept a sign before the year.
fn read(stamp: &str) -> Option<PrimitiveDateTime> {
    let digits = stamp.bytes().all(|byte| byte.is_ascii_digit());
    PrimitiveDateTime::parse(stamp, STAMP).ok().filter(|_| digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn korea_is_nine_hours_ahead() {
        assert_eq!(stamp(0), "19700101090000");
        assert_eq!(parse("19700101090000"), Some(0));
        assert_eq!(parse("20261123101112").map(stamp).as_deref(), Some("20261123101112"));
        assert_eq!(parse("20260231101112"), None);
    }

    #[test]
    fn people_read_a_time_with_signs_between() {
        assert_eq!(readable("20261123101112"), "2026-11-23 10:11:12");
        assert_eq!(readable("soon"), "soon");
    }

    #[test]
    fn only_days_are_days() {
        assert_eq!(day("2026-11-23").as_deref(), Some("20261123"));
        for wrong in ["", "20261123", "2026-02-30", "26-11-23", "2026-1-231", "2026-11-23 ", "20-26-1123"] {
            assert_eq!(day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_dates_are_stamps() {
        assert!(is_stamp("20200515101110"));
        for wrong in [
            "20201315101110",
            "20200515241110",
            "20200515101160",
            "2020051510111",
            "2020051510111x",
            "+2020051510111",
            // No such day.
            "20260231101112",
            "20260229101112",
        ] {
            assert!(!is_stamp(wrong), "{wrong}");
        }
    }
}
