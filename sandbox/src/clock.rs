//! The gateway's clock: Korean time, as every date on the wire is.

use time::{Date, Duration, Month, OffsetDateTime};

/// Korea keeps no summer time, so one number is the whole time zone.
const KOREA: Duration = Duration::hours(9);

/// Seconds since 1970, the form the ledger keeps.
pub(crate) fn now() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

/// Milliseconds since 1970, for what is due sooner than in a second.
pub(crate) fn now_ms() -> i64 {
    i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

/// Seconds since 1970 of a `yyyyMMddHHmmss` in Korea.
pub(crate) fn parse(stamp: &str) -> Option<i64> {
    if !is_stamp(stamp) {
        return None;
    }
    let part = |from: usize, to: usize| stamp.get(from..to)?.parse::<u16>().ok();
    let small = |from: usize| u8::try_from(part(from, from + 2)?).ok();
    let month = Month::try_from(small(4)?).ok()?;
    let date = Date::from_calendar_date(part(0, 4)?.into(), month, small(6)?).ok()?;
    let at = date.with_hms(small(8)?, small(10)?, small(12)?).ok()?;
    Some((at.assume_utc() - KOREA).unix_timestamp())
}

/// `yyyyMMddHHmmss` in Korea.
pub(crate) fn stamp(seconds: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH) + KOREA;
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

/// Whether `text` is a `yyyyMMddHHmmss` that some calendar day could bear.
pub(crate) fn is_stamp(text: &str) -> bool {
    let part = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse().ok());
    let within = |from, to, low: u32, high: u32| {
        part(from, to).is_some_and(|value: u32| (low..=high).contains(&value))
    };
    text.len() == 14
        && text.bytes().all(|byte| byte.is_ascii_digit())
        && within(4, 6, 1, 12)
        && within(6, 8, 1, 31)
        && within(8, 10, 0, 23)
        && within(10, 12, 0, 59)
        && within(12, 14, 0, 59)
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
    fn only_dates_are_stamps() {
        assert!(is_stamp("20200515101110"));
        for wrong in ["20201315101110", "20200515241110", "2020051510111", "2020051510111x"] {
            assert!(!is_stamp(wrong), "{wrong}");
        }
    }
}
