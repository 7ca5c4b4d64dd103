//! What a recorded session has in place of secrets, keys and personal data.

use super::Pairs;
use crate::shops::Shop;
use crate::{mask, signature, tables, txid};
use std::collections::HashMap;

pub(super) const RIGHT: &str = "{right}";
pub(super) const WRONG: &str = "{wrong}";

/// The signature of an escrow delivery.
const DELIVERY_HASH: &str = "hashdata";

/// The name of what a shop answered to a notice.
pub(super) const SHOPS_ANSWER: &str = "answer";

/// Numbers and keys, each with the name that it has in the session.
#[derive(Default)]
pub(super) struct Ids {
    names: HashMap<(&'static str, String), String>,
    values: HashMap<String, String>,
}

/// The parameters that hold such a number or key, and its kind.
const IDS: &[(&str, &str)] = &[
    ("LGD_TXID", "txid"),
    ("LGD_RB_TXID", "txid"),
    ("LGD_PAYKEY", "paykey"),
    ("LGD_AUTHONLYKEY", "paykey"),
    ("paykey", "paykey"),
    ("LGD_BILLKEY", BILLKEY),
    ("LGD_TID", "tid"),
    ("tid", "tid"),
    ("LGD_CASHRECEIPTNUM", "receipt"),
];

const BILLKEY: &str = "billkey";
pub(super) const WINDOW: &str = "window";

impl Ids {
    /// The session's name for a value; a new one is named after the line.
    pub(super) fn name(&mut self, kind: &'static str, value: &str, line: u32) -> String {
        if let Some(known) = self.names.get(&(kind, value.to_owned())) {
            return known.clone();
        }
        let numbered = |more: u32| match more {
            1 => format!("{{{kind}:{line}}}"),
            more => format!("{{{kind}:{line}.{more}}}"),
        };
        let name = (1..).map(numbered).find(|name| !self.values.contains_key(name)).unwrap_or_default();
        self.names.insert((kind, value.to_owned()), name.clone());
        self.values.insert(name.clone(), value.to_owned());
        name
    }

    /// What a name of the session stands for.
    pub(super) fn value(&self, name: &str) -> Option<&String> {
        self.values.get(name)
    }

    /// A path with names in place of the ids of windows.
    pub(super) fn path(&mut self, path: &str, line: u32) -> String {
        let is_id = |part: &str| part.len() == 32 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        let parts = path
            .split('/')
            .map(|part| if is_id(part) { self.name(WINDOW, part, line) } else { part.to_owned() });
        parts.collect::<Vec<_>>().join("/")
    }
}

/// The kind of a session's name: `paykey` of `{paykey:2}`.
pub(super) fn kind_of(name: &str) -> Option<&'static str> {
    let (kind, _) = name.strip_prefix('{')?.strip_suffix('}')?.split_once(':')?;
    IDS.iter().map(|(_, kind)| *kind).chain([WINDOW]).find(|known| *known == kind)
}

/// Whose names and values they are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The shop's: a transaction, or the window's request.
    Shop,
    /// The buyer's, in the pages of the sandbox.
    Buyer,
    /// A developer's.
    Developer,
    Gateway,
}

/// Replaces what must not be kept. `shop` is the one that signs.
pub(super) fn hide(
    ids: &mut Ids,
    line: u32,
    pairs: &[(&str, &str)],
    shop: Option<&Shop>,
    side: Side,
) -> Pairs {
    let hidden = |(name, value): &(&str, &str)| {
        let shown = match *name {
            _ if value.is_empty() => String::new(),
            SHOPS_ANSWER if side == Side::Gateway => shops_answer(value),
            "LGD_AUTHCODE" | "LGD_HASHDATA" | DELIVERY_HASH => signed(name, value, pairs, shop),
            _ => id(ids, line, name, value, shop)
                .or_else(|| is_kept(name, value, side).then(|| (*value).to_owned()))
                .unwrap_or_else(|| outline(name, value)),
        };
        // A broken form may have a value in a name's place.
        let name = if mask::is_name(name) { (*name).to_owned() } else { outline("", name) };
        (name, shown)
    };
    pairs.iter().map(hidden).collect()
}

fn id(ids: &mut Ids, line: u32, name: &str, value: &str, shop: Option<&Shop>) -> Option<String> {
    if name == "LGD_PAN" {
        return ids.names.get(&(BILLKEY, value.to_owned())).cloned();
    }
    let (_, kind) = IDS.iter().find(|(known, _)| *known == name)?;
    match *kind {
        // A malformed one is what the shop's mistake was.
        "txid" if shop.is_none_or(|shop| txid::check(name, value, &shop.mid).is_err()) => None,
        "receipt" if value == "0" => Some(value.to_owned()),
        kind => Some(ids.name(kind, value, line)),
    }
}

