//! The result of a payment: PaymentByKey, CardAuth, GiftCulture APP.

use std::fmt;

use time::PrimitiveDateTime;

use super::{CasFlag, Institution, require_success};
use crate::error::Result;
use crate::protocol::answer::Answer;
use crate::protocol::fields::Fields;
use crate::protocol::payment_method::PaymentMethod;
use crate::text::secret::Secret;

/// A payment that was approved. Its `Debug` shows no number of a card, an account or a receipt.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PaymentResult {
    /// LGD_TID: the gateway's payment ID, used to cancel it.
    pub tid: String,
    /// LGD_OID: the shop's order ID.
    pub oid: String,
    /// LGD_AMOUNT in won.
    pub amount: u64,
    /// LGD_PAYDATE, in Korean time.
    pub pay_date: PrimitiveDateTime,
    /// LGD_PAYTYPE.
    pub means: PaymentMethod,
    /// The card's issuer, the bank or the telephone company.
    pub institution: Option<Institution>,
    /// LGD_FINANCEAUTHNUM: the institution's own approval number.
    pub approval_number: Option<String>,
    /// LGD_CASHRECEIPTNUM, if a cash receipt was issued with it.
    pub cash_receipt_number: Option<String>,
    /// LGD_ESCROWYN.
    pub escrow: Option<bool>,
    /// LGD_PCANCELFLAG: whether it can be cancelled in part.
    pub cancellable_in_part: Option<bool>,
    /// For [`PaymentMethod::Card`].
    pub card: Option<CardDetails>,
    /// For [`PaymentMethod::VirtualAccount`]. No money has moved yet: the notification of the deposit tells when it has.
    pub virtual_account: Option<VirtualAccountDetails>,
}

/// The details of a card payment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardDetails {
    /// LGD_CARDNUM, masked for most shops.
    pub number: Option<Secret>,
    /// LGD_CARDINSTALLMONTH.
    pub installment: Installment,
    /// LGD_CARDNOINTYN: whether the shop bears the interest.
    pub interest_free: Option<bool>,
    /// LGD_CARDACQUIRER: the code of the acquirer.
    pub acquirer: Option<String>,
}

/// The installment months of a card payment, and the points used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Installment {
    /// The number of months; 0 is a single payment.
    pub months: u8,
    /// The points used, if any.
    pub points: Option<Points>,
}

/// A kind of card points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Points {
    /// The issuer's.
    Issuer,
    /// Hyundai's.
    Hyundai,
}

/// The details of a virtual account. Its `Debug` does not show the account.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct VirtualAccountDetails {
    /// LGD_ACCOUNTNUM: the account to pay into.
    pub number: String,
    /// LGD_CASFLAG.
    pub flag: CasFlag,
    /// LGD_CASSEQNO: the number of the deposit into this account.
    pub seqno: String,
}

impl fmt::Debug for PaymentResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentResult")
            .field("tid", &self.tid)
            .field("oid", &self.oid)
            .field("amount", &self.amount)
            .field("means", &self.means)
            .field("virtual_account", &self.virtual_account)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for VirtualAccountDetails {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let VirtualAccountDetails { flag, seqno, .. } = self;
        f.debug_struct("VirtualAccountDetails")
            .field("flag", flag)
            .field("seqno", seqno)
            .finish_non_exhaustive()
    }
}

impl PaymentResult {
    /// Reads the first row of an approval.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] names the field that is missing or unreadable; it names LGD_RESPCODE for a decline.
    pub fn read(answer: &Answer) -> Result<PaymentResult> {
        require_success(answer)?;
        let means = answer.means()?;
        Ok(PaymentResult {
            tid: answer.text("LGD_TID")?.to_owned(),
            oid: answer.text("LGD_OID")?.to_owned(),
            amount: answer.amount("LGD_AMOUNT")?,
            pay_date: answer.date("LGD_PAYDATE")?,
            institution: Institution::read(answer, &means),
            approval_number: answer.owned("LGD_FINANCEAUTHNUM"),
            // 0 stands for none.
            cash_receipt_number: answer.owned("LGD_CASHRECEIPTNUM").filter(|number| number != "0"),
            escrow: answer.flag_if_given("LGD_ESCROWYN")?,
            cancellable_in_part: answer.flag_if_given("LGD_PCANCELFLAG")?,
            card: (means == PaymentMethod::Card).then(|| CardDetails::read(answer)).transpose()?,
            virtual_account: (means == PaymentMethod::VirtualAccount)
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
    /// Points add 60 to the months, Hyundai's points add 80.
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
    use crate::error::Code;
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
    fn a_card_payment_is_read() {
        let paid = read(CARD).unwrap();
        assert_eq!((paid.amount, paid.means), (23_400, PaymentMethod::Card));
        assert_eq!(Some(paid.pay_date), dates::parse("20200515101112"));
        assert_eq!(paid.institution.unwrap().name, "신한");
        assert_eq!((paid.escrow, paid.cancellable_in_part), (Some(false), None));
        let card = paid.card.unwrap();
        assert!(!format!("{card:?}").contains("9410"));
        assert_eq!(card.number.unwrap().expose(), "941061******0001");
        assert_eq!(paid.virtual_account, None);
    }

    #[test]
    fn a_virtual_account_is_read() {
        let paid = read(ACCOUNT).unwrap();
        let shown = format!("{paid:?}");
        let account = paid.virtual_account.unwrap();
        assert_eq!((account.flag, account.seqno.as_str()), (CasFlag::Allotted, "001"));
        assert_eq!(account.number, "56211100001234");
        assert!(shown.contains("Allotted") && !shown.contains("5621"), "{shown}");
    }

    #[test]
    fn a_receipt_number_of_0_is_none() {
        for (number, read_as) in [("", None), ("0", None), ("000000007", Some("000000007"))] {
            let row = with(CARD, "LGD_CASHRECEIPTNUM", number);
            assert_eq!(read(&row).unwrap().cash_receipt_number.as_deref(), read_as);
        }
    }

    #[test]
    fn installments_and_points_are_read() {
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
    fn an_unreadable_field_is_named_and_never_assumed() {
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
