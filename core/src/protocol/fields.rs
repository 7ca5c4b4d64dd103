//! Reads named values as typed ones. An unreadable value is an error that names the field, never a default.

use time::PrimitiveDateTime;

use crate::error::{Error, Result};
use crate::protocol::answer::Answer;
use crate::protocol::payment_method::PaymentMethod;
use crate::text::dates;

/// A source of named values. An empty value counts as missing.
pub(crate) trait Fields {
    fn value(&self, name: &str) -> Option<&str>;

    fn given(&self, name: &str) -> Option<&str> {
        self.value(name).filter(|value| !value.is_empty())
    }

    fn text(&self, name: &str) -> Result<&str> {
        self.given(name).ok_or_else(|| Error::bad_value(name, "is missing"))
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.given(name).map(str::to_owned)
    }

    /// A required value, parsed by `read`. `rule` describes the valid values for the error.
    fn required<T>(&self, name: &str, rule: &str, read: impl Fn(&str) -> Option<T>) -> Result<T> {
        let text = self.text(name)?;
        read(text)
            .ok_or_else(|| Error::bad_value(name, format!("must be {rule}; found {} bytes", text.len())))
    }

    /// An optional value, parsed by `read`.
    fn optional<T>(&self, name: &str, rule: &str, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
        self.given(name).map(|_| self.required(name, rule, read)).transpose()
    }

    fn amount(&self, name: &str) -> Result<u64> {
        self.required(name, WON, won)
    }

    fn date(&self, name: &str) -> Result<PrimitiveDateTime> {
        self.required(name, DATE, dates::parse)
    }

    fn means(&self) -> Result<PaymentMethod> {
        self.text("LGD_PAYTYPE").map(PaymentMethod::from_code)
    }

    fn amount_if_given(&self, name: &str) -> Result<Option<u64>> {
        self.optional(name, WON, won)
    }

    fn date_if_given(&self, name: &str) -> Result<Option<PrimitiveDateTime>> {
        self.optional(name, DATE, dates::parse)
    }

    /// `1` or `Y` is true, `0` or `N` is false.
    fn flag_if_given(&self, name: &str) -> Result<Option<bool>> {
        self.optional(name, "1, 0, Y or N", |text| match text {
            "1" | "Y" => Some(true),
            "0" | "N" => Some(false),
            _ => None,
        })
    }
}

impl Fields for Answer {
    fn value(&self, name: &str) -> Option<&str> {
        self.get(name)
    }
}

const WON: &str = "an amount of won, digits only";
const DATE: &str = "a date and time as yyyyMMddHHmmss";

/// An amount as the protocol writes it: digits only.
pub(crate) fn won(text: &str) -> Option<u64> {
    // `parse` alone would take a plus sign.
    if text.bytes().all(|b| b.is_ascii_digit()) { text.parse().ok() } else { None }
}
