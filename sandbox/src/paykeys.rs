//! Makes PAYKEYs, for the payment window and in place of it.

use crate::codes::{self, Refusal};
use crate::gateway::Gateway;
use crate::ledger::carried;
use crate::ledger::notice::Address;
use crate::ledger::paykey::Consent;
use crate::notices::queue;
use crate::shops::DEMO_TEST_MID;
use crate::transactions::{call, receipt};
use crate::{clock, payment_method, tables};
use serde::{Deserialize, Serialize};

/// What the buyer agrees to. Every field has a default. The names are those of the JSON.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct PaykeyRequest {
    /// LGD_MID, by default the demo shop's.
    pub mid: String,
    /// LGD_OID; empty for a new one.
    pub oid: String,
    /// LGD_AMOUNT in won.
    pub amount: i64,
    /// LGD_TAXFREEAMOUNT in won.
    pub taxfree: i64,
    /// LGD_PAYTYPE, the payment method; of an identity check also `ASC001` ….
    pub paytype: String,
    /// Card issuer, bank or telecom; empty for the default.
    pub finance: String,
    /// Instalment months of a card.
    pub install: String,
    /// Whether the shop bears the interest of the instalments (LGD_NOINTINF).
    pub nointerest: bool,
    /// Whether the buyer asked for escrow.
    pub escrow: bool,
    /// LGD_BUYER.
    pub buyer: String,
    /// LGD_BUYERID.
    pub buyerid: String,
    /// LGD_PRODUCTINFO.
    pub productinfo: String,
    /// LGD_TIMESTAMP of the shop's request; empty for now.
    pub timestamp: String,
    /// LGD_CLOSEDATE, the closing date of a virtual account; empty for none.
    pub closedate: String,
    /// LGD_CASHRECEIPTUSE of the cash receipt that the buyer asks for: `1`, `2`, or empty for none.
    pub cash_receipt: String,
    /// How many seconds ago the buyer agreed, to try an expired key without waiting.
    pub age: i64,
    /// LGD_CASNOTEURL, where a virtual account's notices go; empty for none.
    pub casnoteurl: String,
    /// LGD_ENCODING_NOTEURL, their charset: `UTF-8`, or EUC-KR by default.
    pub encoding_noteurl: String,
    /// LGD_CUSTOM_NOTEURLTIMEOUT, how long an answer to them is waited for, in seconds.
    pub noteurl_timeout: i64,
    /// LGD_CASASSIGNNOTIYN, whether one also tells that the account was issued.
    pub casassignnoti: bool,
    /// For AuthOnlyByKey (LGD_AUTHONLYKEY) instead of a payment.
    pub identity: bool,
}

impl Default for PaykeyRequest {
    fn default() -> Self {
        Self {
            mid: DEMO_TEST_MID.into(),
            oid: String::new(),
            amount: 1000,
            taxfree: 0,
            paytype: "SC0010".into(),
            finance: String::new(),
            install: "00".into(),
            nointerest: false,
            escrow: false,
            buyer: "홍길동".into(),
            buyerid: "guest".into(),
            productinfo: "샌드박스 상품".into(),
            timestamp: String::new(),
            closedate: String::new(),
            cash_receipt: String::new(),
            age: 0,
            casnoteurl: String::new(),
            encoding_noteurl: String::new(),
            noteurl_timeout: queue::PATIENCE,
            casassignnoti: true,
            identity: false,
        }
    }
}

/// Makes a key for a developer, in place of the window.
pub(crate) fn mint_by_hand(gateway: &Gateway, request: PaykeyRequest) -> Result<String, Refusal> {
    let asked = gateway.recorder.as_ref().and_then(|_| serde_json::to_value(&request).ok());
    let outcome = mint(gateway, request);
    if let Some(serde_json::Value::Object(asked)) = asked {
        let text =
            |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let asked: Vec<_> = asked.iter().map(|(name, value)| (name.as_str(), text(value))).collect();
        let asked: Vec<_> = asked.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let key = outcome.as_ref().map_or("", String::as_str);
        gateway.record_act("paykey", &asked, &outcome, &[("paykey", key)]);
    }
    outcome
}

