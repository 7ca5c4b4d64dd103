//! CashReceipt: issues cash receipts (AUTH) and cancels them (CANCEL).

use super::{Parameters, TypedRequest, arguments, debug_names_only};
use crate::error::Result;
use crate::protocol::payment_method::PaymentMethod;
use crate::protocol::value::Value;
use crate::text::secret::Secret;
use crate::typed::setters::setters;

const TXNAME: &str = "CashReceipt";

/// CashReceipt AUTH. Read its answer with [`crate::results::CashReceiptResult`].
#[derive(Clone)]
#[non_exhaustive]
pub struct CashReceiptAuth {
    /// The payment that the receipt is for.
    pub receipt_for: ReceiptFor,
    /// LGD_OID: the shop's order ID.
    pub oid: String,
    /// LGD_AMOUNT in won.
    pub amount: u64,
    /// LGD_CASHCARDNUM: the phone, card or business number that the receipt is issued to.
    pub card_number: Secret,
    /// LGD_CASHRECEIPTUSE.
    pub receipt_use: CashReceiptUse,
    /// LGD_CUSTOM_BUSINESSNUM: the shop's business number.
    pub business_number: String,
    /// LGD_CUSTOM_MERTNAME: the shop's name.
    pub shop_name: Option<String>,
    /// LGD_CUSTOM_CEONAME.
    pub ceo_name: Option<String>,
    /// LGD_CUSTOM_MERTPHONE: the shop's phone number.
    pub shop_phone: Option<String>,
    /// LGD_TAXFREEAMOUNT in won.
    pub tax_free: Option<u64>,
    /// LGD_VAT in won.
    pub vat: Option<u64>,
}

/// The payment that a cash receipt is issued for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ReceiptFor {
    /// SC0030: a payment by bank transfer.
    BankTransfer {
        /// LGD_TID of the payment.
        tid: String,
    },
    /// SC0040: a deposit into a virtual account.
    VirtualAccount {
        /// LGD_TID of the payment.
        tid: String,
        /// LGD_SEQNO of the deposit; the first is `001`.
        seqno: String,
    },
    /// SC0100: a deposit that the shop received directly.
    Deposit {
        /// LGD_PRODUCTINFO.
        product_info: Option<String>,
    },
}

/// LGD_CASHRECEIPTUSE: what its holder uses the receipt for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CashReceiptUse {
    /// `1`, 소득공제: a person's income deduction.
    IncomeDeduction,
    /// `2`, 지출증빙: a business's proof of expense.
    ExpenseProof,
}

impl CashReceiptUse {
    /// LGD_CASHRECEIPTUSE.
    pub const fn code(self) -> &'static str {
        match self {
            CashReceiptUse::IncomeDeduction => "1",
            CashReceiptUse::ExpenseProof => "2",
        }
    }
}

impl From<CashReceiptUse> for Value {
    fn from(receipt_use: CashReceiptUse) -> Value {
        receipt_use.code().into()
    }
}

/// The payments of which there is a cash receipt.
const PAID_IN_CASH: [&str; 3] = ["SC0030", "SC0040", "SC0100"];

impl ReceiptFor {
    /// What a receipt for a payment by `means` needs of these. What it needs and is not there is empty, and refused by its
    /// name.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] for a payment method of which there is no cash receipt.
    pub fn new(
        means: &PaymentMethod,
        tid: Option<String>,
        seqno: Option<String>,
        product_info: Option<String>,
    ) -> Result<ReceiptFor> {
        means.check_one_of(&PAID_IN_CASH).map_err(|error| arguments::named("LGD_PAYTYPE", error))?;
        let tid = tid.unwrap_or_default();
        Ok(match means {
            PaymentMethod::BankTransfer => ReceiptFor::BankTransfer { tid },
            PaymentMethod::VirtualAccount => {
                ReceiptFor::VirtualAccount { tid, seqno: seqno.unwrap_or_default() }
            }
            _ => ReceiptFor::Deposit { product_info },
        })
    }

    fn means(&self) -> PaymentMethod {
        match self {
            ReceiptFor::BankTransfer { .. } => PaymentMethod::BankTransfer,
            ReceiptFor::VirtualAccount { .. } => PaymentMethod::VirtualAccount,
            ReceiptFor::Deposit { .. } => PaymentMethod::Deposit,
        }
    }

