//! The words and signs of a PHP file, without comments, with the text of strings kept apart: what a search would mistake for code.
//!
//! By hand: the file may be PHP 4 and EUC-KR, which no parser in Rust reads. Reading it by bytes is safe: the second byte of a
//! CP949 character is a letter or above 0x80, never a quote or a backslash.

/// How deep `"{$a["{$b["…` may go before the rest counts as text.
const DEEPEST: usize = 16;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    /// With its `$`.
    Variable,
    /// What is between the quotes, with its escapes.
    Text,
    /// Also a number, whose digits are one sign each.
    Sign,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a [u8],
    pub(super) line: usize,
    /// Of an opening bracket: how many tokens it and what it holds are, with its closing one.
    span: usize,
}

impl Token<'_> {
    pub(super) fn is_sign(&self, sign: &str) -> bool {
        self.kind == Kind::Sign && self.text == sign.as_bytes()
    }

    /// Without regard to case, as PHP has it for keywords, classes and functions.
    pub(super) fn is_word(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word.as_bytes())
    }
}

pub(super) struct Tokens<'a> {
    pub(super) all: Vec<Token<'a>>,
    /// The line of a quote, a comment or a heredoc that is never closed: nothing behind it was read.
    pub(super) unclosed: Option<usize>,
}

impl<'a> Tokens<'a> {
    pub(super) fn of(file: &'a [u8]) -> Tokens<'a> {
        let mut reader = Reader { rest: file, line: 1, tokens: Vec::new() };
        let unclosed = reader.file().err();
        let mut all = reader.tokens;
        pair(&mut all);
        Tokens { all, unclosed }
    }
}

/// Once for all, so that deep nesting costs no more than other code.
fn pair(tokens: &mut [Token]) {
    let mut open = Vec::new();
    for at in 0..tokens.len() {
        let Some(token) = tokens.get(at).filter(|token| token.kind == Kind::Sign) else { continue };
        if matches!(token.text, b"(" | b"[" | b"{") {
            open.push(at);
        } else if matches!(token.text, b")" | b"]" | b"}") {
            if let Some((begin, token)) = open.pop().and_then(|begin| Some((begin, tokens.get_mut(begin)?))) {
                token.span = at + 1 - begin;
            }
        }
    }
    for begin in open {
        let rest = tokens.len() - begin;
        if let Some(token) = tokens.get_mut(begin) {
            token.span = rest;
        }
    }
}

/// The index behind the bracket that closes the one at `at`; the end if none does. Behind `at` if that is no bracket.
pub(super) fn closing(tokens: &[Token], at: usize) -> usize {
    let span = tokens.get(at).map_or(1, |token| token.span.max(1));
    (at + span).min(tokens.len())
}

/// The line on which something was opened that is not closed.
type Read = Result<(), usize>;

struct Reader<'a> {
    rest: &'a [u8],
    line: usize,
    tokens: Vec<Token<'a>>,
}

impl<'a> Reader<'a> {
    fn file(&mut self) -> Read {
        while self.skip_page() {
            self.code()?;
        }
        Ok(())
    }

    /// Up to the code behind the next `<?`; false at the end of the file.
    fn skip_page(&mut self) -> bool {
        while let Some(at) = find(self.rest, b"<?") {
            self.take(at);
            let word = self.rest.get(2..).unwrap_or_default();
            if starts(word, b"php") {
                self.take(5);
                return true;
            }
            if word.first() == Some(&b'=') {
                self.push(Kind::Sign, 3);
                return true;
            }
            self.take(2);
            // A short tag, unless it is the first line of XML.
            if !starts(word, b"xml") {
                return true;
            }
        }
        false
    }

