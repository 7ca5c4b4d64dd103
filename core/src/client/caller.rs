//! Who calls this library: the language that the User-Agent names, and whether its strings are Unicode.

use std::borrow::Cow;

use crate::protocol::value::Value;

/// A binding, as the gateway and [`Session`](crate::binding::Session) know it.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) language: Cow<'static, str>,
    /// Whether its strings are Unicode, so that this library encodes what is sent, and can say in Content-Type how. Of bytes
    /// only their caller knows.
    pub(crate) is_unicode: bool,
}

impl Caller {
    /// One whose strings are bytes, and go as they are.
    pub(crate) fn of_bytes(language: impl Into<Cow<'static, str>>) -> Caller {
        Caller { language: language.into(), is_unicode: false }
    }

    /// A value that it passes: of Unicode, text that this library encodes.
    pub(crate) fn value(&self, given: impl Into<Value>) -> Value {
        if self.is_unicode { given.into().or_text() } else { given.into() }
    }
}
