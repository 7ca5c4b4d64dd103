//! The two encodings of merchants' text: CP949, which they call EUC-KR, and UTF-8.

use std::borrow::Cow;

use encoding_rs::{EUC_KR, EncoderResult};

/// Text as CP949, with `?` for each character that CP949 does not have.
pub fn to_cp949(text: &str) -> Vec<u8> {
    let mut encoder = EUC_KR.new_encoder();
    // Two bytes a character at most, and no character of more than one byte here is shorter in UTF-8.
    let mut bytes = Vec::with_capacity(text.len() + 1);
    let mut rest = text;
    loop {
        bytes.reserve(rest.len() + 2);
        let (result, read) = encoder.encode_from_utf8_to_vec_without_replacement(rest, &mut bytes, true);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            EncoderResult::InputEmpty => return bytes,
            EncoderResult::Unmappable(_) => bytes.push(b'?'),
            EncoderResult::OutputFull => {}
        }
    }
}

/// Bytes of either encoding as text: UTF-8 where they are valid UTF-8, else CP949, `U+FFFD` for what is neither.
///
/// CP949 text with a Hangul syllable in it is practically never valid UTF-8, so the order is safe.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => EUC_KR.decode_without_bom_handling(bytes).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cp949_lacks_becomes_a_question_mark() {
        assert_eq!(to_cp949("a😀나"), b"a?\xB3\xAA");
        assert_eq!(to_cp949("😀😀"), b"??");
    }

    #[test]
    fn bytes_of_neither_encoding_are_marked() {
        assert_eq!(decode(b"a\xFF\"b"), "a\u{FFFD}\"b");
    }
}
