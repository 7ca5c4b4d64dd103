//! How the gateway treats Rollbacks. The real gateway's rules are not published, so a client must be safe under all of them.

/// How a gateway treats Rollbacks. The default is the strictest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RollbackRules {
    /// How the Rollback of an LGD_TXID that has not arrived is answered.
    pub unseen: Unseen,
    /// Whether a second Rollback of the same transaction is refused. Otherwise it is answered `0000` and does nothing.
    pub once: bool,
}

/// How the Rollback of an LGD_TXID that has not arrived is answered, and its request if it arrives afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unseen {
    /// Answered `0000`; the request is refused when it arrives.
    #[default]
    Barred,
    /// Answered `0000` and forgotten; the request is executed when it arrives.
    Forgotten,
    /// Refused; the request is executed when it arrives.
    Refused,
}
