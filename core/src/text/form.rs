//! `application/x-www-form-urlencoded` as PHP's `http_build_query` writes it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use zeroize::Zeroizing;

/// What PHP's `urlencode` escapes, but for the blank, which has a sign of its own.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');

/// Appends `bytes` percent-encoded: `+` for a blank, `%XX` for all but letters, digits, `-`, `_` and `.`.
pub(crate) fn encode(bytes: &[u8], out: &mut String) {
    out.extend(encoded(bytes));
}

/// The most that can become of so many bytes.
pub(crate) fn longest(bytes: usize) -> usize {
    3 * bytes
}

fn encoded(bytes: &[u8]) -> impl Iterator<Item = &str> {
    bytes.split_inclusive(|byte| *byte == b' ').flat_map(|words| {
        let (word, blank) = words.strip_suffix(b" ").map_or((words, None), |word| (word, Some("+")));
        percent_encode(word, ESCAPED).chain(blank)
    })
}

/// The bytes behind a percent-encoded name or value; `None` where a `%` is not followed by two hex digits, which the crate
/// would let stand: a notification with one is not the gateway's.
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
        assert!(text.len() <= longest(all.len()));
        assert_eq!(decode(text.as_bytes()).as_deref(), Some(&all));
        let mut text = String::new();
        encode(" a  b~\u{e9}*-_. ".as_bytes(), &mut text);
        assert_eq!(text, "+a++b%7E%C3%A9%2A-_.+");
        assert_eq!(decode(b"a+%2b%2B").as_deref().map(Vec::as_slice), Some(&b"a ++"[..]));
        for broken in [&b"%"[..], b"%4", b"%4g", b"%%41"] {
            assert!(decode(broken).is_none(), "{broken:?}");
        }
    }
}
