//! Parses an answer's JSON: in one pass if all values are strings, as usual; otherwise again, with each value as its own
//! JSON text, so that a number keeps its digits.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use indexmap::IndexMap;
use serde_core::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Row;

/// Code, message and rows. A missing message or LGD_RESPONSE is an empty one.
pub(super) type Parts = (String, String, Vec<Row>);

/// `None` unless it is a JSON object whose LGD_RESPCODE is a string, a number or a boolean.
pub(super) fn read(json: &str) -> Option<Parts> {
    plain(json).or_else(|| exact(json))
}

/// Parses an answer of strings; `None` for any other.
fn plain(json: &str) -> Option<Parts> {
    let Plain { code, message, rows } = serde_json::from_str(json).ok()?;
    Some((code?, message.unwrap_or_default(), rows.unwrap_or_default().0))
}

/// Parses any answer.
fn exact(json: &str) -> Option<Parts> {
    let Members(members) = serde_json::from_str::<Members<'_, &RawValue>>(json).ok()?;
    let member = |name| members.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
    let mut code = String::new();
    let is_scalar = member("LGD_RESPCODE").map(|value| append(value, &mut code))?;
    let mut message = String::new();
    member("LGD_RESPMSG").map(|value| append(value, &mut message));
    let rows = member("LGD_RESPONSE").map(exact_rows);
    is_scalar.then_some((code, message, rows.unwrap_or_default()))
}

/// LGD_RESPONSE: an array of objects, or one object alone. An element of another shape is a row without names.
fn exact_rows(value: &RawValue) -> Vec<Row> {
    match serde_json::from_str::<Vec<&RawValue>>(value.get()) {
        Ok(elements) => elements.into_iter().map(|element| exact_row(element).unwrap_or_default()).collect(),
        Err(_) => exact_row(value).into_iter().collect(),
    }
}

fn exact_row(value: &RawValue) -> Option<Row> {
    let members = serde_json::from_str::<Members<'_, &RawValue>>(value.get()).ok()?;
    Some(members.row(
        |value| value.get().len(),
        |value, text| {
            append(value, text);
        },
    ))
}

/// Appends a string's text, a number's or boolean's JSON text, nothing for null. An object or array is none of these:
/// `false`, and its JSON text.
fn append(value: &RawValue, to: &mut String) -> bool {
    let json = value.get();
    let plain = json.strip_prefix('"').and_then(|json| json.strip_suffix('"'));
    match plain {
        Some(plain) if !plain.contains('\\') => to.push_str(plain),
        // Half of a surrogate pair is no text: it stays as it was sent.
        Some(_) => match serde_json::from_str::<String>(json) {
            Ok(text) => to.push_str(&text),
            Err(_) => {
                to.push_str(json);
                return false;
            }
        },
        None if json == "null" => {}
        None => {
            to.push_str(json);
            return !json.starts_with(['{', '[']);
        }
    }
    true
}

/// An answer of plain strings.
#[derive(Default)]
struct Plain {
    code: Option<String>,
    message: Option<String>,
    rows: Option<Rows>,
}

/// One row, or an array of them.
#[derive(Default)]
struct Rows(Vec<Row>);

/// A JSON object's members in order. A name given twice has its last value.
struct Members<'a, V>(Vec<(Cow<'a, str>, V)>);

impl<V> Members<'_, V> {
    /// A row, in one allocation.
    fn row(&self, length: impl Fn(&V) -> usize, append: impl Fn(&V, &mut String)) -> Row {
        let length = self.0.iter().map(|(name, value)| name.len() + length(value)).sum();
        let mut row = Row { text: String::with_capacity(length), ends: Vec::with_capacity(self.0.len()) };
        for (name, value) in &self.0 {
            row.text.push_str(name);
            let name_end = row.text.len();
            append(value, &mut row.text);
            row.ends.push((name_end, row.text.len()));
        }
        row
    }
}

/// A string, borrowed if it has no escapes.
struct Text<'a>(Cow<'a, str>);

/// The visitor that reads a `T`.
struct Reader<T>(PhantomData<T>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Reader::<Self>(PhantomData))
    }
}

