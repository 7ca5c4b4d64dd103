//! Text and how it is written: encodings, forms, times, and what must not be kept.

pub(crate) mod clock;
pub(crate) mod dates;
pub mod encoding;
pub(crate) mod form;
pub(crate) mod secret;