/// What matters of a shop's answer is kept. Any other may be an error page, with a statement that names the buyer.
fn shops_answer(text: &str) -> String {
    if ["", "OK", "ROLLBACK"].contains(&text.trim()) { text.to_owned() } else { outline("", text) }
}

/// Whether a signature fits, whichever of them it is.
fn signed(name: &str, value: &str, pairs: &[(&str, &str)], shop: Option<&Shop>) -> String {
    let fits = shop.is_some_and(|shop| {
        signatures(name, pairs, &shop.key).iter().any(|right| signature::equal(right, value))
    });
    if fits { RIGHT } else { WRONG }.to_owned()
}

/// What this parameter can hold if it is right: of LGD_HASHDATA a request's, an identity check's and a result's.
pub(super) fn signatures(name: &str, pairs: &[(&str, &str)], key: &str) -> Vec<String> {
    let text = |name| pairs.iter().find(|(known, _)| *known == name).map_or("", |(_, value)| value);
    let [mid, oid, amount, code, at] =
        ["LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_RESPCODE", "LGD_TIMESTAMP"].map(text);
    match name {
        "LGD_AUTHCODE" => vec![signature::auth_code(text("LGD_TXID"), key)],
        DELIVERY_HASH => {
            let [mid, oid, kind] = ["mid", "oid", "dlvtype"].map(text);
            let [date, company, number] = ["dlvdate", "dlvcompcode", "dlvno"].map(text);
            vec![match kind {
                "01" => signature::escrow_received(mid, oid, kind, text("rcvdate"), key),
                _ => signature::escrow_sent(mid, oid, date, company, number, key),
            }]
        }
        _ => vec![
            signature::request_hash(mid, oid, amount, at, key),
            signature::identity_hash(mid, text("LGD_BUYERSSN"), at, key),
            signature::result_hash(mid, oid, amount, code, at, key),
        ],
    }
}

/// What the window is told of the buyer.
const PERSONAL: &[&str] = &[
    "LGD_BUYER",
    "LGD_BUYERID",
    "LGD_BUYERIP",
    "LGD_BUYERADDRESS",
    "LGD_BUYERPHONE",
    "LGD_BUYEREMAIL",
    "LGD_BUYERSSN",
    "LGD_RECEIVER",
    "LGD_RECEIVERPHONE",
    "LGD_DELIVERYINFO",
    "LGD_ESCROW_ZIPCODE",
    "LGD_ESCROW_ADDRESS1",
    "LGD_ESCROW_ADDRESS2",
    "LGD_ESCROW_BUYERPHONE",
    "buyer",
    "buyerid",
];

/// Parameters of transactions that are neither secret nor personal.
const OF_TRANSACTIONS: &[&str] = &[
    "LGD_TXNAME",
    "LGD_METHOD",
    "LGD_AMOUNTCHECKYN",
    "LGD_VAT",
    "LGD_CANCELAMOUNT",
    "LGD_CANCELTAXFREEAMOUNT",
    "LGD_REMAINAMOUNT",
    "LGD_REQREMAIN",
    "LGD_PCANCELCNT",
    "LGD_RFBANKCODE",
    "LGD_BANKCODE",
    "LGD_CASHRECEIPTUSE",
    "LGD_SEQNO",
    "LGD_INSTALL",
    "LGD_AUTHTYPE",
    "LGD_CULTVERSION",
    "LGD_REQTYPE",
    "LGD_GUBUN",
    "LGD_HASHTYPE",
    "LGD_CUSTOM_PROCESSTIMEOUT",
    "LGD_RESULTCNT",
    "LGD_STATUS",
    "LGD_FILE",
    "KVP_QUOTA",
    "KVP_NOINT",
    "KVP_CARDCODE",
    "VBV_ECI",
    "mid",
    "oid",
    "productid",
    "orderdate",
    "dlvtype",
    "dlvdate",
    "dlvcompcode",
    "dlvcomp",
    "rcvdate",
    "XPAY_SANDBOX_FAULT",
    "XPAY_SANDBOX_REFUND",
];

/// What an answer or a notice says that the same request always gets.
const OF_ANSWERS: &[&str] = &[
    "LGD_RESPCODE",
    "LGD_RESPMSG",
    "LGD_MID",
    "LGD_OID",
    "LGD_AMOUNT",
    "LGD_PAYTYPE",
    "LGD_FINANCECODE",
    "LGD_FINANCENAME",
    "LGD_ESCROWYN",
    "LGD_CARDINSTALLMONTH",
    "LGD_CARDNOINTYN",
    "LGD_PCANCELFLAG",
    "LGD_PRODUCTINFO",
    "LGD_CASFLAG",
    "LGD_CASSEQNO",
    "LGD_CASTAMOUNT",
    "LGD_CASCAMOUNT",
    "LGD_AUTHTYPE",
    "Location",
    "problem",
    "code",
];

