//! Escrow: what a shop registers when it sends goods that are paid in escrow, and when the buyer has received them.
//!
//! It is no transaction but a form that the gateway answers with `OK`. [`crate::Client::register_delivery`] sends it:
//!
//! ```no_run
//! use xpayclient_core::escrow::{Delivery, Event, Sent};
//! use xpayclient_core::{Client, Config, Platform, parse_timestamp};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let client = Client::new(Config::load("/home/shop/lgdacom")?, Platform::Test);
//! let date = parse_timestamp("20261128143000").ok_or("no such time")?;
//! let sent = Sent::new(date, "CJ", "123456789012").company("CJ대한통운");
//! let delivery = Delivery::new("order-1", Event::Sent(sent)).product_id("goods-1").order_date("202611271000");
//! client.register_delivery("tlgdacomxpay", &delivery)?;
//! # Ok(())
//! # }
//! ```

#[cfg(test)]
mod tests;

use std::fmt;

use time::PrimitiveDateTime;
use zeroize::Zeroizing;

use crate::error::{Code, Error, Result};
use crate::protocol::limits;
use crate::protocol::signature::{escrow_received, escrow_sent};
use crate::protocol::tables::ESCROW_DELIVERY;
use crate::text::dates;
use crate::text::encoding::{is_in_cp949, to_cp949};
use crate::text::form;
use crate::typed::setters::setters;

/// A delivery of one item of an order. Its `Debug` shows the order ID only.
#[derive(Clone)]
#[non_exhaustive]
pub struct Delivery {
    /// LGD_OID of the payment.
    pub oid: String,
    /// productid: LGD_ESCROW_GOODID of the item, as the shop gave it to the payment window. May be empty.
    pub product_id: String,
    /// orderdate: when the order was made, as `yyyyMMdd`, `yyyyMMddHHmm` or `yyyyMMddHHmmss`. May be empty.
    pub order_date: String,
    /// What happened to the item.
    pub event: Event,
}

/// dlvtype: what happened to the item.
#[derive(Clone)]
#[non_exhaustive]
pub enum Event {
    /// `03`: the shop sent it.
    Sent(Sent),
    /// `01`: the buyer received it.
    Received(Received),
}

/// How an item was sent.
#[derive(Clone)]
#[non_exhaustive]
pub struct Sent {
    /// dlvdate, in Korean time, to the minute.
    pub date: PrimitiveDateTime,
    /// dlvcompcode: the carrier's code in the gateway's list.
    pub company_code: String,
    /// dlvcomp: the carrier's name. May be empty.
    pub company: String,
    /// dlvno: the number of the parcel.
    pub number: String,
    /// dlvworker: who brings it. May be empty.
    pub worker: String,
    /// dlvworkertel: that person's telephone. May be empty.
    pub worker_phone: String,
}

/// How an item was received.
#[derive(Clone)]
#[non_exhaustive]
pub struct Received {
    /// rcvdate, in Korean time, to the minute.
    pub date: PrimitiveDateTime,
    /// rcvname: who received it. May be empty.
    pub name: String,
    /// rcvrelation: what that person is to the buyer. May be empty.
    pub relation: String,
}

impl Sent {
    /// An item that was handed to the carrier with this code, as the parcel `number`.
    pub fn new(date: PrimitiveDateTime, company_code: impl Into<String>, number: impl Into<String>) -> Sent {
        Sent {
            date,
            company_code: company_code.into(),
            company: String::new(),
            number: number.into(),
            worker: String::new(),
            worker_phone: String::new(),
        }
    }
}

setters!(Sent {
    company = impl Into<String>,
    worker = impl Into<String>,
    worker_phone = impl Into<String>,
});

impl Received {
    /// An item that was received then.
    pub fn new(date: PrimitiveDateTime) -> Received {
        Received { date, name: String::new(), relation: String::new() }
    }
}

setters!(Received { name = impl Into<String>, relation = impl Into<String> });

impl Event {
    /// dlvtype.
    pub fn code(&self) -> &'static str {
        match self {
            Event::Sent(_) => "03",
            Event::Received(_) => "01",
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Event::Sent(_) => "sent",
            Event::Received(_) => "received",
        }
    }
}