    fn parameters(&self, to: &mut Parameters) {
        match self {
            ReceiptFor::BankTransfer { tid } => to.required("LGD_TID", tid),
            ReceiptFor::VirtualAccount { tid, seqno } => {
                to.required("LGD_TID", tid).required("LGD_SEQNO", seqno)
            }
            ReceiptFor::Deposit { product_info } => to.optional("LGD_PRODUCTINFO", product_info.as_ref()),
        };
    }
}

impl CashReceiptAuth {
    /// A receipt of `amount` won to `card_number`, from the shop with this business number.
    pub fn new(
        receipt_for: ReceiptFor,
        oid: impl Into<String>,
        amount: u64,
        card_number: impl Into<Secret>,
        receipt_use: CashReceiptUse,
        business_number: impl Into<String>,
    ) -> CashReceiptAuth {
        CashReceiptAuth {
            receipt_for,
            oid: oid.into(),
            amount,
            card_number: card_number.into(),
            receipt_use,
            business_number: business_number.into(),
            shop_name: None,
            ceo_name: None,
            shop_phone: None,
            tax_free: None,
            vat: None,
        }
    }
}

setters!(CashReceiptAuth {
    shop_name: impl Into<String>,
    ceo_name: impl Into<String>,
    shop_phone: impl Into<String>,
    tax_free: u64,
    vat: u64,
});

impl TypedRequest for CashReceiptAuth {
    const TXNAME: &'static str = TXNAME;

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_METHOD", "AUTH")
            .required("LGD_PAYTYPE", &self.receipt_for.means())
            .required("LGD_OID", &self.oid)
            .required("LGD_AMOUNT", self.amount)
            .required("LGD_CASHCARDNUM", &self.card_number)
            .required("LGD_CASHRECEIPTUSE", self.receipt_use)
            .required("LGD_CUSTOM_BUSINESSNUM", &self.business_number)
            .optional("LGD_CUSTOM_MERTNAME", self.shop_name.as_ref())
            .optional("LGD_CUSTOM_CEONAME", self.ceo_name.as_ref())
            .optional("LGD_CUSTOM_MERTPHONE", self.shop_phone.as_ref())
            .optional("LGD_TAXFREEAMOUNT", self.tax_free)
            .optional("LGD_VAT", self.vat);
        self.receipt_for.parameters(to);
    }
}

/// CashReceipt CANCEL. Read its answer with [`crate::results::CashReceiptResult`].
#[derive(Clone)]
#[non_exhaustive]
pub struct CashReceiptCancel {
    /// LGD_PAYTYPE of the payment that the receipt is for: bank transfer, virtual account or deposit.
    pub means: PaymentMethod,
    /// LGD_TID of the payment, or of the receipt if it is for a deposit.
    pub tid: String,
    /// LGD_SEQNO of the deposit into a virtual account.
    pub seqno: Option<String>,
    /// LGD_AMOUNT in won, for a partial cancellation.
    pub amount: Option<u64>,
}

impl CashReceiptCancel {
    /// The cancellation of the whole receipt of a payment by `means`.
    pub fn new(means: PaymentMethod, tid: impl Into<String>) -> CashReceiptCancel {
        CashReceiptCancel { means, tid: tid.into(), seqno: None, amount: None }
    }
}

setters!(CashReceiptCancel { seqno: impl Into<String>, amount: u64 });

impl TypedRequest for CashReceiptCancel {
    const TXNAME: &'static str = TXNAME;

    fn parameters(&self, to: &mut Parameters) {
        to.means(self.means.check_one_of(&PAID_IN_CASH))
            .required("LGD_METHOD", "CANCEL")
            .required("LGD_PAYTYPE", &self.means)
            .required("LGD_TID", &self.tid)
            .optional("LGD_SEQNO", self.seqno.as_ref())
            .optional("LGD_AMOUNT", self.amount);
    }
}

