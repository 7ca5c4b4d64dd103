//! The handle: what lies behind an `xpay_client`.

use std::cell::UnsafeCell;
use std::sync::Arc;

use xpayclient_core::Session;

use crate::listener::Listener;
use crate::owner::Owner;
use crate::said::{Last, Said};
use crate::shown::Shown;

/// One merchant's client: configuration, one transaction at a time, its answer.
///
/// Used by one thread at a time; it may move between threads. Make as many as you like. After a fork the child uses
/// clients of its own; it may free those of before.
///
/// A call that returns false leaves a code and a message: xpay_response_code, xpay_response_msg. Those two texts lie in the
/// client: they stay where they are until xpay_free and always say what the last call left, the message cut after 8191
/// bytes. Every other string it returns is NUL-terminated, belongs to it, and lives until its next call whose client is not
/// const, or xpay_free.
///
/// While a call is in the client, every other call on it whose client is not const is turned away: from the guard's step,
/// from a logger, from another thread. It returns false and changes nothing. xpay_response_code says 90002 then, in that
/// thread and until its next call or the end of the call around it, whose own code and message are not touched. Calls whose
/// client is const see nothing meanwhile, but for the step's: an empty string, 0, false, XPAY_OUTCOME_IN_DOUBT.
pub struct xpay_client {
    pub(crate) owner: Owner,
    /// No other client of the process has it.
    pub(crate) number: u64,
    pub(crate) said: Said,
    pub(crate) listener: Arc<Listener>,
    /// Whoever has taken `owner` may come here, and nobody else.
    pub(crate) contents: UnsafeCell<Contents>,
}

/// What is behind the owner's word.
pub(crate) struct Contents {
    pub(crate) session: Session,
    pub(crate) shown: Shown,
    /// What was shown before a Rollback in the step.
    pub(crate) retired: Vec<Shown>,
    pub(crate) told: Last,
}

impl Contents {
    pub(crate) fn new() -> Contents {
        Contents {
            session: Session::new("C"),
            shown: Shown::default(),
            retired: Vec::new(),
            told: Last::new(),
        }
    }
}
