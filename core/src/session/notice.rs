//! Notices by calls on one object: read, ask for whose order it claims to be, verify, and only then look into it.

use super::Session;
use crate::error::{Code, Error};
use crate::text::encoding::decode;
use crate::typed::notice::{Notice, UnverifiedNotice};

/// The notice that was read last.
#[derive(Default)]
pub(super) enum Read {
    #[default]
    Nothing,
    Unverified(UnverifiedNotice),
    Verified(Box<Notice>),
}

impl Session {
    /// Reads the body of a notification and replaces the previous one. It is not verified yet.
    pub fn read_notice(&mut self, body: &[u8]) -> bool {
        self.notice = Read::Nothing;
        let parsed = UnverifiedNotice::parse(body);
        self.keep(parsed, |session, notice| session.notice = Read::Unverified(notice))
    }

    /// LGD_OID that the notice claims, to look up the order; a verified one's once it is. `None` where it has not the form
    /// of one.
    pub fn notice_oid(&self) -> Option<&str> {
        match &self.notice {
            Read::Nothing => None,
            Read::Unverified(notice) => notice.claimed_oid(),
            Read::Verified(notice) => Some(&notice.oid),
        }
    }

    /// Whether the notice is the gateway's and is about an order of `amount` won in the shop `mid`: all three the order's
    /// own; see [`UnverifiedNotice::verify`]. After a `false` the notice is gone.
    pub fn verify_notice(&mut self, mid: &[u8], amount: u64) -> bool {
        let Read::Unverified(notice) = std::mem::take(&mut self.notice) else {
            return self
                .fail(Error::new(Code::CALL_ORDER, "a notification is verified once, after it was read"));
        };
        let platform = self.initialised("nothing can be verified");
        let verified =
            platform.and_then(|platform| notice.verify(&self.config, platform, &decode(mid), amount));
        self.keep(verified, |session, notice| session.notice = Read::Verified(Box::new(notice)))
    }

    /// [`Notice::dedup_key`] as one text, for a unique column of the shop's.
    pub fn notice_key(&self) -> Option<String> {
        self.notice().map(|notice| {
            let (tid, seqno, flag) = notice.dedup_key();
            format!("{tid}/{seqno}/{flag}")
        })
    }

    /// The notice, once it is verified.
    pub fn notice(&self) -> Option<&Notice> {
        match &self.notice {
            Read::Verified(notice) => Some(notice),
            _ => None,
        }
    }
}
