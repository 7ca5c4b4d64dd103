//! The INI dialect of mall.conf and lgdacom.conf: what PHP's `parse_ini_file` reads, by bytes.
//!
//! Merchants' files are most often EUC-KR. That is safe to read byte by byte: the second byte of a
//! CP949 character is a letter or above 0x80, never a quote, a semicolon or an equals sign.

/// One `name = value` line. Names and values are the file's own bytes.
pub(crate) type Entry = (Vec<u8>, Vec<u8>);

/// A quote that its line does not close, by line number from 1.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnclosedQuote(pub(crate) usize);

/// Reads a whole file. Section lines, comments and lines without a name before a `=` are passed over.
pub(crate) fn parse(file: &[u8]) -> Result<Vec<Entry>, UnclosedQuote> {
    let mut entries = Vec::new();
    let text = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
    for (index, line) in text.split(|&b| b == b'\n').enumerate() {
        entries.extend(entry(line).map_err(|()| UnclosedQuote(index + 1))?);
    }
    Ok(entries)
}

/// What one line says. An error: its quote stays open.
pub(crate) fn entry(line: &[u8]) -> Result<Option<Entry>, ()> {
    let line = line.trim_ascii();
    if matches!(line.first(), None | Some(b';' | b'#' | b'[' | b'=')) {
        return Ok(None);
    }
    let Some((name, rest)) = split_once(line, b'=') else { return Ok(None) };
    Ok(Some((name.trim_ascii().to_vec(), value(rest).ok_or(())?)))
}

/// The value behind `=`: bare and quoted pieces joined, up to a comment. `None`: a quote stays open.
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

/// What stands up to the closing quote, and what follows it. In double quotes `\"` and `\\` are escapes.
fn quoted_piece(text: &[u8], quote: u8) -> Option<(Vec<u8>, &[u8])> {
    let mut piece = Vec::new();
    let mut rest = text;
    loop {
        match rest {
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

/// The dialect's words for true and false, which lose their meaning inside quotes.
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

    /// Each pair is what `parse_ini_string` of PHP 8.2 answered, but for the three marked lines.
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
            (r"a = C:\lgdacom\log", r"C:\lgdacom\log"),
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
            // PHP keeps the tab, and refuses the whole file at the other two.
            ("a = b\t", "b"),
            ("a = yes no", "yes no"),
            ("a = https://x.kr/p?q=1&r=2", "https://x.kr/p?q=1&r=2"),
        ] {
            let entry = (b"a".to_vec(), value.as_bytes().to_vec());
            assert_eq!(parse(line.as_bytes()), Ok(vec![entry]), "{line}");
        }
    }

    #[test]
    fn lines_that_say_nothing() {
        assert_eq!(parse(b"; x = 1\n# y = 2\n[z]\r\n\r\nword\n"), Ok(vec![]));
    }

    #[test]
    fn an_open_quote_is_named_by_its_line() {
        assert_eq!(parse(b"a = 1\r\n\r\nb = \"open\r\nc = 3"), Err(UnclosedQuote(3)));
    }
}
