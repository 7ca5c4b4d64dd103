//! The value of a parameter: text, or bytes in the caller's encoding.

use std::borrow::Cow;
use std::fmt;

use zeroize::Zeroizing;

use crate::text::encoding::{decode, to_cp949};

/// A parameter's value. Text is encoded according to LGD_ENCODING when the request is sent; bytes are sent unchanged.
#[derive(Clone)]
pub enum Value {
    /// Sent as CP949, or as UTF-8 once LGD_ENCODING is `UTF-8`.
    Text(Zeroizing<String>),
    /// Sent unchanged, in the encoding that the caller chose.
    Bytes(Zeroizing<Vec<u8>>),
}

impl Value {
    pub(crate) fn encoded(&self, utf8: bool) -> Cow<'_, [u8]> {
        match self {
            Value::Bytes(bytes) => Cow::Borrowed(bytes),
            Value::Text(text) if utf8 || text.is_ascii() => Cow::Borrowed(text.as_bytes()),
            Value::Text(text) => Cow::Owned(to_cp949(text)),
        }
    }

    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Value::Bytes(bytes) => decode(bytes),
            Value::Text(text) => Cow::Borrowed(text),
        }
    }

    /// Its text if that is short and plain enough for the journal, like order IDs and amounts; else empty.
    pub(crate) fn journal_text(&self) -> String {
        Some(self.text()).filter(|text| is_journal_safe(text)).unwrap_or_default().into_owned()
    }

    /// The bytes as given, without encoding.
    pub(crate) fn raw(&self) -> &[u8] {
        match self {
            Value::Bytes(bytes) => bytes,
            Value::Text(text) => text.as_bytes(),
        }
    }

    /// For a request that must be sent in any case: converted to text, whatever the caller's encoding. NUL bytes,
    /// which no parameter may contain, are removed.
    pub(crate) fn text_without_nul(&self) -> Value {
        Value::Text(Zeroizing::new(self.text().replace('\0', "")))
    }

    /// Text in place of bytes that are UTF-8.
    pub(crate) fn or_text(self) -> Value {
        match self {
            Value::Bytes(bytes) => match std::str::from_utf8(&bytes) {
                Ok(text) => text.into(),
                Err(_) => Value::Bytes(bytes),
            },
            text => text,
        }
    }

    pub(crate) fn names_utf8(&self) -> bool {
        self.encoded(true).eq_ignore_ascii_case(b"UTF-8")
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(Zeroizing::new(text.to_owned()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(Zeroizing::new(text))
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Value {
        Value::Bytes(Zeroizing::new(bytes.to_vec()))
    }
}

/// Whether a value is short and plain, like order IDs and amounts.
pub(crate) fn is_journal_safe(text: &str) -> bool {
    text.len() <= 64 && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// `Debug` shows no value, since any may be a card number.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Value({} bytes)", self.raw().len())
    }
}
