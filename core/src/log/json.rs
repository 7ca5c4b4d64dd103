//! The log's lines as JSON objects, for a collector: written, and read again.

use indexmap::IndexMap;
use serde_core::Serializer;
use serde_core::ser::{Serialize, SerializeMap};
use serde_json::value::RawValue;

use crate::log::level::Level;
use crate::log::written::Written;

/// Korea's, which has no daylight-saving time.
const OFFSET: &str = "+09:00";

/// `{"time":"2020-05-15T10:11:12+09:00","level":"INFO","tx_id":"TXID","message":"text","fields":{"LGD_OID":"1"}}`.
pub(super) fn write(line: &Written<'_>) -> String {
    // An object of texts, into memory: this cannot fail.
    serde_json::to_string(line).unwrap_or_default()
}

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("time", &(self.time.replacen(' ', "T", 1) + OFFSET))?;
        object.serialize_entry("level", self.level.name())?;
        object.serialize_entry("tx_id", self.tx_id)?;
        object.serialize_entry("message", &self.message)?;
        // Of a name that repeats the first value counts, as in an answer.
        let mut fields: IndexMap<&str, &str> = IndexMap::new();
        for (name, value) in &self.values {
            fields.entry(name).or_insert(value);
        }
        object.serialize_entry("fields", &fields)?;
        object.end()
    }
}

/// The parts of a line that [`write`] wrote, with the time and the text that a text log would have.
pub(super) struct Read {
    pub(super) time: String,
    pub(super) level: String,
    pub(super) tx_id: String,
    pub(super) text: String,
}

/// `None`: the line is another program's.
pub(super) fn read(line: &str) -> Option<Read> {
    let object: IndexMap<String, &RawValue> = serde_json::from_str(line).ok()?;
    let part = |name: &str| serde_json::from_str::<String>(object.get(name)?.get()).ok();
    let time = part("time")?.strip_suffix(OFFSET)?.replacen('T', " ", 1);
    let fields: IndexMap<String, String> = serde_json::from_str(object.get("fields")?.get()).ok()?;
    let values = fields.into_iter().map(|(name, value)| format!("{name}={value}"));
    let words = part("message").into_iter().filter(|message| !message.is_empty()).chain(values);
    Some(Read {
        time: Some(time).filter(|time| time.len() == "2020-05-15 10:11:12".len())?,
        level: part("level").filter(|level| Level::is_name(level))?,
        tx_id: part("tx_id")?,
        text: words.collect::<Vec<_>>().join(" "),
    })
}
