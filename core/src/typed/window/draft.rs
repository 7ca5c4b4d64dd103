//! What the shop gives for a window, by name, until it is signed.

use zeroize::Zeroizing;

use super::checks;
use super::form::{Field, Window, field, value};
use super::purpose::{HASH, Purpose};
use super::warning::{BLANK_BEHIND, Notes, TWICE};
use crate::config::{Config, Platform};
use crate::error::{Error, Result};
use crate::protocol::tables::WINDOW_REQUEST;
use crate::text::dates;

/// Names and values in the shop's order, not checked yet.
pub(crate) struct Draft {
    cst_mid: String,
    given: Vec<Field>,
    /// By the values, if the request has no type of its own.
    purpose: Option<Purpose>,
    /// Whether a warning is a refusal.
    pub(crate) strict: bool,
}

impl Draft {
    pub(crate) fn new(cst_mid: &str) -> Draft {
        Draft { cst_mid: cst_mid.to_owned(), given: Vec::new(), purpose: None, strict: false }
    }

    pub(super) fn of(purpose: Purpose, cst_mid: &str, strict: bool) -> Draft {
        Draft { purpose: Some(purpose), strict, ..Draft::new(cst_mid) }
    }

    /// Adds a parameter.
    pub(super) fn add(&mut self, name: &str, text: &str) {
        self.given.push(field(name, text));
    }

    /// Sets a parameter, or replaces its value. The names of an escrow item are added, one value for each item.
    pub(crate) fn set(&mut self, name: &str, text: &str) {
        match self.given.iter_mut().find(|(given, _)| given == name && !checks::repeats(name)) {
            Some((_, value)) => *value = Zeroizing::new(text.to_owned()),
            None => self.add(name, text),
        }
    }

    /// Checks all parameters, and signs them with the MertKey of LGD_MID.
    pub(crate) fn sign(&self, config: &Config, platform: Platform) -> Result<Window> {
        let mut notes = Notes::new(self.strict);
        let mut fields = self.merchant(platform);
        self.gather(&mut fields, &mut notes)?;
        let purpose = self.purpose.map_or_else(|| Purpose::of(&fields), Ok)?;
        for (name, text) in purpose.defaults() {
            if value(&fields, name).is_empty() {
                fields.push(field(name, text));
            }
        }
        if purpose.has_timestamp() && value(&fields, "LGD_TIMESTAMP").is_empty() {
            fields.push(field("LGD_TIMESTAMP", &dates::timestamp()));
        }
        purpose.check_required(&fields, &mut notes)?;
        checks::check(&fields, &mut notes)?;
        purpose.check_amount(&fields)?;
        checks::check_return_url(&fields, platform)?;
        fields.extend(purpose.hash(&fields, config)?.map(|hash| field(HASH, &hash)));
        fields.sort_by_key(|(name, _)| table_position(name));
        Ok(Window { fields, warnings: notes.into_warnings() })
    }

    /// What follows from the contract's merchant ID and the platform.
    fn merchant(&self, platform: Platform) -> Vec<Field> {
        let (name, prefix) = match platform {
            Platform::Test => ("test", "t"),
            Platform::Service => ("service", ""),
        };
        let mid = if self.cst_mid.is_empty() { String::new() } else { format!("{prefix}{}", self.cst_mid) };
        vec![field("CST_PLATFORM", name), field("CST_MID", &self.cst_mid), field("LGD_MID", &mid)]
    }

    /// Adds what the shop gave. Empty values are left out; of an item, only if it is empty for all.
    fn gather(&self, fields: &mut Vec<Field>, notes: &mut Notes) -> Result<()> {
        let made = fields.len();
        let filled =
            |name: &str| self.given.iter().any(|(given, text)| given.trim_end() == name && !text.is_empty());
        for (given, text) in &self.given {
            let name = given.trim_end();
            checks::check_name(name)?;
            let repeats = checks::repeats(name);
            if text.is_empty() && checks::is_gateways(name) && !(repeats && filled(name)) {
                continue;
            }
            if name == HASH {
                return Err(Error::bad_value(HASH, "is computed by the library; remove it"));
            }
            if name != given {
                notes.warn(name, &BLANK_BEHIND)?;
            }
            match fields.iter().enumerate().find(|(_, (known, _))| known == name && !repeats) {
                None => fields.push((name.to_owned(), text.clone())),
                Some((_, (_, other))) if other != text => {
                    return Err(Error::bad_value(name, "is given twice, with different values"));
                }
                Some((at, _)) if at >= made => notes.warn(name, &TWICE)?,
                Some(_) => {}
            }
        }
        Ok(())
    }
}

fn table_position(name: &str) -> usize {
    WINDOW_REQUEST.iter().position(|known| known.name == name).unwrap_or(WINDOW_REQUEST.len())
}