debug_names_only!(CashReceiptAuth, CashReceiptCancel);

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_sent, refusal, sent};
    use super::*;

    fn receipt(receipt_for: ReceiptFor) -> CashReceiptAuth {
        let income = CashReceiptUse::IncomeDeduction;
        CashReceiptAuth::new(receipt_for, "ORDER-1", 23_400, "01012345678", income, "1234567890")
    }

    #[test]
    fn a_receipt_sends_all_parameters_in_order() {
        let whole = CashReceiptAuth {
            receipt_use: CashReceiptUse::ExpenseProof,
            shop_name: Some("상점이름".into()),
            ceo_name: Some("대표이름".into()),
            shop_phone: Some("0212345678".into()),
            tax_free: Some(0),
            vat: Some(2_127),
            ..receipt(ReceiptFor::VirtualAccount { tid: "T001".into(), seqno: "001".into() })
        };
        assert_sent(
            &whole,
            &[
                ("LGD_TXNAME", "CashReceipt"),
                ("LGD_METHOD", "AUTH"),
                ("LGD_PAYTYPE", "SC0040"),
                ("LGD_OID", "ORDER-1"),
                ("LGD_AMOUNT", "23400"),
                ("LGD_CASHCARDNUM", "01012345678"),
                ("LGD_CASHRECEIPTUSE", "2"),
                ("LGD_CUSTOM_BUSINESSNUM", "1234567890"),
                ("LGD_CUSTOM_MERTNAME", "상점이름"),
                ("LGD_CUSTOM_CEONAME", "대표이름"),
                ("LGD_CUSTOM_MERTPHONE", "0212345678"),
                ("LGD_TAXFREEAMOUNT", "0"),
                ("LGD_VAT", "2127"),
                ("LGD_TID", "T001"),
                ("LGD_SEQNO", "001"),
            ],
        );
    }

    #[test]
    fn the_last_parameters_depend_on_the_payment_method() {
        let end = |receipt_for| sent(&receipt(receipt_for)).split_off(8);
        assert_eq!(end(ReceiptFor::BankTransfer { tid: "T1".into() }), [("LGD_TID", "T1".to_owned())]);
        let info = ("LGD_PRODUCTINFO", "상품 한 개".to_owned());
        assert_eq!(end(ReceiptFor::Deposit { product_info: Some(info.1.clone()) }), [info]);
        assert_eq!(end(ReceiptFor::Deposit { product_info: None }), []);
    }

    #[test]
    fn a_receipt_can_be_cancelled_in_part() {
        let cancel = CashReceiptCancel {
            means: PaymentMethod::VirtualAccount,
            tid: "T001".into(),
            seqno: Some("001".into()),
            amount: Some(400),
        };
        assert_sent(
            &cancel,
            &[
                ("LGD_TXNAME", "CashReceipt"),
                ("LGD_METHOD", "CANCEL"),
                ("LGD_PAYTYPE", "SC0040"),
                ("LGD_TID", "T001"),
                ("LGD_SEQNO", "001"),
                ("LGD_AMOUNT", "400"),
            ],
        );
    }

    #[test]
    fn there_is_no_receipt_for_a_card() {
        for means in [PaymentMethod::Card, PaymentMethod::from_code("")] {
            let error = ReceiptFor::new(&means, Some("T1".into()), None, None).unwrap_err();
            assert!(error.cause().contains("LGD_PAYTYPE must be one of SC0030, SC0040, SC0100"), "{error}");
            let cancel = CashReceiptCancel { means, tid: "T1".into(), seqno: None, amount: None };
            assert!(refusal(&cancel).contains("LGD_PAYTYPE "));
        }
        let nothing = ReceiptFor::new(&PaymentMethod::VirtualAccount, None, None, None).unwrap();
        assert!(refusal(&receipt(nothing)).contains("LGD_TID is required"));
    }

    #[test]
    fn an_invalid_receipt_is_not_sent() {
        let none = CashReceiptAuth { amount: 0, ..receipt(ReceiptFor::BankTransfer { tid: "T1".into() }) };
        assert!(refusal(&none).contains("LGD_AMOUNT must be 1 won or more"));
        let wrong = CashReceiptAuth {
            business_number: "123-45-67890".into(),
            ..receipt(ReceiptFor::BankTransfer { tid: "T1".into() })
        };
        assert!(refusal(&wrong).contains("LGD_CUSTOM_BUSINESSNUM may have 10 bytes of CP949; found 12"));
        let no_deposit = ReceiptFor::VirtualAccount { tid: "T1".into(), seqno: String::new() };
        assert!(refusal(&receipt(no_deposit)).contains("LGD_SEQNO is required"));
    }
}
