//! `/admin/sent`: what a shop sends (이 상점이 보내는 값): each parameter's name, known or not, with what was warned of.

use super::super::page::own as page;
use super::answer;
use crate::clock::readable;
use crate::gateway::Gateway;
use crate::sent::{self, Sent, Standing};
use crate::transactions::KINDS;
use askama::Template;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::{Response, StatusCode};
use serde::Deserialize;
use std::sync::Arc;

/// The query: empty texts stand for any.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::browser) struct Asked {
    kind: String,
    mid: String,
    /// `known`, `elsewhere`, `unknown` or `warned`.
    standing: String,
    /// A part of the name.
    q: String,
}

impl Asked {
    fn wants(&self, sent: &Sent) -> bool {
        let any = |wish: &str, is: &str| wish.is_empty() || wish == is;
        let standing = match self.standing.as_str() {
            WARNED => !sent.warnings.is_empty(),
            wish => any(wish, sent.standing.name()),
        };
        let named = sent.name.to_ascii_uppercase().contains(&self.q.trim().to_ascii_uppercase());
        any(&self.kind, &sent.kind) && any(&self.mid, &sent.mid) && standing && named
    }
}

const WARNED: &str = "warned";

/// What can be chosen, and its label.
const STANDINGS: [(&str, &str); 4] = [
    ("known", "아는 이름 known"),
    ("elsewhere", "다른 요청의 이름 of another request"),
    ("unknown", "모르는 이름 unknown"),
    (WARNED, "경고 warned of"),
];

/// `GET /admin/sent`.
pub(in crate::browser) async fn show(
    State(gateway): State<Arc<Gateway>>,
    Query(asked): Query<Asked>,
) -> Response<Body> {
    answer(&gateway, sent::all, |all, changes| {
        let each = |of: fn(&Sent) -> &String| {
            let mut texts: Vec<_> = all.iter().map(of).collect();
            texts.sort();
            texts.dedup();
            texts
        };
        let (kinds, mids) = (each(|sent| &sent.kind), each(|sent| &sent.mid));
        let wanted: Vec<_> = all.iter().filter(|sent| asked.wants(sent)).collect();
        let groups = wanted.chunk_by(|one, other| (&one.kind, &one.mid) == (&other.kind, &other.mid));
        let groups: Vec<_> = groups.collect();
        let (asked, standings) = (&asked, &STANDINGS);
        page(StatusCode::OK, &SentPage { changes, asked, kinds, mids, standings, groups })
    })
}

impl Sent {
    fn label(&self) -> &'static str {
        STANDINGS.iter().find(|(name, _)| *name == self.standing.name()).map_or("", |(_, label)| *label)
    }

    fn when(&self) -> String {
        readable(&self.last)
    }
}

impl Standing {
    fn name(self) -> &'static str {
        match self {
            Self::Known => "known",
            Self::Elsewhere => "elsewhere",
            Self::Unknown => "unknown",
        }
    }
}

#[derive(Template)]
#[template(path = "admin_sent.html")]
struct SentPage<'a> {
    changes: i64,
    asked: &'a Asked,
    kinds: Vec<&'a String>,
    mids: Vec<&'a String>,
    standings: &'a [(&'static str, &'static str)],
    /// By kind and shop; none is empty.
    groups: Vec<&'a [&'a Sent]>,
}

impl SentPage<'_> {
    fn title(group: &[&Sent]) -> String {
        let title = |sent: &&Sent| {
            let unheard =
                if is_unheard_of(&sent.kind) { " · 모르는 거래 unknown LGD_TXNAME" } else { "" };
            format!("{} · {}{unheard}", kind_label(&sent.kind), sent.mid)
        };
        group.first().map(title).unwrap_or_default()
    }
}

fn kind_label(kind: &str) -> &str {
    match kind {
        sent::WINDOW => "결제창 Payment window",
        sent::BILLING => "빌링키 결제창 Window for a billing key",
        sent::IDENTITY => "본인확인창 Window for an identity check",
        sent::ESCROW => "에스크로 배송 등록 Escrow delivery",
        txname => txname,
    }
}

/// Whether a group is of a transaction that the gateway does not have, perhaps because its name is misspelt.
fn is_unheard_of(kind: &str) -> bool {
    let window = [sent::WINDOW, sent::BILLING, sent::IDENTITY, sent::ESCROW].contains(&kind);
    !window && !KINDS.iter().any(|known| known.txname == kind)
}
