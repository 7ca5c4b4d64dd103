//! `/admin/faults`: the planned faults, and some to try.

use super::super::page::own as page;
use super::answer;
use super::paging::{Asked, Number, Pages};
use crate::fault::script::Rule;
use crate::gateway::Gateway;
use askama::Template;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode};
use std::sync::Arc;

/// `GET /admin/faults`.
pub(in crate::browser) async fn show(
    State(gateway): State<Arc<Gateway>>,
    Query(asked): Query<Asked>,
) -> Response<Body> {
    let plan = |gateway: &Gateway| {
        let number = Number::read(&asked.page)?;
        let next: Vec<_> = gateway.faults().iter().map(ToString::to_string).collect();
        let pages = Pages::new(number, next.len() as i64, "/admin/faults", &[]);
        Ok((number, pages, next, gateway.script().clone()))
    };
    answer(&gateway, plan, |(number, pages, mut next, script), changes| {
        let skipped = usize::try_from(number.skipped()).unwrap_or(usize::MAX).min(next.len());
        next.drain(..skipped);
        next.truncate(usize::try_from(number.rows()).unwrap_or(usize::MAX));
        let (next, rules, first) = (&next[..], script.rules(), number.skipped() + 1);
        page(StatusCode::OK, &Faults { changes, next, first, pages, rules, presets: &PRESETS })
    })
}

/// A fault to try, and what the shop should do then.
struct Preset {
    fault: &'static str,
    ko: &'static str,
    en: &'static str,
}

const PRESETS: [Preset; 12] = [
    Preset {
        fault: "close",
        ko: "승인 뒤 응답 없이 끊깁니다. 상점은 망취소하고 결제 실패를 보여 줍니다.",
        en: "Approved, then the connection is closed. The shop rolls back and shows a failure.",
    },
    Preset {
        fault: "before:close",
        ko: "처리하기 전에 끊깁니다. 상점은 망취소하며, 다시 결제할 수 있습니다.",
        en: "Closed before it was executed. The shop rolls back; the buyer can pay again.",
    },
    Preset {
        fault: "hang",
        ko: "승인 뒤 응답이 오지 않습니다. 상점은 timeout에 망취소합니다.",
        en: "Approved, without an answer. The shop rolls back after its timeout.",
    },
    Preset {
        fault: "before:delay=5000",
        ko: "상점이 포기한 뒤에 처리됩니다. 망취소가 먼저 오면 게이트웨이가 거절합니다.",
        en: "Executed late. If the Rollback arrives first the gateway refuses it.",
    },
    Preset {
        fault: "status=500",
        ko: "승인 뒤 HTTP 500. 형식에 맞는 응답이 아니므로 망취소합니다.",
        en: "Approved, then HTTP 500. The answer is not well-formed, so the shop rolls back.",
    },
    Preset {
        fault: "truncate=40",
        ko: "승인 응답이 중간에 잘립니다. 상점은 망취소합니다.",
        en: "The answer to the approval is truncated. The shop rolls back.",
    },
    Preset {
        fault: "before:body={\"LGD_RESPCODE\":\"9999\",\"LGD_RESPMSG\":\"한도초과\"}",
        ko: "거절 응답입니다. 상점은 사유를 보여 주고 망취소하지 않습니다.",
        en: "A decline. The shop shows the reason and does not roll back.",
    },
    Preset {
        fault: "code=S007",
        ko: "승인했지만 이미 처리된 거래라고 응답합니다. 상점은 다시 청구하지 않고 결제를 조회합니다.",
        en: "Approved, but the answer says already processed. The shop looks the payment up and does not charge again.",
    },
    Preset {
        fault: "code=XC01",
        ko: "승인했지만 중복된 요청이라고 응답합니다. S007과 같이 처리합니다.",
        en: "Approved, but the answer says duplicate. The shop does the same as for S007.",
    },
    Preset {
        fault: "before:code=A016",
        ko: "이미 쓰인 주문번호라고 거절합니다. 상점은 그 주문의 결제를 조회합니다.",
        en: "Refused: the order ID was used before. The shop looks the order's payment up.",
    },
    Preset {
        fault: "before:code=P015",
        ko: "이전 거래와 다르다고 거절합니다. 처리된 것은 없습니다.",
        en: "Refused: it differs from the earlier transaction. Nothing was done.",
    },
    Preset {
        fault: "before:code=XC99",
        ko: "취소에 실패합니다. 상점은 취소되었다고 알리지 않습니다.",
        en: "A cancellation fails. The shop does not say that it was done.",
    },
];

#[derive(Template)]
#[template(path = "admin_faults.html")]
struct Faults<'a> {
    changes: i64,
    next: &'a [String],
    /// The number of the first that is shown.
    first: i64,
    pages: Pages,
    rules: &'a [Rule],
    presets: &'a [Preset],
}
