//! CardAuth: pays by card without the payment window: by number, billing key, 3-D Secure or ISP.

use super::credential::Credential;
use super::{Parameters, TypedRequest, debug_names_only};
use crate::text::secret::Secret;
use crate::typed::setters::setters;

/// CardAuth. Read its answer with [`crate::results::PaymentResult`], or with
/// [`crate::results::BillingKey`] if the amount is 0.
#[derive(Clone)]
#[non_exhaustive]
pub struct CardAuth {
    /// LGD_OID: the shop's order ID.
    pub oid: String,
    /// LGD_AMOUNT in won; 0 creates a billing key for [`Credential::Card`].
    pub amount: u64,
    /// The card or billing key to charge.
    pub credential: Credential,
    /// LGD_INSTALL: the number of monthly installments; 0 is a single payment. A card by ISP has its own: [`quota`](super::Isp::quota).
    pub install_months: u8,
    /// LGD_BUYER: the buyer's name.
    pub buyer: Option<Secret>,
    /// LGD_BUYERID.
    pub buyer_id: Option<String>,
    /// LGD_BUYERPHONE.
    pub buyer_phone: Option<Secret>,
    /// LGD_BUYEREMAIL.
    pub buyer_email: Option<Secret>,
    /// LGD_BUYERIP.
    pub buyer_ip: Option<String>,
    /// LGD_PRODUCTINFO.
    pub product_info: Option<String>,
}

/// VBV_ECI without an authentication on the issuer's page.
const UNAUTHENTICATED: &str = "010";

impl CardAuth {
    /// A single payment, with no optional parameter.
    pub fn new(oid: impl Into<String>, amount: u64, credential: Credential) -> CardAuth {
        CardAuth {
            oid: oid.into(),
            amount,
            credential,
            install_months: 0,
            buyer: None,
            buyer_id: None,
            buyer_phone: None,
            buyer_email: None,
            buyer_ip: None,
            product_info: None,
        }
    }
}

setters!(CardAuth {
    install_months = u8,
    buyer: impl Into<Secret>,
    buyer_id: impl Into<String>,
    buyer_phone: impl Into<Secret>,
    buyer_email: impl Into<Secret>,
    buyer_ip: impl Into<String>,
    product_info: impl Into<String>,
});

impl TypedRequest for CardAuth {
    const TXNAME: &'static str = "CardAuth";

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_OID", &self.oid);
        match (self.amount, &self.credential) {
            (0, Credential::Card(_)) => to.unpaid("LGD_AMOUNT"),
            (amount, _) => to.required("LGD_AMOUNT", amount),
        };
        let install = format!("{:02}", self.install_months);
        let number = match &self.credential {
            Credential::BillingKey(key) => Some((key, UNAUTHENTICATED)),
            Credential::Card(card) => Some((&card.number, UNAUTHENTICATED)),
            Credential::ThreeDSecure(card) => Some((&card.number, card.eci.as_str())),
            Credential::Isp(_) => None,
        };
        match number {
            Some((pan, eci)) => {
                to.required("LGD_PAN", pan).required("LGD_INSTALL", install).required("VBV_ECI", eci);
            }
            // Zero stands for not set.
            None => {
                let set = (self.install_months > 0).then_some(install);
                to.required("LGD_AUTHTYPE", "ISP").optional("LGD_INSTALL", set);
            }
        }
        to.optional("LGD_BUYER", self.buyer.as_ref())
            .optional("LGD_BUYERID", self.buyer_id.as_ref())
            .optional("LGD_BUYERPHONE", self.buyer_phone.as_ref())
            .optional("LGD_BUYEREMAIL", self.buyer_email.as_ref())
            .optional("LGD_BUYERIP", self.buyer_ip.as_ref())
            .optional("LGD_PRODUCTINFO", self.product_info.as_ref());
        match &self.credential {
            Credential::BillingKey(_) => {}
            Credential::Card(card) => {
                to.required("LGD_EXPYEAR", &card.expiry_year)
                    .required("LGD_EXPMON", &card.expiry_month)
                    .optional("LGD_PIN", card.pin.as_ref())
                    .optional("LGD_PRIVATENO", card.private_no.as_ref());
            }
            Credential::ThreeDSecure(card) => {
                to.required("VBV_CAVV", &card.cavv).required("VBV_XID", &card.xid);
            }
            Credential::Isp(isp) => {
                to.optional("KVP_QUOTA", Some(&isp.quota))
                    .optional("KVP_NOINT", Some(&isp.no_interest))
                    .required("KVP_CARDCODE", &isp.card_code)
                    .required("KVP_SESSIONKEY", &isp.session_key)
                    .required("KVP_ENCDATA", &isp.encrypted);
            }
        }
    }
}

