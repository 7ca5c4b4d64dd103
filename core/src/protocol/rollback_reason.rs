//! LGD_RB_REASON of the Rollbacks that this library sends by itself. Every other reason is a shop's.

/// No answer in time.
pub(crate) const TIMEOUT: &str = "Timeout";
/// The answer is not a JSON object with an LGD_RESPCODE.
pub(crate) const JSON: &str = "JSON decode fail";
/// The connection broke while the request was being sent.
pub(crate) const SEND: &str = "Send error";
/// The connection broke before the answer was complete.
pub(crate) const RECV: &str = "Recv error";
/// Any other transport error.
pub(crate) const TRANSPORT: &str = "Transport error";
/// The caller stopped waiting.
pub(crate) const INTERRUPTED: &str = "Interrupted";
/// An earlier process left it open in the journal.
pub(crate) const RECOVERY: &str = "Recovery";
/// The approval could not be written into the journal.
pub(crate) const JOURNAL: &str = "Journal error";
/// The shop's own step failed. The details may be personal, so they are left out.
pub const STEP_FAILED: &str = "Shop step failed";

/// Whether this library made the reason: one of these, or `HTTP` and a status. A shop's own reason may contain its
/// whole failed SQL statement.
pub(crate) fn is_library_reason(reason: &str) -> bool {
    const ALL: [&str; 9] =
        [TIMEOUT, JSON, SEND, RECV, TRANSPORT, INTERRUPTED, RECOVERY, JOURNAL, STEP_FAILED];
    let is_status = |digits: &str| digits.len() == 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
    ALL.contains(&reason) || reason.strip_prefix("HTTP ").is_some_and(is_status)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_of_the_shop_is_not_a_library_reason() {
        for reason in ["", "HTTP 5000", "HTTP abc", "INSERT INTO orders VALUES ('홍길동')", "Timeout "] {
            assert!(!is_library_reason(reason), "{reason}");
        }
        assert!(is_library_reason("HTTP 500") && is_library_reason(STEP_FAILED));
    }
}
