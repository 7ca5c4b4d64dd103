//! `/admin`: the merchant admin (상점관리자): payments, cancellations, notices and faults.

pub(super) mod acts;
mod csv;
pub(super) mod faults;
mod paging;
pub(super) mod sent;

use super::page::{grouped, own as page};
use crate::clock::readable;
use crate::codes::{self, Refusal};
use crate::gateway::Gateway;
use crate::ledger::delivery::{self, RegisteredDelivery};
use crate::ledger::journal::{self, LedgerEntry};
use crate::ledger::notice::{Attempt, Delivery};
use crate::ledger::payment::{self, Payment, PaymentState};
use crate::notices::history::{self, NoticeLog};
use crate::request_log::RecordedRequest;
use crate::search::Search;
use crate::{form, mask, payment_method, signature, tables, url};
use askama::Template;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::{Response, StatusCode};
use encoding_rs::UTF_8;
use paging::{Number, Pages};
use serde::Deserialize;
use std::sync::Arc;

type Shared = State<Arc<Gateway>>;

/// The query of the list of payments.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    q: String,
    state: String,
    from: String,
    to: String,
    page: String,
}

impl Asked {
    fn search(self) -> Search {
        let Self { q, state, from, to, .. } = self;
        Search { q, state, from, to }
    }
}

/// `GET /admin`: the payments, newest first.
pub(super) async fn list(State(gateway): Shared, Query(asked): Query<Asked>) -> Response<Body> {
    let number = Number::read(&asked.page);
    let search = asked.search();
    let find = |gateway: &Gateway| {
        let (number, wanted) = (number?, search.wanted()?);
        let ledger = gateway.ledger();
        let (count, total) = payment::total(ledger.read(), &wanted)?;
        let found = payment::newest(ledger.read(), &wanted, number.skipped(), number.rows())?;
        Ok((Pages::new(number, count, "/admin", &search.pairs()), grouped(total), found))
    };
    answer(&gateway, find, |(pages, total, payments), changes| {
        let csv = format!("/admin/payments.csv?{}", form::write(search.pairs().into_iter(), UTF_8));
        let (search, payments) = (&search, &payments[..]);
        page(StatusCode::OK, &List { changes, search, states: &STATES, total, payments, pages, csv })
    })
}

/// `GET /admin/payments.csv`: all that the list has on its pages.
pub(super) async fn download(State(gateway): Shared, Query(asked): Query<Asked>) -> Response<Body> {
    let search = asked.search();
    let find =
        |gateway: &Gateway| Ok(payment::newest(gateway.ledger().read(), &search.wanted()?, 0, i64::MAX)?);
    answer(&gateway, find, |payments, _| csv::file(&payments))
}

/// `GET /admin/payments/{tid}`: one payment with its transactions, notices and requests.
pub(super) async fn show(State(gateway): Shared, Path(tid): Path<String>) -> Response<Body> {
    answer(
        &gateway,
        |gateway| look_up(gateway, &tid),
        |(payment, entries, notices, deliveries), changes| {
            let requests = gateway.requests().all();
            let about = |request: &RecordedRequest| {
                let named = |(_, value): &(String, String)| *value == payment.tid || *value == payment.oid;
                request.parameters.iter().any(named) || entries.iter().any(|entry| entry.txid == request.txid)
            };
            let requests: Vec<_> = requests.into_iter().filter(about).collect();
            let in_part =
                payment_method::of(&payment.paytype).is_some_and(|method| method.in_part) && !payment.escrow;
            let shop = gateway.shops.find(&payment.mid);
            let authdata = shop.map(|shop| signature::receipt_authdata(&shop.mid, &payment.tid, &shop.key));
            let (mid, tid, authdata) = (&payment.mid, &payment.tid, authdata.unwrap_or_default());
            let receipt =
                format!("/pg/wmp/etc/jsp/Receipt_Link.jsp?mertid={mid}&tid={tid}&authdata={authdata}");
            let (payment, entries) = (&payment, &entries[..]);
            let (notices, requests, deliveries) = (&notices[..], &requests[..], &deliveries[..]);
            let of = &payment.tid;
            let page_of =
                Detail { changes, payment, entries, notices, deliveries, receipt, requests, in_part, of };
            page(StatusCode::OK, &page_of)
        },
    )
}

type Found = (Payment, Vec<LedgerEntry>, Vec<NoticeLog>, Vec<RegisteredDelivery>);

fn look_up(gateway: &Gateway, tid: &str) -> Result<Found, Refusal> {
    let notices = history::of_payment(gateway, tid)?;
    let ledger = gateway.ledger();
    let payment = payment::find(ledger.read(), tid)?.ok_or_else(|| codes::TID.on(tid))?;
    let entries = journal::of_payment(ledger.read(), tid)?;
    Ok((payment, entries, notices, delivery::of_payment(ledger.read(), tid)?))
}