debug_names_only!(CardAuth);

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_sent, refusal, sent};
    use super::super::{Card, Isp, ThreeDSecure};
    use super::*;

    fn card() -> Card {
        Card {
            number: "4111111111111111".into(),
            expiry_year: "30".into(),
            expiry_month: "12".into(),
            pin: Some("98".into()),
            private_no: Some("800101".into()),
        }
    }

    #[test]
    fn card_auth_sends_all_parameters_in_order() {
        let whole = CardAuth {
            install_months: 3,
            buyer: Some("홍길동".into()),
            buyer_id: Some("guest".into()),
            buyer_phone: Some("01012345678".into()),
            buyer_email: Some("hong@shop.example".into()),
            buyer_ip: Some("192.0.2.1".into()),
            product_info: Some("상품 한 개".into()),
            ..CardAuth::new("ORDER-1", 23_400, Credential::Card(card()))
        };
        assert_sent(
            &whole,
            &[
                ("LGD_TXNAME", "CardAuth"),
                ("LGD_OID", "ORDER-1"),
                ("LGD_AMOUNT", "23400"),
                ("LGD_PAN", "4111111111111111"),
                ("LGD_INSTALL", "03"),
                ("VBV_ECI", "010"),
                ("LGD_BUYER", "홍길동"),
                ("LGD_BUYERID", "guest"),
                ("LGD_BUYERPHONE", "01012345678"),
                ("LGD_BUYEREMAIL", "hong@shop.example"),
                ("LGD_BUYERIP", "192.0.2.1"),
                ("LGD_PRODUCTINFO", "상품 한 개"),
                ("LGD_EXPYEAR", "30"),
                ("LGD_EXPMON", "12"),
                ("LGD_PIN", "98"),
                ("LGD_PRIVATENO", "800101"),
            ],
        );
        assert!(!format!("{:?}", card()).contains(['4', '9', '8']));
    }

    #[test]
    fn only_a_card_without_its_key_is_asked_for_nothing() {
        let register = CardAuth::new("O-1", 0, Credential::Card(card()));
        assert_eq!(sent(&register)[2], ("LGD_AMOUNT", "0".to_owned()));
        for credential in [
            Credential::BillingKey("K".into()),
            Credential::ThreeDSecure(secured()),
            Credential::Isp(by_isp()),
        ] {
            let free = refusal(&CardAuth::new("O-1", 0, credential));
            assert!(free.contains("LGD_AMOUNT must be 1 won or more; found 0"), "{free}");
        }
    }

    #[test]
    fn a_billing_key_needs_no_card() {
        let bill = CardAuth::new("ORDER-1", 9_900, Credential::BillingKey("BILLKEY-1".into()));
        assert_sent(
            &bill,
            &[
                ("LGD_TXNAME", "CardAuth"),
                ("LGD_OID", "ORDER-1"),
                ("LGD_AMOUNT", "9900"),
                ("LGD_PAN", "BILLKEY-1"),
                ("LGD_INSTALL", "00"),
                ("VBV_ECI", "010"),
            ],
        );
    }

    fn secured() -> ThreeDSecure {
        let number = "4111111111111111".into();
        ThreeDSecure { number, eci: "05".into(), cavv: "proof-1".into(), xid: "number-1".into() }
    }

    fn by_isp() -> Isp {
        Isp {
            quota: "03".into(),
            no_interest: "0".into(),
            card_code: "0204".into(),
            session_key: "session-1".into(),
            encrypted: "encrypted-1".into(),
        }
    }

    #[test]
    fn an_authenticated_card_sends_its_proof() {
        assert_sent(
            &CardAuth::new("ORDER-1", 9_900, Credential::ThreeDSecure(secured())),
            &[
                ("LGD_TXNAME", "CardAuth"),
                ("LGD_OID", "ORDER-1"),
                ("LGD_AMOUNT", "9900"),
                ("LGD_PAN", "4111111111111111"),
                ("LGD_INSTALL", "00"),
                ("VBV_ECI", "05"),
                ("VBV_CAVV", "proof-1"),
                ("VBV_XID", "number-1"),
            ],
        );
        let isp = CardAuth::new("ORDER-1", 9_900, Credential::Isp(by_isp()));
        assert_sent(
            &isp,
            &[
                ("LGD_TXNAME", "CardAuth"),
                ("LGD_OID", "ORDER-1"),
                ("LGD_AMOUNT", "9900"),
                ("LGD_AUTHTYPE", "ISP"),
                ("KVP_QUOTA", "03"),
                ("KVP_NOINT", "0"),
                ("KVP_CARDCODE", "0204"),
                ("KVP_SESSIONKEY", "session-1"),
                ("KVP_ENCDATA", "encrypted-1"),
            ],
        );
        // Months that are set are never dropped without a word.
        let both = CardAuth { install_months: 3, ..isp };
        assert!(sent(&both).contains(&("LGD_INSTALL", "03".to_owned())));
        for shown in [format!("{:?}", secured()), format!("{:?}", by_isp())] {
            assert!(
                !["4111", "proof", "number-1", "session-1", "encrypted-1"]
                    .iter()
                    .any(|part| shown.contains(part)),
                "{shown}"
            );
        }
    }

    #[test]
    fn an_incomplete_proof_is_not_sent() {
        let secure = |card| refusal(&CardAuth::new("ORDER-1", 1, Credential::ThreeDSecure(card)));
        let isp = |isp| refusal(&CardAuth::new("ORDER-1", 1, Credential::Isp(isp)));
        for (cause, name) in [
            (secure(ThreeDSecure { eci: String::new(), ..secured() }), "VBV_ECI"),
            (secure(ThreeDSecure { cavv: "".into(), ..secured() }), "VBV_CAVV"),
            (secure(ThreeDSecure { xid: "".into(), ..secured() }), "VBV_XID"),
            (isp(Isp { card_code: String::new(), ..by_isp() }), "KVP_CARDCODE"),
            (isp(Isp { session_key: "".into(), ..by_isp() }), "KVP_SESSIONKEY"),
            (isp(Isp { encrypted: "".into(), ..by_isp() }), "KVP_ENCDATA"),
        ] {
            assert!(cause.contains(&format!("{name} is required")), "{cause}");
        }
    }

    #[test]
    fn an_invalid_card_is_not_sent_and_not_shown() {
        let with = |card| CardAuth::new("ORDER-1", 1, Credential::Card(card));
        let cause = refusal(&with(Card { pin: Some("9876".into()), ..card() }));
        assert!(cause.contains("LGD_PIN must be the first two digits") && !cause.contains("9876"), "{cause}");
        assert!(refusal(&with(Card { number: "".into(), ..card() })).contains("LGD_PAN is required"));
        let cause = refusal(&with(Card { expiry_month: "Dec".into(), ..card() }));
        assert!(cause.contains("LGD_EXPMON must be digits only; found 3 bytes"), "{cause}");
        let long = CardAuth { install_months: 100, ..with(card()) };
        assert!(refusal(&long).contains("LGD_INSTALL must be two digits"));
    }
}
