//! Receipts that a shop links to: sales slips by signed TID, and cash receipts by order.

use super::checks::Problem;
use super::page::{grouped, own as page};
use super::refusals::refused;
use crate::codes::{self, Refusal};
use crate::gateway::Gateway;
use crate::ledger::payment;
use crate::ledger::payment::Payment;
use crate::ledger::receipt::{self, Receipt};
use crate::{signature, tables};
use askama::Template;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode};
use serde::Deserialize;
use std::sync::Arc;

type Shared = State<Arc<Gateway>>;

/// The query of showReceiptByTID.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ReceiptQuery {
    #[serde(rename = "mertid")]
    mid: String,
    tid: String,
    authdata: String,
}

/// `GET /pg/wmp/etc/jsp/Receipt_Link.jsp`, as at the gateway.
pub(super) async fn of_payment(State(gateway): Shared, Query(asked): Query<ReceiptQuery>) -> Response<Body> {
    show(signed(&gateway, &asked).map(|payment| ReceiptPage {
        title_ko: "매출전표",
        title_en: "Sales slip",
        lines: vec![
            ("상품", "Product", payment.productinfo.clone()),
            ("금액", "Amount", format!("{}원", grouped(payment.amount))),
            ("취소 후 금액", "Balance", format!("{}원", grouped(payment.balance))),
            (
                "결제수단",
                "Payment method",
                tables::paytype_name(&payment.paytype).unwrap_or_default().to_owned(),
            ),
            (
                "카드사·은행",
                "Issuer",
                tables::finance_name(&payment.paytype, &payment.finance).unwrap_or_default().to_owned(),
            ),
            ("구매자", "Buyer", payment.buyer.clone()),
            ("주문번호", "LGD_OID", payment.oid.clone()),
            ("거래번호", "LGD_TID", payment.tid.clone()),
            ("승인일시", "At", payment.paydate.clone()),
            ("상점", "Shop", payment.mid.clone()),
        ],
    }))
}

fn signed(gateway: &Gateway, asked: &ReceiptQuery) -> Result<Payment, Refusal> {
    let shop = gateway.shops.find(&asked.mid)?;
    let expected = signature::receipt_authdata(&asked.mid, &asked.tid, &shop.key);
    if !signature::equal(&expected, &asked.authdata) {
        return Err(codes::AUTH_CODE.with("authdata", "MertKey: md5(LGD_MID + LGD_TID + MertKey)"));
    }
    let found = payment::find(gateway.ledger().read(), &asked.tid)?;
    found.filter(|payment| payment.mid == asked.mid).ok_or_else(|| codes::TID.on(&asked.tid))
}

/// The query of showCashReceipts.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CashReceiptQuery {
    mid: String,
    oid: String,
    seqno: String,
    r#type: String,
}

/// The names of the payment methods there.
const TYPES: [(&str, &str); 3] = [("BANK", "SC0030"), ("CAS", "SC0040"), ("CR", "SC0100")];

/// `GET /xpay/cashreceipt`.
pub(super) async fn of_cash(State(gateway): Shared, Query(asked): Query<CashReceiptQuery>) -> Response<Body> {
    show(issued(&gateway, &asked).map(|receipt| ReceiptPage {
        title_ko: "현금영수증",
        title_en: "Cash receipt",
        lines: vec![
            ("승인번호", "LGD_CASHRECEIPTNUM", receipt.number.clone()),
            ("금액", "Amount", format!("{}원", grouped(receipt.amount))),
            ("취소 후 금액", "Balance", format!("{}원", grouped(receipt.balance))),
            ("주문번호", "LGD_OID", receipt.oid.clone()),
            ("거래번호", "LGD_TID", receipt.tid.clone()),
            ("상점", "Shop", receipt.mid.clone()),
        ],
    }))
}

fn issued(gateway: &Gateway, asked: &CashReceiptQuery) -> Result<Receipt, Refusal> {
    gateway.shops.find(&asked.mid)?;
    let known = TYPES.iter().find(|(name, _)| *name == asked.r#type);
    let (_, paytype) = known.ok_or_else(|| codes::MALFORMED.with("type", "BANK|CAS|CR"))?;
    let seqno = if asked.seqno.is_empty() { "001" } else { &asked.seqno };
    let found = receipt::find_of_order(gateway.ledger().read(), &asked.mid, &asked.oid, seqno, paytype)?;
    found.ok_or_else(|| codes::RECEIPT.on(&asked.oid))
}

fn show(found: Result<ReceiptPage, Refusal>) -> Response<Body> {
    match found {
        Ok(receipt) => page(StatusCode::OK, &receipt),
        Err(refusal) => {
            let problem = Problem::new(refusal.code(), refusal.korean(), refusal.english());
            refused(StatusCode::NOT_FOUND, "영수증을 보여 줄 수 없습니다", "No such receipt", &[problem])
        }
    }
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage {
    title_ko: &'static str,
    title_en: &'static str,
    lines: Vec<(&'static str, &'static str, String)>,
}
