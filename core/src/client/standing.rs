//! How a request stands, as far as journal and log know.

use crate::client::open::State;
use crate::protocol::answer::is_repeated;
use crate::protocol::effect::Effect;

/// How a request stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Answered. A cancellation of it is a request of its own. If the code is not `0000`, it alone does not say whether money moved:
    /// some codes mean that it was done before.
    Answered,
    /// A payment that was answered with a code that means that nothing was charged.
    Declined,
    /// Nothing was sent.
    NotSent,
    /// The gateway confirmed its Rollback.
    RolledBack,
    /// A person closed it in the journal.
    Closed,
    /// The journal has it open, or the log has it in doubt and there is no journal.
    Open(State),
    /// Neither says how it ended.
    Unknown,
}

impl Standing {
    /// Of an answer with this code. What a code other than `0000` means for a cancellation depends on the payment method, which
    /// neither journal nor log knows.
    pub(super) fn of_answer(txname: &str, code: &str) -> Standing {
        match Effect::of(txname) {
            Effect::Pays if code != "0000" && !is_repeated(code) => Standing::Declined,
            _ => Standing::Answered,
        }
    }

    /// The names of those that [`State::name`] does not have.
    pub const SETTLED: [&'static str; 6] =
        ["answered", "declined", "not_sent", "rolled_back", "closed", "unknown"];

    /// Its name in programs: `answered`, `declined`, `not_sent`, `rolled_back`, `closed`, `unknown`, or that of
    /// [`State::name`].
    pub fn name(&self) -> &'static str {
        match self {
            Standing::Answered => "answered",
            Standing::Declined => "declined",
            Standing::NotSent => "not_sent",
            Standing::RolledBack => "rolled_back",
            Standing::Closed => "closed",
            Standing::Open(state) => state.name(),
            Standing::Unknown => "unknown",
        }
    }

    /// Whether it waits for recovery or for the merchant.
    pub fn is_open(&self) -> bool {
        matches!(self, Standing::Open(state) if state.is_open())
    }
}