/// Names and values of a registration. Wiped when dropped: they are the buyer's.
pub(crate) type Values = Vec<(&'static str, Zeroizing<String>)>;

impl Delivery {
    /// What happened to the one item of the order `oid`.
    pub fn new(oid: impl Into<String>, event: Event) -> Delivery {
        Delivery { oid: oid.into(), product_id: String::new(), order_date: String::new(), event }
    }

    /// A delivery from the values of a registration by their names. `kind` is `sent` or `received`, or its dlvtype.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] names the first value that is unknown, missing or malformed.
    pub fn from_values<'a>(kind: &str, values: impl Iterator<Item = (&'a str, &'a str)>) -> Result<Delivery> {
        let given: Vec<_> = values.collect();
        let text = |name: &str| {
            let found = given.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned()).unwrap_or_default()
        };
        let (event, other) = match kind {
            "sent" | "03" => {
                let sent = Sent {
                    date: minute("dlvdate", &text("dlvdate"))?,
                    company_code: text("dlvcompcode"),
                    company: text("dlvcomp"),
                    number: text("dlvno"),
                    worker: text("dlvworker"),
                    worker_phone: text("dlvworkertel"),
                };
                (Event::Sent(sent), "rcv")
            }
            "received" | "01" => {
                let received = Received {
                    date: minute("rcvdate", &text("rcvdate"))?,
                    name: text("rcvname"),
                    relation: text("rcvrelation"),
                };
                (Event::Received(received), "dlv")
            }
            _ => return Err(Error::bad_value("the kind of a delivery", "must be sent or received")),
        };
        for (name, _) in &given {
            let known = ESCROW_DELIVERY.contains(name) && !["mid", "dlvtype", "hashdata"].contains(name);
            if !known || name.starts_with(other) {
                let detail = format!("[{name}] is no value of a delivery that is {}", event.name());
                return Err(Error::new(Code::BAD_VALUE, detail));
            }
        }
        Ok(Delivery { oid: text("oid"), product_id: text("productid"), order_date: text("orderdate"), event })
    }

    /// The values with their signature: every name of the protocol once, empty where there is nothing to say.
    pub(crate) fn signed(&self, mid: &str, mert_key: &[u8]) -> Result<Values> {
        let mut values = self.values(mid)?;
        values.push(("hashdata", Zeroizing::new(self.sign(mid, mert_key)?)));
        let value =
            |name: &str| values.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
        Ok(ESCROW_DELIVERY.iter().map(|name| (*name, value(name).unwrap_or_default())).collect())
    }

    /// All values but the signature, each of them checked.
    fn values(&self, mid: &str) -> Result<Values> {
        limits::check_given("oid", &self.oid)?;
        check_order_date(&self.order_date)?;
        let mut values = vec![
            ("mid", mid.to_owned()),
            ("oid", self.oid.clone()),
            ("productid", self.product_id.clone()),
            ("orderdate", self.order_date.clone()),
            ("dlvtype", self.event.code().to_owned()),
        ];
        match &self.event {
            Event::Sent(sent) => {
                check_code("dlvcompcode", &sent.company_code)?;
                check_code("dlvno", &sent.number)?;
                values.extend([
                    ("dlvdate", dates::format_minute(sent.date)),
                    ("dlvcompcode", sent.company_code.clone()),
                    ("dlvcomp", sent.company.clone()),
                    ("dlvno", sent.number.clone()),
                    ("dlvworker", sent.worker.clone()),
                    ("dlvworkertel", sent.worker_phone.clone()),
                ]);
            }
            Event::Received(received) => values.extend([
                ("rcvdate", dates::format_minute(received.date)),
                ("rcvname", received.name.clone()),
                ("rcvrelation", received.relation.clone()),
            ]),
        }
        let values: Values = values.into_iter().map(|(name, value)| (name, Zeroizing::new(value))).collect();
        values.iter().try_for_each(|(name, value)| check_text(name, value))?;
        Ok(values)
    }

    fn sign(&self, mid: &str, key: &[u8]) -> Result<String> {
        let (mid, oid) = (mid.as_bytes(), self.oid.as_bytes());
        match &self.event {
            Event::Sent(sent) => {
                let date = dates::format_minute(sent.date);
                let (company, number) = (sent.company_code.as_bytes(), sent.number.as_bytes());
                escrow_sent(mid, oid, date.as_bytes(), company, number, key)
            }
            Event::Received(received) => {
                let date = dates::format_minute(received.date);
                escrow_received(mid, oid, self.event.code().as_bytes(), date.as_bytes(), key)
            }
        }
    }
}

setters!(Delivery { product_id = impl Into<String>, order_date = impl Into<String> });

/// Its name only: what it holds is the buyer's.
impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Event").field(&self.name()).finish()
    }
}

impl fmt::Debug for Sent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sent").field("date", &self.date).finish_non_exhaustive()
    }
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received").field("date", &self.date).finish_non_exhaustive()
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Delivery { oid, event, .. } = self;
        f.debug_struct("Delivery").field("oid", oid).field("event", &event.name()).finish_non_exhaustive()
    }
}

/// The form of a registration, in EUC-KR.
pub(crate) fn form(values: &Values) -> Zeroizing<String> {
    let bytes: Vec<_> = values.iter().map(|(name, value)| (*name, Zeroizing::new(to_cp949(value)))).collect();
    let size = bytes.iter().map(|(name, value)| name.len() + value.len() + "&=".len()).sum();
    // Reserved at once: a buffer that grows leaves a copy of the buyer's data in freed memory.
    let mut body = Zeroizing::new(String::with_capacity(form::longest(size)));
    for (name, value) in bytes {
        if !body.is_empty() {
            body.push('&');
        }
        body.push_str(name);
        body.push('=');
        form::encode(&value, &mut body);
    }
    body
}

fn minute(name: &str, text: &str) -> Result<PrimitiveDateTime> {
    limits::check_given(name, text)?;
    dates::parse_minute(text).ok_or_else(|| Error::bad_value(name, "must be a date and time as yyyyMMddHHmm"))
}

/// Nobody has published its form: any of the three that shops write.
fn check_order_date(text: &str) -> Result<()> {
    let known = match text.len() {
        0 => true,
        8 => dates::parse_minute(&format!("{text}0000")).is_some(),
        12 => dates::parse_minute(text).is_some(),
        _ => dates::parse(text).is_some(),
    };
    match known {
        true => Ok(()),
        false => {
            Err(Error::bad_value("orderdate", "must be a date as yyyyMMdd, yyyyMMddHHmm or yyyyMMddHHmmss"))
        }
    }
}

/// A value that is signed: with a blank or a letter of two bytes the gateway may sign something else.
fn check_code(name: &str, text: &str) -> Result<()> {
    limits::check_given(name, text)?;
    match text.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(()),
        false => Err(Error::bad_value(name, "may hold letters, digits and signs of ASCII, and no blank")),
    }
}

fn check_text(name: &str, text: &str) -> Result<()> {
    if text.chars().any(char::is_control) {
        return Err(Error::bad_value(name, "holds a control character; remove it"));
    }
    match is_in_cp949(text) {
        true => Ok(()),
        false => {
            Err(Error::bad_value(name, "holds a character that EUC-KR (CP949) cannot encode; replace it"))
        }
    }
}
