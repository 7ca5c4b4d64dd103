//! The gateway's clock: Korean time, as every date on the wire is.

use time::{Duration, OffsetDateTime};

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
    }

    #[test]
    fn only_dates_are_stamps() {
        assert!(is_stamp("20200515101110"));
        for wrong in ["20201315101110", "20200515241110", "2020051510111", "2020051510111x"] {
            assert!(!is_stamp(wrong), "{wrong}");
        }
    }
}
