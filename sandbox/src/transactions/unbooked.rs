//! ARSReserve and AccCert: a plain answer. Nobody has published what theirs holds, and no money moves.

use super::call::{Call, Completed};
use crate::codes::{self, Refusal};
use crate::ledger::journal::Effect;
use crate::ledger::next;
use crate::row::Row;
use crate::tables;

/// ARSReserve: a payment that the buyer is to confirm by telephone. The sandbox keeps no reservation and calls nobody.
pub(super) fn reserve(call: &Call<'_>) -> Result<Completed, Refusal> {
    const NAME: &str = "LGD_RESERVENUMBER";
    let number = match call.form.get(NAME) {
        Some(number) => number.to_owned(),
        None => format!("{:010}", next(call.db)?),
    };
    Ok(Completed::row(Row::default().put(NAME, number), Effect::default()))
}

/// AccCert: whether an account is its holder's. In the sandbox every account of a known bank is.
pub(super) fn check_account(call: &Call<'_>) -> Result<Completed, Refusal> {
    const NAME: &str = "LGD_BANKCODE";
    match tables::finance_name("SC0030", call.form.text(NAME)) {
        Some(_) => Ok(Completed::row(Row::default(), Effect::default())),
        None => Err(codes::MALFORMED.with(NAME, "a code of tables.json")),
    }
}