/// A buyer's choice in a page of the sandbox is a short code; anything longer was typed.
const LONGEST_CHOICE: usize = 8;

fn is_kept(name: &str, value: &str, side: Side) -> bool {
    let upper = name.to_ascii_uppercase();
    let address = upper.ends_with("URL") && !upper.contains("ENCODING");
    match side {
        Side::Gateway => OF_ANSWERS.contains(&name),
        Side::Buyer => value.len() <= LONGEST_CHOICE,
        Side::Developer => !address && !PERSONAL.contains(&name),
        Side::Shop => {
            let known = tables::window_names().any(|known| known == name.trim_end());
            (known && !address && !PERSONAL.contains(&name.trim_end())) || OF_TRANSACTIONS.contains(&name)
        }
    }
}

/// The outline of a value: as long, with the same signs between, but nothing to read.
fn outline(name: &str, value: &str) -> String {
    let letter = |c: char| match c {
        c if c.is_ascii_digit() => '0',
        c if c.is_ascii_alphabetic() => 'x',
        c if c.is_ascii() => c,
        _ => '가',
    };
    let (scheme, rest) = value.split_once("://").map_or(("", value), |(scheme, rest)| (scheme, rest));
    let scheme = if scheme.is_empty() { String::new() } else { format!("{scheme}://") };
    let mut text: String = scheme.chars().chain(rest.chars().map(letter)).collect();
    // Zeros pass the check of card numbers.
    if name == "LGD_PAN" && !passes_luhn(value) && text.pop().is_some() {
        text.push('1');
    }
    text
}

fn passes_luhn(number: &str) -> bool {
    let digits = number.chars().rev().map(|digit| digit.to_digit(10));
    let weighed = digits.enumerate().map(|(at, digit)| match (at % 2, digit?) {
        (0, digit) => Some(digit),
        (_, digit) => Some(digit * 2 / 10 + digit * 2 % 10),
    });
    weighed.sum::<Option<u32>>().is_some_and(|sum| sum % 10 == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shops::{DEMO_KEY, DEMO_TEST_MID};

    #[test]
    fn what_is_kept_has_no_secret_and_is_the_same_the_second_time() {
        let shop = Shop { mid: DEMO_TEST_MID.into(), key: DEMO_KEY.into() };
        let txid = format!("{DEMO_TEST_MID}-0120200515101112{:040x}", 7);
        let code = signature::auth_code(&txid, DEMO_KEY);
        let pairs = [
            ("LGD_TXNAME", "CardAuth"),
            ("LGD_MID", DEMO_TEST_MID),
            ("LGD_TXID", txid.as_str()),
            ("LGD_AUTHCODE", code.as_str()),
            ("LGD_PAN", "4111111111111111"),
            ("LGD_PIN", "77"),
            ("LGD_BUYER", "홍길동 Kim"),
            ("LGD_BUYEREMAIL", "me@example.org"),
            ("LGD_CASNOTEURL", "https://me:pw@shop.example:8080/note?key=s3cret"),
            ("LGD_UNHEARD_OF", "whoknows"),
            ("LGD_OID", "order-1"),
        ];
        let hidden = hide(&mut Ids::default(), 3, &pairs, Some(&shop), Side::Shop);
        let values: Vec<_> = hidden.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(
            values,
            [
                "CardAuth",
                DEMO_TEST_MID,
                "{txid:3}",
                RIGHT,
                "0000000000000000",
                "00",
                "가가가 xxx",
                "xx@xxxxxxx.xxx",
                "https://xx:xx@xxxx.xxxxxxx:0000/xxxx?xxx=x0xxxx",
                "xxxxxxxx",
                "order-1",
            ]
        );
        for (name, value) in &hidden[4..10] {
            assert_eq!(outline(name, value), *value);
        }
        assert_eq!(outline("LGD_PAN", "4111111111111112"), "0000000000000001");
        assert_eq!(outline("LGD_PAN", "0000000000000001"), "0000000000000001");
    }

    #[test]
    fn a_number_has_one_name_and_a_line_may_have_several() {
        let mut ids = Ids::default();
        assert_eq!(ids.name("tid", "A", 2), "{tid:2}");
        assert_eq!(ids.name("tid", "B", 2), "{tid:2.2}");
        assert_eq!(ids.name("tid", "A", 5), "{tid:2}");
        assert_eq!(ids.value("{tid:2.2}").map(String::as_str), Some("B"));
        assert_eq!(ids.path(&format!("/xpay/window/{}", "0a".repeat(16)), 4), "/xpay/window/{window:4}");
        assert_eq!((kind_of("{tid:2.2}"), kind_of("{\"a\":1}"), kind_of(RIGHT)), (Some("tid"), None, None));
    }
}
