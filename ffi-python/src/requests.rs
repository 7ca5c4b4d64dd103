//! Typed requests: a dataclass of `xpayclient._requests` becomes the core's request of the same name and fields.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use xpayclient_core::requests::{
    Card, CashReceiptUse, Credential, Isp, ReceiptFor, RefundAccount, ThreeDSecure,
};
use xpayclient_core::window::{BillingWindowRequest, EscrowItem, IdentityWindowRequest, WindowRequest};
use xpayclient_core::{Client, PaymentMethod, Secret};

use crate::errors;
use crate::from_python::{FromPython, attribute, class_name, from_attributes};
use crate::transaction::Transaction;

/// The requests that a client sends, each by its name and its fields, which are the core's and the dataclass's.
macro_rules! requests {
    ($($request:ident($($needed:ident: $type:ty),*) { $($field:ident $(= $attribute:ident)?),* })+) => {
        $(use xpayclient_core::requests::$request;)+
        from_attributes! { $($request($($needed: $type),*) { $($field $(= $attribute)?),* })+ }

        /// The transaction that sends `request`, once its values are such as the gateway takes.
        pub(crate) fn prepare(client: &Client, mid: &str, request: &Bound<'_, PyAny>) -> PyResult<Transaction> {
            let prepared = match class_name(request)?.as_str() {
                $(stringify!($request) => client.prepare(mid, &$request::from_python(request, "")?),)+
                other => return Err(PyTypeError::new_err(format!("{other} is no request"))),
            };
            prepared.map(Transaction::new).map_err(|error| errors::not_sent(request.py(), &error))
        }
    };
}

requests! {
    PaymentByKey(paykey: Secret) { amount, process_timeout }
    AmountCheck(paykey: Secret, amount: u64) {}
    Adjust(tid: String) {}
    Ping() { rows }
    Cancel(tid: String) { means, reason, requester, requester_ip, refund_account }
    PartialCancel(tid: String, amount: u64) { means, remaining, tax_free, reason, refund_account, ask_remaining }
    CashReceiptAuth(
        receipt_for: ReceiptFor, oid: String, amount: u64, card_number: Secret, receipt_use: CashReceiptUse,
        business_number: String
    ) { shop_name, ceo_name, shop_phone, tax_free, vat }
    CashReceiptCancel(means: PaymentMethod, tid: String) { seqno, amount }
    CyberAccountAssign(oid: String, amount: u64) {
        close_date, product_info, buyer, account_owner, buyer_phone, bank_code, cash_receipt_use = receipt_use,
        cash_card_number, note_url
    }
    CyberAccountChange(oid: String, amount: u64) { close_date }
    AuthOnlyByKey(key: Secret, means: PaymentMethod) {}
    CardAuth(oid: String, amount: u64, credential: Credential) {
        install_months, buyer, buyer_id, buyer_phone, buyer_email, buyer_ip, product_info
    }
    GiftCultureAuth(oid: String, amount: u64, cult_id: Secret, cult_password: Secret) {
        buyer_id, buyer_ip, product_info
    }
    GiftCultureSms(tid: String, cult_id: Secret) {}
    GiftCultureApp(tid: String, amount: u64, cult_pin: Secret) {}
}

// What those are made of, and the requests of the payment window.
from_attributes! {
    RefundAccount(number: Secret, bank_code: String, holder: Secret) { phone }
    Card(number: Secret, expiry_year: Secret, expiry_month: Secret) { pin, private_no }
    ThreeDSecure(number: Secret, eci: String, cavv: Secret, xid: Secret) {}
    Isp(card_code: String, session_key: Secret, encrypted: Secret) { quota, no_interest }
    WindowRequest(cst_mid: String, oid: String, amount: u64) {
        buyer, buyer_id, buyer_ip, product_info, return_url, window_type, domain_url, timestamp, escrow_items,
        others, strict
    }
    EscrowItem(id: String, name: String, unit_price: u64, quantity: u64) { code }
    BillingWindowRequest(cst_mid: String, return_url: String) {
        smartphone, buyer_ssn, check_ssn, window_type, others, strict
    }
    IdentityWindowRequest(cst_mid: String, means: String, buyer_ssn: Secret, return_url: String) {
        window_type, timestamp, others, strict
    }
}

impl FromPython for Credential {
    fn from_python(object: &Bound<'_, PyAny>, _: &str) -> PyResult<Credential> {
        let one = Credential::one_of(
            attribute(object, "billing_key")?,
            attribute(object, "card")?,
            attribute(object, "three_d_secure")?,
            attribute(object, "isp")?,
        );
        one.map_err(|error| errors::not_sent(object.py(), &error))
    }
}

impl FromPython for ReceiptFor {
    fn from_python(object: &Bound<'_, PyAny>, _: &str) -> PyResult<ReceiptFor> {
        let receipt = ReceiptFor::new(
            &attribute(object, "means")?,
            attribute(object, "tid")?,
            attribute(object, "seqno")?,
            attribute(object, "product_info")?,
        );
        receipt.map_err(|error| errors::not_sent(object.py(), &error))
    }
}
