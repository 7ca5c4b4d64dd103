//! What goes back to LGD_RETURNURL.

use super::page::own as page;
use super::purchase::{Purchase, Purpose};
use crate::codes::{self, Refusal};
use crate::paykeys::PaykeyRequest;
use crate::shops::Shop;
use crate::{signature, tables};
use askama::Template;
use axum::body::Body;
use axum::http::{Response, StatusCode};

/// Names and values, in order.
pub(super) type Fields = Vec<(String, String)>;

/// LGD_RESPMSG of a buyer who agreed.
const AUTHENTICATED: &str = "인증성공";

/// A payment or identity check that the buyer agreed to, with the key for it.
pub(super) struct Agreed {
    pub(super) key: String,
    pub(super) consent: PaykeyRequest,
}

/// A card with its billing key.
pub(super) struct Registered {
    pub(super) key: String,
    pub(super) tid: String,
    pub(super) finance: String,
}

/// The result of a window in which the buyer agreed. `at` is the return's own LGD_TIMESTAMP.
pub(super) fn agreed(purchase: &Purchase, shop: &Shop, at: &str, agreed: &Agreed) -> Fields {
    match purchase.purpose {
        Purpose::Identity => {
            let told = [("LGD_AUTHONLYKEY", &*agreed.key), ("LGD_PAYTYPE", &agreed.consent.paytype)];
            let told = [purchase.repeat(&["LGD_MID"]), fields(told)].concat();
            with_own(purchase, result(codes::OK.code, AUTHENTICATED), told)
        }
        _ => payment(purchase, shop, at, (codes::OK.code, AUTHENTICATED), Some(agreed)),
    }
}

/// The result of a billing window. It carries no signature.
pub(super) fn registered(purchase: &Purchase, at: &str, card: &Registered) -> Fields {
    let number = card_number(&card.tid);
    let (prefix, last) = (PREFIX, &number[number.len() - 4..]);
    let told = fields([
        ("LGD_BILLKEY", card.key.as_str()),
        ("LGD_PAYTYPE", "SC0010"),
        ("LGD_PAYDATE", at),
        ("LGD_FINANCECODE", &card.finance),
        ("LGD_FINANCENAME", tables::finance_name("SC0010", &card.finance).unwrap_or_default()),
        ("LGD_CARDNUM", &format!("{prefix}******{last}")),
        ("LGD_EXPYEAR", "30"),
        ("LGD_EXPMON", "12"),
        ("LGD_TID", &card.tid),
        ("LGD_VANCODE", ""),
    ]);
    with_own(purchase, result(codes::OK.code, AUTHENTICATED), told)
}

/// A result without a key: of a buyer who did not agree, or of a payment that the gateway finished itself.
pub(super) fn without_key(purchase: &Purchase, shop: &Shop, at: &str, refusal: &Refusal) -> Fields {
    let (code, message) = (refusal.code(), refusal.message());
    match purchase.purpose {
        Purpose::Payment | Purpose::UnionPay => payment(purchase, shop, at, (code, &message), None),
        Purpose::Identity => with_own(purchase, result(code, &message), purchase.repeat(&["LGD_MID"])),
        Purpose::Billing => with_own(purchase, result(code, &message), Fields::new()),
    }
}

/// Pages read every name without asking whether it is there, so what nobody sent or chose is there, empty.
fn payment(
    purchase: &Purchase,
    shop: &Shop,
    at: &str,
    (code, message): (&str, &str),
    agreed: Option<&Agreed>,
) -> Fields {
    let amount = purchase.amount.to_string();
    let (oid, ..) = purchase.return_charset().encode(purchase.text("LGD_OID"));
    let hash = signature::result_hash(&shop.mid, oid, &amount, code, at, &shop.key);
    let told = [
        purchase.repeat(&["LGD_MID", "LGD_OID"]),
        fields([("LGD_AMOUNT", &*amount)]),
        agreed.map(|agreed| fields([("LGD_PAYKEY", &*agreed.key)])).unwrap_or_default(),
        fields([("LGD_TIMESTAMP", at), ("LGD_HASHDATA", &hash)]),
        means(agreed),
        purchase.repeat(&["LGD_CLOSEDATE", "LGD_RETURNURL"]),
        purchase.repeat(tables::buyer_and_goods()),
    ];
    with_own(purchase, result(code, message), told.concat())
}

/// The shop's own names come last.
fn with_own(purchase: &Purchase, result: Fields, told: Fields) -> Fields {
    let own = purchase.own().map(|(name, value)| (name.to_owned(), value.to_owned()));
    result.into_iter().chain(told).chain(own).collect()
}

/// What the buyer chose. LGD_DEVICE, LGD_AFFILIATECODE and KVP_CARDCODE are empty: their values are not published.
fn means(agreed: Option<&Agreed>) -> Fields {
    let [paytype, finance] = agreed.map_or(["", ""], |agreed| {
        let PaykeyRequest { paytype, finance, .. } = &agreed.consent;
        [paytype, finance]
    });
    let card = agreed.filter(|_| paytype == "SC0010").map(|agreed| card_number(&agreed.key));
    let [authtype, prefix] = match &card {
        Some(_) => [if tables::is_isp(finance) { "ISP" } else { "XMPI" }, PREFIX],
        None => ["", ""],
    };
    let escrow = agreed.is_some_and(|agreed| agreed.consent.escrow);
    fields([
        ("LGD_PAYTYPE", paytype),
        ("LGD_FINANCECODE", finance),
        ("LGD_FINANCENAME", tables::finance_name(paytype, finance).unwrap_or_default()),
        ("LGD_AUTHTYPE", authtype),
        ("LGD_CARDPREFIX", prefix),
        ("LGD_CARDNUM", &card.unwrap_or_default()),
        ("KVP_CARDCODE", ""),
        ("LGD_ESCROWYN", if escrow { "Y" } else { "N" }),
        ("LGD_AFFILIATECODE", ""),
        ("LGD_DEVICE", ""),
    ])
}

/// The first digits of every made-up card.
const PREFIX: &str = "941061";

/// A card number, in clear as on the test platform, made up from the digits of a key.
fn card_number(key: &str) -> String {
    let digits: String = key.chars().filter(char::is_ascii_digit).collect();
    format!("{PREFIX}{}", &digits[digits.len().saturating_sub(10)..])
}

fn result(code: &str, message: &str) -> Fields {
    fields([("LGD_RESPCODE", code), ("LGD_RESPMSG", message)])
}

fn fields<const N: usize>(pairs: [(&str, &str); N]) -> Fields {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

/// The page that posts a result to the shop.
pub(super) fn back(purchase: &Purchase, fields: &Fields) -> Response<Body> {
    let (url, charset) = (purchase.text("LGD_RETURNURL"), purchase.return_charset().name());
    page(StatusCode::OK, &Back { url, charset, fields })
}

#[derive(Template)]
#[template(path = "back.html")]
struct Back<'a> {
    url: &'a str,
    charset: &'a str,
    fields: &'a Fields,
}
