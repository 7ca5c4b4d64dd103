//! The result of a payment: PaymentByKey, CardAuth, GiftCulture APP.

use time::PrimitiveDateTime;

use super::{CasFlag, Institution, approved};
use crate::error::Result;
use crate::protocol::answer::Answer;
use crate::protocol::fields::Fields;
use crate::protocol::means::Means;
use crate::text::secret::Secret;

/// A payment that was approved.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PaymentResult {
    /// LGD_TID: the gateway's number of the payment, by which it is cancelled.
    pub tid: String,
    /// LGD_OID: the shop's order number.
    pub oid: String,
    /// LGD_AMOUNT in won.
    pub amount: u64,
    /// LGD_PAYDATE, Korean time.
    pub pay_date: PrimitiveDateTime,
    /// LGD_PAYTYPE.
    pub means: Means,
    /// The card's issuer, the bank or the telephone company.
    pub institution: Option<Institution>,
    /// LGD_FINANCEAUTHNUM: the institution's own approval number.
    pub approval_number: Option<String>,
    /// LGD_CASHRECEIPTNUM, where a cash receipt was issued with it.
    pub cash_receipt_number: Option<String>,
    /// LGD_ESCROWYN.
    pub escrow: Option<bool>,
    /// LGD_PCANCELFLAG: whether a part of it can be cancelled.
    pub cancellable_in_part: Option<bool>,
    /// For [`Means::Card`].
    pub card: Option<CardDetails>,
    /// For [`Means::VirtualAccount`]. No money has moved yet: it does with the notice of the deposit.
    pub virtual_account: Option<VirtualAccountDetails>,
}

/// What only a card's payment has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardDetails {
    /// LGD_CARDNUM, masked for most shops.
    pub number: Option<Secret>,
    /// LGD_CARDINSTALLMONTH.
    pub installment: Installment,
    /// LGD_CARDNOINTYN: whether the shop bears the interest.
    pub interest_free: Option<bool>,
    /// LGD_CARDACQUIRER: the code of who collects from the issuer.
    pub acquirer: Option<String>,
}

/// Over how many months a card is charged, and whether points paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Installment {
    /// 0 is at once.
    pub months: u8,
    /// Which points paid, if any.
    pub points: Option<Points>,
}

/// The points of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Points {
    /// The issuer's.
    Issuer,
    /// Hyundai's.
    Hyundai,
}

/// What only a virtual account has.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct VirtualAccountDetails {
    /// LGD_ACCOUNTNUM: the account to pay into.
    pub number: String,
    /// LGD_CASFLAG.
    pub flag: CasFlag,
    /// LGD_CASSEQNO: which of the account's deposits it is.
    pub seqno: String,
}

impl PaymentResult {
    /// Reads the first row of an approval.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] names the field that is missing or cannot be read, LGD_RESPCODE for a decline.
    pub fn read(answer: &Answer) -> Result<PaymentResult> {
        approved(answer)?;
        let means = answer.means()?;
        Ok(PaymentResult {
            tid: answer.text("LGD_TID")?.to_owned(),
            oid: answer.text("LGD_OID")?.to_owned(),
            amount: answer.amount("LGD_AMOUNT")?,
            pay_date: answer.date("LGD_PAYDATE")?,
            institution: Institution::read(answer, &means),
            approval_number: answer.owned("LGD_FINANCEAUTHNUM"),
            cash_receipt_number: answer.owned("LGD_CASHRECEIPTNUM"),
            escrow: answer.flag_if_given("LGD_ESCROWYN")?,
            cancellable_in_part: answer.flag_if_given("LGD_PCANCELFLAG")?,
            card: (means == Means::Card).then(|| CardDetails::read(answer)).transpose()?,
            virtual_account: (means == Means::VirtualAccount)
                .then(|| VirtualAccountDetails::read(answer))
                .transpose()?,
            means,
        })
    }
}

impl CardDetails {
    fn read(answer: &Answer) -> Result<CardDetails> {
        Ok(CardDetails {
            number: answer.given("LGD_CARDNUM").map(Secret::from),
            installment: answer.required("LGD_CARDINSTALLMONTH", "two digits", Installment::read)?,
            interest_free: answer.flag_if_given("LGD_CARDNOINTYN")?,
            acquirer: answer.owned("LGD_CARDACQUIRER"),
        })
    }
}

