//! What nobody has published about the gateway, numbered. The documents and the reports are made of this list.

/// Something that is assumed, and what follows if it is otherwise. Texts are in Korean and English.
#[derive(Debug)]
pub struct Assumption {
    /// Its number in the documents. It never changes.
    pub number: u8,
    /// The setting of the sandbox's profile that makes it otherwise; empty if its test makes that by other means.
    pub setting: &'static str,
    /// What is assumed.
    pub assumed: [&'static str; 2],
    /// What follows if it is otherwise, and what the library or the shop does then.
    pub otherwise: [&'static str; 2],
    /// Where the code leans on it.
    pub places: &'static [&'static str],
    /// The test in which the gateway is otherwise, `file::name`.
    pub test: &'static str,
}

/// All of them.
pub const ASSUMPTIONS: &[Assumption] = &[
    Assumption {
        number: 1,
        setting: "unknown-rollback",
        assumed: [
            "도착한 적 없는 LGD_TXID의 Rollback에 0000으로 응답합니다",
            "The Rollback of an LGD_TXID that never arrived is answered 0000",
        ],
        otherwise: [
            "거절하면 결제는 망취소거절(refused)로 남아 사람이 확인합니다. 응답이 없으면 결과불명으로 남습니다. 돈은 움직이지 않았습니다",
            "If it is refused, the payment stays refused in the journal for a person; without an answer it stays in doubt. No money moved",
        ],
        places: &["core/src/client/outcome.rs", "core/src/client/rollback.rs"],
        test: "tests/rust/assumptions.rs::a_rollback_of_what_never_arrived_may_be_answered_in_any_way",
    },
    Assumption {
        number: 2,
        setting: "late-request",
        assumed: [
            "자신의 망취소보다 늦게 도착한 요청은 거절됩니다",
            "A request that arrives after its own Rollback is refused",
        ],
        otherwise: [
            "보낸 연결을 강제로 끊은 뒤 망취소하고, 2분 뒤 xpay recover가 망취소를 한 번 더 요청합니다",
            "Its connection is aborted before the Rollback, and xpay recover asks for the Rollback again two minutes later",
        ],
        places: &["core/src/net/socket.rs", "core/src/client/rollback.rs", "core/src/client/recovery.rs"],
        test: "tests/rust/assumptions.rs::a_request_that_is_executed_after_its_rollback_is_rolled_back_two_minutes_later",
    },
    Assumption {
        number: 3,
        setting: "second-rollback",
        assumed: [
            "이미 망취소된 거래의 Rollback에도 0000으로 응답합니다",
            "Another Rollback of a transaction that was rolled back is answered 0000",
        ],
        otherwise: [
            "한 번 확인된 망취소는 확인된 것으로 둡니다. 2분 뒤의 요청이 거절되면 망취소거절(refused)로 표시되어 사람이 확인합니다",
            "A Rollback that was confirmed once counts as confirmed; if the one two minutes later is refused, it is shown as refused to a person",
        ],
        places: &["core/src/client/recovery.rs"],
        test: "tests/rust/assumptions.rs::a_second_rollback_may_be_answered_in_any_way",
    },
    Assumption {
        number: 4,
        setting: "declined-rollback",
        assumed: [
            "거절된 거래의 Rollback에 0000으로 응답합니다",
            "The Rollback of a transaction that was declined is answered 0000",
        ],
        otherwise: [
            "거절 응답을 받지 못한 결제가 망취소거절(refused)이나 결과불명으로 남습니다. 돈은 움직이지 않았습니다",
            "A payment whose decline did not arrive stays refused or in doubt in the journal. No money moved",
        ],
        places: &["core/src/client/outcome.rs"],
        test: "tests/rust/assumptions.rs::a_rollback_of_a_decline_may_be_answered_in_any_way",
    },
    Assumption {
        number: 5,
        setting: "cancel-rollback",
        assumed: [
            "Cancel의 Rollback은 취소를 되돌립니다",
            "The Rollback of a Cancel undoes the cancellation",
        ],
        otherwise: [
            "취소의 망취소가 확인되어도 결제의 상태를 단정하지 않고 취소를 다시 요청하라고 알립니다. 복구는 취소를 스스로 망취소하지 않습니다",
            "Nothing is concluded from it: the shop is told to ask for the cancellation again, and recovery never rolls one back by itself",
        ],
        places: &["core/src/protocol/effect.rs", "core/src/client/open.rs"],
        test: "tests/rust/assumptions.rs::a_cancel_is_asked_for_again_whatever_its_rollback_did",
    },
    Assumption {
        number: 6,
        setting: "second-payment",
        assumed: [
            "같은 PAYKEY의 두 번째 PaymentByKey는 S007 또는 XC01로 거절됩니다",
            "A second PaymentByKey with the same PAYKEY is refused with S007 or XC01",
        ],
        otherwise: [
            "두 번째 요청의 망취소가 첫 결제를 되돌리는 게이트웨이라면 위험합니다. 한 주문의 결제는 상점이 잠급니다. Django 앱은 주문을 잠급니다",
            "Where the Rollback of the second undoes the first, two requests at once are dangerous: the shop locks the order. The Django app does",
        ],
        places: &["core/src/protocol/answer/mod.rs", "ffi-python/python/xpayclient/django/paying.py"],
        test: "tests/rust/assumptions.rs::a_payment_key_pays_once",
    },
    Assumption {
        number: 7,
        setting: "keep-alive",
        assumed: [
            "쉬고 있는 연결을 keep_alive초(기본 4초)보다 오래 유지합니다",
            "An idle connection is kept longer than keep_alive (4 seconds unless set)",
        ],
        otherwise: [
            "닫힌 연결은 요청을 보내기 전에 알아내 새로 연결합니다. 보내는 순간 닫히면 망취소합니다. conf의 keep_alive를 줄이면 드물어집니다",
            "A closed connection is noticed before the request, and another is opened. If it closes at that very moment, the payment is rolled back; a lower keep_alive makes that rarer",
        ],
        places: &["core/src/net/pool.rs", "core/src/net/connection.rs"],
        test: "tests/rust/pool.rs::a_connection_that_the_server_closed_is_not_used",
    },
    Assumption {
        number: 8,
        setting: "tls",
        assumed: ["TLS 1.2와 1.3으로 연결할 수 있습니다", "It speaks TLS 1.2 and 1.3"],
        otherwise: [
            "둘 가운데 하나로 연결합니다. 둘 다 안 되면 아무것도 보내지 않고 20101입니다",
            "Either one is enough; with neither nothing is sent, and the code is 20101",
        ],
        places: &["core/src/net/trust.rs"],
        test: "tests/rust/assumptions.rs::one_version_of_tls_is_enough",
    },
    Assumption {
        number: 9,
        setting: "report",
        assumed: ["Report를 더는 받지 않을 수 있습니다", "It may take no Report any more"],
        otherwise: [
            "Report의 응답은 결제의 결과를 바꾸지 않습니다. 기본값은 보내지 않음입니다",
            "The answer to a Report changes no outcome, and none is sent unless report_error is 1",
        ],
        places: &["core/src/client/report.rs"],
        test: "tests/rust/assumptions.rs::a_report_changes_no_outcome",
    },
    Assumption {
        number: 10,
        setting: "code-table",
        assumed: [
            "거절의 코드는 알려진 것만 뜻이 있고, 나머지는 모두 거절입니다",
            "Of the codes of refusals only the known ones mean something; all others are refusals",
        ],
        otherwise: [
            "0000과 tables.json의 취소 성공 코드 외에는 성공으로 보지 않습니다. 모르는 코드는 메시지와 함께 그대로 전달합니다",
            "Nothing but 0000 and the codes of tables.json counts as done, and an unknown code is passed on with its message",
        ],
        places: &["core/src/protocol/won.rs", "core/src/protocol/answer/mod.rs"],
        test: "tests/rust/assumptions.rs::an_unknown_code_is_a_refusal",
    },
];