/// Makes a key without the window, which would have checked the request.
pub(crate) fn mint(gateway: &Gateway, request: PaykeyRequest) -> Result<String, Refusal> {
    if !request.oid.is_empty() {
        call::oid(&request.oid)?;
    }
    for (name, date) in [("timestamp", &request.timestamp), ("closedate", &request.closedate)] {
        if !date.is_empty() && !clock::is_stamp(date) {
            return Err(codes::MALFORMED.with(name, "yyyyMMddHHmmss"));
        }
    }
    agree(gateway, request, [])
}

/// Stores the buyer's consent with what the shop sent, and returns its key.
pub(crate) fn agree<'a>(
    gateway: &Gateway,
    request: PaykeyRequest,
    carried: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<String, Refusal> {
    let address = Address {
        subject: String::new(),
        url: request.casnoteurl.clone(),
        encoding: request.encoding_noteurl.clone(),
        patience: queue::patience(&request.noteurl_timeout.to_string()),
        issued: request.casassignnoti,
    };
    let consent = consent(gateway, request)?;
    let mut ledger = gateway.ledger();
    let db = ledger.begin()?;
    consent.enter(&db)?;
    carried::enter(&db, &consent.paykey, carried)?;
    queue::set_address(&db, &Address { subject: consent.paykey.clone(), ..address })?;
    db.commit()?;
    Ok(consent.paykey)
}

fn consent(gateway: &Gateway, request: PaykeyRequest) -> Result<Consent, Refusal> {
    gateway.shops.find(&request.mid)?;
    let amount = call::amount("amount", &request.amount.to_string())?;
    if amount == 0 && !request.identity {
        return Err(codes::MALFORMED.with("amount", "> 0"));
    }
    if !(0..=amount).contains(&request.taxfree) {
        return Err(codes::TAX_FREE.with("taxfree", format!("0..{amount}")));
    }
    if request.install.len() != 2 || !request.install.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(codes::MALFORMED.with("install", "00, 02-36"));
    }
    call::within_limit("LGD_BUYER", &request.buyer)?;
    call::within_limit("LGD_BUYERID", &request.buyerid)?;
    call::within_limit("LGD_PRODUCTINFO", &request.productinfo)?;
    if !request.cash_receipt.is_empty() {
        receipt::check_wish(&request.paytype, &request.cash_receipt)?;
    }
    let now = gateway.clock.now();
    let finance = finance(&request)?;
    let or = |given: String, default: String| if given.is_empty() { default } else { given };
    let oid = or(request.oid, format!("sandbox-{}", gateway.random.name::<8>()?));
    let timestamp = or(request.timestamp, clock::stamp(now));
    Ok(Consent {
        paykey: gateway.random.paykey(&clock::stamp(now))?,
        identity: request.identity,
        oid,
        finance,
        mid: request.mid,
        amount,
        taxfree: request.taxfree,
        paytype: request.paytype,
        install: request.install,
        nointerest: request.nointerest,
        escrow: request.escrow,
        buyer: request.buyer,
        buyerid: request.buyerid,
        productinfo: request.productinfo,
        timestamp,
        closedate: request.closedate,
        cash_receipt: request.cash_receipt,
        made: now - request.age,
        used: false,
    })
}

fn finance(request: &PaykeyRequest) -> Result<String, Refusal> {
    let allowed = || payment_method::paytypes().collect::<Vec<_>>().join("|");
    let paytype = if request.identity { payment_method::behind(&request.paytype) } else { &request.paytype };
    let method = payment_method::of(paytype).ok_or_else(|| codes::MALFORMED.with("paytype", allowed()))?;
    let chosen = request.finance.as_str();
    let known = match paytype {
        _ if chosen.is_empty() => return Ok(method.finance.to_owned()),
        "SC0040" => tables::issues_accounts(chosen),
        _ => tables::finance_name(paytype, chosen).is_some(),
    };
    if known { Ok(chosen.to_owned()) } else { Err(codes::MALFORMED.with("finance", "a code of tables.json")) }
}
