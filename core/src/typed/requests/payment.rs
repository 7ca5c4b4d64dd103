//! The final payment request, the amount check before it and the settlement after it.

use super::{Parameters, TypedRequest, debug_names_only};
use crate::text::secret::Secret;
use crate::typed::setters::setters;

/// PaymentByKey: the final payment request. Read its answer with [`crate::results::PaymentResult`].
///
/// ```
/// use xpayclient_core::requests::PaymentByKey;
///
/// let request = PaymentByKey::new("the payment key that the window returned").amount(23_400);
/// // No value of a request is in its Debug output.
/// assert!(!format!("{request:?}").contains("23400"));
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct PaymentByKey {
    /// LGD_PAYKEY: the payment key that the payment window returned.
    pub paykey: Secret,
    /// LGD_AMOUNT in won: the order's amount. The gateway compares it with the amount that the buyer agreed to, and
    /// declines another. If it is not set, nothing is compared.
    pub amount: Option<u64>,
    /// LGD_CUSTOM_PROCESSTIMEOUT: how many seconds the payment key is valid, 1 to 86400. The gateway's default is
    /// 600.
    pub process_timeout: Option<u32>,
}

impl PaymentByKey {
    /// A payment by its payment key, with no optional parameter.
    pub fn new(paykey: impl Into<Secret>) -> PaymentByKey {
        PaymentByKey { paykey: paykey.into(), amount: None, process_timeout: None }
    }
}

setters!(PaymentByKey { amount: u64, process_timeout: u32 });

impl TypedRequest for PaymentByKey {
    const TXNAME: &'static str = "PaymentByKey";

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_PAYKEY", &self.paykey)
            .optional("LGD_AMOUNTCHECKYN", self.amount.map(|_| "Y"))
            .optional("LGD_AMOUNT", self.amount)
            .optional("LGD_CUSTOM_PROCESSTIMEOUT", self.process_timeout.map(u64::from));
    }
}

/// AmountCheck: asks whether the buyer agreed to this amount. No money moves.
#[derive(Clone)]
#[non_exhaustive]
pub struct AmountCheck {
    /// LGD_PAYKEY: the payment key that the payment window returned.
    pub paykey: Secret,
    /// LGD_AMOUNT in won.
    pub amount: u64,
}

impl AmountCheck {
    /// The question whether the buyer agreed to `amount` won.
    pub fn new(paykey: impl Into<Secret>, amount: u64) -> AmountCheck {
        AmountCheck { paykey: paykey.into(), amount }
    }
}

impl TypedRequest for AmountCheck {
    const TXNAME: &'static str = "AmountCheck";

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_PAYKEY", &self.paykey).required("LGD_AMOUNT", self.amount);
    }
}

/// Adjust: requests the settlement of a payment by card, bank transfer or virtual account.
#[derive(Clone)]
#[non_exhaustive]
pub struct Adjust {
    /// LGD_TID of the payment.
    pub tid: String,
}

impl Adjust {
    /// The settlement of the payment `tid`.
    pub fn new(tid: impl Into<String>) -> Adjust {
        Adjust { tid: tid.into() }
    }
}

impl TypedRequest for Adjust {
    const TXNAME: &'static str = "Adjust";

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_TID", &self.tid);
    }
}

debug_names_only!(PaymentByKey, AmountCheck, Adjust);

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_sent, refusal};
    use super::*;

    #[test]
    fn the_key_is_sent_alone_or_with_the_amount() {
        let bare = PaymentByKey::new("paykey-1");
        assert_sent(&bare, &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", "paykey-1")]);
        let whole = bare.amount(23_400).process_timeout(900);
        assert_sent(
            &whole,
            &[
                ("LGD_TXNAME", "PaymentByKey"),
                ("LGD_PAYKEY", "paykey-1"),
                ("LGD_AMOUNTCHECKYN", "Y"),
                ("LGD_AMOUNT", "23400"),
                ("LGD_CUSTOM_PROCESSTIMEOUT", "900"),
            ],
        );
    }

    #[test]
    fn amount_check_and_adjust_send_their_parameters() {
        let check = AmountCheck::new("paykey-1", 23_400);
        assert_sent(
            &check,
            &[("LGD_TXNAME", "AmountCheck"), ("LGD_PAYKEY", "paykey-1"), ("LGD_AMOUNT", "23400")],
        );
        let adjust = Adjust::new("tshop2020051510111200001");
        assert_sent(&adjust, &[("LGD_TXNAME", "Adjust"), ("LGD_TID", "tshop2020051510111200001")]);
    }

    #[test]
    fn an_invalid_payment_is_not_sent() {
        assert!(refusal(&PaymentByKey::new("")).contains("LGD_PAYKEY is required"));
        let long = refusal(&PaymentByKey::new("k".repeat(101)));
        assert!(long.contains("LGD_PAYKEY may have 100 bytes of CP949; found 101"), "{long}");
        let never = PaymentByKey::new("k").process_timeout(0);
        assert!(refusal(&never).contains("LGD_CUSTOM_PROCESSTIMEOUT must be 1 to 86400 seconds"));
        let rich = AmountCheck::new("k", 1_000_000_000_000);
        assert!(refusal(&rich).contains("LGD_AMOUNT may be 999999999999 won at most; found 13 digits"));
        let free = PaymentByKey::new("k").amount(0);
        assert!(refusal(&free).contains("LGD_AMOUNT must be 1 won or more; found 0 (argument amount)"));
        assert!(refusal(&Adjust::new("t".repeat(25))).contains("LGD_TID may have 24 bytes"));
    }
}