impl Installment {
    /// Points show as 60, Hyundai's as 80, on top of the months.
    fn read(text: &str) -> Option<Installment> {
        let digits = (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let number: u8 = text.parse().ok().filter(|_| digits)?;
        Some(match number {
            80.. => Installment { months: number - 80, points: Some(Points::Hyundai) },
            60.. => Installment { months: number - 60, points: Some(Points::Issuer) },
            months => Installment { months, points: None },
        })
    }
}

impl VirtualAccountDetails {
    fn read(answer: &Answer) -> Result<VirtualAccountDetails> {
        Ok(VirtualAccountDetails {
            number: answer.text("LGD_ACCOUNTNUM")?.to_owned(),
            flag: CasFlag::read(answer)?,
            seqno: answer.text("LGD_CASSEQNO")?.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{answer, with};
    use super::*;
    use crate::error::code::Code;
    use crate::text::dates;

    const CARD: &[(&str, &str)] = &[
        ("LGD_TID", "tshop2020051510111200001"),
        ("LGD_OID", "ORDER-1"),
        ("LGD_AMOUNT", "23400"),
        ("LGD_PAYDATE", "20200515101112"),
        ("LGD_PAYTYPE", "SC0010"),
        ("LGD_FINANCECODE", "41"),
        ("LGD_CARDNUM", "941061******0001"),
        ("LGD_CARDINSTALLMONTH", "00"),
        ("LGD_CARDNOINTYN", "0"),
        ("LGD_ESCROWYN", "N"),
    ];

    const ACCOUNT: &[(&str, &str)] = &[
        ("LGD_TID", "tshop2020051510111200001"),
        ("LGD_OID", "ORDER-1"),
        ("LGD_AMOUNT", "23400"),
        ("LGD_PAYDATE", "20200515101112"),
        ("LGD_PAYTYPE", "SC0040"),
        ("LGD_FINANCECODE", "26"),
        ("LGD_ACCOUNTNUM", "56211100001234"),
        ("LGD_CASFLAG", "R"),
        ("LGD_CASSEQNO", "001"),
    ];

    fn read(row: &[(&str, &str)]) -> Result<PaymentResult> {
        PaymentResult::read(&answer("0000", row))
    }

    #[test]
    fn a_card() {
        let paid = read(CARD).unwrap();
        assert_eq!((paid.amount, paid.means), (23_400, Means::Card));
        assert_eq!(Some(paid.pay_date), dates::parse("20200515101112"));
        assert_eq!(paid.institution.unwrap().name, "신한");
        assert_eq!((paid.escrow, paid.cancellable_in_part), (Some(false), None));
        let card = paid.card.unwrap();
        assert!(!format!("{card:?}").contains("9410"));
        assert_eq!(card.number.unwrap().expose(), "941061******0001");
        assert_eq!(paid.virtual_account, None);
    }

    #[test]
    fn a_virtual_account() {
        let account = read(ACCOUNT).unwrap().virtual_account.unwrap();
        assert_eq!((account.flag, account.seqno.as_str()), (CasFlag::Allotted, "001"));
        assert_eq!(account.number, "56211100001234");
    }

    #[test]
    fn months_and_points() {
        let points = |points, months| Some(Installment { months, points });
        let cases = [
            ("00", points(None, 0)),
            ("12", points(None, 12)),
            ("60", points(Some(Points::Issuer), 0)),
            ("63", points(Some(Points::Issuer), 3)),
            ("80", points(Some(Points::Hyundai), 0)),
            ("92", points(Some(Points::Hyundai), 12)),
            ("+1", None),
            ("100", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(Installment::read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_and_never_assumed() {
        let cases = [
            (CARD, "LGD_TID", ""),
            (CARD, "LGD_OID", ""),
            (CARD, "LGD_AMOUNT", ""),
            (CARD, "LGD_AMOUNT", "23,400"),
            (CARD, "LGD_AMOUNT", "+23400"),
            (CARD, "LGD_PAYDATE", "20200231101112"),
            (CARD, "LGD_PAYTYPE", ""),
            (CARD, "LGD_CARDINSTALLMONTH", ""),
            (CARD, "LGD_CARDINSTALLMONTH", "xx"),
            (CARD, "LGD_CARDNOINTYN", "?"),
            (CARD, "LGD_ESCROWYN", "maybe"),
            (ACCOUNT, "LGD_ACCOUNTNUM", ""),
            (ACCOUNT, "LGD_CASFLAG", ""),
            (ACCOUNT, "LGD_CASFLAG", "X"),
            (ACCOUNT, "LGD_CASSEQNO", ""),
        ];
        for (row, name, value) in cases {
            let error = read(&with(row, name, value)).unwrap_err();
            assert_eq!(error.code(), Code::BAD_VALUE);
            assert!(error.cause().contains(name), "{name}: {error}");
        }
        assert_eq!(read(&with(CARD, "LGD_PAYTYPE", "SC0999")).unwrap().means.code(), "SC0999");
    }

    #[test]
    fn a_decline_has_no_result() {
        let error = PaymentResult::read(&answer("XC01", CARD)).unwrap_err();
        assert!(error.cause().contains("LGD_RESPCODE is XC01"), "{error}");
    }
}
