//! What was POSTed to the shop, on one object: read it, look up its order, verify it, and only then use it.

use super::Session;
use crate::error::{Code, Error, Remedy};
use crate::text::encoding::decode;
use crate::typed::notice::{Notice, UnverifiedNotice};
use crate::typed::window_return::{BillingReturn, UnverifiedReturn, WindowReturn};

static READ_FIRST: Remedy = Remedy {
    en: "Read the body, verify it once, then use its values",
    ko: "본문을 읽고 한 번 검증한 뒤 값을 사용하십시오",
};

/// What was read last, of each kind.
#[derive(Default)]
pub(super) struct Received {
    notice: Posted<UnverifiedNotice, Notice>,
    returned: Posted<UnverifiedReturn, WindowReturn>,
    billing: Option<BillingReturn>,
}

#[derive(Default)]
enum Posted<U, V> {
    #[default]
    Nothing,
    Unverified(U),
    Verified(Box<V>),
}

impl<U, V> Posted<U, V> {
    fn verified(&self) -> Option<&V> {
        match self {
            Posted::Verified(verified) => Some(verified),
            _ => None,
        }
    }

    /// Ends it: what is not verified at once is dropped.
    fn take(&mut self, what: &str) -> Result<U, Error> {
        match std::mem::take(self) {
            Posted::Unverified(unverified) => Ok(unverified),
            _ => {
                let detail = format!("{what} is verified once, after it was read");
                Err(Error::new(Code::CALL_ORDER, detail).with_remedy(&READ_FIRST))
            }
        }
    }
}

impl Session {
    /// Reads the body of a notification, in place of the one before. Nothing in it is trusted yet.
    pub fn read_notice(&mut self, body: &[u8]) -> bool {
        self.received.notice = Posted::Nothing;
        let parsed = UnverifiedNotice::parse(body);
        self.with_result(parsed, |session, notice| session.received.notice = Posted::Unverified(notice))
    }

    /// The LGD_OID that the notification claims, to look up the order. After verification, the verified LGD_OID.
    /// `None` if it is malformed.
    pub fn notice_oid(&self) -> Option<&str> {
        match &self.received.notice {
            Posted::Nothing => None,
            Posted::Unverified(notice) => notice.claimed_oid(),
            Posted::Verified(notice) => Some(&notice.oid),
        }
    }

    /// Verifies that the notification comes from the gateway and is about an order of `amount` won in the shop `mid`.
    /// All arguments must come from the shop's own order; see [`UnverifiedNotice::verify`]. After `false` the
    /// notification is dropped.
    pub fn verify_notice(&mut self, mid: &[u8], amount: u64) -> bool {
        let platform = self.require_init("nothing can be verified");
        let verified = self
            .received
            .notice
            .take("a notification")
            .and_then(|notice| notice.verify(&self.config, platform?, &decode(mid), amount));
        self.with_result(verified, |session, notice| {
            session.received.notice = Posted::Verified(notice.into())
        })
    }

    /// [`Notice::dedup_key`] as one text, for a unique column in the shop's database.
    pub fn notice_key(&self) -> Option<String> {
        self.notice().map(|notice| {
            let (tid, seqno, flag, at) = notice.dedup_key();
            format!("{tid}/{seqno}/{flag}/{at}")
        })
    }

    /// The notification, once it is verified.
    pub fn notice(&self) -> Option<&Notice> {
        self.received.notice.verified()
    }

    /// [`Notice::is_due`] of the verified note of a mobile payment; `false` without one.
    pub fn is_note_due(&self, saved_tid: &[u8]) -> bool {
        self.notice().is_some_and(|note| note.is_due(&decode(saved_tid)))
    }

    /// [`Notice::mobile_answer`] to the verified note of a mobile payment. `None` without one: what is not verified is
    /// answered with an error.
    pub fn note_answer(&self, saved_tid: &[u8]) -> Option<&'static str> {
        self.notice().map(|note| note.mobile_answer(&decode(saved_tid)))
    }

    /// Reads the body of the payment window's return, in place of the one before. Nothing in it is trusted yet.
    pub fn read_return(&mut self, body: &[u8]) -> bool {
        self.received.returned = Posted::Nothing;
        let parsed = UnverifiedReturn::parse(body);
        self.with_result(parsed, |session, returned| session.received.returned = Posted::Unverified(returned))
    }

    /// The LGD_OID that the return claims, to look up the order. After verification, the order's. `None` if it is
    /// missing or malformed.
    pub fn return_oid(&self) -> Option<&str> {
        match &self.received.returned {
            Posted::Nothing => None,
            Posted::Unverified(returned) => returned.claimed_oid(),
            Posted::Verified(returned) => Some(&returned.oid),
        }
    }

    /// Verifies that the return is about the order `oid` over `amount` won in the shop `mid`. All arguments must come from
    /// the shop's own order; see [`UnverifiedReturn::verify`]. `true` for a failure too: it has no payment key. After
    /// `false` the return is dropped.
    pub fn verify_return(&mut self, mid: &[u8], oid: &[u8], amount: u64) -> bool {
        let platform = self.require_init("nothing can be verified");
        let verified = self.received.returned.take("a return").and_then(|returned| {
            returned.verify(&self.config, platform?, &decode(mid), &decode(oid), amount)
        });
        self.with_result(verified, |session, returned| {
            session.received.returned = Posted::Verified(returned.into());
        })
    }

    /// The return of the payment window, once it is verified.
    pub fn window_return(&self) -> Option<&WindowReturn> {
        self.received.returned.verified()
    }

    /// Reads the body of a billing window's return, in place of the one before. It has no signature.
    pub fn read_billing_return(&mut self, body: &[u8]) -> bool {
        self.received.billing = None;
        let parsed = BillingReturn::parse(body);
        self.with_result(parsed, |session, billing| session.received.billing = Some(billing))
    }

    /// The billing window's return that was read.
    pub fn billing_return(&self) -> Option<&BillingReturn> {
        self.received.billing.as_ref()
    }
}
