//! Refunds: Cancel for a whole payment, PartialCancel for a part of it.

use super::{Parameters, TypedRequest, debug_names_only};
use crate::error::Result;
use crate::protocol::payment_method::PaymentMethod;
use crate::text::secret::Secret;
use crate::typed::setters::setters;

/// Cancel: refunds everything that is left of a payment. Read its answer with
/// [`crate::results::CancelResult`].
///
/// ```
/// use xpayclient_core::PaymentMethod;
/// use xpayclient_core::requests::Cancel;
///
/// let request = Cancel::new("tlgda2026112814300000001").means(PaymentMethod::Card).reason("the buyer's wish");
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Cancel {
    /// LGD_TID of the payment.
    pub tid: String,
    /// LGD_PAYTYPE of the payment, whose codes decide how the answer is read. It is not sent. `None` if it is unknown.
    pub means: Option<PaymentMethod>,
    /// LGD_CANCELREASON.
    pub reason: Option<String>,
    /// LGD_CANCELREQUESTER: who asked for the cancellation.
    pub requester: Option<String>,
    /// LGD_CANCELREQUESTERIP.
    pub requester_ip: Option<String>,
    /// The account to refund to, for a payment by virtual account.
    pub refund_account: Option<RefundAccount>,
}

impl Cancel {
    /// The cancellation of a payment, with no optional parameter.
    pub fn new(tid: impl Into<String>) -> Cancel {
        Cancel {
            tid: tid.into(),
            means: None,
            reason: None,
            requester: None,
            requester_ip: None,
            refund_account: None,
        }
    }
}

setters!(Cancel {
    means: PaymentMethod,
    reason: impl Into<String>,
    requester: impl Into<String>,
    requester_ip: impl Into<String>,
    refund_account: RefundAccount,
});

impl TypedRequest for Cancel {
    const TXNAME: &'static str = "Cancel";

    fn parameters(&self, to: &mut Parameters) {
        to.means(check_means(self.means.as_ref()))
            .required("LGD_TID", &self.tid)
            .optional("LGD_CANCELREASON", self.reason.as_ref())
            .optional("LGD_CANCELREQUESTER", self.requester.as_ref())
            .optional("LGD_CANCELREQUESTERIP", self.requester_ip.as_ref());
        add_account(self.refund_account.as_ref(), to);
    }
}

/// PartialCancel: refunds a part of a payment. Read its answer with [`crate::results::CancelResult`].
#[derive(Clone)]
#[non_exhaustive]
pub struct PartialCancel {
    /// LGD_TID of the payment.
    pub tid: String,
    /// LGD_PAYTYPE of the payment, whose codes decide how the answer is read. It is not sent. `None` if it is unknown.
    pub means: Option<PaymentMethod>,
    /// LGD_CANCELAMOUNT in won: the amount to refund.
    pub amount: u64,
    /// LGD_REMAINAMOUNT in won: the amount left before this cancellation. The gateway refuses if it has another
    /// number.
    pub remaining: Option<u64>,
    /// LGD_CANCELTAXFREEAMOUNT in won: the tax-free part of the amount to refund.
    pub tax_free: Option<u64>,
    /// LGD_CANCELREASON.
    pub reason: Option<String>,
    /// The account to refund to, for a payment by virtual account.
    pub refund_account: Option<RefundAccount>,
    /// LGD_REQREMAIN: whether the answer must contain the amount left afterwards.
    pub ask_remaining: bool,
}

impl PartialCancel {
    /// The cancellation of `amount` won of a payment, with no optional parameter.
    pub fn new(tid: impl Into<String>, amount: u64) -> PartialCancel {
        PartialCancel {
            tid: tid.into(),
            means: None,
            amount,
            remaining: None,
            tax_free: None,
            reason: None,
            refund_account: None,
            ask_remaining: false,
        }
    }
}

setters!(PartialCancel {
    means: PaymentMethod,
    remaining: u64,
    tax_free: u64,
    reason: impl Into<String>,
    refund_account: RefundAccount,
    ask_remaining = bool,
});

impl TypedRequest for PartialCancel {
    const TXNAME: &'static str = "PartialCancel";

