//! Text, measured in bytes of CP949 (which Korea calls EUC-KR).

use encoding_rs::{EUC_KR, Encoding, UTF_8};
use std::borrow::Cow;

/// The charset of a request: UTF-8 or EUC-KR.
pub(crate) fn charset(lgd_encoding: Option<&[u8]>) -> &'static Encoding {
    match lgd_encoding {
        Some(name) if name.eq_ignore_ascii_case(b"utf-8") => UTF_8,
        _ => EUC_KR,
    }
}

/// Strict: invalid bytes are an error, not a replacement character.
pub(crate) fn decode<'a>(bytes: &'a [u8], charset: &'static Encoding) -> Option<Cow<'a, str>> {
    charset.decode_without_bom_handling_and_without_replacement(bytes)
}

/// The longest prefix of `text` that fits into `limit` bytes, in whole characters.
pub(crate) fn fit(text: &str, limit: usize) -> &str {
    let mut used = 0;
    for (at, character) in text.char_indices() {
        used += if character.is_ascii() { 1 } else { 2 };
        if used > limit {
            return &text[..at];
        }
    }
    text
}

/// The length of `text` in CP949.
pub(crate) fn length(text: &str) -> usize {
    text.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_beyond_ks_x_1001_is_read() {
        let bytes = [0x8c, 0x63, 0xb9, 0xe6, 0xb0, 0xa2, 0xc7, 0xcf];
        assert_eq!(decode(&bytes, charset(None)).as_deref(), Some("똠방각하"));
        assert_eq!(decode(&bytes, charset(Some(b"UTF-8"))), None);
    }

    #[test]
    fn a_character_is_kept_whole_or_dropped() {
        assert_eq!(fit("홍길동", 5), "홍길");
        assert_eq!(fit("a홍b", 4), "a홍b");
        assert_eq!(length("a홍b"), 4);
    }
}