    /// Up to the next `?>`, or to the end of the file.
    fn code(&mut self) -> Read {
        while let Some(&byte) = self.rest.first() {
            match (byte, self.rest.get(1)) {
                (b'?', Some(b'>')) => {
                    self.push(Kind::Sign, 2);
                    return Ok(());
                }
                (b'/', Some(b'/')) => self.line_comment(),
                (b'/', Some(b'*')) => {
                    let end = find(self.rest.get(2..).unwrap_or_default(), b"*/").ok_or(self.line)?;
                    self.take(end + 4);
                }
                (b'#', Some(b'[')) => self.attribute(),
                (b'#', _) => self.line_comment(),
                (b'\'', _) => {
                    let end = self.single_quoted().ok_or(self.line)?;
                    self.text(end);
                }
                (b'"' | b'`', _) => {
                    let end = quoted(self.rest, byte, 0).ok_or(self.line)?;
                    self.text(end);
                }
                (b'<', _) if self.rest.starts_with(b"<<<") => self.heredoc()?,
                (b'$', Some(next)) if is_letter(*next) => {
                    let length = 1 + word(self.rest.get(1..).unwrap_or_default());
                    self.push(Kind::Variable, length);
                }
                _ if is_letter(byte) => {
                    let length = word(self.rest);
                    let ends = self.rest.get(..length).is_some_and(|word| word == b"__halt_compiler");
                    self.push(Kind::Word, length);
                    if ends {
                        self.rest = &[];
                    }
                }
                _ if byte.is_ascii_whitespace() => self.take(1),
                _ => self.sign(),
            }
        }
        Ok(())
    }

    fn sign(&mut self) {
        const LONG: [&[u8]; 12] =
            [b"===", b"!==", b"?->", b"->", b"::", b"&&", b"=>", b"==", b"!=", b"<=", b">=", b".="];
        let long = LONG.iter().find(|sign| self.rest.starts_with(sign));
        self.push(Kind::Sign, long.map_or(1, |sign| sign.len()));
    }

    /// `?>` ends it too.
    fn line_comment(&mut self) {
        let end = self.rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(self.rest.len());
        let line = self.rest.get(..end).unwrap_or_default();
        self.take(find(line, b"?>").unwrap_or(end));
    }

    /// Before PHP 8 it is a comment; since then only up to its bracket.
    fn attribute(&mut self) {
        let end = self.rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(self.rest.len());
        match self.rest.get(..end).unwrap_or_default().iter().position(|byte| *byte == b']') {
            Some(close) => self.take(close + 1),
            None => self.line_comment(),
        }
    }

    fn single_quoted(&self) -> Option<usize> {
        let mut at = 1;
        loop {
            match self.rest.get(at)? {
                b'\\' => at += 2,
                b'\'' => return Some(at),
                _ => at += 1,
            }
        }
    }

    /// Up to the line that begins with the label. A quoted label is the same.
    fn heredoc(&mut self) -> Read {
        let opened = self.line;
        let head = self.rest.iter().position(|byte| *byte == b'\n').unwrap_or(self.rest.len());
        let label = self.rest.get(3..head).unwrap_or_default().trim_ascii();
        let label = label.strip_prefix(b"\"").or_else(|| label.strip_prefix(b"'")).unwrap_or(label);
        let label = label.get(..word(label)).unwrap_or_default();
        if label.is_empty() || !is_letter(label.first().copied().unwrap_or_default()) {
            self.push(Kind::Sign, 3);
            return Ok(());
        }
        self.take(head);
        let mut end = 0;
        for line in self.rest.split_inclusive(|byte| *byte == b'\n') {
            let closing = line.trim_ascii_start();
            if closing.starts_with(label) && word(closing) == label.len() {
                self.push(Kind::Text, end);
                let indent = line.len() - closing.len();
                self.take(indent + label.len());
                return Ok(());
            }
            end += line.len();
        }
        Err(opened)
    }

    /// `end` is the index of the closing quote.
    fn text(&mut self, end: usize) {
        self.take(1);
        self.push(Kind::Text, end - 1);
        self.take(1);
    }

    fn push(&mut self, kind: Kind, length: usize) {
        let text = self.rest.get(..length).unwrap_or(self.rest);
        self.tokens.push(Token { kind, text, line: self.line, span: 0 });
        self.take(length);
    }

