//! One line: a call as it comes in, an answer as it goes out.

use std::fmt::Write;

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};
use serde_json::value::RawValue;
use xpayclient_core::binding::Returned;
use zeroize::Zeroizing;

/// The client's number, the call's name, its arguments.
pub(crate) struct Call<'a>(pub(crate) u64, pub(crate) &'a str, pub(crate) Vec<Zeroizing<Vec<u8>>>);

impl<'a> Call<'a> {
    /// `None` for a line that is no call.
    pub(crate) fn read(line: &'a str) -> Option<Call<'a>> {
        let (client, name, arguments): (u64, &str, Vec<&RawValue>) = serde_json::from_str(line).ok()?;
        Some(Call(client, name, arguments.into_iter().map(argument).collect::<Option<_>>()?))
    }
}

/// A flag, a number, or a percent-encoded text.
fn argument(json: &RawValue) -> Option<Zeroizing<Vec<u8>>> {
    Some(Zeroizing::new(match json.get() {
        "true" => TRUE.to_vec(),
        "false" => b"0".to_vec(),
        text if text.starts_with('"') => percent_decode_str(serde_json::from_str(text).ok()?).collect(),
        number => number.parse::<i64>().ok()?.to_string().into_bytes(),
    }))
}

pub(crate) const TRUE: &[u8] = b"1";

/// What would end a text in JSON, or be taken for an encoded byte. What is not ASCII is always encoded.
const ENCODED: &AsciiSet = &CONTROLS.add(b'"').add(b'\\').add(b'%');

/// A value as JSON.
pub(crate) type Json = Zeroizing<String>;

pub(crate) fn text(bytes: &[u8]) -> Json {
    let mut json = Zeroizing::new(String::with_capacity(3 * bytes.len() + 2));
    push_text(&mut json, bytes);
    json
}

fn push_text(json: &mut String, bytes: &[u8]) {
    json.push('"');
    json.extend(percent_encode(bytes, ENCODED));
    json.push('"');
}

/// A list of texts.
pub(crate) fn texts<'a>(all: impl Iterator<Item = &'a [u8]> + Clone) -> Json {
    let length: usize = all.clone().map(|one| 3 * one.len() + 3).sum();
    let mut json = Zeroizing::new(String::with_capacity(length + 2));
    json.push('[');
    for (at, one) in all.enumerate() {
        if at > 0 {
            json.push(',');
        }
        push_text(&mut json, one);
    }
    json.push(']');
    json
}

/// What a call returned.
pub(crate) fn returned(returned: &Returned) -> Json {
    match returned {
        Returned::Done(flag) | Returned::Flag(flag) => flag_of(*flag),
        Returned::Number(number) => Zeroizing::new(number.to_string()),
        Returned::Text(bytes) => text(bytes),
        Returned::Nothing => flag_of(false),
    }
}

pub(crate) fn flag_of(flag: bool) -> Json {
    Zeroizing::new(flag.to_string())
}

/// The answer to a call: its value, and what else is new.
pub(crate) fn answer<'a>(
    value: &str,
    news: impl Iterator<Item = (&'static str, &'a Json)> + Clone,
) -> Zeroizing<String> {
    let length: usize = news.clone().map(|(name, json)| name.len() + json.len() + 4).sum();
    let mut line = Zeroizing::new(String::with_capacity(value.len() + length + 8));
    line.push('[');
    line.push_str(value);
    for (at, (name, json)) in news.clone().enumerate() {
        // Writing into a string cannot fail.
        let _ = write!(line, "{}\"{name}\":{}", if at == 0 { ",{" } else { "," }, **json);
    }
    line.push_str(if news.count() > 0 { "}]\n" } else { "]\n" });
    line
}
