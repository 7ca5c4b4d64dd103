//! AuthOnlyByKey: the result of an identity check made in the window.

use super::call::{Call, Completed};
use crate::codes::{self, Refusal};
use crate::ledger::journal::Effect;
use crate::ledger::{new_tid, paykey};
use crate::row::Row;

/// Birthday, phone and identity in the result are made up.
pub(super) fn by_key(call: &Call<'_>) -> Result<Completed, Refusal> {
    const NAME: &str = "LGD_AUTHONLYKEY";
    let consent = paykey::find(call.db, call.form.text(NAME), true, &call.shop.mid)?
        .ok_or_else(|| codes::PAYKEY.on(NAME))?;
    if consent.used {
        return Err(codes::USED.on(NAME));
    }
    call.one_of("LGD_PAYTYPE", &[&consent.paytype])?;
    paykey::spend(call.db, &consent.paykey)?;
    let row = Row::default()
        .put("LGD_TID", new_tid(call.db, &call.shop.mid, &call.stamp())?)
        .put("LGD_MOBILENUM", "01000000000")
        .put("LGD_MOBILE_SUBAUTH_NAME", &consent.buyer)
        .put("LGD_MOBILE_SUBAUTH_BIRTH", "19900101")
        .put("LGD_MOBILE_SUBAUTH_SEX", "1")
        .put("LGD_AUTHSUB_CI", "SANDBOX+CI==")
        .put("LGD_AUTHSUB_DI", "SANDBOX+DI==");
    Ok(Completed::row(row, Effect::default()))
}
