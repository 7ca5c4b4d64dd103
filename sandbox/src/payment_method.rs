//! Payment methods, and what a payment's result contains for each.

use crate::ledger::payment::Payment;
use crate::row::Row;
use crate::shops::Shop;
use crate::{codes, signature, tables};

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

type ResultColumn = (&'static str, fn(&Payment) -> String);

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
    ("LGD_CARDNUM", |payment| format!("941061******{}", digits(payment, 4))),
    ("LGD_CARDINSTALLMONTH", |payment| payment.install.clone()),
    ("LGD_CARDNOINTYN", |payment| if payment.nointerest { "1" } else { "0" }.into()),
    ("LGD_FINANCEAUTHNUM", |payment| digits(payment, 8)),
    ("LGD_CARDACQUIRER", |payment| payment.finance.clone()),
    ("LGD_CARDGUBUN1", |_| "0".into()),
    ("LGD_CARDGUBUN2", |_| "0".into()),
    ("LGD_AFFILIATECODE", |_| String::new()),
];

const TRANSFER: &[ResultColumn] = &[
    ("LGD_FINANCEAUTHNUM", |payment| digits(payment, 8)),
    ("LGD_CASHRECEIPTNUM", |payment| digits(payment, 9)),
    ("LGD_CASHRECEIPTSELFYN", |_| "N".into()),
    ("LGD_CASHRECEIPTKIND", |_| "1".into()),
    ("LGD_ACCOUNTOWNER", |payment| payment.buyer.clone()),
];

const ACCOUNT: &[ResultColumn] = &[
    ("LGD_ACCOUNTNUM", account_number),
    ("LGD_CASTAMOUNT", |_| "0".into()),
    ("LGD_CASCAMOUNT", |_| "0".into()),
    ("LGD_CASFLAG", |_| "R".into()),
    ("LGD_CASSEQNO", |_| "001".into()),
    ("LGD_CASHRECEIPTNUM", |_| String::new()),
    ("LGD_CASHRECEIPTSELFYN", |_| "N".into()),
    ("LGD_CASHRECEIPTKIND", |_| String::new()),
    ("LGD_PAYER", |payment| payment.buyer.clone()),
    ("LGD_SAOWNER", |_| "샌드박스".into()),
];

const PHONE: &[ResultColumn] =
    &[("LGD_TELNO", |_| "01000000000".into()), ("LGD_FINANCEAUTHNUM", |payment| digits(payment, 8))];

const POINTS: &[ResultColumn] = &[
    ("LGD_OCBSAVEPOINT", |_| "0".into()),
    ("LGD_OCBAMOUNT", |payment| payment.amount.to_string()),
    ("LGD_OCBTOTALPOINT", |_| "100000".into()),
    ("LGD_OCBUSABLEPOINT", |_| "100000".into()),
    ("LGD_OCBTID", |payment| digits(payment, 12)),
];

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

/// The result of an approval, signed.
pub(crate) fn result(payment: &Payment, shop: &Shop) -> Row {
    let amount = payment.amount.to_string();
    let in_part = of(&payment.paytype).is_some_and(|method| method.in_part && !payment.escrow);
    let hash = signature::result_hash(
        &shop.mid,
        &payment.oid,
        &amount,
        codes::OK.code,
        &payment.timestamp,
        &shop.key,
    );
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
        .put("LGD_BUYER", &payment.buyer)
        .put("LGD_BUYERID", &payment.buyerid)
        .put("LGD_PRODUCTINFO", &payment.productinfo)
        .put("LGD_PCANCELFLAG", if in_part { "1" } else { "0" })
        .put("LGD_PCANCELSTR", if in_part { "0" } else { "부분취소불가" });
    let columns = of(&payment.paytype).map_or(&[][..], |method| method.columns);
    columns.iter().fold(common, |row, (name, value)| row.put(name, value(payment)))
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
