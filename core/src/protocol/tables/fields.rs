//! What a row of the tables of parameters is: their length in bytes of CP949, and which must be there.

/// A parameter and what its value must keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// LGD_… or CST_….
    pub name: &'static str,
    /// The most bytes of CP949 it may have; `None` where the protocol names no limit.
    pub max_bytes: Option<usize>,
    /// Whether it is always required.
    pub required: bool,
    /// Codes of payment methods or card issuers: it is required if the request names one of them in
    /// LGD_CUSTOM_USABLEPAY, LGD_CUSTOM_FIRSTPAY or LGD_USABLECARD.
    pub required_for: &'static [&'static str],
    /// What its value is.
    pub holds: Holds,
}

/// What a parameter's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// One value.
    One,
    /// Codes separated by `:`; the limit is for each.
    List,
    /// One value, and the parameter may be there several times, once for each item.
    Repeats,
    /// JSON, in which quotes are allowed.
    Json,
}
