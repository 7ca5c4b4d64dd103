//! The data behind the handle `xpay_client`.

use std::cell::UnsafeCell;
use std::sync::Arc;

use xpayclient_core::binding::Session;

use crate::listener::Listener;
use crate::owner::Owner;
use crate::said::{Last, Said};
use crate::shown::{Made, Shown};
use crate::statement::CurrentStore;

/// One merchant's client: configuration, one transaction at a time, its answer.
///
/// Use a client from one thread at a time; it may move between threads. You can create any number of clients. After a
/// fork the child must create its own clients; it may free inherited ones. An approval that its parent holds stays its
/// parent's: in the child xpay_is_held is false, and xpay_confirm, xpay_undo and xpay_rollback fail with 90002.
///
/// Strings that you pass end with NUL and are copied before the call returns. Text is read as UTF-8 if it is valid
/// UTF-8, and as EUC-KR (CP949) otherwise; xpay_set sends its bytes as they are. Amounts are whole won. Times are
/// Korean time.
///
/// A call that returns false sets a code, a message for the buyer and a detail for the operator: see
/// xpay_response_code, xpay_response_msg and xpay_response_detail. The three pointers stay valid until xpay_free and
/// always show the result of the last call; message and detail are cut after 8191 bytes. Every other returned string
/// ends with NUL, belongs to the client, and stays valid until the next call whose client is not const, or until
/// xpay_free; do not free it. Those of the functions whose names end in _str stay longer: see xpay_timestamp_str.
///
/// In a call whose client is not const, NULL instead of a string gives 90001, and a call before the one that it needs
/// gives 90002. Without a client, a call returns false, 0 or an empty string, and there is no place for a code.
///
/// During a call, every other call on the same client whose client is not const is rejected: from the guard's step,
/// from a logger, from another thread. It returns false and changes nothing. xpay_response_code then returns 90002 in
/// that thread, until that thread's next call or the end of the surrounding call; code and message of the surrounding
/// call stay as they are. Meanwhile calls whose client is const return an empty string, 0, false or
/// XPAY_OUTCOME_IN_DOUBT, except in the step.
pub struct xpay_client {
    pub(crate) owner: Owner,
    /// No other client of the process has it.
    pub(crate) number: u64,
    pub(crate) said: Said,
    pub(crate) listener: Arc<Listener>,
    pub(crate) store: CurrentStore,
    /// Only the holder of `owner` may access this.
    pub(crate) contents: UnsafeCell<Contents>,
}

/// The data that `owner` protects.
pub(crate) struct Contents {
    pub(crate) session: Session,
    pub(crate) shown: Shown,
    pub(crate) made: Made,
    /// What was shown before a Rollback in the step.
    pub(crate) retired: Vec<Shown>,
    pub(crate) told: Last,
}

impl Contents {
    pub(crate) fn new() -> Contents {
        Contents {
            session: Session::new("C"),
            shown: Shown::default(),
            made: Made::default(),
            retired: Vec::new(),
            told: Last::new(),
        }
    }
}
