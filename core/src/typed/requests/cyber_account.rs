//! CyberAccount: issues (ASSIGN) and changes (CHANGE) virtual accounts without the payment window.

use time::PrimitiveDateTime;

use super::{CashReceiptUse, Parameters, TypedRequest, debug_names_only};
use crate::text::secret::Secret;
use crate::typed::setters::setters;

const TXNAME: &str = "CyberAccount";

/// CyberAccount ASSIGN. Read its answer with [`crate::results::CyberAccountResult`].
#[derive(Clone)]
#[non_exhaustive]
pub struct CyberAccountAssign {
    /// LGD_OID: the shop's order ID.
    pub oid: String,
    /// LGD_AMOUNT in won.
    pub amount: u64,
    /// LGD_CLOSEDATE: until when money can be paid in, in Korean time.
    pub close_date: Option<PrimitiveDateTime>,
    /// LGD_PRODUCTINFO.
    pub product_info: Option<String>,
    /// LGD_BUYER: the buyer's name.
    pub buyer: Option<Secret>,
    /// LGD_ACCOUNTOWNER: the account holder's name as shown to the person who pays in.
    pub account_owner: Option<Secret>,
    /// LGD_BUYERPHONE.
    pub buyer_phone: Option<Secret>,
    /// LGD_BANKCODE, see [`crate::tables::VIRTUAL_ACCOUNT_BANKS`].
    pub bank_code: Option<String>,
    /// LGD_CASHRECEIPTUSE, if a cash receipt is wanted.
    pub cash_receipt_use: Option<CashReceiptUse>,
    /// LGD_CASHCARDNUM: the number that the cash receipt is issued to.
    pub cash_card_number: Option<Secret>,
    /// LGD_CASNOTEURL: the URL for notifications, see [`crate::notice`].
    pub note_url: Option<String>,
}

impl CyberAccountAssign {
    /// An account for an order, with no optional parameter.
    pub fn new(oid: impl Into<String>, amount: u64) -> CyberAccountAssign {
        CyberAccountAssign {
            oid: oid.into(),
            amount,
            close_date: None,
            product_info: None,
            buyer: None,
            account_owner: None,
            buyer_phone: None,
            bank_code: None,
            cash_receipt_use: None,
            cash_card_number: None,
            note_url: None,
        }
    }
}

setters!(CyberAccountAssign {
    close_date: PrimitiveDateTime,
    product_info: impl Into<String>,
    buyer: impl Into<Secret>,
    account_owner: impl Into<Secret>,
    buyer_phone: impl Into<Secret>,
    bank_code: impl Into<String>,
    cash_receipt_use: CashReceiptUse,
    cash_card_number: impl Into<Secret>,
    note_url: impl Into<String>,
});

impl TypedRequest for CyberAccountAssign {
    const TXNAME: &'static str = TXNAME;

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_METHOD", "ASSIGN")
            .required("LGD_OID", &self.oid)
            .required("LGD_AMOUNT", self.amount)
            .optional("LGD_CLOSEDATE", self.close_date)
            .optional("LGD_PRODUCTINFO", self.product_info.as_ref())
            .optional("LGD_BUYER", self.buyer.as_ref())
            .optional("LGD_ACCOUNTOWNER", self.account_owner.as_ref())
            .optional("LGD_BUYERPHONE", self.buyer_phone.as_ref())
            .optional("LGD_BANKCODE", self.bank_code.as_ref())
            .optional("LGD_CASHRECEIPTUSE", self.cash_receipt_use)
            .optional("LGD_CASHCARDNUM", self.cash_card_number.as_ref())
            .optional("LGD_CASNOTEURL", self.note_url.as_ref());
    }
}

/// CyberAccount CHANGE: changes the amount or the closing date. Read its answer with
/// [`crate::results::CyberAccountResult`].
#[derive(Clone)]
#[non_exhaustive]
pub struct CyberAccountChange {
    /// LGD_OID of the order that the account was issued for.
    pub oid: String,
    /// LGD_AMOUNT in won.
    pub amount: u64,
    /// LGD_CLOSEDATE: until when money can be paid in, in Korean time.
    pub close_date: Option<PrimitiveDateTime>,
}