/// `GET /admin/notices`: the notices, newest first.
pub(super) async fn notices(State(gateway): Shared, Query(asked): Query<paging::Asked>) -> Response<Body> {
    let find = |gateway: &Gateway| {
        let number = Number::read(&asked.page)?;
        let (count, found) = history::newest(gateway, number.skipped(), number.rows())?;
        Ok((Pages::new(number, count, "/admin/notices", &[]), found))
    };
    answer(&gateway, find, |(pages, notices), changes| {
        page(StatusCode::OK, &Notices { changes, notices: &notices, pages, of: "" })
    })
}

/// Counts the changes before it reads, so that a change in between triggers a refresh.
fn answer<T>(
    gateway: &Gateway,
    find: impl FnOnce(&Gateway) -> Result<T, Refusal>,
    show: impl FnOnce(T, i64) -> Response<Body>,
) -> Response<Body> {
    let counted = gateway.changes();
    match counted.and_then(|changes| Ok((find(gateway)?, changes))) {
        Ok((found, changes)) => show(found, changes),
        Err(refusal) => {
            let known = refusal.code() != codes::TID.code;
            let status = if known { StatusCode::BAD_REQUEST } else { StatusCode::NOT_FOUND };
            missing(status, &refusal.korean(), &refusal.english())
        }
    }
}

/// A page that says why there is no other.
fn missing(status: StatusCode, ko: &str, en: &str) -> Response<Body> {
    page(status, &Missing { changes: 0, ko, en })
}

const STATES: [(PaymentState, &str); 7] = [
    (PaymentState::Approved, "승인"),
    (PaymentState::Issued, "입금대기"),
    (PaymentState::Paid, "입금"),
    (PaymentState::PartlyCancelled, "부분취소"),
    (PaymentState::Cancelled, "취소"),
    (PaymentState::RolledBack, "망취소"),
    (PaymentState::Pending, "진행"),
];

impl Payment {
    fn state_label(&self) -> String {
        let korean = STATES.iter().find(|(state, _)| *state == self.state).map_or("", |(_, korean)| *korean);
        format!("{korean} {}", self.state.name())
    }

    fn method(&self) -> String {
        let finance = tables::finance_name(&self.paytype, &self.finance).unwrap_or_default();
        format!("{} {finance}", tables::paytype_name(&self.paytype).unwrap_or(&self.paytype))
    }

    fn when(&self) -> String {
        readable(&self.paydate)
    }

    fn until(&self) -> String {
        readable(&self.closedate)
    }

    fn won(&self) -> String {
        grouped(self.amount)
    }

    fn left(&self) -> String {
        grouped(self.balance)
    }
}

impl LedgerEntry {
    fn when(&self) -> String {
        readable(&self.at)
    }

    fn won(&self) -> String {
        grouped(self.amount)
    }
}

impl NoticeLog {
    fn when(&self) -> String {
        readable(&self.notice.at)
    }

    fn to(&self) -> String {
        url::without_secrets(&self.notice.url)
    }

    fn flag(&self) -> &'static str {
        match self.notice.flag.as_str() {
            "R" => "할당 R",
            "I" => "입금 I",
            "C" => "입금취소 C",
            _ => "승인 approved",
        }
    }

    fn is_over(&self) -> bool {
        self.notice.state == Delivery::RolledBack
    }

    fn state_label(&self) -> &'static str {
        match self.notice.state {
            Delivery::Waiting => "대기 waiting",
            Delivery::Delivered => "전달 delivered",
            Delivery::GivenUp => "포기 given up",
            Delivery::RolledBack => "망취소 rolled back",
        }
    }
}

impl Attempt {
    fn when(&self) -> String {
        readable(&self.at)
    }
}

impl RecordedRequest {
    fn when(&self) -> String {
        readable(&self.at)
    }

    fn masked_parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|(name, value)| (mask::name(name), mask::masked(name, value)))
    }

    fn masked_answer(&self) -> impl Iterator<Item = (&str, &str)> {
        self.answer.iter().map(|(name, value)| (mask::name(name), mask::masked(name, value)))
    }
}

#[derive(Template)]
#[template(path = "admin_list.html")]
struct List<'a> {
    changes: i64,
    search: &'a Search,
    states: &'a [(PaymentState, &'static str)],
    total: String,
    payments: &'a [Payment],
    pages: Pages,
    /// The address of the same payments as a file.
    csv: String,
}

#[derive(Template)]
#[template(path = "admin_payment.html")]
struct Detail<'a> {
    changes: i64,
    payment: &'a Payment,
    entries: &'a [LedgerEntry],
    notices: &'a [NoticeLog],
    deliveries: &'a [RegisteredDelivery],
    /// The link that showReceiptByTID opens.
    receipt: String,
    requests: &'a [RecordedRequest],
    in_part: bool,
    /// Where the notices' forms lead back to.
    of: &'a str,
}

#[derive(Template)]
#[template(path = "admin_notices.html")]
struct Notices<'a> {
    changes: i64,
    notices: &'a [NoticeLog],
    pages: Pages,
    of: &'a str,
}

#[derive(Template)]
#[template(path = "admin_missing.html")]
struct Missing<'a> {
    changes: i64,
    ko: &'a str,
    en: &'a str,
}