    fn parameters(&self, to: &mut Parameters) {
        to.means(check_means(self.means.as_ref()))
            .required("LGD_TID", &self.tid)
            .required("LGD_CANCELAMOUNT", self.amount)
            .optional("LGD_REMAINAMOUNT", self.remaining)
            .optional("LGD_CANCELTAXFREEAMOUNT", self.tax_free)
            .optional("LGD_CANCELREASON", self.reason.as_ref());
        add_account(self.refund_account.as_ref(), to);
        to.optional("LGD_REQREMAIN", self.ask_remaining.then_some("1"));
    }
}

/// The buyer's own account, to which a payment by virtual account is refunded.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RefundAccount {
    /// LGD_RFACCOUNTNUM.
    pub number: Secret,
    /// LGD_RFBANKCODE, see [`crate::tables::BANKS`].
    pub bank_code: String,
    /// LGD_RFCUSTOMERNAME: the account holder.
    pub holder: Secret,
    /// LGD_RFPHONE.
    pub phone: Option<Secret>,
}

impl RefundAccount {
    /// An account by its number, its bank's code and its holder's name.
    pub fn new(
        number: impl Into<Secret>,
        bank_code: impl Into<String>,
        holder: impl Into<Secret>,
    ) -> RefundAccount {
        RefundAccount {
            number: number.into(),
            bank_code: bank_code.into(),
            holder: holder.into(),
            phone: None,
        }
    }
}

setters!(RefundAccount { phone: impl Into<Secret> });

/// By a misspelt code the answer would be read wrongly.
fn check_means(means: Option<&PaymentMethod>) -> Result<()> {
    means.map_or(Ok(()), PaymentMethod::check_known)
}

fn add_account(account: Option<&RefundAccount>, to: &mut Parameters) {
    if let Some(account) = account {
        to.required("LGD_RFACCOUNTNUM", &account.number)
            .required("LGD_RFBANKCODE", &account.bank_code)
            .required("LGD_RFCUSTOMERNAME", &account.holder)
            .optional("LGD_RFPHONE", account.phone.as_ref());
    }
}

debug_names_only!(Cancel, PartialCancel);

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
    fn cancel_sends_requester_and_refund_account() {
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
    fn partial_cancel_sends_amount_and_remainder() {
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
    fn a_refund_account_needs_number_bank_and_holder() {
        let nobody = RefundAccount { holder: "".into(), ..account() };
        let cancel = Cancel { refund_account: Some(nobody), ..Cancel::new("T1") };
        assert!(refusal(&cancel).contains("LGD_RFCUSTOMERNAME is required"));
        assert!(refusal(&PartialCancel::new("", 1)).contains("LGD_TID is required"));
    }

    #[test]
    fn what_would_refund_nothing_is_not_sent() {
        let none = refusal(&PartialCancel::new("T1", 0));
        assert!(none.contains("LGD_CANCELAMOUNT must be 1 won or more; found 0 (argument amount)"), "{none}");
        let empty = PartialCancel { remaining: Some(0), ..PartialCancel::new("T1", 1) };
        assert!(
            refusal(&empty).contains("LGD_REMAINAMOUNT must be 1 won or more; found 0 (argument remaining)")
        );
        let rich = refusal(&PartialCancel::new("T1", 1_000_000_000_000));
        assert!(rich.contains("LGD_CANCELAMOUNT may be 999999999999 won at most; found 13 digits"), "{rich}");
    }

    #[test]
    fn a_payment_method_that_does_not_exist_is_refused() {
        let means = Some(PaymentMethod::from_code("SC0011"));
        let whole = refusal(&Cancel { means: means.clone(), ..Cancel::new("T1") });
        assert!(whole.contains("LGD_PAYTYPE must be one of SC0010, SC0030"), "{whole}");
        assert!(whole.contains("(argument means or paytype)") && !whole.contains("SC0011"), "{whole}");
        assert_eq!(refusal(&PartialCancel { means, ..PartialCancel::new("T1", 1) }), whole);
        assert_sent(
            &Cancel { means: Some(PaymentMethod::Card), ..Cancel::new("T1") },
            &[("LGD_TXNAME", "Cancel"), ("LGD_TID", "T1")],
        );
    }
}
