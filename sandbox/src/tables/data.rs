use super::{Bank, Field};
pub(super) static PAYTYPES: &[(&str,&str)] = &[]; pub(super) static CARD_ISSUERS: &[(&str,&str)] = &[]; pub(super) static TELECOMS: &[(&str,&str)] = &[]; pub(super) static REFUND_CODES: &[(&str,&str)] = &[];
pub(super) static VIRTUAL_ACCOUNT_BANKS: &[(&str,&str)] = &[]; pub(super) static BANKS: &[Bank] = &[]; pub(super) static CANCEL_SUCCESS_CODES: &[(&str,&[&str])] = &[];
pub(super) static WINDOW_REQUEST: &[Field] = &[]; pub(super) static PAYMENT_RESULT: &[Field] = &[];
