//! The final payment request, the amount check before it and the settlement after it.

use super::{Parameters, TypedRequest, debug_names_only};

/// PaymentByKey: the final payment request. Read its answer with [`crate::typed::results::PaymentResult`].
#[derive(Clone)]
pub struct PaymentByKey {
    /// LGD_PAYKEY: the payment key that the payment window returned.
    pub paykey: String,
    /// LGD_AMOUNT in won. The gateway compares it with the amount that the buyer agreed to. If it is not set, nothing
    /// is compared.
    pub expected_amount: Option<u64>,
    /// LGD_CUSTOM_PROCESSTIMEOUT: how many seconds the payment key is valid, 1 to 86400. The gateway's default is
    /// 600.
    pub process_timeout: Option<u32>,
}

impl PaymentByKey {
    /// A payment by its payment key, with no optional parameter.
    pub fn new(paykey: impl Into<String>) -> PaymentByKey {
        PaymentByKey { paykey: paykey.into(), expected_amount: None, process_timeout: None }
    }
}

impl TypedRequest for PaymentByKey {
    const TXNAME: &'static str = "PaymentByKey";

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_PAYKEY", &self.paykey)
            .optional("LGD_AMOUNTCHECKYN", self.expected_amount.map(|_| "Y"))
            .optional("LGD_AMOUNT", self.expected_amount)
            .optional("LGD_CUSTOM_PROCESSTIMEOUT", self.process_timeout.map(u64::from));
    }
}

/// AmountCheck: asks whether the buyer agreed to this amount. No money moves.
#[derive(Clone)]
pub struct AmountCheck {
    /// LGD_PAYKEY: the payment key that the payment window returned.
    pub paykey: String,
    /// LGD_AMOUNT in won.
    pub amount: u64,
}

impl TypedRequest for AmountCheck {
    const TXNAME: &'static str = "AmountCheck";

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_PAYKEY", &self.paykey).required("LGD_AMOUNT", self.amount);
    }
}

/// Adjust: requests the settlement of a payment by card, bank transfer or virtual account.
#[derive(Clone)]
pub struct Adjust {
    /// LGD_TID of the payment.
    pub tid: String,
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
    fn the_key_is_sent_alone_or_with_the_expected_amount() {
        let bare = PaymentByKey::new("paykey-1");
        assert_sent(&bare, &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", "paykey-1")]);
        let whole = PaymentByKey { expected_amount: Some(23_400), process_timeout: Some(900), ..bare };
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
        let check = AmountCheck { paykey: "paykey-1".into(), amount: 23_400 };
        assert_sent(
            &check,
            &[("LGD_TXNAME", "AmountCheck"), ("LGD_PAYKEY", "paykey-1"), ("LGD_AMOUNT", "23400")],
        );
        let adjust = Adjust { tid: "tshop2020051510111200001".into() };
        assert_sent(&adjust, &[("LGD_TXNAME", "Adjust"), ("LGD_TID", "tshop2020051510111200001")]);
    }

    #[test]
    fn an_invalid_payment_is_not_sent() {
        assert!(refusal(&PaymentByKey::new("")).contains("LGD_PAYKEY is required"));
        let long = refusal(&PaymentByKey::new("k".repeat(101)));
        assert!(long.contains("LGD_PAYKEY may have 100 bytes of CP949; found 101"), "{long}");
        let never = PaymentByKey { process_timeout: Some(0), ..PaymentByKey::new("k") };
        assert!(refusal(&never).contains("LGD_CUSTOM_PROCESSTIMEOUT must be 1 to 86400 seconds"));
        let rich = AmountCheck { paykey: "k".into(), amount: 1_000_000_000_000 };
        assert!(refusal(&rich).contains("LGD_AMOUNT may be 999999999999 won at most; found 13 digits"));
        let free = PaymentByKey { expected_amount: Some(0), ..PaymentByKey::new("k") };
        assert!(refusal(&free).contains("LGD_AMOUNT must be 1 won or more; found 0 (argument amount)"));
        assert!(refusal(&Adjust { tid: "t".repeat(25) }).contains("LGD_TID may have 24 bytes"));
    }
}
