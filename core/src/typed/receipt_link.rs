//! Receipt links: the call of the gateway's script receipt_link.js for a shop's page.

use std::fmt;

use crate::config::{Config, Platform};
use crate::error::{Error, Result};
use crate::protocol::limits;
use crate::protocol::payment_method::PaymentMethod;
use crate::protocol::signature::receipt_authdata;

/// A JavaScript call that opens a receipt in the buyer's browser. The page must include `script`. Its `Debug` does not show
/// the call, whose signature opens the receipt.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceiptLink {
    /// The address of the gateway's script.
    pub script: &'static str,
    /// The call, in JavaScript.
    pub call: String,
}

impl fmt::Debug for ReceiptLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceiptLink").field("script", &self.script).finish_non_exhaustive()
    }
}

impl ReceiptLink {
    /// The receipt of the payment `tid`. The call contains `authdata`, which opens this receipt and no other.
    ///
    /// # Errors
    /// [`crate::Code::NO_MID`] if the configuration has no MertKey for `mid`; [`crate::Code::BAD_VALUE`] names the
    /// argument that is missing, too long or contains a character that could end a JavaScript string.
    pub fn of_payment(config: &Config, platform: Platform, mid: &str, tid: &str) -> Result<ReceiptLink> {
        check(&[("LGD_MID", mid), ("LGD_TID", tid)])?;
        let auth_data = receipt_authdata(mid.as_bytes(), tid.as_bytes(), config.mert_key(mid.as_bytes())?)?;
        Ok(ReceiptLink {
            script: script(platform),
            call: format!("showReceiptByTID('{mid}', '{tid}', '{auth_data}')"),
        })
    }

    /// The cash receipt of the order `oid`, whose payment method is bank transfer, virtual account or deposit.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] as [`ReceiptLink::of_payment`]; it names LGD_PAYTYPE for any other payment method.
    pub fn of_cash_receipt(
        platform: Platform,
        mid: &str,
        oid: &str,
        seqno: &str,
        means: &PaymentMethod,
    ) -> Result<ReceiptLink> {
        check(&[("LGD_MID", mid), ("LGD_OID", oid), ("LGD_SEQNO", seqno)])?;
        let kind = match means {
            PaymentMethod::BankTransfer => "BANK",
            PaymentMethod::VirtualAccount => "CAS",
            PaymentMethod::Deposit => "CR",
            _ => return Err(Error::bad_value("LGD_PAYTYPE", "must be SC0030, SC0040 or SC0100")),
        };
        Ok(ReceiptLink {
            script: script(platform),
            call: format!("showCashReceipts('{mid}', '{oid}', '{seqno}', '{kind}', '{platform}')"),
        })
    }
}

fn script(platform: Platform) -> &'static str {
    match platform {
        Platform::Test => "https://pgweb.tosspayments.com:7085/WEB_SERVER/js/receipt_link.js",
        Platform::Service => "https://pgweb.tosspayments.com/WEB_SERVER/js/receipt_link.js",
    }
}

fn check(arguments: &[(&str, &str)]) -> Result<()> {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    arguments.iter().try_for_each(|(name, value)| {
        limits::check_given(name, value)?;
        limits::check(name, value)?;
        match value.bytes().all(allowed) {
            true => Ok(()),
            false => Err(Error::bad_value(name, "must be letters, digits, - or _")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_has_a_signed_link_and_a_cash_receipt_one_by_its_order() {
        let mut config = Config::new();
        config.set("tshop", "0123456789abcdef0123456789abcdef");
        let link = ReceiptLink::of_payment(&config, Platform::Test, "tshop", "T1").unwrap();
        assert_eq!(link.call, "showReceiptByTID('tshop', 'T1', '39de0ec6b70f8b0606ab067c46514490')");
        assert!(!format!("{link:?}").contains("39de"));
        assert!(link.script.contains(":7085/"));
        let link = |means| ReceiptLink::of_cash_receipt(Platform::Service, "shop", "O-1", "001", &means);
        assert_eq!(
            link(PaymentMethod::VirtualAccount).unwrap().call,
            "showCashReceipts('shop', 'O-1', '001', 'CAS', 'service')"
        );
        assert!(link(PaymentMethod::Card).unwrap_err().cause().contains("LGD_PAYTYPE"));
    }

    #[test]
    fn no_argument_can_leave_its_javascript_string() {
        let config = Config::new();
        for tid in ["", "T1')", "T\\", "</script>"] {
            let refused = ReceiptLink::of_payment(&config, Platform::Test, "tshop", tid).unwrap_err();
            assert!(refused.cause().contains("LGD_TID"), "{refused}");
        }
    }
}
