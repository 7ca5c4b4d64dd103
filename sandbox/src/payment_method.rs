//! Payment methods, and what a payment's result contains for each.

use crate::ledger::carried;
use crate::ledger::payment::Payment;
use crate::ledger::receipt::{self, Receipt};
use crate::row::Row;
use crate::shops::Shop;
use crate::{codes, signature, tables};
use encoding_rs::{Encoding, UTF_8};
use rusqlite::{Connection, Result};

/// How a payment method differs from the others.
pub(crate) struct PaymentMethod {
    pub(crate) paytype: &'static str,
    /// The LGD_FINANCECODE used when none was chosen.
    pub(crate) finance: &'static str,
    /// Whether a payment can be cancelled in part.
    pub(crate) in_part: bool,
    /// Whether Adjust accepts it.
    pub(crate) adjustable: bool,
    /// The columns that only this method has.
    columns: &'static [ResultColumn],
}

/// A payment with the receipt that is in force for it.
struct Paid<'a> {
    payment: &'a Payment,
    receipt: Option<Receipt>,
}

type ResultColumn = (&'static str, fn(&Paid<'_>) -> String);

/// The methods of the payment window. SC0100 is not one: it is a cash receipt for a transfer to the shop's own account.
const ALL: &[PaymentMethod] = &[
    PaymentMethod { paytype: "SC0010", finance: "41", in_part: true, adjustable: true, columns: CARD },
    PaymentMethod { paytype: "SC0030", finance: "88", in_part: true, adjustable: true, columns: TRANSFER },
    PaymentMethod { paytype: "SC0040", finance: "26", in_part: true, adjustable: true, columns: ACCOUNT },
    PaymentMethod { paytype: "SC0060", finance: "011", in_part: false, adjustable: false, columns: PHONE },
    PaymentMethod { paytype: "SC0070", finance: "011", in_part: false, adjustable: false, columns: PHONE },
    PaymentMethod { paytype: "SC0090", finance: "", in_part: false, adjustable: false, columns: POINTS },
    PaymentMethod { paytype: "SC0111", finance: "", in_part: false, adjustable: false, columns: &[] },
    PaymentMethod { paytype: "SC0112", finance: "", in_part: false, adjustable: false, columns: &[] },
    PaymentMethod { paytype: "SC0113", finance: "", in_part: false, adjustable: false, columns: &[] },
    PaymentMethod { paytype: "SC0220", finance: "", in_part: false, adjustable: false, columns: &[] },
];

const CARD: &[ResultColumn] = &[
    ("LGD_CARDNUM", |paid| format!("941061******{}", digits(paid.payment, 4))),
    ("LGD_CARDINSTALLMONTH", |paid| paid.payment.install.clone()),
    ("LGD_CARDNOINTYN", |paid| if paid.payment.nointerest { "1" } else { "0" }.into()),
    ("LGD_CARDNOINTEREST_YN", |paid| if paid.payment.nointerest { "Y" } else { "N" }.into()),
    ("LGD_FINANCEAUTHNUM", auth_number),
    ("LGD_CARDACQUIRER", |paid| paid.payment.finance.clone()),
    ("LGD_CARDGUBUN1", |_| "0".into()),
    ("LGD_CARDGUBUN2", |_| "0".into()),
    // Only for cards by ISP.
    ("LGD_AFFILIATECODE", nothing),
    ("LGD_ISPKEY", nothing),
    ("LGD_VANCODE", nothing),
    ("LGD_DISCOUNTUSEYN", |_| "N".into()),
    ("LGD_DISCOUNTUSEAMOUNT", |_| "0".into()),
    ("LGD_HASHDATA_BILLKEY", nothing),
    ("LGD_PAYNOW_TRANTYPE", nothing),
];

const TRANSFER: &[ResultColumn] = &[
    ("LGD_FINANCEAUTHNUM", auth_number),
    ("LGD_CASHRECEIPTNUM", |paid| receipt_number(paid).unwrap_or_else(|| "0".into())),
    ("LGD_CASHRECEIPTSELFYN", |_| "N".into()),
    ("LGD_CASHRECEIPTKIND", receipt_kind),
    ("LGD_CASHRECEIPTCODE", nothing),
    ("LGD_ACCOUNTOWNER", buyer),
];

const ACCOUNT: &[ResultColumn] = &[
    ("LGD_ACCOUNTNUM", |paid| account_number(paid.payment)),
    ("LGD_CASTAMOUNT", |_| "0".into()),
    ("LGD_CASCAMOUNT", |_| "0".into()),
    ("LGD_CASFLAG", |_| "R".into()),
    ("LGD_CASSEQNO", |paid| deposit_number(&paid.payment.finance, 1)),
    ("LGD_CASHRECEIPTNUM", |paid| receipt_number(paid).unwrap_or_default()),
    ("LGD_CASHRECEIPTSELFYN", |_| "N".into()),
    ("LGD_CASHRECEIPTKIND", receipt_kind),
    ("LGD_CASHRECEIPTCODE", nothing),
    ("LGD_PAYER", buyer),
    ("LGD_SAOWNER", |_| "샌드박스".into()),
];

const PHONE: &[ResultColumn] =
    &[("LGD_TELNO", |_| "01000000000".into()), ("LGD_FINANCEAUTHNUM", auth_number)];

const POINTS: &[ResultColumn] = &[
    ("LGD_OCBSAVEPOINT", |_| "0".into()),
    ("LGD_OCBAMOUNT", |paid| paid.payment.amount.to_string()),
    ("LGD_OCBTOTALPOINT", |_| "100000".into()),
    ("LGD_OCBUSABLEPOINT", |_| "100000".into()),
    ("LGD_OCBTID", |paid| digits(paid.payment, 12)),
];

