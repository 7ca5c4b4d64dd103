//! Text formats: encodings, forms, dates and secrets.

pub(crate) mod dates;
pub mod encoding;
pub(crate) mod form;
pub(crate) mod secret;
