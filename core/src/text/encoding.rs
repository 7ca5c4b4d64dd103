//! The two encodings of merchants' text: CP949, which merchants call EUC-KR, and UTF-8.

use std::borrow::Cow;

use encoding_rs::EncoderResult;

/// The encodings of what is sent, as Content-Type names them. EUC-KR means CP949 to gateway and shops.
pub(crate) const EUC_KR: &str = "EUC-KR";
pub(crate) const UTF_8: &str = "UTF-8";

/// Encodes text as CP949, with `?` for each character that CP949 cannot encode.
pub fn to_cp949(text: &str) -> Vec<u8> {
    let mut encoder = encoding_rs::EUC_KR.new_encoder();
    // CP949 has at most two bytes for a character, and no such character is shorter in UTF-8.
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

/// Whether CP949 has every character of a text.
pub(crate) fn is_in_cp949(text: &str) -> bool {
    text.chars().all(|character| !encoding_rs::EUC_KR.encode(character.encode_utf8(&mut [0; 4])).2)
}

/// Bytes as a C string can hold them: each NUL becomes a blank, because C would end there.
pub fn without_nul(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes.iter().map(|&byte| if byte == 0 { b' ' } else { byte })
}

/// Decodes bytes in either encoding: as UTF-8 if they are valid UTF-8, else as CP949. Malformed bytes become
/// `U+FFFD`.
///
/// The order is safe: CP949 text with a Hangul syllable is practically never valid UTF-8.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => encoding_rs::EUC_KR.decode_without_bom_handling(bytes).0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_outside_cp949_becomes_a_question_mark() {
        assert_eq!(to_cp949("a😀나"), b"a?\xB3\xAA");
        assert_eq!(to_cp949("😀😀"), b"??");
    }

    #[test]
    fn what_cp949_has_is_no_guess() {
        // Its two bytes could be UTF-8 too.
        assert!(is_in_cp949("홍") && is_in_cp949("똠방각하 a?"));
        assert!(!is_in_cp949("홍😀"));
    }

    #[test]
    fn malformed_bytes_become_replacement_characters() {
        assert_eq!(decode(b"a\xFF\"b"), "a\u{FFFD}\"b");
    }
}
