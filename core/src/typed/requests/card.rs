//! CardAuth: pays by card without the payment window: by number, billing key, 3-D Secure or ISP.

use super::{Parameters, TypedRequest, debug_names_only};
use crate::error::{Error, Remedy, Result};
use crate::text::secret::Secret;
use crate::typed::setters::setters;

/// CardAuth. Read its answer with [`crate::typed::results::PaymentResult`], or with
/// [`crate::typed::results::BillingKey`] if the amount is 0.
#[derive(Clone)]
#[non_exhaustive]
pub struct CardAuth {
    /// LGD_OID: the shop's order ID.
    pub oid: String,
    /// LGD_AMOUNT in won; 0 creates a billing key for [`Credential::Card`].
    pub amount: u64,
    /// The card or billing key to charge.
    pub credential: Credential,
    /// LGD_INSTALL: the number of monthly installments; 0 is a single payment. A card by ISP has its own: [`Isp::quota`].
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

/// What a [`CardAuth`] charges.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Credential {
    /// LGD_PAN is a billing key.
    BillingKey(Secret),
    /// LGD_PAN is the number of a card.
    Card(Card),
    /// The number of a card whose holder was authenticated by 3-D Secure.
    ThreeDSecure(ThreeDSecure),
    /// A card whose holder was authenticated by ISP, without its number.
    Isp(Isp),
}

/// A card as its holder reads it out. The shop's contract decides whether PIN and birth date are required.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Card {
    /// LGD_PAN.
    pub number: Secret,
    /// LGD_EXPYEAR.
    pub expiry_year: Secret,
    /// LGD_EXPMON.
    pub expiry_month: Secret,
    /// LGD_PIN: the first two digits of the card's password.
    pub pin: Option<Secret>,
    /// LGD_PRIVATENO: the holder's birth date as yyMMdd, or a business number.
    pub private_no: Option<Secret>,
}

/// What 3-D Secure (안심클릭) left in the shop's page.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ThreeDSecure {
    /// LGD_PAN.
    pub number: Secret,
    /// VBV_ECI.
    pub eci: String,
    /// VBV_CAVV.
    pub cavv: Secret,
    /// VBV_XID.
    pub xid: Secret,
}

/// What ISP left in the shop's page. The values are sent as they came.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Isp {
    /// KVP_QUOTA: the number of monthly installments that the buyer chose there.
    pub quota: String,
    /// KVP_NOINT: `1` if the shop bears their interest, `0` if not.
    pub no_interest: String,
    /// KVP_CARDCODE.
    pub card_code: String,
    /// KVP_SESSIONKEY.
    pub session_key: Secret,
    /// KVP_ENCDATA.
    pub encrypted: Secret,
}

/// VBV_ECI without an authentication on the issuer's page.
const UNAUTHENTICATED: &str = "010";

static ONE_OF_FOUR: Remedy = Remedy {
    en: "Pass exactly one of billing_key, card, three_d_secure and isp",
    ko: "billing_key, card, three_d_secure, isp 가운데 하나만 넣으십시오",
};

impl Credential {
    /// The one that is given.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] if none is given, or more than one.
    pub fn one_of(
        billing_key: Option<Secret>,
        card: Option<Card>,
        three_d_secure: Option<ThreeDSecure>,
        isp: Option<Isp>,
    ) -> Result<Credential> {
        let given = [
            billing_key.map(Credential::BillingKey),
            card.map(Credential::Card),
            three_d_secure.map(Credential::ThreeDSecure),
            isp.map(Credential::Isp),
        ];
        let mut given: Vec<_> = given.into_iter().flatten().collect();
        match (given.pop(), given.len()) {
            (Some(one), 0) => Ok(one),
            (last, more) => {
                let found = more + usize::from(last.is_some());
                Err(Error::bad_value("LGD_PAN", format!("must be of one card; found {found}"))
                    .with_remedy(&ONE_OF_FOUR))
            }
        }
    }
}

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

impl Card {
    /// A card by its number and the two digits each of year and month until which it is valid.
    pub fn new(
        number: impl Into<Secret>,
        expiry_year: impl Into<Secret>,
        expiry_month: impl Into<Secret>,
    ) -> Card {
        Card {
            number: number.into(),
            expiry_year: expiry_year.into(),
            expiry_month: expiry_month.into(),
            pin: None,
            private_no: None,
        }
    }
}

setters!(Card { pin: impl Into<Secret>, private_no: impl Into<Secret> });

impl ThreeDSecure {
    /// The values that 3-D Secure left in the shop's page.
    pub fn new(
        number: impl Into<Secret>,
        eci: impl Into<String>,
        cavv: impl Into<Secret>,
        xid: impl Into<Secret>,
    ) -> ThreeDSecure {
        ThreeDSecure { number: number.into(), eci: eci.into(), cavv: cavv.into(), xid: xid.into() }
    }
}

impl Isp {
    /// The values that ISP left in the shop's page, without those on installments.
    pub fn new(
        card_code: impl Into<String>,
        session_key: impl Into<Secret>,
        encrypted: impl Into<Secret>,
    ) -> Isp {
        Isp {
            quota: String::new(),
            no_interest: String::new(),
            card_code: card_code.into(),
            session_key: session_key.into(),
            encrypted: encrypted.into(),
        }
    }
}

setters!(Isp { quota = impl Into<String>, no_interest = impl Into<String> });

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
    fn a_charge_is_to_exactly_one_card() {
        let one = Credential::one_of(None, Some(card()), None, None).unwrap();
        assert!(matches!(one, Credential::Card(_)));
        assert!(matches!(
            Credential::one_of(Some("K".into()), None, None, None),
            Ok(Credential::BillingKey(_))
        ));
        assert!(matches!(
            Credential::one_of(None, None, Some(secured()), None),
            Ok(Credential::ThreeDSecure(_))
        ));
        assert!(matches!(Credential::one_of(None, None, None, Some(by_isp())), Ok(Credential::Isp(_))));
        let none = Credential::one_of(None, None, None, None).unwrap_err();
        assert!(none.cause().contains("LGD_PAN must be of one card; found 0"), "{none}");
        let two = Credential::one_of(Some("SECRET".into()), None, None, Some(by_isp())).unwrap_err();
        assert!(two.cause().contains("found 2") && !two.to_string().contains("SECRET"), "{two}");
        assert!(two.message().contains("하나만"), "{two}");
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
