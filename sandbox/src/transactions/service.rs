//! Ping, Rollback, Report and Patch.

use super::call::{Call, Completed, amount};
use crate::codes::{self, Refusal};
use crate::ledger::journal::{self, Effect};
use crate::mask;
use crate::profile::{CancelRollback, Late, Reply};
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

/// Rollback: undoes whatever the transaction did, as far as the profile does.
pub(super) fn rollback(call: &Call<'_>) -> Result<Completed, Refusal> {
    const NAME: &str = "LGD_RB_TXID";
    let (txid, profile) = (call.form.text(NAME), call.profile);
    txid::check(NAME, txid, &call.shop.mid)?;
    let Some(entry) = journal::find(call.db, txid)? else {
        // One that was refused or not answered rolled nothing back, so the next is none after one that did.
        if profile.unknown_rollback == Reply::Done && journal::is_barred(call.db, txid)? {
            return reply(profile.second_rollback, NAME);
        }
        if profile.unknown_rollback != Reply::Refused && profile.late_request == Late::Refused {
            journal::bar(call.db, txid)?;
        }
        return reply(profile.unknown_rollback, NAME);
    };
    match (entry.effect.as_str(), profile.cancel_rollback) {
        _ if entry.undone => reply(profile.second_rollback, NAME),
        ("", _) => reply(profile.declined_rollback, NAME),
        ("cancelled", CancelRollback::Ignored) => reply(Reply::Done, NAME),
        ("cancelled", CancelRollback::Refused) => reply(Reply::Refused, NAME),
        _ => {
            journal::undo(call.db, &entry)?;
            reply(Reply::Done, NAME)
        }
    }
}

/// Report: does nothing; the request is in the request log.
pub(super) fn report(call: &Call<'_>) -> Result<Completed, Refusal> {
    reply(call.profile.report, "LGD_TXNAME")
}

fn reply(reply: Reply, about: &str) -> Result<Completed, Refusal> {
    let done = Completed::row(Row::default(), Effect::default());
    match reply {
        Reply::Done => Ok(done),
        Reply::Silent => Ok(Completed { silent: true, ..done }),
        Reply::Refused => Err(codes::NOT_ROLLED_BACK.on(about)),
    }
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
