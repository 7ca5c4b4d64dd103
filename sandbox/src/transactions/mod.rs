//! The transactions the gateway knows: their names, what each requires, and which function does it.

mod account;
mod card;
mod identity;
mod payment;
mod receipt;
mod refund;
mod service;
mod voucher;

use crate::codes::{self, Code, Refusal};
use crate::form::Form;
use crate::habits::Habits;
use crate::ledger::journal::Effect;
use crate::ledger::new_tid;
use crate::ledger::payment::{self as payments, Payment};
use crate::nature::Nature;
use crate::row::Row;
use crate::shops::Shop;
use crate::{clock, tables, text};
use rusqlite::Connection;
use std::path::Path;

/// One kind of transaction.
pub struct Kind {
    /// LGD_TXNAME.
    pub txname: &'static str,
    /// LGD_METHOD, where the name alone does not say what is meant; else empty.
    pub method: &'static str,
    /// What must be there beside [`COMMON`].
    pub required: &'static [&'static str],
    run: fn(&Call<'_>) -> Result<Done, Refusal>,
}

/// What every request must carry.
pub const COMMON: &[&str] = &["LGD_MID", "LGD_TXID", "LGD_AUTHCODE", "LGD_TXNAME"];

const fn kind(
    txname: &'static str,
    method: &'static str,
    required: &'static [&'static str],
    run: fn(&Call<'_>) -> Result<Done, Refusal>,
) -> Kind {
    Kind { txname, method, required, run }
}

/// Section 6 of the protocol page.
pub const KINDS: &[Kind] = &[
    kind("Ping", "", &[], service::ping),
    kind("PaymentByKey", "", &["LGD_PAYKEY"], payment::by_key),
    kind("AmountCheck", "", &["LGD_PAYKEY", "LGD_AMOUNT"], payment::amount_check),
    kind("Cancel", "", &["LGD_TID"], refund::cancel),
    kind("PartialCancel", "", &["LGD_TID", "LGD_CANCELAMOUNT"], refund::partial_cancel),
    kind(
        "CashReceipt",
        "AUTH",
        &[
            "LGD_PAYTYPE",
            "LGD_OID",
            "LGD_AMOUNT",
            "LGD_CASHCARDNUM",
            "LGD_CASHRECEIPTUSE",
            "LGD_CUSTOM_BUSINESSNUM",
        ],
        receipt::issue,
    ),
    kind("CashReceipt", "CANCEL", &["LGD_PAYTYPE", "LGD_TID"], receipt::cancel),
    kind("CyberAccount", "ASSIGN", &["LGD_OID", "LGD_AMOUNT"], account::assign),
    kind("CyberAccount", "CHANGE", &["LGD_OID", "LGD_AMOUNT"], account::change),
    kind("Adjust", "", &["LGD_TID"], payment::adjust),
    kind("AuthOnlyByKey", "", &["LGD_AUTHONLYKEY", "LGD_PAYTYPE"], identity::by_key),
    kind("CardAuth", "", &["LGD_OID", "LGD_AMOUNT", "LGD_PAN", "LGD_INSTALL"], card::auth),
    kind("GiftCulture", "AUTH", &["LGD_OID", "LGD_AMOUNT", "LGD_CULTID", "LGD_CULTPASSWD"], voucher::auth),
    kind("GiftCulture", "SMS", &["LGD_TID", "LGD_CULTID"], voucher::sms),
    kind("GiftCulture", "APP", &["LGD_TID", "LGD_AMOUNT", "LGD_CULTPIN"], voucher::approve),
    kind("Rollback", "", &["LGD_RB_TXID"], service::rollback),
    kind("Report", "", &["LGD_STATUS"], service::report),
    kind("Patch", "", &["LGD_FILE"], service::patch),
];

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
    pub(crate) nature: &'a Nature,
    pub(crate) habits: Habits,
    pub(crate) home: &'a Path,
}

/// Finds the kind of a request, checks that nothing is missing or too long, and does it.
pub(crate) fn run(call: &Call<'_>) -> Result<Done, Refusal> {
    let kind = kind_of(call.form)?;
    require(call.form, kind.required)?;
    call.form.iter().try_for_each(|(name, value)| within_limit(name, value))?;
    (kind.run)(call)
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

fn kind_of(form: &Form) -> Result<&'static Kind, Refusal> {
    let txname = form.text("LGD_TXNAME");
    let named: Vec<_> = KINDS.iter().filter(|kind| kind.txname == txname).collect();
    match named[..] {
        [] => Err(codes::TXNAME.with("LGD_TXNAME", txname)),
        [only] if only.method.is_empty() => Ok(only),
        _ => {
            require(form, &["LGD_METHOD"])?;
            let methods = || named.iter().map(|kind| kind.method).collect::<Vec<_>>().join("|");
            let wanted = named.iter().find(|kind| kind.method == form.text("LGD_METHOD"));
            wanted.copied().ok_or_else(|| codes::MALFORMED.with("LGD_METHOD", methods()))
        }
    }
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
