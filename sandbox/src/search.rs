//! What a merchant looks for among the payments, as text from a page or the admin API.

use crate::clock;
use crate::codes::{self, Refusal};
use crate::ledger::payment::{PaymentState, Wanted};
use serde::Deserialize;

/// Empty texts stand for any.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Search {
    /// A part of LGD_OID, LGD_TID, LGD_MID, or the buyer's name or id.
    pub(crate) q: String,
    pub(crate) state: String,
    /// The first Korean day, `yyyy-MM-dd`.
    pub(crate) from: String,
    /// The last one.
    pub(crate) to: String,
}

impl Search {
    /// Refuses what is no state and no day.
    pub(crate) fn wanted(&self) -> Result<Wanted, Refusal> {
        if !self.state.is_empty() && PaymentState::named(&self.state).is_none() {
            return Err(codes::MALFORMED.with("state", PaymentState::names().collect::<Vec<_>>().join("|")));
        }
        let text = self.q.trim().to_owned();
        let (from, to) = (day("from", &self.from)?, day("to", &self.to)?);
        Ok(Wanted { text, state: self.state.clone(), from, to })
    }

    /// As a query, to be continued in a link.
    pub(crate) fn pairs(&self) -> [(&'static str, &str); 4] {
        [("q", &self.q), ("state", &self.state), ("from", &self.from), ("to", &self.to)]
    }
}

fn day(name: &str, text: &str) -> Result<String, Refusal> {
    let wrong = || codes::MALFORMED.with(name, "yyyy-MM-dd");
    if text.is_empty() { Ok(String::new()) } else { clock::day(text).ok_or_else(wrong) }
}
