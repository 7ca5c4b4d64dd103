//! What a shop sends: every parameter's name, whether it is known, and what was warned of. Never a value.

use crate::codes::Refusal;
use crate::gateway::Gateway;
use crate::ledger::sent::{self, Place, SentName, SentWarning};
use crate::{mask, tables};
use serde::Serialize;
use std::collections::HashSet;

/// The window for a payment.
pub(crate) const WINDOW: &str = "window";
/// The window for a billing key.
pub(crate) const BILLING: &str = "billing";
/// The window for an identity check.
pub(crate) const IDENTITY: &str = "identity";
/// The registration of an escrow delivery.
pub(crate) const ESCROW: &str = "escrow_delivery";

/// So many names and warnings are kept, as the page shows all of them at once. Any further one counts under [`mask::NO_NAME`].
const MOST: i64 = 2000;

/// Something that the gateway takes, although the shop should change it. Its texts hold no value.
#[derive(Clone, Debug)]
pub(crate) struct Warning {
    pub(crate) field: String,
    pub(crate) ko: String,
    pub(crate) en: String,
}

impl Warning {
    pub(crate) fn new(field: &str, ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { field: field.to_owned(), ko: ko.into(), en: en.into() }
    }
}

/// Keeps the names of one request. `kind` is [`WINDOW`] … or an LGD_TXNAME. The ledger must not be locked by the caller.
pub(crate) fn record<'a>(
    gateway: &Gateway,
    kind: &str,
    mid: &str,
    names: impl IntoIterator<Item = &'a str>,
    warnings: &[Warning],
) -> Result<(), Refusal> {
    let at = gateway.clock.stamp();
    let mid = gateway.shops.find(mid).map_or(mask::NO_NAME, |shop| &shop.mid);
    let place = Place { kind: mask::name(kind), mid, at: &at };
    let rest = Place { kind: mask::NO_NAME, ..place };
    // An item of a list that repeats counts once.
    let mut seen = HashSet::new();
    let mut ledger = gateway.ledger();
    let db = ledger.begin()?;
    for name in names.into_iter().map(mask::name).filter(|name| seen.insert(*name)) {
        if !sent::count_again(&db, place, name)? {
            let (place, name) = if sent::kept(&db)? < MOST { (place, name) } else { (rest, mask::NO_NAME) };
            sent::count(&db, place, name)?;
        }
    }
    for warning in warnings {
        let (place, name) = if sent::warned(&db)? < MOST {
            (place, mask::name(&warning.field))
        } else {
            (rest, mask::NO_NAME)
        };
        sent::warn(&db, place, name, &warning.ko, &warning.en)?;
    }
    Ok(db.commit()?)
}

/// Whether the protocol's tables have a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// For this kind of request.
    Known,
    /// Only for another kind of request, or for an answer.
    Elsewhere,
    /// Not at all: it is the shop's own, or misspelt.
    Unknown,
}

/// A name that a shop sent, with what is to be said of it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Sent {
    /// `window`, `billing`, `identity`, `escrow_delivery` or an LGD_TXNAME.
    pub(crate) kind: String,
    pub(crate) mid: String,
    pub(crate) name: String,
    pub(crate) standing: Standing,
    /// For an unknown name, the known one that it may be meant for.
    pub(crate) nearest: Option<&'static str>,
    /// How many requests had it.
    pub(crate) times: i64,
    /// Korean time.
    pub(crate) first: String,
    pub(crate) last: String,
    pub(crate) warnings: Vec<Warned>,
}

/// A warning, and how many requests it was given for.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Warned {
    pub(crate) message_ko: String,
    pub(crate) message_en: String,
    pub(crate) times: i64,
    pub(crate) last: String,
}

