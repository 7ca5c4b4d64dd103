//! Every answer code of the sandbox, with its message in Korean and English.
//!
//! Codes of the real gateway keep their meaning; where none is known the sandbox has its own, `SBnn`.

use crate::{tables, text};

/// One row of the table. `{field}` and `{limit}` in the texts are filled in by the refusal.
#[derive(Debug)]
pub struct Code {
    /// Four characters, LGD_RESPCODE.
    pub code: &'static str,
    /// What happened and what to do, in Korean.
    pub ko: &'static str,
    /// The same in English.
    pub en: &'static str,
}

/// Names each row and lists them all, so that no code can be left out of [`ALL`].
macro_rules! codes {
    ($($name:ident $code:literal $ko:literal $en:literal)*) => {
        $(pub(crate) const $name: Code = Code { code: $code, ko: $ko, en: $en };)*
        /// The whole table.
        pub const ALL: &[Code] = &[$($name),*];
    };
}

codes! {
    OK "0000" "성공" "success"
    CARD_CANCELLED_BEFORE "AV11" "이미 취소된 거래입니다." "already cancelled"
    NOT_PAID_IN "RF24" "" "no deposit into this account"
    OVER_PAID_IN "RF27" "" "refund is more than what is left"
    NO_REFUND_AMOUNT "RF28" "" "refund amount is 0"
    ESCROW_IN_PART "RF30" "" "escrow cannot be partially refunded"
    REFUND_ACCOUNT "RF26" "" "{field} is not an account number: 1-20 digits"
    REFUND_TO_ITSELF "RF31" "" "{field} is this virtual account: give the buyer's own"
    REST_IN_ONE "RFFF" "" "partially refunded before: use PartialCancel"

    // Seen in shops' own branches; both texts are in the protocol's table.
    WINDOW_CANCELLED "S053" "" ""
    USED "S007" "" ""
    DUPLICATE "XC01" "" ""
    ORDER_USED "A016" "" ""
    OTHER_PAYMENT "P015" "" ""
    CANCEL_FAILED "XC99" "" ""

    MISSING "SB01" "{field} 값이 없습니다. 넣어서 보내십시오." "{field} is missing: set it"
    MALFORMED "SB02" "{field} 형식이 틀립니다({limit})." "{field} must be {limit}"
    SHOP "SB03" "{field} 상점을 모릅니다. {limit} 등을 쓰십시오." "unknown shop: use {limit}"
    TXID "SB04" "{field} 형식 오류: {limit}" "malformed {field}: Init_TX makes it"
    TXID_SEEN "SB05" "이미 받은 {field}입니다. Init_TX를 다시 하십시오." "{field} seen before: call Init_TX for each try"
    AUTH_CODE "SB06" "{field} 값이 틀립니다. {limit}를 확인하십시오." "wrong {field}: check the {limit}"
    TXNAME "SB07" "{field} 거래는 샌드박스에 없습니다. 인증과 LGD_TXID는 맞습니다." "not simulated; signature and LGD_TXID are right"
    FORM "SB08" "{field} 값의 % 인코딩이 깨졌습니다." "{field}: broken percent-encoding"
    TWICE "SB09" "{field} 값이 두 번 왔습니다. 한 번만 보내십시오." "{field} was sent twice: send it once"
    CHARSET "SB10" "{field} 값이 {limit} 문자가 아닙니다. LGD_ENCODING을 맞추십시오." "not {limit}: fix LGD_ENCODING"
    PAYKEY "SB11" "모르는 {field}입니다. 인증 결과의 값을 보내십시오." "unknown {field}: send the one of the window"
    PAYKEY_OLD "SB13" "{field} 유효시간 {limit}초가 지났습니다. 다시 인증받으십시오." "older than {limit} s: authenticate again"
    AMOUNT "SB14" "{field} 값이 인증 금액 {limit}원과 다릅니다." "{field} is not the authenticated {limit}: tampered?"
    TID "SB15" "{field}: 이 상점의 거래가 아닙니다." "{field}: no such payment of this shop"
    OVER_BALANCE "SB16" "{field} 값이 잔액 {limit}원보다 큽니다." "{field} is over the balance {limit}"
    REMAINING "SB17" "{field} 값이 취소 전 잔액 {limit}원과 다릅니다." "{field} is not the balance {limit} before"
    TAX_FREE "SB18" "{field}: 면세금액은 {limit} 범위여야 합니다." "{field} must be {limit}"
    CANCELLED_BEFORE "SB19" "{field}: 이미 취소된 거래입니다." "{field}: already cancelled"
    NOT_IN_PART "SB20" "{limit} 결제는 부분취소가 안 됩니다. Cancel을 쓰십시오." "{limit}: no partial cancellation, use Cancel"
    NOT_APPROVED "SB21" "{field}: 승인 전이거나 취소된 거래입니다." "{field}: not approved or cancelled"
    ROLLED_BACK_FIRST "SB22" "Rollback이 먼저 온 {field}입니다. Init_TX를 다시 하십시오." "rolled back before it arrived: call Init_TX"
    RECEIPT_THERE "SB23" "{field}: 현금영수증이 이미 있습니다. 먼저 취소하십시오." "{field} has a receipt: cancel it first"
    RECEIPT "SB24" "{field}: 발급된 현금영수증이 없습니다." "{field}: no receipt to cancel"
    PAN "SB25" "{field}: 카드번호도 빌링키도 아닙니다." "{field}: neither card number nor billing key"
    FAULT "SB26" "{field} 문법 오류: {limit}" "malformed {field}"
    NOT_DONE "SB27" "{field}=before: 처리하지 않았습니다." "not executed"
    CONTENT_TYPE "SB28" "{field} 값이 {limit} 형식이어야 합니다." "{field} must be {limit}"
    JSON "SB29" "JSON을 읽을 수 없습니다: {limit}" "unreadable JSON: {limit}"
    PATH "SB30" "{field} 주소가 없습니다." "{field}: no such path; see GET /sandbox/ready"
    FILE "SB31" "{field}: {limit} 중 하나여야 합니다." "{field} must be one of {limit}"
    SCRIPT "SB32" "장애 스크립트 {field}번째 줄 오류: {limit}" "fault script, line {field}: {limit}"
    NOT_PAID "SB33" "{field}: 입금된 가상계좌가 아니거나 환불되었습니다." "{field}: no deposit, or refunded"
    NOTICE "SB34" "{field}: 그런 통보가 없습니다. GET /sandbox/notices를 보십시오." "no such notification: see GET /sandbox/notices"
    CLOSED "SB35" "{field}: 입금 마감 {limit}이 지났습니다." "{field}: closed at {limit}"
    NOT_ROLLED_BACK "SB36" "{field}: 되돌릴 거래가 없습니다." "{field}: nothing to roll back"
    NOT_ESCROW "SB48" "{field}: 에스크로 결제가 아닙니다." "{field}: not paid in escrow"
    WINDOW_LATE "SB41" "결제창 유효시간이 지났습니다." "the window's time ({field}) is over"
    INTERNAL "SB99" "샌드박스 오류입니다({limit}). 다시 시작하십시오." "sandbox failed ({limit}): restart it"
}

