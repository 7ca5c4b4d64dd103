//! Giving money back: Cancel for all of it, PartialCancel for a part.

use super::{Parameters, Request, shown_by_names};
use crate::text::secret::Secret;

/// Cancel: everything that is left goes back. Read its answer with [`crate::typed::results::CancelResult`].
#[derive(Clone)]
pub struct Cancel {
    /// LGD_TID of the payment.
    pub tid: String,
    /// LGD_CANCELREASON.
    pub reason: Option<String>,
    /// LGD_CANCELREQUESTER: who asked for it.
    pub requester: Option<String>,
    /// LGD_CANCELREQUESTERIP.
    pub requester_ip: Option<String>,
    /// Where the money goes, for a virtual account.
    pub refund_account: Option<RefundAccount>,
}

impl Cancel {
    /// The cancel of a payment, with nothing else said.
    pub fn new(tid: impl Into<String>) -> Cancel {
        Cancel { tid: tid.into(), reason: None, requester: None, requester_ip: None, refund_account: None }
    }
}

impl Request for Cancel {
    const TXNAME: &'static str = "Cancel";

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_TID", &self.tid)
            .optional("LGD_CANCELREASON", self.reason.as_ref())
            .optional("LGD_CANCELREQUESTER", self.requester.as_ref())
            .optional("LGD_CANCELREQUESTERIP", self.requester_ip.as_ref());
        add_account(self.refund_account.as_ref(), to);
    }
}

/// PartialCancel: a part goes back, the rest stays. Read its answer with [`crate::typed::results::CancelResult`].
#[derive(Clone)]
pub struct PartialCancel {
    /// LGD_TID of the payment.
    pub tid: String,
    /// LGD_CANCELAMOUNT in won: what goes back.
    pub amount: u64,
    /// LGD_REMAINAMOUNT in won: what is left before this cancel. The gateway refuses when it has another number.
    pub remaining: Option<u64>,
    /// LGD_CANCELTAXFREEAMOUNT in won: the tax-free share of what goes back.
    pub tax_free: Option<u64>,
    /// LGD_CANCELREASON.
    pub reason: Option<String>,
    /// Where the money goes, for a virtual account.
    pub refund_account: Option<RefundAccount>,
    /// LGD_REQREMAIN: whether the answer is to say what is left afterwards.
    pub ask_remaining: bool,
}

impl PartialCancel {
    /// The cancel of `amount` won of a payment, with nothing else said.
    pub fn new(tid: impl Into<String>, amount: u64) -> PartialCancel {
        PartialCancel {
            tid: tid.into(),
            amount,
            remaining: None,
            tax_free: None,
            reason: None,
            refund_account: None,
            ask_remaining: false,
        }
    }
}

impl Request for PartialCancel {
    const TXNAME: &'static str = "PartialCancel";

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_TID", &self.tid)
            .required("LGD_CANCELAMOUNT", self.amount)
            .optional("LGD_REMAINAMOUNT", self.remaining)
            .optional("LGD_CANCELTAXFREEAMOUNT", self.tax_free)
            .optional("LGD_CANCELREASON", self.reason.as_ref());
        add_account(self.refund_account.as_ref(), to);
        to.optional("LGD_REQREMAIN", self.ask_remaining.then_some("1"));
    }
}

/// The buyer's own account, to which the money of a virtual account goes back.
#[derive(Clone, Debug)]
pub struct RefundAccount {
    /// LGD_RFACCOUNTNUM.
    pub number: Secret,
    /// LGD_RFBANKCODE, see [`crate::protocol::tables::BANKS`].
    pub bank_code: String,
    /// LGD_RFCUSTOMERNAME: whose account it is.
    pub holder: Secret,
    /// LGD_RFPHONE.
    pub phone: Option<Secret>,
}

fn add_account(account: Option<&RefundAccount>, to: &mut Parameters) {
    if let Some(account) = account {
        to.required("LGD_RFACCOUNTNUM", &account.number)
            .required("LGD_RFBANKCODE", &account.bank_code)
            .required("LGD_RFCUSTOMERNAME", &account.holder)
            .optional("LGD_RFPHONE", account.phone.as_ref());
    }
}

shown_by_names!(Cancel, PartialCancel);

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_sent, refusal};
    use super::*;

    fn account() -> RefundAccount {
        RefundAccount {
            number: "11022233344455".into(),
            bank_code: "088".into(),
            holder: "홍길동".into(),
            phone: Some("01012345678".into()),
        }
    }

    #[test]
    fn a_cancel_says_who_and_where_to() {
        let bare = Cancel::new("T1");
        assert_sent(&bare, &[("LGD_TXNAME", "Cancel"), ("LGD_TID", "T1")]);
        let whole = Cancel {
            reason: Some("변심".into()),
            requester: Some("buyer".into()),
            requester_ip: Some("192.0.2.1".into()),
            refund_account: Some(account()),
            ..bare
        };
        assert_sent(
            &whole,
            &[
                ("LGD_TXNAME", "Cancel"),
                ("LGD_TID", "T1"),
                ("LGD_CANCELREASON", "변심"),
                ("LGD_CANCELREQUESTER", "buyer"),
                ("LGD_CANCELREQUESTERIP", "192.0.2.1"),
                ("LGD_RFACCOUNTNUM", "11022233344455"),
                ("LGD_RFBANKCODE", "088"),
                ("LGD_RFCUSTOMERNAME", "홍길동"),
                ("LGD_RFPHONE", "01012345678"),
            ],
        );
        assert!(!format!("{:?}", account()).contains("1102"));
    }

    #[test]
    fn a_part_says_how_much_and_what_was_left() {
        let bare = PartialCancel::new("T1", 400);
        assert_sent(
            &bare,
            &[("LGD_TXNAME", "PartialCancel"), ("LGD_TID", "T1"), ("LGD_CANCELAMOUNT", "400")],
        );
        let whole = PartialCancel {
            remaining: Some(23_400),
            tax_free: Some(0),
            reason: Some("변심".into()),
            refund_account: Some(RefundAccount { phone: None, ..account() }),
            ask_remaining: true,
            ..bare
        };
        assert_sent(
            &whole,
            &[
                ("LGD_TXNAME", "PartialCancel"),
                ("LGD_TID", "T1"),
                ("LGD_CANCELAMOUNT", "400"),
                ("LGD_REMAINAMOUNT", "23400"),
                ("LGD_CANCELTAXFREEAMOUNT", "0"),
                ("LGD_CANCELREASON", "변심"),
                ("LGD_RFACCOUNTNUM", "11022233344455"),
                ("LGD_RFBANKCODE", "088"),
                ("LGD_RFCUSTOMERNAME", "홍길동"),
                ("LGD_REQREMAIN", "1"),
            ],
        );
    }

    #[test]
    fn an_account_has_a_number_a_bank_and_a_holder() {
        let nobody = RefundAccount { holder: "".into(), ..account() };
        let cancel = Cancel { refund_account: Some(nobody), ..Cancel::new("T1") };
        assert!(refusal(&cancel).contains("LGD_RFCUSTOMERNAME is required"));
        assert!(refusal(&PartialCancel::new("", 1)).contains("LGD_TID is required"));
    }
}
