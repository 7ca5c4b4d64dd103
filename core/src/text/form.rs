//! `application/x-www-form-urlencoded` as PHP's `http_build_query` writes it.

use zeroize::Zeroizing;

/// Appends `bytes` percent-encoded: `+` for a blank, `%XX` for all but letters, digits, `-`, `_` and `.`.
pub(crate) fn encode(bytes: &[u8], out: &mut String) {
    let mut rest = bytes;
    while !rest.is_empty() {
        let plain = rest.iter().position(|byte| !is_plain(*byte)).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(plain);
        // What is plain is ASCII.
        out.push_str(std::str::from_utf8(piece).unwrap_or_default());
        let Some((&byte, after)) = after.split_first() else { return };
        match byte {
            b' ' => out.push('+'),
            _ => out.extend(['%', hex(byte >> 4), hex(byte & 0x0F)]),
        }
        rest = after;
    }
}

/// How long that will be.
pub(crate) fn length(bytes: &[u8]) -> usize {
    bytes.len() + 2 * bytes.iter().filter(|byte| !is_plain(**byte) && **byte != b' ').count()
}

fn hex(half: u8) -> char {
    char::from_digit(half.into(), 16).unwrap_or_default().to_ascii_uppercase()
}

/// Letters, digits, `-`, `_` and `.`, by byte.
#[allow(clippy::indexing_slicing, reason = "a constant is checked when it is compiled")]
const PLAIN: [bool; 256] = {
    let mut plain = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        let this = byte as u8;
        plain[byte] = this.is_ascii_alphanumeric() || matches!(this, b'-' | b'_' | b'.');
        byte += 1;
    }
    plain
};

fn is_plain(byte: u8) -> bool {
    PLAIN.get(usize::from(byte)) == Some(&true)
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
        assert_eq!(text.len(), length(&all));
        assert_eq!(decode(text.as_bytes()).as_deref(), Some(&all));
        assert_eq!(decode(b"a+%2b%2B").as_deref().map(Vec::as_slice), Some(&b"a ++"[..]));
        for broken in [&b"%"[..], b"%4", b"%4g", b"%%41"] {
            assert!(decode(broken).is_none(), "{broken:?}");
        }
    }
}
