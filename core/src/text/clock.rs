//! The clock, in Korean time whatever the machine's zone is: the gateway compares it with its own.

use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset};

use crate::text::dates;

/// Now in Korea as `yyyyMMddHHmmss`: LGD_TIMESTAMP, and the date in a TXID.
pub fn timestamp() -> String {
    stamp(OffsetDateTime::now_utc())
}

/// A moment in Korea as `yyyyMMddHHmmss`.
pub(crate) fn stamp(instant: OffsetDateTime) -> String {
    dates::format(korean(instant))
}

/// Now in Korea as a log has it: `yyyyMMdd`, and `yyyy-MM-dd HH:mm:ss`.
pub(crate) fn day_and_time() -> (String, String) {
    let now = korean(OffsetDateTime::now_utc());
    let (hour, minute, second) = now.as_hms();
    let day = dates::format(now).chars().take("yyyyMMdd".len()).collect();
    (day, format!("{} {hour:02}:{minute:02}:{second:02}", now.date()))
}

/// UTC+9, and no summer time.
fn korean(instant: OffsetDateTime) -> PrimitiveDateTime {
    // +9 hours is within what an offset can be.
    let there = instant.to_offset(UtcOffset::from_hms(9, 0, 0).unwrap_or(UtcOffset::UTC));
    PrimitiveDateTime::new(there.date(), there.time())
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
}