    fn take(&mut self, length: usize) {
        let (taken, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.line += taken.iter().filter(|byte| **byte == b'\n').count();
        self.rest = rest;
    }
}

/// The index of the quote that closes the one at the start. In `{$…}` there is code, with quotes of its own.
fn quoted(text: &[u8], quote: u8, depth: usize) -> Option<usize> {
    let mut at = 1;
    loop {
        match text.get(at)? {
            b'\\' => at += 2,
            byte if *byte == quote => return Some(at),
            b'{' if depth < DEEPEST && begins_code(text.get(at + 1..)?) => {
                at += interpolated(text.get(at..)?, depth)?;
            }
            _ => at += 1,
        }
    }
}

fn begins_code(text: &[u8]) -> bool {
    matches!(text, [b'$', next, ..] if is_letter(*next))
}

/// The length of `{$…}`; `None` if it is not closed.
fn interpolated(text: &[u8], depth: usize) -> Option<usize> {
    let (mut at, mut open) = (0, 0_usize);
    loop {
        match text.get(at)? {
            b'{' => open += 1,
            b'}' if open == 1 => return Some(at + 1),
            b'}' => open -= 1,
            quote @ (b'"' | b'\'') => at += quoted(text.get(at..)?, *quote, depth + 1)?,
            _ => {}
        }
        at += 1;
    }
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

/// The length of the word at the start.
fn word(text: &[u8]) -> usize {
    text.iter().position(|byte| !is_letter(*byte) && !byte.is_ascii_digit()).unwrap_or(text.len())
}

fn starts(text: &[u8], word: &[u8]) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn find(text: &[u8], piece: &[u8]) -> Option<usize> {
    text.windows(piece.len()).position(|window| window == piece)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(file: &str) -> Vec<String> {
        let tokens = Tokens::of(file.as_bytes());
        assert_eq!(tokens.unclosed, None, "{file}");
        let words = tokens.all.iter().filter(|token| matches!(token.kind, Kind::Word | Kind::Variable));
        words.map(|token| String::from_utf8_lossy(token.text).into_owned()).collect()
    }

    #[test]
    fn only_code_counts() {
        for (file, found) in [
            ("class A <?php // class B ?> class C <?= d; # e\n f /* g */ h", &["d", "f", "h"][..]),
            ("<?xml a ?><? b ?><?PHP c", &["b", "c"]),
            ("<?php a('class B', \"class C\", `d`, 'it\\'s e', \"f \\\" g\") h", &["a", "h"]),
            ("<?php a(\"{$b[\"c\"]} d {$e->f('\"')}\") g", &["a", "g"]),
            ("<?php a <<<EOT\nclass B 'x\n  EOTS\nEOT;\nc", &["a", "c"]),
            ("<?php a(<<<'X'\n b\n  X, c)", &["a", "c"]),
            ("<?php #[A('x')] b\n#[note: it's c\n d", &["b", "d"]),
            ("<?php a << b; $c <<<= 1; __halt_compiler(); 'x", &["a", "b", "$c", "__halt_compiler"]),
            ("<?php \"{\" . a . \"{$\" . b", &["a", "b"]),
        ] {
            assert_eq!(words(file), found, "{file}");
        }
    }

    #[test]
    fn korean_in_both_encodings_hides_nothing() {
        // The second byte of 0x8C 0x5C would be a backslash, which CP949 has not; 0xB8 0x5B neither.
        let file = b"<?php // \xBB\xF3\xC1\xA1 class X\r\n$a = '\xC7\xD1\xB1\xDB\x81\x41'; class \xB0\xA1 {}";
        let tokens = Tokens::of(file);
        let words: Vec<_> = tokens.all.iter().filter(|token| token.kind == Kind::Word).collect();
        assert_eq!(
            words.iter().map(|token| (token.text, token.line)).collect::<Vec<_>>(),
            [(&b"class"[..], 2), (&b"\xB0\xA1"[..], 2)]
        );
    }

    #[test]
    fn what_is_not_closed_is_said_with_its_line() {
        for (file, line) in
            [("<?php\n\n'a", 3), ("<?php\n/* a", 2), ("<?php \"{$a['", 1), ("<?php\n<<<A\nb", 2)]
        {
            assert_eq!(Tokens::of(file.as_bytes()).unclosed, Some(line), "{file}");
        }
    }

    /// It ends, and soon.
    #[test]
    fn nested_without_end() {
        let file = format!("<?php {}", "\"{$a[".repeat(20_000));
        assert_eq!(Tokens::of(file.as_bytes()).unclosed, Some(1));
    }

    #[test]
    fn brackets_are_paired() {
        let tokens = Tokens::of(b"<?php f(a[1], {b}) ; (c").all;
        let at = |sign: &str| tokens.iter().position(|token| token.is_sign(sign)).unwrap();
        assert_eq!(closing(&tokens, at("(")), at(";"));
        assert_eq!(closing(&tokens, at(";")), at(";") + 1);
        assert_eq!(closing(&tokens, at(";") + 1), tokens.len());
    }
}
