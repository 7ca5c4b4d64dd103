//! What is no payment: Ping, Rollback, Report, Patch.

use super::call::{Call, Done, amount};
use crate::codes::{self, Refusal};
use crate::ledger::journal::{self, Effect};
use crate::mask;
use crate::rollback_rules::Unseen;
use crate::row::Row;
use crate::{home, txid};

/// More rows than any test needs, fewer than would hurt.
const MOST_ROWS: i64 = 1000;

/// Ping: as many rows as asked for, each repeating what the caller sent, so that a wrong charset shows.
pub(super) fn ping(call: &Call<'_>) -> Result<Done, Refusal> {
    let count = call.form.get("LGD_RESULTCNT").unwrap_or("1");
    let count: i64 = amount("LGD_RESULTCNT", count)?;
    if count > MOST_ROWS {
        return Err(codes::MALFORMED.with("LGD_RESULTCNT", format!("0-{MOST_ROWS}")));
    }
    let said = call.form.iter().filter(|(name, _)| mask::may_be_repeated(name));
    let row = said.fold(Row::default(), |row, (name, value)| row.put(name, value));
    let rows = (1..=count).map(|number| row.clone().put("LGD_ROW", number.to_string()));
    Ok(Done { rows: rows.collect(), ..Done::default() })
}

/// Rollback: whatever the transaction did is undone; one that has not arrived is turned away when it does, unless this
/// gateway has other habits.
pub(super) fn rollback(call: &Call<'_>) -> Result<Done, Refusal> {
    let txid = call.form.text("LGD_RB_TXID");
    txid::check("LGD_RB_TXID", txid, &call.shop.mid)?;
    let refused = || Err(codes::NOT_ROLLED_BACK.on("LGD_RB_TXID"));
    match (journal::find(call.db, txid)?, call.habits.unseen) {
        (Some(entry), _) if entry.undone && call.habits.once => return refused(),
        (Some(entry), _) => journal::undo(call.db, &entry)?,
        (None, Unseen::Barred) if call.habits.once && journal::is_barred(call.db, txid)? => return refused(),
        (None, Unseen::Barred) => journal::bar(call.db, txid)?,
        (None, Unseen::Forgotten) => {}
        (None, Unseen::Refused) => return refused(),
    }
    Ok(Done::row(Row::default(), Effect::default()))
}

/// Report: taken note of, which the record of requests does already.
pub(super) fn report(_: &Call<'_>) -> Result<Done, Refusal> {
    Ok(Done::row(Row::default(), Effect::default()))
}

/// Patch: a conf file as the sandbox would write it today.
pub(super) fn patch(call: &Call<'_>) -> Result<Done, Refusal> {
    let wrong = || codes::FILE.with("LGD_FILE", home::FILES.join("|"));
    let name = call.form.text("LGD_FILE");
    let known = home::FILES.iter().find(|file| **file == name).ok_or_else(wrong)?;
    let file = std::fs::read_to_string(call.home.join("conf").join(known))
        .map_err(|error| codes::INTERNAL.with("LGD_FILE", error.kind()))?;
    Ok(Done { file: Some(file), ..Done::default() })
}
