//! A request that is served: what it carries, how its parameters are read, and what it came to.

use crate::clock;
use crate::codes::{self, Code, Refusal};
use crate::form::Form;
use crate::ledger::journal::Effect;
use crate::ledger::new_tid;
use crate::ledger::payment::{self as payments, Payment};
use crate::random::Random;
use crate::rollback_rules::Habits;
use crate::row::Row;
use crate::shops::Shop;
use crate::{tables, text};
use rusqlite::Connection;
use std::path::Path;

/// What a transaction came to.
#[derive(Default)]
pub(crate) struct Done {
    pub(crate) rows: Vec<Row>,
    pub(crate) effect: Effect,
    /// What it is answered with instead of `0000`, though it is done: a bank's refund that is on its way.
    pub(crate) code: Option<Code>,
    /// Patch alone answers with a file instead of rows.
    pub(crate) file: Option<String>,
    /// Whether a notice of it was written.
    pub(crate) told: bool,
}

impl Done {
    pub(crate) fn row(row: Row, effect: Effect) -> Self {
        Self { rows: vec![row], effect, ..Self::default() }
    }
}

/// A request whose sender is known, with what is needed to serve it.
pub(crate) struct Call<'a> {
    pub(crate) form: &'a Form,
    pub(crate) shop: &'a Shop,
    pub(crate) db: &'a Connection,
    pub(crate) now: i64,
    pub(crate) random: &'a Random,
    pub(crate) habits: Habits,
    pub(crate) home: &'a Path,
}

impl Call<'_> {
    pub(crate) fn stamp(&self) -> String {
        clock::stamp(self.now)
    }

    /// LGD_TIMESTAMP as sent, or now.
    pub(crate) fn timestamp(&self) -> String {
        self.form.get("LGD_TIMESTAMP").map_or_else(|| self.stamp(), str::to_owned)
    }

    /// An amount of won; a missing one is 0.
    pub(crate) fn amount(&self, name: &str) -> Result<i64, Refusal> {
        self.form.get(name).map_or(Ok(0), |text| amount(name, text))
    }

    /// An amount of won that is more than nothing.
    pub(crate) fn some_amount(&self, name: &str) -> Result<i64, Refusal> {
        let amount = self.amount(name)?;
        if amount == 0 { Err(codes::MALFORMED.with(name, "> 0")) } else { Ok(amount) }
    }

    /// The tax-free share of `whole`.
    pub(crate) fn tax_free(&self, whole: i64) -> Result<i64, Refusal> {
        let share = self.amount("LGD_TAXFREEAMOUNT")?;
        let sane = share <= whole;
        if sane { Ok(share) } else { Err(codes::TAX_FREE.with("LGD_TAXFREEAMOUNT", format!("0..{whole}"))) }
    }

    pub(crate) fn oid(&self) -> Result<&str, Refusal> {
        oid(self.form.text("LGD_OID"))
    }

    /// The parameter's value if it is one of `allowed`.
    pub(crate) fn one_of(&self, name: &str, allowed: &[&str]) -> Result<&str, Refusal> {
        let value = self.form.text(name);
        let wrong = || codes::MALFORMED.with(name, allowed.join("|"));
        if allowed.contains(&value) { Ok(value) } else { Err(wrong()) }
    }

    /// The shop's payment LGD_TID names; another shop's is as unknown as none.
    pub(crate) fn payment(&self) -> Result<Payment, Refusal> {
        let found = payments::find(self.db, self.form.text("LGD_TID"))?;
        found.filter(|payment| payment.mid == self.shop.mid).ok_or_else(|| codes::TID.on("LGD_TID"))
    }

    /// A payment of this order, as far as the request itself tells.
    pub(crate) fn order(
        &self,
        paytype: &str,
        finance: &str,
        state: payments::State,
    ) -> Result<Payment, Refusal> {
        let amount = self.some_amount("LGD_AMOUNT")?;
        Ok(Payment {
            tid: new_tid(self.db, &self.shop.mid, &self.stamp())?,
            mid: self.shop.mid.clone(),
            oid: self.oid()?.to_owned(),
            paytype: paytype.to_owned(),
            state,
            amount,
            balance: if state == payments::State::Approved { amount } else { 0 },
            taxfree: self.tax_free(amount)?,
            finance: finance.to_owned(),
            install: self.form.get("LGD_INSTALL").unwrap_or("00").to_owned(),
            nointerest: false,
            escrow: false,
            buyer: self.form.text("LGD_BUYER").to_owned(),
            buyerid: self.form.text("LGD_BUYERID").to_owned(),
            productinfo: self.form.text("LGD_PRODUCTINFO").to_owned(),
            timestamp: self.timestamp(),
            closedate: String::new(),
            paydate: self.stamp(),
            settled: false,
        })
    }
}

/// Refuses the first of `names` that is missing.
pub(crate) fn require(form: &Form, names: &[&str]) -> Result<(), Refusal> {
    match names.iter().find(|name| form.get(name).is_none()) {
        Some(name) => Err(codes::MISSING.on(*name)),
        None => Ok(()),
    }
}

/// Refuses a value of more bytes of CP949 than the window would take.
pub(crate) fn within_limit(name: &str, value: &str) -> Result<(), Refusal> {
    match tables::request_limit(name) {
        Some(limit) if text::length(value) > limit => {
            Err(codes::MALFORMED.with(name, format!("max {limit} bytes")))
        }
        _ => Ok(()),
    }
}

/// Digits only, and no more than a result's LGD_AMOUNT can say.
pub(crate) fn amount(name: &str, text: &str) -> Result<i64, Refusal> {
    let limit = tables::result_limit("LGD_AMOUNT").unwrap_or(10);
    let wrong = || codes::MALFORMED.with(name, format!("1-{limit} digits"));
    let digits = text.len() <= limit && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().map_err(|_| wrong()) } else { Err(wrong()) }
}

/// An order number within its grammar.
pub(crate) fn oid(text: &str) -> Result<&str, Refusal> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let sane = (1..=63).contains(&text.len()) && text.bytes().all(allowed);
    if sane { Ok(text) } else { Err(codes::MALFORMED.with("LGD_OID", "1-63 of A-Za-z0-9_-")) }
}
