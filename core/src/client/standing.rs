//! How a request stands, as far as journal and log know.

use crate::client::open::State;

/// How a request stands.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Standing {
    /// Answered `0000`. A cancellation of it is a request of its own.
    Answered,
    /// Answered with another code.
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
