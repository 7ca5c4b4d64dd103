#![allow(missing_docs)]
use super::codes::{Bank, Named, RefundCode, VirtualAccountBank};
use super::fields::Field;
pub static PAYTYPES: &[Named] = &[]; pub static CARD_ISSUERS: &[Named] = &[]; pub static TELECOMS: &[Named] = &[];
pub static BANKS: &[Bank] = &[]; pub static VIRTUAL_ACCOUNT_BANKS: &[VirtualAccountBank] = &[];
pub static CANCEL_SUCCESS: &[(&str, &[&str])] = &[]; pub static CANCEL_SUCCESS_OTHER: &[&str] = &[];
pub static REFUND_CODES: &[RefundCode] = &[]; pub static WINDOW_REQUEST: &[Field] = &[]; pub static PAYMENT_RESULT: &[Field] = &[]; pub static WINDOW_RESULT: &[Field] = &[];
