//! Ping, Rollback, Report and Patch.

use super::call::{Call, Completed, amount};
use crate::codes::{self, Refusal};
use crate::ledger::journal::{self, Effect};
use crate::mask;
use crate::rollback_rules::Unseen;
use crate::row::Row;
use crate::{home, txid};

/// The most rows that Ping returns.
const MOST_ROWS: i64 = 1000;

/// Ping: returns LGD_RESULTCNT rows. Each repeats the parameters, so that a wrong charset is visible.
pub(super) fn ping(call: &Call<'_>) -> Result<Completed, Refusal> {
    let count = call.form.get("LGD_RESULTCNT").unwrap_or("1");
    let count: i64 = amount("LGD_RESULTCNT", count)?;
    if count > MOST_ROWS {
        return Err(codes::MALFORMED.with("LGD_RESULTCNT", format!("0-{MOST_ROWS}")));
    }
    let repeated = call.form.iter().filter(|(name, _)| mask::may_be_repeated(name));
    let row = repeated.fold(Row::default(), |row, (name, value)| row.put(name, value));
    let rows = (1..=count).map(|number| row.clone().put("LGD_ROW", number.to_string()));
    Ok(Completed { rows: rows.collect(), ..Completed::default() })
}

/// Rollback: undoes whatever the transaction did. A transaction that has not arrived yet is refused when it does, unless
/// this gateway has other rules.
pub(super) fn rollback(call: &Call<'_>) -> Result<Completed, Refusal> {
    let txid = call.form.text("LGD_RB_TXID");
    txid::check("LGD_RB_TXID", txid, &call.shop.mid)?;
    let refused = || Err(codes::NOT_ROLLED_BACK.on("LGD_RB_TXID"));
    match (journal::find(call.db, txid)?, call.rollback_rules.unseen) {
        (Some(entry), _) if entry.undone && call.rollback_rules.once => return refused(),
        (Some(entry), _) => journal::undo(call.db, &entry)?,
        (None, Unseen::Barred) if call.rollback_rules.once && journal::is_barred(call.db, txid)? => {
            return refused();
        }
        (None, Unseen::Barred) => journal::bar(call.db, txid)?,
        (None, Unseen::Forgotten) => {}
        (None, Unseen::Refused) => return refused(),
    }
    Ok(Completed::row(Row::default(), Effect::default()))
}

/// Report: does nothing; the request is in the request log.
pub(super) fn report(_: &Call<'_>) -> Result<Completed, Refusal> {
    Ok(Completed::row(Row::default(), Effect::default()))
}

/// Patch: returns a configuration file of the sandbox.
pub(super) fn patch(call: &Call<'_>) -> Result<Completed, Refusal> {
    let wrong = || codes::FILE.with("LGD_FILE", home::FILES.join("|"));
    let name = call.form.text("LGD_FILE");
    let known = home::FILES.iter().find(|file| **file == name).ok_or_else(wrong)?;
    let file = std::fs::read_to_string(call.home.join("conf").join(known))
        .map_err(|error| codes::INTERNAL.with("LGD_FILE", error.kind()))?;
    Ok(Completed { file: Some(file), ..Completed::default() })
}
