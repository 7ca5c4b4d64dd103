//! `application/x-www-form-urlencoded` as PHP's `http_build_query` writes it.

use std::fmt::Write;

use zeroize::Zeroizing;

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

/// The bytes behind a percent-encoded name or value; `None` where a `%` is not followed by two hex digits.
pub(crate) fn decode(text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let mut rest = text.iter();
    while let Some(&byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => hex_digit(*rest.next()?)? << 4 | hex_digit(*rest.next()?)?,
            plain => plain,
        });
    }
    Some(bytes)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_comes_back() {
        let all: Vec<u8> = (0..=255).collect();
        let mut text = String::new();
        encode(&all, &mut text);
        assert_eq!(decode(text.as_bytes()).as_deref(), Some(&all));
        assert_eq!(decode(b"a+%2b%2B").as_deref().map(Vec::as_slice), Some(&b"a ++"[..]));
        for broken in [&b"%"[..], b"%4", b"%4g", b"%%41"] {
            assert!(decode(broken).is_none(), "{broken:?}");
        }
    }
}
