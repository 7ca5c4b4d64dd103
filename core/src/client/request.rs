//! One request: LGD_TXID, LGD_AUTHCODE, and the parameters in the order in which they were first set.

use std::borrow::Cow;
use std::fmt;

use sha1::Sha1;
use zeroize::Zeroizing;

use crate::config::Config;
use crate::error::{Code, Error, Result};
use crate::protocol::effect::Effect;
use crate::protocol::limits;
use crate::protocol::signature::{auth_code, digest};
use crate::protocol::value::Value;
use crate::text::dates::timestamp;
use crate::text::encoding::{EUC_KR, UTF_8, decode};
use crate::text::form;

/// A request to the gateway. Its `Debug` shows parameter names only.
#[derive(Clone)]
pub(crate) struct Request {
    mid: String,
    tx_id: String,
    auth_code: String,
    /// The caller's parameters, each name once.
    parameters: Vec<(Vec<u8>, Value)>,
}

/// Parameters that this library makes. A caller may repeat them but not change them.
const LIBRARY_PARAMETERS: [&str; 3] = ["LGD_TXID", "LGD_AUTHCODE", "LGD_MID"];

impl Request {
    /// A request of the shop `mid` with a new LGD_TXID.
    pub(crate) fn new(config: &Config, mid: &[u8]) -> Result<Request> {
        let mert_key = config.mert_key(mid)?;
        let mid = id_part(mid, "LGD_MID")?;
        let tx_id = tx_id(mid, id_part(config.settings().server_id.as_bytes(), "server_id")?)?;
        Ok(Request {
            mid: mid.to_owned(),
            auth_code: auth_code(&tx_id, mert_key),
            tx_id,
            parameters: Vec::with_capacity(16),
        })
    }

    /// The same parameters under a new LGD_TXID, so that each sending can be rolled back on its own.
    pub(crate) fn with_new_tx_id(&self, config: &Config) -> Result<Request> {
        let request = Request::new(config, self.mid.as_bytes())?;
        Ok(Request { parameters: self.parameters.clone(), ..request })
    }

    /// Sets a parameter, or replaces its value in place.
    pub(crate) fn set(&mut self, name: &[u8], value: Value) -> Result<()> {
        if name.is_empty() {
            return Err(Error::new(Code::BAD_VALUE, "a parameter needs a name"));
        }
        limits::check_no_nul(name, value.raw())?;
        if let Some(ours) = LIBRARY_PARAMETERS.iter().find(|ours| ours.as_bytes() == name) {
            if value.encoded(false) != self.library_value(ours).as_bytes() {
                let detail = format!("{ours} is made by Init_TX and cannot be set to another value");
                return Err(Error::new(Code::BAD_VALUE, detail));
            }
            return Ok(());
        }
        match self.parameters.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.parameters.push((name.to_vec(), value)),
        }
        Ok(())
    }

    /// Removes a parameter; one that is not there is no error.
    pub(crate) fn unset(&mut self, name: &[u8]) -> Result<()> {
        if let Some(ours) = LIBRARY_PARAMETERS.iter().find(|ours| ours.as_bytes() == name) {
            let detail = format!("{ours} is made by Init_TX and cannot be removed");
            return Err(Error::new(Code::BAD_VALUE, detail));
        }
        self.parameters.retain(|(known, _)| known != name);
        Ok(())
    }

    pub(crate) fn mid(&self) -> &str {
        &self.mid
    }

    pub(crate) fn tx_id(&self) -> &str {
        &self.tx_id
    }

    pub(crate) fn auth_code(&self) -> &str {
        &self.auth_code
    }

    /// A parameter set by the caller.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.parameters.iter().find(|(known, _)| known == name.as_bytes()).map(|(_, value)| value)
    }

    /// A parameter as text; empty if not set.
    pub(crate) fn text(&self, name: &str) -> Cow<'_, str> {
        self.get(name).map(Value::text).unwrap_or_default()
    }

    /// What the transaction does, by its LGD_TXNAME.
    pub(crate) fn effect(&self) -> Effect {
        Effect::of(&self.text("LGD_TXNAME"))
    }

    /// A parameter as it may appear in the journal; see [`Value::journal_text`].
    pub(crate) fn journal_text(&self, name: &str) -> String {
        self.get(name).map(Value::journal_text).unwrap_or_default()
    }

    /// Names and values for the log.
    pub(crate) fn texts(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        let ours = LIBRARY_PARAMETERS
            .iter()
            .map(|name| (Cow::Borrowed(*name), Cow::Borrowed(self.library_value(name))));
        ours.chain(self.parameters.iter().map(|(name, value)| (decode(name), value.text())))
    }

    /// The encoding of its text, as Content-Type names it.
    pub(crate) fn charset(&self) -> &'static str {
        if self.is_utf8() { UTF_8 } else { EUC_KR }
    }

    fn is_utf8(&self) -> bool {
        self.get("LGD_ENCODING").is_some_and(Value::names_utf8)
    }

    /// The form body, in the order in which the names were first set.
    pub(crate) fn body(&self) -> Zeroizing<String> {
        let utf8 = self.is_utf8();
        let ours = LIBRARY_PARAMETERS
            .iter()
            .map(|name| (name.as_bytes(), Cow::Borrowed(self.library_value(name).as_bytes())));
        let theirs = self.parameters.iter().map(|(name, value)| (name.as_slice(), value.encoded(utf8)));
        let all: Vec<_> = ours.chain(theirs).collect();
        let bytes = all.iter().map(|(name, value)| name.len() + value.len() + "&=".len()).sum();
        // The full size is reserved at once, since a buffer that grows leaves a copy of a card number in freed
        // memory.
        let mut body = Zeroizing::new(String::with_capacity(form::longest(bytes)));
        for (name, value) in all {
            if !body.is_empty() {
                body.push('&');
            }
            form::encode(name, &mut body);
            body.push('=');
            form::encode(&value, &mut body);
        }
        body
    }

    fn library_value(&self, name: &str) -> &str {
        match name {
            "LGD_TXID" => &self.tx_id,
            "LGD_AUTHCODE" => &self.auth_code,
            _ => &self.mid,
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.parameters.iter().map(|(name, _)| decode(name));
        f.debug_struct("Request")
            .field("tx_id", &self.tx_id)
            .field("names", &names.collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// `<mid>-<server_id><yyyyMMddHHmmss>` and 40 hex digits: sha1 of that header and 20 bytes of the system's random source.
fn tx_id(mid: &str, server_id: &str) -> Result<String> {
    let header = format!("{mid}-{server_id}{}", timestamp());
    let mut unique = [0; 20];
    getrandom::fill(&mut unique).map_err(|error| Error::new(Code::NO_RANDOM, error))?;
    let digest = digest::<Sha1>([header.as_bytes(), &unique]);
    Ok(header + &digest)
}

/// Checks a part of LGD_TXID: ASCII letters, digits, `_`, `-` and `.` only.
fn id_part<'a>(value: &'a [u8], name: &str) -> Result<&'a str> {
    let allowed = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    match std::str::from_utf8(value) {
        Ok(text) if value.iter().all(allowed) => Ok(text),
        _ => {
            let detail =
                format!("{name} may hold only letters, digits, - _ and . but is [{}]", decode(value));
            Err(Error::new(Code::BAD_VALUE, detail))
        }
    }
}