/// Names of every result whose values nobody has published.
const UNEXPLAINED: &[&str] = &["LGD_2TR_FLAG", "LGD_IFOS", "LGD_DEVICE", "LGD_COMMENT"];

fn nothing(_: &Paid<'_>) -> String {
    String::new()
}

fn auth_number(paid: &Paid<'_>) -> String {
    digits(paid.payment, 8)
}

fn buyer(paid: &Paid<'_>) -> String {
    paid.payment.buyer.clone()
}

fn receipt_number(paid: &Paid<'_>) -> Option<String> {
    paid.receipt.as_ref().map(|receipt| receipt.number.clone())
}

/// `0` for the buyer's income tax, `1` for a business expense.
fn receipt_kind(paid: &Paid<'_>) -> String {
    let kind = |receipt: &Receipt| if receipt.purpose == "2" { "1" } else { "0" };
    paid.receipt.as_ref().map_or("", kind).to_owned()
}

/// The method with this LGD_PAYTYPE.
pub(crate) fn of(paytype: &str) -> Option<&'static PaymentMethod> {
    ALL.iter().find(|method| method.paytype == paytype)
}

/// The payment method whose issuers, carriers or banks an identity check (`ASC001` …) goes to; any other code as it is.
pub(crate) fn behind(means: &str) -> &str {
    match means {
        "ASC001" => "SC0010",
        "ASC002" | "ASC007" => "SC0060",
        "ASC004" => "SC0030",
        other => other,
    }
}

/// All LGD_PAYTYPEs of the payment window.
pub(crate) fn paytypes() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|method| method.paytype)
}

/// LGD_HASHDATA of a result in this charset. An order number beyond ASCII is signed as the bytes that are sent.
pub(crate) fn signed(payment: &Payment, shop: &Shop, charset: &'static Encoding) -> String {
    let (oid, ..) = charset.encode(&payment.oid);
    let amount = payment.amount.to_string();
    signature::result_hash(&shop.mid, oid, &amount, codes::OK.code, &payment.timestamp, &shop.key)
}

/// The result of an approval, signed, with what the shop sent of the buyer and the goods.
pub(crate) fn result(db: &Connection, payment: &Payment, shop: &Shop) -> Result<Row> {
    let amount = payment.amount.to_string();
    let in_part = of(&payment.paytype).is_some_and(|method| method.in_part && !payment.escrow);
    let hash = signed(payment, shop, UTF_8);
    let common = Row::default()
        .put("LGD_MID", &payment.mid)
        .put("LGD_OID", &payment.oid)
        .put("LGD_AMOUNT", &amount)
        .put("LGD_TID", &payment.tid)
        .put("LGD_PAYTYPE", &payment.paytype)
        .put("LGD_PAYDATE", &payment.paydate)
        .put("LGD_TIMESTAMP", &payment.timestamp)
        .put("LGD_HASHDATA", hash)
        .put("LGD_FINANCECODE", &payment.finance)
        .put("LGD_FINANCENAME", tables::finance_name(&payment.paytype, &payment.finance).unwrap_or(""))
        .put("LGD_ESCROWYN", if payment.escrow { "Y" } else { "N" })
        .and(buyer_and_goods(db, payment)?)
        .put("LGD_PCANCELFLAG", if in_part { "1" } else { "0" })
        .put("LGD_PCANCELSTR", if in_part { "0" } else { "부분취소불가" });
    let columns = of(&payment.paytype).map_or(&[][..], |method| method.columns);
    let paid = Paid { payment, receipt: receipt::find(db, &payment.mid, &payment.tid, receipt::FIRST)? };
    let row = columns.iter().fold(common, |row, (name, value)| row.put(name, value(&paid)));
    Ok(UNEXPLAINED.iter().fold(row, |row, name| row.put(name, "")))
}

/// Every name, empty where the shop sent nothing.
fn buyer_and_goods(db: &Connection, payment: &Payment) -> Result<Row> {
    let empty = tables::buyer_and_goods().iter().fold(Row::default(), |row, name| row.put(name, ""));
    let sent = carried::of(db, &payment.tid)?;
    let known = sent.iter().filter(|(name, _)| tables::buyer_and_goods().contains(&name.as_str()));
    let row = known.fold(empty, |row, (name, value)| row.put(name, value));
    Ok(row
        .put("LGD_BUYER", &payment.buyer)
        .put("LGD_BUYERID", &payment.buyerid)
        .put("LGD_PRODUCTINFO", &payment.productinfo))
}

/// LGD_CASSEQNO of an account that takes one deposit only, of the amount that it was issued for.
pub(crate) const ONLY_DEPOSIT: &str = "000";

/// LGD_CASSEQNO of a deposit, counted from 1, into an account of this bank.
pub(crate) fn deposit_number(bank: &str, deposit: i64) -> String {
    if tables::takes_any_amount(bank) { format!("{deposit:03}") } else { ONLY_DEPOSIT.into() }
}

/// The number of a virtual account.
pub(crate) fn account_number(payment: &Payment) -> String {
    digits(payment, 14)
}

/// The last digits of the TID. Made-up numbers are derived from it, so that a payment always has the same ones.
pub(crate) fn digits(payment: &Payment, count: usize) -> String {
    let all: String = payment.tid.chars().filter(char::is_ascii_digit).collect();
    all[all.len().saturating_sub(count)..].to_owned()
}
