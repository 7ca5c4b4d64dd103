//! Amounts on the command line. The core says what an amount may be; its reason is printed.

use xpayclient_core::Error;
use xpayclient_core::binding::{read_payable_won, read_won};

/// An amount that moves.
pub(crate) fn payable(text: &str) -> Result<u64, Error> {
    read_payable_won("amount", text)
}

/// A share of an amount, of which there may be none.
pub(crate) fn share(text: &str) -> Result<u64, Error> {
    read_won("amount", text)
}
