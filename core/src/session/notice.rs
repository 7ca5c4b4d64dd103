//! Notifications on one object: read one, look up its order, verify it, and only then use it.

use super::Session;
use crate::error::{Code, Error};
use crate::text::encoding::decode;
use crate::typed::notice::{Notice, UnverifiedNotice};

/// The notification that was read last.
#[derive(Default)]
pub(super) enum ReadNotice {
    #[default]
    Nothing,
    Unverified(UnverifiedNotice),
    Verified(Box<Notice>),
}

impl Session {
    /// Reads the body of a notification, in place of the one before. Nothing in it is trusted yet.
    pub fn read_notice(&mut self, body: &[u8]) -> bool {
        self.notice = ReadNotice::Nothing;
        let parsed = UnverifiedNotice::parse(body);
        self.with_result(parsed, |session, notice| session.notice = ReadNotice::Unverified(notice))
    }

    /// The LGD_OID that the notification claims, to look up the order. After verification, the verified LGD_OID.
    /// `None` if it is malformed.
    pub fn notice_oid(&self) -> Option<&str> {
        match &self.notice {
            ReadNotice::Nothing => None,
            ReadNotice::Unverified(notice) => notice.claimed_oid(),
            ReadNotice::Verified(notice) => Some(&notice.oid),
        }
    }

    /// Verifies that the notification comes from the gateway and is about an order of `amount` won in the shop `mid`.
    /// All arguments must come from the shop's own order; see [`UnverifiedNotice::verify`]. After `false` the
    /// notification is dropped.
    pub fn verify_notice(&mut self, mid: &[u8], amount: u64) -> bool {
        let ReadNotice::Unverified(notice) = std::mem::take(&mut self.notice) else {
            return self
                .fail(Error::new(Code::CALL_ORDER, "a notification is verified once, after it was read"));
        };
        let platform = self.require_init("nothing can be verified");
        let verified =
            platform.and_then(|platform| notice.verify(&self.config, platform, &decode(mid), amount));
        self.with_result(verified, |session, notice| session.notice = ReadNotice::Verified(Box::new(notice)))
    }

    /// [`Notice::dedup_key`] as one text, for a unique column in the shop's database.
    pub fn notice_key(&self) -> Option<String> {
        self.notice().map(|notice| {
            let (tid, seqno, flag) = notice.dedup_key();
            format!("{tid}/{seqno}/{flag}")
        })
    }

    /// The notification, once it is verified.
    pub fn notice(&self) -> Option<&Notice> {
        match &self.notice {
            ReadNotice::Verified(notice) => Some(notice),
            _ => None,
        }
    }
}
