//! Reads mall.conf and lgdacom.conf, byte by byte, in the INI dialect of PHP's `parse_ini_file`.
//!
//! Most of these files are EUC-KR. Reading them by bytes is safe: the second byte of a CP949 character is a letter or
//! above 0x80, never a quote, a semicolon or an equals sign. By hand: no INI crate reads bytes, nor PHP's words and quotes.

/// One `name = value` line. Names and values are the file's own bytes.
pub(crate) type NameValue = (Vec<u8>, Vec<u8>);

/// A quote that is not closed on its line; line numbers start at 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnclosedQuote(pub(crate) usize);

/// Parses a whole file. Skips section lines, comments, and lines without a name before a `=`.
pub(crate) fn parse(file: &[u8]) -> Result<Vec<NameValue>, UnclosedQuote> {
    let mut entries = Vec::new();
    let text = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    for (index, line) in text.split(|&b| b == b'\n').enumerate() {
        entries.extend(parse_line(line).map_err(|()| UnclosedQuote(index + 1))?);
    }
    Ok(entries)
}

/// Parses one line. `Err`: a quote is not closed.
pub(crate) fn parse_line(line: &[u8]) -> Result<Option<NameValue>, ()> {
    let line = line.trim_ascii();
    if matches!(line.first(), None | Some(b';' | b'#' | b'[' | b'=')) {
        return Ok(None);
    }
    let Some((name, rest)) = split_once(line, b'=') else { return Ok(None) };
    Ok(Some((name.trim_ascii().to_vec(), value(rest).ok_or(())?)))
}

/// Parses the value after `=`: bare and quoted pieces are joined, up to a comment. `None`: a quote is not closed.
fn value(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut value = Vec::new();
    let mut quoted = false;
    loop {
        let end = rest.iter().position(|b| matches!(b, b';' | b'"' | b'\''));
        let (bare, marked) = rest.split_at(end.unwrap_or(rest.len()));
        value.extend(bare.trim_ascii());
        match marked.split_first() {
            None | Some((b';', _)) => break,
            Some((&quote, text)) => {
                let (piece, after) = quoted_piece(text, quote)?;
                value.extend(piece);
                quoted = true;
                rest = after;
            }
        }
    }
    Some(if quoted { value } else { bare_word(value) })
}

/// Returns the text up to the closing quote, and the rest. In double quotes `\"` and `\\` are escapes, but a quote at the end of
/// the line closes: the backslash before it ends a directory of Windows.
fn quoted_piece(text: &[u8], quote: u8) -> Option<(Vec<u8>, &[u8])> {
    let mut piece = Vec::new();
    let mut rest = text;
    loop {
        match rest {
            [b'\\', b'"'] if quote == b'"' => {
                piece.push(b'\\');
                return Some((piece, &[]));
            }
            [b'\\', escaped @ (b'"' | b'\\'), after @ ..] if quote == b'"' => {
                piece.push(*escaped);
                rest = after;
            }
            [byte, after @ ..] if *byte == quote => return Some((piece, after)),
            [byte, after @ ..] => {
                piece.push(*byte);
                rest = after;
            }
            [] => return None,
        }
    }
}

/// Replaces the dialect's words for true and false. Inside quotes they are ordinary text.
fn bare_word(value: Vec<u8>) -> Vec<u8> {
    let is = |words: &[&str]| words.iter().any(|w| value.eq_ignore_ascii_case(w.as_bytes()));
    if is(&["on", "yes", "true"]) {
        b"1".to_vec()
    } else if is(&["off", "no", "false", "none", "null"]) {
        Vec::new()
    } else {
        value
    }
}

fn split_once(line: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let position = line.iter().position(|&b| b == separator)?;
    Some((line.get(..position)?, line.get(position + 1..)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each value is what PHP 8.2's `parse_ini_string` returned, except for the three marked lines.
    #[test]
    fn values_as_php_reads_them() {
        for (line, value) in [
            ("a = b", "b"),
            ("a=b  ; comment", "b"),
            (r"a = b\;c", r"b\"),
            ("a = 'b;c' ; comment", "b;c"),
            ("a = 'C:\\'", r"C:\"),
            (r#"a = "C:\lgdacom\log""#, r"C:\lgdacom\log"),
            (r#"a = "C:\\lgdacom\\log""#, r"C:\lgdacom\log"),
            (r#"a = "tail\\""#, r"tail\"),
            (r#"a = "C:\lgdacom\log\""#, r"C:\lgdacom\log\"),
            (r#"a = "\\server\log""#, r"\server\log"),
            (r"a = C:\lgdacom\log", r"C:\lgdacom\log"),
            (r"a = C:\lgdacom\log\", r"C:\lgdacom\log\"),
            (r"a = \\?\C:\lgdacom", r"\\?\C:\lgdacom"),
            (r#"a = "say \"yes\"""#, r#"say "yes""#),
            (r#"a = "it\'s""#, r"it\'s"),
            (r#"a = "on" "#, "on"),
            ("a = ON", "1"),
            ("a = None ; off", ""),
            ("a =", ""),
            ("a = 01", "01"),
            ("a = 1 # x", "1 # x"),
            (r#"a = b "c" d ; x"#, "bcd"),
            ("a = x'y'z\r", "xyz"),
            // PHP keeps this tab, and rejects the whole file for the next two lines.
            ("a = b\t", "b"),
            ("a = yes no", "yes no"),
            ("a = https://x.kr/p?q=1&r=2", "https://x.kr/p?q=1&r=2"),
        ] {
            let entry = (b"a".to_vec(), value.as_bytes().to_vec());
            assert_eq!(parse(line.as_bytes()), Ok(vec![entry]), "{line}");
        }
    }

    #[test]
    fn comments_sections_and_other_lines_are_skipped() {
        assert_eq!(parse(b"; x = 1\n# y = 2\n[z]\r\n\r\nword\n"), Ok(vec![]));
    }

    #[test]
    fn an_unclosed_quote_is_reported_by_its_line() {
        assert_eq!(parse(b"a = 1\r\n\r\nb = \"open\r\nc = 3"), Err(UnclosedQuote(3)));
    }
}
