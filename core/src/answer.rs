//! The gateway's answer: a code, a message, and rows of names and values.

use std::fmt;

use indexmap::IndexMap;
use serde_json::value::RawValue;

use crate::encoding::decode;

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
pub struct Row(IndexMap<String, String>);

impl Answer {
    /// Gives the body back where it is not a JSON object with a non-empty LGD_RESPCODE: that is no answer in form.
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
        self.0.get(name).map(String::as_str)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
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

/// A JSON object's members in order, each value as its own JSON text. A name given twice has its last value.
type Object<'a> = IndexMap<String, &'a RawValue>;

/// Code, message and rows. A missing message or LGD_RESPONSE is an empty one.
fn read(body: &[u8]) -> Option<(String, String, Vec<Row>)> {
    let text = decode(body);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
    let members: Object = serde_json::from_str(text).ok()?;
    let code = members.get("LGD_RESPCODE").and_then(|code| scalar(code))?;
    let message = members.get("LGD_RESPMSG").map(|message| as_text(message));
    let rows = members.get("LGD_RESPONSE").map(|response| rows(response));
    Some((code, message.unwrap_or_default(), rows.unwrap_or_default()))
}

/// LGD_RESPONSE: an array of objects, or one object alone. An element of another shape is a row without names.
fn rows(value: &RawValue) -> Vec<Row> {
    let row = |value: &RawValue| {
        let members = serde_json::from_str::<Object>(value.get())?;
        let texts = members.into_iter().map(|(name, value)| (name, as_text(value)));
        serde_json::Result::Ok(Row(texts.collect()))
    };
    match serde_json::from_str::<Vec<&RawValue>>(value.get()) {
        Ok(elements) => elements.into_iter().map(|element| row(element).unwrap_or_default()).collect(),
        Err(_) => row(value).into_iter().collect(),
    }
}

/// A string's text, a number's or boolean's JSON text, nothing for null. `None` for an object or array.
fn scalar(value: &RawValue) -> Option<String> {
    match value.get() {
        "null" => Some(String::new()),
        text if text.starts_with('"') => serde_json::from_str(text).ok(),
        text if text.starts_with(['{', '[']) => None,
        text => Some(text.to_owned()),
    }
}

fn as_text(value: &RawValue) -> String {
    scalar(value).unwrap_or_else(|| value.get().to_owned())
}