impl<'de> Visitor<'de> for Reader<Text<'de>> {
    type Value = Text<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Text(Cow::Owned(text.to_owned())))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Members<'de, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader::<Self>(PhantomData))
    }
}

impl<'de, V: Deserialize<'de>> Visitor<'de> for Reader<Members<'de, V>> {
    type Value = Members<'de, V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::with_capacity(32);
        while let Some((Text(name), value)) = map.next_entry()? {
            members.push((name, value));
        }
        Ok(Members(match differ(&members) {
            true => members,
            false => IndexMap::<_, _>::from_iter(members).into_iter().collect(),
        }))
    }
}

impl<'de> Deserialize<'de> for Plain {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader::<Self>(PhantomData))
    }
}

impl<'de> Visitor<'de> for Reader<Plain> {
    type Value = Plain;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut plain = Plain::default();
        let owned = |Text(text): Text<'_>| Some(text.into_owned());
        while let Some(Text(name)) = map.next_key()? {
            match &*name {
                "LGD_RESPCODE" => plain.code = owned(map.next_value()?),
                "LGD_RESPMSG" => plain.message = owned(map.next_value()?),
                "LGD_RESPONSE" => plain.rows = Some(map.next_value()?),
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(plain)
    }
}

impl<'de> Deserialize<'de> for Rows {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader::<Self>(PhantomData))
    }
}

impl<'de> Visitor<'de> for Reader<Rows> {
    type Value = Rows;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rows")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Self::Value, A::Error> {
        let mut rows = Vec::new();
        while let Some(members) = elements.next_element::<Members<'_, Text<'_>>>()? {
            rows.push(plain_row(&members));
        }
        Ok(Rows(rows))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let members = Reader::<Members<'_, Text<'_>>>(PhantomData).visit_map(map)?;
        Ok(Rows(vec![plain_row(&members)]))
    }
}

fn plain_row(members: &Members<'_, Text<'_>>) -> Row {
    members.row(|Text(value)| value.len(), |Text(value), text| text.push_str(value))
}

