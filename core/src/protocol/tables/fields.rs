//! What a row of the tables of parameters is: their length in bytes of CP949, and which must be there.

/// A parameter and what its value must keep to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// LGD_… or CST_….
    pub name: &'static str,
    /// The most bytes of CP949 it may have; `None` where the protocol names no limit.
    pub max_bytes: Option<usize>,
    /// Whether the protocol marks it as required. Some are so only with a means of payment, see [`crate::window`].
    pub required: bool,
}
