//! Payments as a file for a spreadsheet.
//!
//! UTF-8 with a byte order mark: Excel in Korea takes a file without one for CP949, and CP949 lacks letters that a shop in
//! UTF-8 sends. The ledger, and so the file, has no secret.

use crate::clock::readable;
use crate::ledger::payment::Payment;
use crate::tables;
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, Response};

/// The heading and the text of a column.
type Column = (&'static str, fn(&Payment) -> String);

const COLUMNS: [Column; 14] = [
    ("시각", |payment| readable(&payment.paydate)),
    ("상점아이디(LGD_MID)", |payment| as_text(&payment.mid)),
    ("주문번호(LGD_OID)", |payment| as_text(&payment.oid)),
    ("거래번호(LGD_TID)", |payment| as_text(&payment.tid)),
    ("결제수단(LGD_PAYTYPE)", |payment| payment.paytype.clone()),
    ("결제수단", |payment| tables::paytype_name(&payment.paytype).unwrap_or_default().to_owned()),
    ("결제기관", |payment| {
        tables::finance_name(&payment.paytype, &payment.finance).unwrap_or_default().to_owned()
    }),
    ("할부", |payment| payment.install.clone()),
    ("상태", |payment| payment.state.name().to_owned()),
    ("금액", |payment| payment.amount.to_string()),
    ("잔액", |payment| payment.balance.to_string()),
    ("면세", |payment| payment.taxfree.to_string()),
    ("구매자", |payment| as_text(&payment.buyer)),
    ("상품", |payment| as_text(&payment.productinfo)),
];

pub(super) fn file(payments: &[Payment]) -> Response<Body> {
    let mut response = Response::new(Body::from(write(payments)));
    let headers = [
        (CONTENT_TYPE, "text/csv;charset=utf-8"),
        (CONTENT_DISPOSITION, "attachment; filename=\"payments.csv\""),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in headers {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

fn write(payments: &[Payment]) -> String {
    let headings = line(COLUMNS.map(|(heading, _)| heading.to_owned()));
    let lines = payments.iter().map(|payment| line(COLUMNS.map(|(_, text)| text(payment))));
    ["\u{feff}".to_owned(), headings].into_iter().chain(lines).collect()
}

/// RFC 4180: every cell in quotes, quotes doubled.
fn line(cells: [String; COLUMNS.len()]) -> String {
    let cells = cells.map(|cell| format!("\"{}\"", cell.replace('"', "\"\"")));
    cells.join(",") + "\r\n"
}

/// With an apostrophe in front if a spreadsheet would compute it, or drop digits of it: buyers and shops write these texts.
fn as_text(text: &str) -> String {
    let computed = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let changed = digits && (text.len() > LONGEST_NUMBER || (text.len() > 1 && text.starts_with('0')));
    if computed || changed { format!("'{text}") } else { text.to_owned() }
}

/// A spreadsheet shows a longer number as 1.2E+11, and keeps 15 digits of it.
const LONGEST_NUMBER: usize = 11;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_neither_computes_nor_rounds() {
        for text in ["=1+1", "+82", "-1", "@SUM(A1)", "\t=1", "2026112310111234", "007"] {
            assert_eq!(as_text(text), format!("'{text}"));
        }
        for text in ["order-1", "홍길동", "1234", "0", "", "a=1"] {
            assert_eq!(as_text(text), text);
        }
    }
}
