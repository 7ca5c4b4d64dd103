//! `application/x-www-form-urlencoded` as PHP's `http_build_query` writes it.

use std::fmt::Write;

/// Appends `bytes` percent-encoded: `+` for a blank, `%XX` for all but letters, digits, `-`, `_` and `.`.
pub(crate) fn encode(bytes: &[u8], out: &mut String) {
    for &byte in bytes {
        match byte {
            b' ' => out.push('+'),
            b'-' | b'_' | b'.' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => out.push(byte.into()),
            // Writing to a String cannot fail.
            _ => {
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
}
