//! A cash receipt of its own, for nobody: issued and cancelled. No money moves.

use super::examination::{Examination, Surprise};
use super::finding::{Text, Verdict};
use super::talk::Heard;

pub(super) fn examine(examination: &mut Examination) -> Result<(), Surprise> {
    let oid = format!("conformance-{}", xpayclient_core::timestamp());
    let issue = examination.talk.question("CashReceipt")?;
    // The number by which receipts are issued to nobody in particular.
    let fields = [
        ("LGD_METHOD", "AUTH"),
        ("LGD_PAYTYPE", "SC0100"),
        ("LGD_OID", &oid),
        ("LGD_AMOUNT", "1000"),
        ("LGD_CASHCARDNUM", "0100001234"),
        ("LGD_CASHRECEIPTUSE", "1"),
        ("LGD_CUSTOM_BUSINESSNUM", "1234567890"),
        ("LGD_PRODUCTINFO", "conformance"),
    ];
    let issue = fields.iter().fold(issue, |question, (name, value)| question.set(name, value));
    let issued = examination.ask(&issue);
    let asked = Text::new("현금영수증 단독 발급", "a cash receipt of its own");
    let verdict = if issued.is_success() { Verdict::Expected } else { Verdict::Unknown };
    examination.add("cash-receipt", None, asked, Text::same("0000"), issued.told(), verdict);
    if issued.code().is_empty() {
        let undone = examination.roll_back(issue.tx_id())?;
        return Err(left("응답이 없어 발급 여부를 모릅니다", "without an answer it may be issued", &undone));
    }
    if !issued.is_success() {
        return Ok(());
    }
    let cancel = examination.talk.question("CashReceipt")?.set("LGD_METHOD", "CANCEL");
    let cancelled =
        examination.ask(&cancel.set("LGD_PAYTYPE", "SC0100").set("LGD_TID", issued.value("LGD_TID")));
    let asked = Text::new("그 현금영수증의 취소", "its cancellation");
    examination.add_success("cash-receipt-cancel", None, asked, &cancelled);
    if cancelled.is_success() {
        return Ok(());
    }
    Err(left("취소하지 못했습니다", "it could not be cancelled", &cancelled))
}

/// A receipt that may be left.
fn left(ko: &str, en: &str, last: &Heard) -> Surprise {
    let told = last.told();
    Surprise(Text::new(
        format!("테스트 현금영수증: {ko}({told}). 상점관리자의 테스트 보기에서 확인하고 취소하십시오"),
        format!(
            "the test's cash receipt: {en} ({told}); look and cancel it in the merchant admin, in its test view"
        ),
    ))
}
