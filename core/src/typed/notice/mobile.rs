//! The note of a mobile payment, POSTed to LGD_KVPMISPNOTEURL or LGD_MTRANSFERNOTEURL.
//!
//! The gateway has finished the payment by itself, without PaymentByKey. So the money has moved, and the shop's answer says
//! whether the payment may stand: [`ANSWER`] or [`ROLLBACK`]. What follows depends on LGD_CUSTOM_ROLLBACK of the
//! window's request, which the note does not repeat:
//!
//! | LGD_CUSTOM_ROLLBACK | after `ROLLBACK` | after any other answer, or none |
//! | --- | --- | --- |
//! | `Y` | taken back at once | taken back at once, even if the order is saved |
//! | `C` | taken back | not taken back, even if the order is not saved |
//! | `N`, or none | sent again every 3 minutes for 2 hours | the same |
//!
//! With `N` nothing takes the payment back. The note comes again, and the shop's step must then run again. If it can never
//! succeed, the shop has to cancel the payment by LGD_TID.
//!
//! The signature is that of the window's return, which the buyer has seen. So let only the gateway's servers reach the page.

use super::{Notice, OK};

#[cfg(doc)]
use super::ANSWER;

/// The whole body of the shop's answer to a mobile payment's note if its order is not saved.
pub const ROLLBACK: &str = "ROLLBACK";

impl Notice {
    /// Whether the shop has to save the order as paid before it answers a mobile payment's note. `saved_tid` is LGD_TID
    /// with which the order is saved as paid already; empty if it is not paid.
    ///
    /// `false` for a repetition, for a failure, and for an order that another payment has paid. Look the order up and save
    /// it in one database transaction, because the buyer's browser and a repetition may arrive at the same time.
    pub fn is_due(&self, saved_tid: &str) -> bool {
        self.is_success() && self.flag.is_none() && saved_tid.is_empty()
    }

    /// The whole answer to a mobile payment's note. `saved_tid` is LGD_TID with which the order is saved as paid now;
    /// empty if it could not be saved.
    ///
    /// [`ANSWER`] if the order is saved with this payment, or if the note is about a failure, which moved no money.
    /// Otherwise [`ROLLBACK`]: also for an order that another payment has paid.
    pub fn mobile_answer(&self, saved_tid: &str) -> &'static str {
        if !self.is_success() || self.tid == saved_tid { OK } else { ROLLBACK }
    }
}
