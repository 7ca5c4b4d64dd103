//! Notices of what happens to virtual accounts (LGD_CASNOTEURL): written with what they tell of, sent until the shop says `OK`.

mod body;
pub(crate) mod flag;
pub(crate) mod history;
pub(crate) mod queue;
pub(crate) mod sender;