impl CyberAccountChange {
    /// A change of the order's account to `amount` won.
    pub fn new(oid: impl Into<String>, amount: u64) -> CyberAccountChange {
        CyberAccountChange { oid: oid.into(), amount, close_date: None }
    }
}

setters!(CyberAccountChange { close_date: PrimitiveDateTime });

impl TypedRequest for CyberAccountChange {
    const TXNAME: &'static str = TXNAME;

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_METHOD", "CHANGE")
            .required("LGD_OID", &self.oid)
            .required("LGD_AMOUNT", self.amount)
            .optional("LGD_CLOSEDATE", self.close_date);
    }
}

debug_names_only!(CyberAccountAssign, CyberAccountChange);

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_sent, refusal};
    use super::*;
    use crate::text::dates;

    #[test]
    fn assign_sends_all_parameters_in_order() {
        let whole = CyberAccountAssign {
            close_date: dates::parse("20301231235959"),
            product_info: Some("상품 한 개".into()),
            buyer: Some("홍길동".into()),
            account_owner: Some("샌드박스".into()),
            buyer_phone: Some("01012345678".into()),
            bank_code: Some("26".into()),
            cash_receipt_use: Some(CashReceiptUse::IncomeDeduction),
            cash_card_number: Some("01098765432".into()),
            note_url: Some("https://shop.example/note".into()),
            ..CyberAccountAssign::new("ORDER-1", 23_400)
        };
        assert_sent(
            &whole,
            &[
                ("LGD_TXNAME", "CyberAccount"),
                ("LGD_METHOD", "ASSIGN"),
                ("LGD_OID", "ORDER-1"),
                ("LGD_AMOUNT", "23400"),
                ("LGD_CLOSEDATE", "20301231235959"),
                ("LGD_PRODUCTINFO", "상품 한 개"),
                ("LGD_BUYER", "홍길동"),
                ("LGD_ACCOUNTOWNER", "샌드박스"),
                ("LGD_BUYERPHONE", "01012345678"),
                ("LGD_BANKCODE", "26"),
                ("LGD_CASHRECEIPTUSE", "1"),
                ("LGD_CASHCARDNUM", "01098765432"),
                ("LGD_CASNOTEURL", "https://shop.example/note"),
            ],
        );
    }

    #[test]
    fn change_sends_amount_and_closing_date() {
        let change = CyberAccountChange { oid: "ORDER-1".into(), amount: 5_000, close_date: None };
        let mut pairs = vec![
            ("LGD_TXNAME", "CyberAccount"),
            ("LGD_METHOD", "CHANGE"),
            ("LGD_OID", "ORDER-1"),
            ("LGD_AMOUNT", "5000"),
        ];
        assert_sent(&change, &pairs);
        pairs.push(("LGD_CLOSEDATE", "20301231000000"));
        let close_date = dates::parse("20301231000000");
        assert_sent(&CyberAccountChange { close_date, ..change }, &pairs);
    }

    #[test]
    fn an_invalid_account_is_not_sent() {
        assert!(refusal(&CyberAccountAssign::new("ORDER 1", 1)).contains("LGD_OID must be 1 to 63 letters"));
        let name = Some("열여섯글자가넘는구매자이름은안된다".into());
        let long = CyberAccountAssign { buyer: name, ..CyberAccountAssign::new("O", 1) };
        assert!(refusal(&long).contains("LGD_BUYER may have 30 bytes of CP949; found 34"));
        let nowhere = CyberAccountAssign { note_url: Some("shop".into()), ..CyberAccountAssign::new("O", 1) };
        assert!(refusal(&nowhere).contains("LGD_CASNOTEURL must be an http:// or https:// address"));
    }
}