/// Whether all names differ. False for many names, since comparing each with each takes too long.
fn differ<V>(members: &[(Cow<'_, str>, V)]) -> bool {
    const HANDFUL: usize = 64;
    let mut marks = 0_u64;
    members.len() <= HANDFUL
        && members.iter().enumerate().all(|(number, (name, _))| {
            // A name whose length and last byte are new needs no comparison.
            let last = name.as_bytes().last().map_or(0, |byte| usize::from(*byte));
            let mark = 1 << ((31 * name.len() + last) % 64);
            let is_new =
                marks & mark == 0 || !members.iter().take(number).any(|(earlier, _)| earlier == name);
            marks |= mark;
            is_new
        })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    type Owned = (String, String, Vec<Vec<(String, String)>>);

    fn owned((code, message, rows): Parts) -> Owned {
        let pairs = |row: &Row| row.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        (code, message, rows.iter().map(pairs).collect())
    }

    /// The same by a simple, slow reading.
    fn slow(json: &str) -> Option<Owned> {
        let members: IndexMap<String, &RawValue> = serde_json::from_str(json).ok()?;
        let text = |value: &RawValue| match serde_json::from_str(value.get()) {
            Ok(Value::String(text)) => text,
            Ok(Value::Null) => String::new(),
            _ => value.get().to_owned(),
        };
        let row = |value: &RawValue| {
            let members: IndexMap<String, &RawValue> = serde_json::from_str(value.get()).ok()?;
            Some(members.into_iter().map(|(name, value)| (name, text(value))).collect())
        };
        let code = members.get("LGD_RESPCODE")?;
        let scalar = !code.get().starts_with(['{', '['])
            && (!code.get().starts_with('"') || serde_json::from_str::<String>(code.get()).is_ok());
        let message = members.get("LGD_RESPMSG").map(|value| text(value)).unwrap_or_default();
        let rows = members.get("LGD_RESPONSE").map(|value| {
            match serde_json::from_str::<Vec<&RawValue>>(value.get()) {
                Ok(elements) => {
                    elements.into_iter().map(|element| row(element).unwrap_or_default()).collect()
                }
                Err(_) => row(value).into_iter().collect(),
            }
        });
        scalar.then(|| (text(code), message, rows.unwrap_or_default()))
    }

    const PLAIN: &str = "{\"LGD_RESPCODE\":\"0000\", \"LGD_RESPMSG\": \"성공\",\n\"LGD_RESPONSE\":[{\"LGD_TID\":\"T1\",\
                         \"LGD_AMOUNT\":\"100\"} , {}, {\"LGD_OID\":\"\"}]}\n";
    const EXACT: &str =
        "{\"LGD_RESPCODE\":7,\"LGD_RESPONSE\":{\"LGD_TID\":\"\\uac00\\n\",\"LGD_AMOUNT\":1.10,\"a\":null}}";

    #[test]
    fn plain_strings_are_read_in_one_pass() {
        for json in [
            PLAIN,
            "{\"LGD_RESPCODE\":\"0000\",\"LGD_RESPONSE\":[]}",
            "{\"LGD_RESPCODE\":\"0000\",\"LGD_RESPONSE\":{\"\\u0061\":\"\\n\"},\"other\":[1.10]}",
            "{\"LGD_RESPCODE\":\"1\",\"LGD_RESPCODE\":\"2\",\"LGD_RESPONSE\":[{\"a\":\"1\",\"b\":\"2\",\"\\u0061\":\"3\"}]}",
        ] {
            assert_eq!(plain(json).map(owned), slow(json), "{json}");
            assert!(plain(json).is_some(), "{json}");
        }
    }

    #[test]
    fn everything_else_is_left_to_the_second_pass() {
        for response in ["7", "null", "[1]", "[{\"a\":1}]", "[{\"a\":null}]", "[{\"a\":\"\\ud800\"}]", "[{}"]
        {
            let json = format!("{{\"LGD_RESPCODE\":\"0000\",\"LGD_RESPONSE\":{response}}}");
            assert!(plain(&json).is_none(), "{json}");
            assert_eq!(read(&json).map(owned), slow(&json), "{json}");
        }
        for json in ["", "{}", "{\"LGD_RESPCODE\":0}", "{\"LGD_RESPCODE\":\"0\"}x"] {
            assert!(plain(json).is_none(), "{json}");
        }
    }

    /// A changed answer gives what the slow reading gives.
    #[test]
    fn it_never_reads_anything_else_than_a_plain_reading() {
        let pieces = [
            "",
            "\"",
            "\\",
            ",",
            ":",
            "{",
            "}",
            "[",
            "]",
            " ",
            "\u{1}",
            "\u{7f}",
            "a",
            "가",
            "1",
            "-",
            ".",
            "e9",
            "null",
            "\\ud800",
            "\\u0041",
            "\"LGD_TID\":\"2\",",
            "\"LGD_RESPCODE\":\"1\",",
            "{\"a\":\"1\"},",
            "\"a\",",
        ];
        let (mut in_one_pass, mut in_two) = (0, 0);
        for json in [PLAIN, EXACT] {
            let places: Vec<usize> = json.char_indices().map(|(at, _)| at).collect();
            for (number, &at) in places.iter().enumerate() {
                for skip in 0..3 {
                    let rest = &json[places.get(number + skip).copied().unwrap_or(json.len())..];
                    for piece in pieces {
                        let changed = format!("{}{piece}{rest}", &json[..at]);
                        let read = read(&changed).map(owned);
                        assert_eq!(read, slow(&changed), "{changed}");
                        match plain(&changed) {
                            Some(_) => in_one_pass += 1,
                            None => in_two += usize::from(read.is_some()),
                        }
                    }
                }
                for cut in [&json[..at], &json[at..]] {
                    assert_eq!(read(cut).map(owned), slow(cut), "{cut}");
                }
            }
        }
        assert!(in_one_pass > 1000 && in_two > 1000, "{in_one_pass} {in_two}");
    }
}
