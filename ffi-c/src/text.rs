//! Strings across the boundary: NUL-terminated bytes in, borrowed NUL-terminated bytes out.

use std::ffi::{CStr, c_char};

use xpayclient_core::Error;
use xpayclient_core::binding::Session;
use xpayclient_core::encoding::without_nul;
use zeroize::Zeroizing;

/// The bytes of an argument, without the NUL.
///
/// # Safety
/// `pointer` is NULL or points to a NUL-terminated string that stays unchanged for `'a`.
pub(crate) unsafe fn argument<'a>(pointer: *const c_char, name: &str) -> Result<&'a [u8], Error> {
    if pointer.is_null() {
        return Err(Error::null_argument(name));
    }
    // SAFETY: not NULL, and NUL-terminated by this function's contract.
    Ok(unsafe { CStr::from_ptr(pointer) }.to_bytes())
}

/// The bytes of several arguments, or an error for the first that is NULL.
///
/// # Safety
/// As for [`argument`], each of them.
pub(crate) unsafe fn arguments<'a, const N: usize>(
    given: [(*const c_char, &str); N],
) -> Result<[&'a [u8]; N], Error> {
    let mut bytes = [&[][..]; N];
    for (bytes, (pointer, name)) in bytes.iter_mut().zip(given) {
        // SAFETY: by this function's contract.
        *bytes = unsafe { argument(pointer, name) }?;
    }
    Ok(bytes)
}

/// A string that C may read while this lives. Wiped when dropped, because it may be a MertKey.
pub(crate) struct Text(Zeroizing<Vec<u8>>);

impl Text {
    pub(crate) fn new(bytes: &[u8]) -> Text {
        let mut text = Zeroizing::new(Vec::with_capacity(bytes.len() + 1));
        text.extend(without_nul(bytes));
        text.push(0);
        Text(text)
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.strip_suffix(b"\0").unwrap_or_default()
    }

    pub(crate) fn pointer(&self) -> *const c_char {
        self.0.as_ptr().cast()
    }
}

/// Names and values in the session's output encoding.
pub(crate) fn pairs<'a>(
    session: &Session,
    values: impl Iterator<Item = (&'a str, &'a str)>,
) -> Vec<(Text, Text)> {
    let text = |text| Text::new(&session.output(text));
    values.map(|(name, value)| (text(name), text(value))).collect()
}

/// The empty string.
pub(crate) const EMPTY: *const c_char = c"".as_ptr();
