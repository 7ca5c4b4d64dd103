//! Korean time, in the protocol's own form.

use time::{OffsetDateTime, UtcOffset};

/// Now in Korea (UTC+9, no summer time) as `yyyyMMddHHmmss`: LGD_TIMESTAMP, and the date in a TXID.
///
/// Korea's whatever the machine's zone is: the gateway compares it with its own clock.
pub fn timestamp() -> String {
    let now = korean(OffsetDateTime::now_utc());
    day(now) + &time(now, "")
}

/// Now in Korea as a log has it: `yyyyMMdd`, and `yyyy-MM-dd HH:mm:ss`.
pub(crate) fn day_and_time() -> (String, String) {
    let now = korean(OffsetDateTime::now_utc());
    (day(now), format!("{} {}", now.date(), time(now, ":")))
}

fn day(now: OffsetDateTime) -> String {
    format!("{:04}{:02}{:02}", now.year(), u8::from(now.month()), now.day())
}

fn time(now: OffsetDateTime, between: &str) -> String {
    format!("{:02}{between}{:02}{between}{:02}", now.hour(), now.minute(), now.second())
}

fn korean(instant: OffsetDateTime) -> OffsetDateTime {
    // +9 hours is within what an offset can be.
    instant.to_offset(UtcOffset::from_hms(9, 0, 0).unwrap_or(UtcOffset::UTC))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_hours_ahead_across_the_year() {
        let stamp = |seconds| {
            let now = korean(OffsetDateTime::from_unix_timestamp(seconds).unwrap());
            (day(now), time(now, ":"))
        };
        assert_eq!(stamp(1_767_193_199), ("20251231".to_owned(), "23:59:59".to_owned()));
        assert_eq!(stamp(1_767_193_200), ("20260101".to_owned(), "00:00:00".to_owned()));
    }
}