impl Code {
    /// Refuses because of the parameter `field`.
    pub(crate) fn on(self, field: impl Into<String>) -> Refusal {
        self.with(field, "")
    }

    /// Refuses because `field` does not keep to `limit`.
    pub(crate) fn with(self, field: impl Into<String>, limit: impl ToString) -> Refusal {
        Refusal { code: self, field: field.into(), limit: limit.to_string() }
    }
}

/// An answer other than `0000`: a code, the parameter it is about, and its limit.
#[derive(Debug)]
pub(crate) struct Refusal {
    code: Code,
    field: String,
    limit: String,
}

impl Refusal {
    pub(crate) fn code(&self) -> &'static str {
        self.code.code
    }

    pub(crate) fn korean(&self) -> String {
        let code = self.code();
        match self.code.ko {
            "" => tables::refund_message(code)
                .or(tables::seen_code(code).map(|(ko, _)| ko))
                .unwrap_or_default()
                .into(),
            own => self.fill(own),
        }
    }

    pub(crate) fn english(&self) -> String {
        match self.code.en {
            "" => tables::seen_code(self.code()).map(|(_, en)| en).unwrap_or_default().into(),
            own => self.fill(own),
        }
    }

    /// LGD_RESPMSG. Messages of the sandbox's own codes are marked, so that they are not taken for the gateway's.
    pub(crate) fn message(&self) -> String {
        let mark = if self.code().starts_with("SB") { "[sandbox] " } else { "" };
        let message = format!("{mark}{} / {}", self.korean(), self.english());
        let limit = tables::result_limit("LGD_RESPMSG").unwrap_or(160);
        text::fit(&message, limit).to_owned()
    }

    fn fill(&self, text: &str) -> String {
        text.replace("{field}", &self.field).replace("{limit}", &self.limit)
    }
}

/// Whether an answer other than a success may have this code.
pub(crate) fn is_refusal(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    text.len() == 4 && text != OK.code && text.bytes().all(allowed)
}

/// LGD_RESPMSG of a code that a fault or a profile asked for.
pub(crate) fn message_of(code: &str) -> String {
    let message = |ko: &str, en: &str| format!("{ko} / {en}");
    match (tables::seen_code(code), tables::refund_message(code)) {
        (Some((ko, en)), _) => message(ko, en),
        (None, Some(ko)) => message(ko, "as the fault asked"),
        (None, None) => message(
            "[sandbox] 장애나 프로필로 요청한 응답코드입니다.",
            "the code that a fault or a profile asked for",
        ),
    }
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Self {
        INTERNAL.with("SQLite", error)
    }
}

impl From<getrandom::Error> for Refusal {
    fn from(error: getrandom::Error) -> Self {
        INTERNAL.with("getrandom", error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_fits_and_speaks_both_languages() {
        let mut seen = Vec::new();
        for code in ALL {
            let refusal = Refusal {
                code: Code { ..*code },
                field: "LGD_CUSTOM_BUSINESSNUM".into(),
                limit: "0..1234567890".into(),
            };
            let whole = format!("[sandbox] {} / {}", refusal.korean(), refusal.english());
            assert!(text::length(&whole) <= 160, "{} is too long: {whole}", code.code);
            assert!(!refusal.english().is_empty(), "{}", code.code);
            assert!(refusal.korean().chars().any(|c| ('가'..='힣').contains(&c)), "{}", code.code);
            assert_eq!(code.code.len(), 4);
            assert!(!seen.contains(&code.code), "{} is there twice", code.code);
            seen.push(code.code);
        }
    }
}
