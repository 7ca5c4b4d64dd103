//! Typed requests: a dataclass of `xpayclient._requests` becomes the core's request of the same name and fields.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use xpayclient_core::Client;
use xpayclient_core::requests::{Card, Credential, Isp, ReceiptFor, RefundAccount, ThreeDSecure};
use xpayclient_core::window::{BillingWindowRequest, EscrowItem, IdentityWindowRequest, WindowRequest};

use crate::errors;
use crate::from_python::{FromPython, attribute, from_attributes};
use crate::transaction::Transaction;

/// The requests that a client sends, each by its name and its fields, which are the core's and the dataclass's.
macro_rules! requests {
    ($($request:ident { $($field:ident $(= $attribute:ident)?),+ })+) => {
        $(use xpayclient_core::requests::$request;)+
        from_attributes! { $($request { $($field $(= $attribute)?),+ })+ }

        /// The transaction that sends `request`, once its values are such as the gateway takes.
        pub(crate) fn prepare(client: &Client, mid: &str, request: &Bound<'_, PyAny>) -> PyResult<Transaction> {
            let prepared = match &*request.get_type().name()?.to_cow()? {
                $(stringify!($request) => client.prepare(mid, &$request::from_python(request, "")?),)+
                other => return Err(PyTypeError::new_err(format!("{other} is no request"))),
            };
            prepared.map(Transaction::new).map_err(|error| errors::not_sent(request.py(), &error))
        }
    };
}

requests! {
    PaymentByKey { paykey, expected_amount = amount, process_timeout }
    AmountCheck { paykey, amount }
    Adjust { tid }
    Ping { rows }
    Cancel { tid, means, reason, requester, requester_ip, refund_account }
    PartialCancel { tid, means, amount, remaining, tax_free, reason, refund_account, ask_remaining }
    CashReceiptAuth {
        receipt_for, oid, amount, card_number, receipt_use, business_number, shop_name, ceo_name, shop_phone,
        tax_free, vat
    }
    CashReceiptCancel { means, tid, seqno, amount }
    CyberAccountAssign {
        oid, amount, close_date, product_info, buyer, account_owner, buyer_phone, bank_code,
        cash_receipt_use = receipt_use,
        cash_card_number, note_url
    }
    CyberAccountChange { oid, amount, close_date }
    AuthOnlyByKey { key, means }
    CardAuth {
        oid, amount, credential, install_months, buyer, buyer_id, buyer_phone, buyer_email, buyer_ip,
        product_info
    }
    GiftCultureAuth { oid, amount, cult_id, cult_password, buyer_id, buyer_ip, product_info }
    GiftCultureSms { tid, cult_id }
    GiftCultureApp { tid, amount, cult_pin }
}

// What those are made of, and the requests of the payment window.
from_attributes! {
    RefundAccount { number, bank_code, holder, phone }
    Card { number, expiry_year, expiry_month, pin, private_no }
    ThreeDSecure { number, eci, cavv, xid }
    Isp { quota, no_interest, card_code, session_key, encrypted }
    WindowRequest {
        cst_mid, oid, amount, buyer, buyer_id, buyer_ip, product_info, return_url, window_type, domain_url,
        timestamp, escrow_items, others, strict
    }
    EscrowItem { id, name, code, unit_price, quantity }
    BillingWindowRequest { cst_mid, return_url, smartphone, buyer_ssn, check_ssn, window_type, others, strict }
    IdentityWindowRequest { cst_mid, means, buyer_ssn, return_url, window_type, timestamp, others, strict }
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
