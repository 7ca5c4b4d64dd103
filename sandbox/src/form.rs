//! Reads and writes `application/x-www-form-urlencoded` parameters in the shop's charset.

use crate::codes::{self, Refusal};
use crate::text;
use encoding_rs::Encoding;
use std::collections::HashSet;

/// The parameters of one request, in the order they were sent.
#[derive(Clone, Default)]
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    /// Strict: a malformed escape, a byte outside the charset and a name that is there twice are refused by name.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let form = Self::of_page(body)?;
        match form.repeated() {
            Some(name) => Err(codes::TWICE.on(name)),
            None => Ok(form),
        }
    }

    /// As a browser sends a page's form: a name may be there several times.
    pub(crate) fn of_page(body: &[u8]) -> Result<Self, Refusal> {
        let raw = raw(body)?;
        let named = raw.iter().find(|(name, _)| name.trim_end() == "LGD_ENCODING");
        let charset = text::charset(named.map(|(_, value)| value.as_slice()));
        Self::decode(raw, charset)
    }

    /// The same, in a charset that the parameters do not name.
    pub(crate) fn in_charset(body: &[u8], charset: &'static Encoding) -> Result<Self, Refusal> {
        Self::decode(raw(body)?, charset)
    }

    fn decode(raw: Vec<(String, Vec<u8>)>, charset: &'static Encoding) -> Result<Self, Refusal> {
        let decode = |(name, value): (String, Vec<u8>)| match text::decode(&value, charset) {
            Some(value) => Ok((name, value.into_owned())),
            None => Err(codes::CHARSET.with(name, charset.name())),
        };
        raw.into_iter().map(decode).collect::<Result<_, _>>().map(Self)
    }

    /// A parameter's value; an empty one counts as missing.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The same, `""` when missing.
    pub(crate) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// Every value of a parameter that repeats.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(known, _)| *known == name).map(|(_, value)| value)
    }

    fn repeated(&self) -> Option<&str> {
        let mut seen = HashSet::new();
        self.iter().map(|(name, _)| name).find(|name| !seen.insert(*name))
    }

    /// Every parameter, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

/// Names with the bytes of their values.
fn raw(body: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Refusal> {
    let mut raw = Vec::new();
    for pair in body.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let split = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        let name = unescape(&pair[..split])
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .filter(|name| name.is_ascii())
            .ok_or_else(|| codes::FORM.on("name"))?;
        let value =
            unescape(pair.get(split + 1..).unwrap_or_default()).ok_or_else(|| codes::FORM.on(&name))?;
        raw.push((name, value));
    }
    Ok(raw)
}

impl<'a> FromIterator<(&'a str, &'a str)> for Form {
    fn from_iter<T: IntoIterator<Item = (&'a str, &'a str)>>(pairs: T) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }
}

/// Writes parameters as a form.
pub(crate) fn write<'a>(
    pairs: impl Iterator<Item = (&'a str, &'a str)>,
    charset: &'static Encoding,
) -> String {
    let escape = |text: &str| charset.encode(text).0.iter().map(|byte| escape(*byte)).collect::<String>();
    pairs.map(|(name, value)| format!("{}={}", escape(name), escape(value))).collect::<Vec<_>>().join("&")
}

fn escape(byte: u8) -> String {
    match byte {
        b' ' => "+".into(),
        b'-' | b'.' | b'_' => char::from(byte).into(),
        plain if plain.is_ascii_alphanumeric() => char::from(plain).into(),
        other => format!("%{other:02X}"),
    }
}

fn unescape(text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.iter();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => digit(*rest.next()?)? << 4 | digit(*rest.next()?)?,
            plain => *plain,
        });
    }
    Some(bytes)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(body: &[u8]) -> &'static str {
        Form::parse(body).err().map_or("", |refusal| refusal.code())
    }

    #[test]
    fn the_vectors_of_the_protocol_are_read_and_written() {
        let vectors: serde_json::Value =
            serde_json::from_str(include_str!("../protocol/vectors.json")).unwrap();
        for vector in vectors["form"].as_array().unwrap() {
            let body = vector["body"].as_str().unwrap();
            let form = Form::parse(body.as_bytes()).unwrap();
            let read: Vec<_> = form.iter().map(|(name, value)| vec![name, value]).collect();
            assert_eq!(serde_json::json!(read), vector["pairs"]);
            let named = form.get("LGD_ENCODING").map(str::as_bytes);
            assert_eq!(write(form.iter(), text::charset(named)), body);
        }
    }

    #[test]
    fn what_is_no_form_is_refused() {
        assert_eq!(code(b"LGD_OID=%4"), "SB08");
        assert_eq!(code(b"LGD_OID=%zz"), "SB08");
        assert_eq!(code(b"LGD_OID=1&LGD_OID=2"), "SB09");
        assert_eq!(code(b"LGD_BUYER=%FF%FF"), "SB10");
        assert_eq!(code(b"LGD_BUYER=%C8%AB%B1&LGD_ENCODING=UTF-8"), "SB10");
    }
}
