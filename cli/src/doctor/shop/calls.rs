//! How a page constructs the class, and what it calls on it, as far as one file shows.

use super::classes::{arguments, path};
use super::tokens::{Kind, Token};
use std::collections::{BTreeMap, BTreeSet};
use xpayclient_core::encoding::decode;

/// `new XPayClient(…)`, or a subclass of it.
pub(super) struct Construction<'t, 'a> {
    pub(super) line: usize,
    pub(super) arguments: Vec<&'t [Token<'a>]>,
    /// The variable or the property that it is assigned to.
    pub(super) receiver: Option<&'a [u8]>,
}

/// `$xpay->Name(`
pub(super) struct Call<'a> {
    pub(super) receiver: &'a [u8],
    pub(super) method: String,
    pub(super) line: usize,
}

/// `classes` are the names in small letters.
pub(super) fn constructions<'t, 'a>(
    tokens: &'t [Token<'a>],
    classes: &BTreeSet<String>,
) -> Vec<Construction<'t, 'a>> {
    let news = tokens.iter().enumerate().filter(|(_, token)| token.is_word("new"));
    let found = news.filter_map(|(at, new)| {
        let name = tokens.get(at + 1..)?;
        let class = path(name).pop()?.to_ascii_lowercase();
        if !classes.contains(&class) {
            return None;
        }
        let behind = name.iter().position(|token| token.kind != Kind::Word && !token.is_sign("\\"))?;
        let open = at + 1 + behind;
        let called = tokens.get(open)?.is_sign("(");
        Some(Construction {
            line: new.line,
            arguments: if called { arguments(tokens, open) } else { Vec::new() },
            receiver: receiver(tokens.get(..at)?),
        })
    });
    found.collect()
}

/// Behind which `new` comes: `$xpay = ` or `$this->xpay = &`.
fn receiver<'a>(before: &[Token<'a>]) -> Option<&'a [u8]> {
    let before = before.split_last().filter(|(last, _)| last.is_sign("&")).map_or(before, |(_, rest)| rest);
    match before {
        [.., named, assigned] if assigned.is_sign("=") && named.kind != Kind::Sign => Some(named.text),
        _ => None,
    }
}

/// Calls on anything, with the last name before `->`.
pub(super) fn calls<'a>(tokens: &[Token<'a>]) -> Vec<Call<'a>> {
    let found = tokens.windows(4).filter_map(|four| match four {
        [receiver, arrow, method, open]
            if matches!(receiver.kind, Kind::Variable | Kind::Word)
                && ["->", "?->", "::"].iter().any(|sign| arrow.is_sign(sign))
                && method.kind == Kind::Word
                && open.is_sign("(") =>
        {
            let name = decode(method.text).into_owned();
            Some(Call { receiver: receiver.text, method: name, line: method.line })
        }
        _ => None,
    });
    found.collect()
}

/// Variables that the file assigns one literal and nothing else.
pub(super) fn literals<'a>(tokens: &[Token<'a>]) -> BTreeMap<&'a [u8], Option<String>> {
    let mut literals = BTreeMap::new();
    for four in tokens.windows(4) {
        let [name, sign, value, end] = four else { continue };
        if name.kind == Kind::Variable && sign.is_sign("=") {
            let certain = value.kind == Kind::Text && end.is_sign(";") && !literals.contains_key(name.text);
            literals.insert(name.text, if certain { plain(value) } else { None });
        }
    }
    literals
}

/// A text that is certain.
pub(super) fn literal(argument: &[Token], literals: &BTreeMap<&[u8], Option<String>>) -> Option<String> {
    match argument {
        [text] if text.kind == Kind::Text => plain(text),
        [variable] => literals.get(variable.text)?.clone(),
        _ => None,
    }
}

/// Without escapes but `\\`.
fn plain(text: &Token) -> Option<String> {
    let plain = !text.text.contains(&b'$');
    plain.then(|| decode(text.text).replace("\\\\", "\\"))
}

/// What the brackets behind `name(` contain, for every call of a function or method of that name.
pub(super) fn arguments_of<'t, 'a>(
    name: &str,
    tokens: &'t [Token<'a>],
) -> Vec<(usize, Vec<&'t [Token<'a>]>)> {
    let called = tokens.windows(2).enumerate().filter(|(at, pair)| {
        let defined = at
            .checked_sub(1)
            .and_then(|before| tokens.get(before))
            .is_some_and(|before| before.is_word("function"));
        matches!(pair, [word, open] if word.is_word(name) && open.is_sign("(") && !defined)
    });
    let found = called.filter_map(|(at, _)| Some((tokens.get(at)?.line, arguments(tokens, at + 1))));
    found.collect()
}
