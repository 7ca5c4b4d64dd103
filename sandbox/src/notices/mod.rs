//! Notices to the addresses of the shop: queued with the event, sent until the shop answers `OK`.

pub(crate) mod answer;
mod body;
pub(crate) mod flag;
pub(crate) mod history;
pub(crate) mod queue;
pub(crate) mod sender;
