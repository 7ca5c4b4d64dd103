//! GiftCulture: pays by culture voucher without the payment window, in the steps AUTH, SMS and APP.

use super::{Parameters, TypedRequest, debug_names_only};
use crate::text::secret::Secret;
use crate::typed::setters::setters;

const TXNAME: &str = "GiftCulture";

/// GiftCulture AUTH: identifies the voucher's holder. The LGD_TID in its answer identifies the payment in the next
/// steps.
#[derive(Clone)]
#[non_exhaustive]
pub struct GiftCultureAuth {
    /// LGD_OID: the shop's order ID.
    pub oid: String,
    /// LGD_AMOUNT in won.
    pub amount: u64,
    /// LGD_CULTID: the holder's account name with the voucher's issuer.
    pub cult_id: Secret,
    /// LGD_CULTPASSWD.
    pub cult_password: Secret,
    /// LGD_BUYERID.
    pub buyer_id: Option<String>,
    /// LGD_BUYERIP.
    pub buyer_ip: Option<String>,
    /// LGD_PRODUCTINFO.
    pub product_info: Option<String>,
}

impl GiftCultureAuth {
    /// The first step of a payment of `amount` won, with the holder's account at the voucher's issuer.
    pub fn new(
        oid: impl Into<String>,
        amount: u64,
        cult_id: impl Into<Secret>,
        cult_password: impl Into<Secret>,
    ) -> GiftCultureAuth {
        GiftCultureAuth {
            oid: oid.into(),
            amount,
            cult_id: cult_id.into(),
            cult_password: cult_password.into(),
            buyer_id: None,
            buyer_ip: None,
            product_info: None,
        }
    }
}

setters!(GiftCultureAuth {
    buyer_id: impl Into<String>,
    buyer_ip: impl Into<String>,
    product_info: impl Into<String>,
});

impl TypedRequest for GiftCultureAuth {
    const TXNAME: &'static str = TXNAME;

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_METHOD", "AUTH")
            .required("LGD_OID", &self.oid)
            .required("LGD_AMOUNT", self.amount)
            .required("LGD_CULTID", &self.cult_id)
            .required("LGD_CULTPASSWD", &self.cult_password)
            .required("LGD_CULTVERSION", "2")
            .optional("LGD_BUYERID", self.buyer_id.as_ref())
            .optional("LGD_BUYERIP", self.buyer_ip.as_ref())
            .optional("LGD_PRODUCTINFO", self.product_info.as_ref());
    }
}

/// GiftCulture SMS: sends the holder a PIN.
#[derive(Clone)]
#[non_exhaustive]
pub struct GiftCultureSms {
    /// LGD_TID of AUTH.
    pub tid: String,
    /// LGD_CULTID.
    pub cult_id: Secret,
}

impl GiftCultureSms {
    /// The second step of the payment `tid`.
    pub fn new(tid: impl Into<String>, cult_id: impl Into<Secret>) -> GiftCultureSms {
        GiftCultureSms { tid: tid.into(), cult_id: cult_id.into() }
    }
}

impl TypedRequest for GiftCultureSms {
    const TXNAME: &'static str = TXNAME;

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_METHOD", "SMS").required("LGD_TID", &self.tid).required("LGD_CULTID", &self.cult_id);
    }
}

/// GiftCulture APP: pays with the PIN that the holder received. Read its answer with
/// [`crate::results::PaymentResult`].
#[derive(Clone)]
#[non_exhaustive]
pub struct GiftCultureApp {
    /// LGD_TID of AUTH.
    pub tid: String,
    /// LGD_AMOUNT in won, the same as in AUTH.
    pub amount: u64,
    /// LGD_CULTPIN: the PIN that the holder received.
    pub cult_pin: Secret,
}

impl GiftCultureApp {
    /// The last step of the payment `tid`, with the PIN that its holder received.
    pub fn new(tid: impl Into<String>, amount: u64, cult_pin: impl Into<Secret>) -> GiftCultureApp {
        GiftCultureApp { tid: tid.into(), amount, cult_pin: cult_pin.into() }
    }
}

impl TypedRequest for GiftCultureApp {
    const TXNAME: &'static str = TXNAME;

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_METHOD", "APP")
            .required("LGD_TID", &self.tid)
            .required("LGD_AMOUNT", self.amount)
            .required("LGD_CULTPIN", &self.cult_pin);
    }
}

debug_names_only!(GiftCultureAuth, GiftCultureSms, GiftCultureApp);

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_sent, refusal};
    use super::*;

    #[test]
    fn the_three_steps_send_their_parameters_in_order() {
        let auth = GiftCultureAuth {
            oid: "ORDER-1".into(),
            amount: 5_000,
            cult_id: "holder".into(),
            cult_password: "pass word".into(),
            buyer_id: Some("guest".into()),
            buyer_ip: Some("192.0.2.1".into()),
            product_info: Some("상품 한 개".into()),
        };
        assert_sent(
            &auth,
            &[
                ("LGD_TXNAME", "GiftCulture"),
                ("LGD_METHOD", "AUTH"),
                ("LGD_OID", "ORDER-1"),
                ("LGD_AMOUNT", "5000"),
                ("LGD_CULTID", "holder"),
                ("LGD_CULTPASSWD", "pass word"),
                ("LGD_CULTVERSION", "2"),
                ("LGD_BUYERID", "guest"),
                ("LGD_BUYERIP", "192.0.2.1"),
                ("LGD_PRODUCTINFO", "상품 한 개"),
            ],
        );
        let sms = GiftCultureSms { tid: "T001".into(), cult_id: "holder".into() };
        assert_sent(
            &sms,
            &[
                ("LGD_TXNAME", "GiftCulture"),
                ("LGD_METHOD", "SMS"),
                ("LGD_TID", "T001"),
                ("LGD_CULTID", "holder"),
            ],
        );
        let app = GiftCultureApp { tid: "T001".into(), amount: 5_000, cult_pin: "123456".into() };
        assert_sent(
            &app,
            &[
                ("LGD_TXNAME", "GiftCulture"),
                ("LGD_METHOD", "APP"),
                ("LGD_TID", "T001"),
                ("LGD_AMOUNT", "5000"),
                ("LGD_CULTPIN", "123456"),
            ],
        );
        assert!(refusal(&GiftCultureApp { cult_pin: "".into(), ..app }).contains("LGD_CULTPIN is required"));
        assert!(refusal(&GiftCultureSms { cult_id: "".into(), ..sms }).contains("LGD_CULTID is required"));
        let silent = GiftCultureAuth { cult_password: "".into(), ..auth };
        assert!(refusal(&silent).contains("LGD_CULTPASSWD is required"));
    }
}
