//! Korean time, in the protocol's own form.

use time::{OffsetDateTime, UtcOffset};

/// Now in Korea (UTC+9, no summer time) as `yyyyMMddHHmmss`: LGD_TIMESTAMP, and the date in a TXID.
///
/// Korea's whatever the machine's zone is: the gateway compares it with its own clock.
pub fn timestamp() -> String {
    korean(OffsetDateTime::now_utc())
}

fn korean(instant: OffsetDateTime) -> String {
    // +9 hours is within what an offset can be.
    let offset = UtcOffset::from_hms(9, 0, 0).unwrap_or(UtcOffset::UTC);
    let now = instant.to_offset(offset);
    format!(
        "{:04}{:02}{:02}{:02}{:02}{:02}",
        now.year(),
        u8::from(now.month()),
        now.day(),
        now.hour(),
        now.minute(),
        now.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_hours_ahead_across_the_year() {
        let new_year = OffsetDateTime::from_unix_timestamp(1_767_193_199).unwrap();
        assert_eq!(korean(new_year), "20251231235959");
        let next = OffsetDateTime::from_unix_timestamp(1_767_193_200).unwrap();
        assert_eq!(korean(next), "20260101000000");
    }
}
