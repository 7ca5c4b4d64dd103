//! The gateway's answer: a code, a message, and rows of names and values.

mod usual;

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use serde_core::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::text::encoding::decode;

/// A well-formed answer, approval or decline. Its `Debug` shows the code only.
#[derive(Clone)]
pub struct Answer {
    tx_id: String,
    code: String,
    message: String,
    rows: Vec<Row>,
    json: Vec<u8>,
}

/// One element of LGD_RESPONSE: names and values in the gateway's order.
#[derive(Clone, Default)]
pub struct Row {
    /// All of them, one after the other: name, value, name, value.
    text: String,
    /// Where each name and its value end.
    ends: Vec<(usize, usize)>,
}

impl Answer {
    /// Gives the body back where it is not a JSON object with a non-empty LGD_RESPCODE: it is malformed.
    ///
    /// A body that is not UTF-8 is read as CP949.
    pub(crate) fn parse(body: Vec<u8>, tx_id: &str) -> Result<Answer, Vec<u8>> {
        let Some((code, message, rows)) = read(&body).filter(|(code, ..)| !code.is_empty()) else {
            return Err(body);
        };
        Ok(Answer { tx_id: tx_id.to_owned(), code, message, rows, json: body })
    }

    /// LGD_TXID of the request, by which [`crate::Client::rollback`] undoes it.
    pub fn tx_id(&self) -> &str {
        &self.tx_id
    }

    /// LGD_RESPCODE. Never empty.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// LGD_RESPMSG.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the code is `0000`.
    pub fn is_success(&self) -> bool {
        self.code == "0000"
    }

    /// All rows; often one, sometimes none.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// A value of the first row.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.rows.first()?.get(name)
    }

    /// The body exactly as it was received.
    pub fn json(&self) -> &[u8] {
        &self.json
    }
}

impl Row {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        let mut begin = 0;
        self.ends.iter().map(move |&(name_end, value_end)| {
            let piece = |from, to| self.text.get(from..to).unwrap_or_default();
            let pair = (piece(begin, name_end), piece(name_end, value_end));
            begin = value_end;
            pair
        })
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("code", &self.code)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

/// Names only: values may be personal.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// Code, message and rows. A missing message or LGD_RESPONSE is an empty one.
type Parts = (String, String, Vec<Row>);

fn read(body: &[u8]) -> Option<Parts> {
    let text = decode(body);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    usual::read(text).or_else(|| any(text))
}

/// Reads whatever JSON may be.
fn any(text: &str) -> Option<Parts> {
    let Members(members) = serde_json::from_str(text).ok()?;
    let member = |name| members.iter().find(|(known, _)| known == name).map(|(_, value)| *value);
    let mut code = String::new();
    let is_scalar = member("LGD_RESPCODE").map(|value| append(value, &mut code))?;
    let mut message = String::new();
    member("LGD_RESPMSG").map(|value| append(value, &mut message));
    let rows = member("LGD_RESPONSE").map(rows);
    is_scalar.then_some((code, message, rows.unwrap_or_default()))
}

/// LGD_RESPONSE: an array of objects, or one object alone. An element of another shape is a row without names.
fn rows(value: &RawValue) -> Vec<Row> {
    match serde_json::from_str::<Vec<&RawValue>>(value.get()) {
        Ok(elements) => elements.into_iter().map(|element| row(element).unwrap_or_default()).collect(),
        Err(_) => row(value).into_iter().collect(),
    }
}

fn row(value: &RawValue) -> Option<Row> {
    let Members(members) = serde_json::from_str(value.get()).ok()?;
    // No text is longer than its JSON.
    let mut row =
        Row { text: String::with_capacity(value.get().len()), ends: Vec::with_capacity(members.len()) };
    for (name, value) in members {
        row.text.push_str(&name);
        let name_end = row.text.len();
        append(value, &mut row.text);
        row.ends.push((name_end, row.text.len()));
    }
    Some(row)
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

/// A JSON object's members in order, each value as its own JSON text. A name given twice has its last value.
struct Members<'a>(Vec<Member<'a>>);

type Member<'a> = (Cow<'a, str>, &'a RawValue);

impl<'a> Members<'a> {
    fn of(members: Vec<Member<'a>>) -> Members<'a> {
        // Of a handful it is quicker to compare each with each.
        const HANDFUL: usize = 64;
        let twice = |(number, (name, _)): (usize, &Member<'_>)| {
            members.iter().take(number).any(|(earlier, _)| earlier == name)
        };
        match members.len() > HANDFUL || members.iter().enumerate().any(twice) {
            true => Members(IndexMap::<_, _>::from_iter(members).into_iter().collect()),
            false => Members(members),
        }
    }
}

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::with_capacity(32);
                while let Some(Name(name)) = map.next_key()? {
                    members.push((name, map.next_value()?));
                }
                Ok(Members::of(members))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

/// Borrowed where nothing in it is escaped.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows_of(response: &str) -> Vec<Vec<(String, String)>> {
        let body = format!("{{\"LGD_RESPCODE\":\"0000\",\"LGD_RESPONSE\":{response}}}");
        let answer = Answer::parse(body.into(), "").unwrap();
        let owned = |row: &Row| row.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        answer.rows().iter().map(owned).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn values_keep_their_text_and_names_their_first_place() {
        let row = r#"{"a":"1","n\u0061me":"\"\uac00\"","b":1.10,"c":null,"a":"2","d":[1, "x"],"e":"\ud800","f":true}"#;
        let read = [
            ("a", "2"),
            ("name", "\"가\""),
            ("b", "1.10"),
            ("c", ""),
            ("d", "[1, \"x\"]"),
            ("e", "\"\\ud800\""),
            ("f", "true"),
        ];
        assert_eq!(rows_of(row), [pairs(&read)]);
        assert_eq!(rows_of(&format!("[{row}, 1e999, {{}}, \"x\"]")), [pairs(&read), vec![], vec![], vec![]]);
        assert_eq!(rows_of("1e999"), [] as [Vec<_>; 0]);
    }

    #[test]
    fn of_many_names_the_same_holds() {
        let many: Vec<_> = (0..500).map(|number| format!("\"n{}\":{number}", number % 300)).collect();
        let rows = rows_of(&format!("{{{}}}", many.join(",")));
        assert_eq!(
            (rows[0].len(), &rows[0][7], &rows[0][299]),
            (300, &("n7".into(), "307".into()), &("n299".into(), "299".into()))
        );
    }

    #[test]
    fn a_code_is_a_text_or_a_number() {
        for (json, code) in [
            (r#"{"LGD_RESPCODE":"XC01"}"#, Some("XC01")),
            (r#"{"LGD_RESPCODE":7}"#, Some("7")),
            (r#"{"LGD_RESPCODE":""}"#, None),
            (r#"{"LGD_RESPCODE":null}"#, None),
            (r#"{"LGD_RESPCODE":["0000"]}"#, None),
            (r#"{"LGD_RESPCODE":"\ud800"}"#, None),
            (r#"["LGD_RESPCODE"]"#, None),
            (r#"{"LGD_RESPCODE":"0000"} "#, Some("0000")),
            (r#"{"LGD_RESPCODE":"0000"}{"#, None),
        ] {
            assert_eq!(Answer::parse(json.into(), "").ok().as_ref().map(Answer::code), code, "{json}");
        }
    }
}
