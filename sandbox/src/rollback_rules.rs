//! What nobody has published of the real gateway, so that a client must be safe whichever way it is.

/// How a gateway treats Rollbacks where its operators say nothing. The default forbids the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Habits {
    /// What becomes of the Rollback of an LGD_TXID that has not arrived.
    pub unseen: Unseen,
    /// Whether a second Rollback of the same transaction is refused. Otherwise it is answered `0000` and does nothing.
    pub once: bool,
}

/// What becomes of the Rollback of an LGD_TXID that has not arrived, and of its request if that arrives afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unseen {
    /// Answered `0000`; the request is turned away when it arrives.
    #[default]
    Barred,
    /// Answered `0000` and forgotten; the request is served when it arrives.
    Forgotten,
    /// Refused; the request is served when it arrives.
    Refused,
}
