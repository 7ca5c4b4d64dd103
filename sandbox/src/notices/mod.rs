//! Notices of virtual accounts (LGD_CASNOTEURL): queued with the event, sent until the shop answers `OK`.

mod body;
pub(crate) mod flag;
pub(crate) mod history;
pub(crate) mod queue;
pub(crate) mod sender;
