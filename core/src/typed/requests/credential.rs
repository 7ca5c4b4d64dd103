//! What a CardAuth charges: a billing key, a card, or one whose holder was authenticated by 3-D Secure or ISP.

use crate::error::{Error, Remedy, Result};
use crate::text::secret::Secret;
use crate::typed::setters::setters;

/// What a [`super::CardAuth`] charges.
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

#[cfg(test)]
mod tests {
    use super::*;

    fn by_isp() -> Isp {
        Isp::new("0204", "session-1", "encrypted-1")
    }

    #[test]
    fn a_charge_is_to_exactly_one_card() {
        let one =
            Credential::one_of(None, Some(Card::new("4111111111111111", "30", "12")), None, None).unwrap();
        assert!(matches!(one, Credential::Card(_)));
        assert!(matches!(
            Credential::one_of(Some("K".into()), None, None, None),
            Ok(Credential::BillingKey(_))
        ));
        assert!(matches!(
            Credential::one_of(
                None,
                None,
                Some(ThreeDSecure::new("4111111111111111", "05", "proof-1", "number-1")),
                None
            ),
            Ok(Credential::ThreeDSecure(_))
        ));
        assert!(matches!(Credential::one_of(None, None, None, Some(by_isp())), Ok(Credential::Isp(_))));
        let none = Credential::one_of(None, None, None, None).unwrap_err();
        assert!(none.cause().contains("LGD_PAN must be of one card; found 0"), "{none}");
        let two = Credential::one_of(Some("SECRET".into()), None, None, Some(by_isp())).unwrap_err();
        assert!(two.cause().contains("found 2") && !two.to_string().contains("SECRET"), "{two}");
        assert!(two.message().contains("하나만"), "{two}");
    }
}
