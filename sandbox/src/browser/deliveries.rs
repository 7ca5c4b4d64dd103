//! An escrow delivery as the merchant admin words it.

use crate::clock::readable;
use crate::ledger::delivery::RegisteredDelivery;

impl RegisteredDelivery {
    pub(super) fn when(&self) -> String {
        readable(&self.at)
    }

    pub(super) fn on(&self) -> String {
        readable(&format!("{}00", self.date))
    }

    pub(super) fn label(&self) -> &'static str {
        if self.kind == "03" { "발송 sent" } else { "수령 received" }
    }
}