/// Everything that was sent, by kind of request and shop. A warning about a name that was missing has a line of its own.
pub(crate) fn all(gateway: &Gateway) -> Result<Vec<Sent>, Refusal> {
    let (names, warnings) = {
        let ledger = gateway.ledger();
        (sent::names(ledger.read())?, sent::warnings(ledger.read())?)
    };
    let mut all: Vec<Sent> = names.into_iter().map(Sent::from).collect();
    for warning in warnings {
        let same = |sent: &&mut Sent| {
            (&sent.kind, &sent.mid, &sent.name) == (&warning.kind, &warning.mid, &warning.name)
        };
        match all.iter_mut().find(same) {
            Some(sent) => sent.warnings.push(warning.into()),
            None => all.push(Sent::missing(warning)),
        }
    }
    all.sort_by(|one, other| (&one.kind, &one.mid).cmp(&(&other.kind, &other.mid)));
    Ok(all)
}

impl From<SentName> for Sent {
    fn from(sent: SentName) -> Self {
        let (standing, nearest) = judge(&sent.kind, &sent.name);
        let SentName { kind, mid, name, times, first, last } = sent;
        Self { kind, mid, name, standing, nearest, times, first, last, warnings: Vec::new() }
    }
}

impl Sent {
    fn missing(warning: SentWarning) -> Self {
        let name = SentName {
            kind: warning.kind.clone(),
            mid: warning.mid.clone(),
            name: warning.name.clone(),
            times: 0,
            first: String::new(),
            last: String::new(),
        };
        Self { warnings: vec![warning.into()], ..Self::from(name) }
    }
}

impl From<SentWarning> for Warned {
    fn from(warning: SentWarning) -> Self {
        let SentWarning { ko, en, times, last, .. } = warning;
        Self { message_ko: ko, message_en: en, times, last }
    }
}

/// Whether a name is known, and else which known one is near. A blank behind a name is harmless.
fn judge(kind: &str, name: &str) -> (Standing, Option<&'static str>) {
    let name = name.trim_end();
    if known(kind).any(|known| known == name) {
        (Standing::Known, None)
    } else if tables::all_names().any(|known| known == name) {
        (Standing::Elsewhere, None)
    } else {
        (Standing::Unknown, nearest(kind, name))
    }
}

fn known(kind: &str) -> Box<dyn Iterator<Item = &'static str> + '_> {
    match kind {
        WINDOW | BILLING | IDENTITY => Box::new(tables::window_names()),
        ESCROW => Box::new(tables::escrow_names()),
        txname => Box::new(tables::transaction_names(txname).chain(tables::SANDBOX_NAMES.iter().copied())),
    }
}

/// The known name with the fewest letters changed, if that is one letter in six or fewer.
fn nearest(kind: &str, name: &str) -> Option<&'static str> {
    let upper = name.to_ascii_uppercase();
    let distance = |known: &&'static str| strsim::osa_distance(&upper, &known.to_ascii_uppercase());
    // Of two names that are equally near, the one for this kind of request.
    let most = name.len() / 6;
    let all = known(kind).chain(tables::all_names());
    let near = all.filter(|known| known.len().abs_diff(name.len()) <= most).min_by_key(distance)?;
    (distance(&near) <= most).then_some(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_known_elsewhere_or_unknown() {
        assert_eq!(judge(WINDOW, "LGD_OID"), (Standing::Known, None));
        assert_eq!(judge(WINDOW, "LGD_OID "), (Standing::Known, None));
        assert_eq!(judge("PaymentByKey", "LGD_PAYKEY"), (Standing::Known, None));
        assert_eq!(judge("CardAuth", "KVP_ENCDATA"), (Standing::Known, None));
        assert_eq!(judge("ARSReserve", "LGD_CALLBACK"), (Standing::Known, None));
        assert_eq!(judge(ESCROW, "dlvno"), (Standing::Known, None));
        assert_eq!(judge("Cancel", "LGD_PAYKEY"), (Standing::Elsewhere, None));
        assert_eq!(judge(WINDOW, "order_memo"), (Standing::Unknown, None));
    }

    #[test]
    fn a_misspelt_name_has_a_nearest_one() {
        for (name, meant) in [
            ("LGD_CUSTOM_MERTMAME", "LGD_CUSTOM_MERTNAME"),
            ("lgd_oid", "LGD_OID"),
            ("LGD_AMUONT", "LGD_AMOUNT"),
            ("LGD_PRODUCTINF", "LGD_PRODUCTINFO"),
        ] {
            assert_eq!(judge(WINDOW, name), (Standing::Unknown, Some(meant)));
        }
    }
}
