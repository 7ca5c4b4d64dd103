//! One play payment of the test platform: paid, paid again, cancelled in part, cancelled, rolled back, and surely taken back.

use super::examination::{Examination, Surprise};
use super::finding::{Text, Verdict};
use super::talk::Heard;
use xpayclient_core::diagnosis::Question;

/// A PAYKEY of the window, and the amount that the buyer agreed to.
pub(super) struct Consent {
    pub(super) paykey: String,
    pub(super) amount: u64,
}

/// The code by which a card's cancellation says that it was cancelled before.
const CANCELLED_BEFORE: &str = "AV11";

/// Pays and takes back. Whatever happens on the way, the last request is a Cancel, unless nothing was paid.
pub(super) fn examine(examination: &mut Examination, consent: &Consent) -> Result<(), Surprise> {
    amount_check(examination, consent)?;
    let question = by_key(examination, consent)?;
    let paid = examination.ask(&question);
    let asked = Text::new("PaymentByKey", "PaymentByKey");
    let verdict = if paid.is_success() { Verdict::Expected } else { Verdict::Unknown };
    examination.add("payment", None, asked, Text::same("0000"), paid.told(), verdict);
    if paid.code().is_empty() {
        let undone = examination.roll_back(question.tx_id())?;
        return Err(if undone.is_success() { unanswered(&paid) } else { stands("", &undone) });
    }
    if !paid.is_success() {
        // Declined: nothing moved, and nothing more can be learned from this key.
        return Ok(());
    }
    let tid = paid.value("LGD_TID").to_owned();
    let learned = match paid.value("LGD_AMOUNT").parse() {
        Ok(amount) if amount != consent.amount => {
            // What was found with a wrong amount would be said of the gateway.
            examination.findings.retain(|finding| !finding.id.starts_with("amount-"));
            Err(other_amount(consent.amount, amount))
        }
        _ => learn(examination, consent, question.tx_id(), &tid),
    };
    let last = cancel(examination, &tid)?;
    let taken_back = last.is_success() || last.code() == CANCELLED_BEFORE;
    examination.note(
        "taken-back",
        Text::new("마지막 Cancel", "the last Cancel"),
        last.told(),
        Text::new("테스트 결제를 되돌렸습니다", "the play payment is taken back"),
    );
    if taken_back { learned } else { Err(stands(&tid, &last)) }
}

fn learn(examination: &mut Examination, consent: &Consent, tx_id: &str, tid: &str) -> Result<(), Surprise> {
    let left = consent.amount - again(examination, consent, tid)?;
    let wrong = part(examination, tid, 1, left + 1)?;
    let heard = examination.ask(&wrong);
    examination.add(
        "wrong-remainder",
        None,
        Text::new("LGD_REMAINAMOUNT가 틀린 PartialCancel", "PartialCancel with a wrong LGD_REMAINAMOUNT"),
        Text::new("거절", "a refusal"),
        heard.told(),
        Verdict::of(!heard.is_success()),
    );
    if !heard.is_success() {
        let right = part(examination, tid, left / 2, left)?;
        let heard = examination.ask(&right);
        examination.add_success("partial-cancel", None, Text::new("PartialCancel", "PartialCancel"), &heard);
    }
    cancels(examination, tid)?;
    rollbacks(examination, tx_id)
}

/// AmountCheck with another amount, and with the right one.
fn amount_check(examination: &mut Examination, Consent { paykey, amount }: &Consent) -> Result<(), Surprise> {
    for (id, amount, right) in [("amount-wrong", amount + 1, false), ("amount-right", *amount, true)] {
        let check = examination.talk.question("AmountCheck")?;
        let heard = examination.ask(&check.set("LGD_PAYKEY", paykey).set("LGD_AMOUNT", amount.to_string()));
        let (asked, expected) = match right {
            true => (
                Text::new("맞는 금액의 AmountCheck", "AmountCheck with the right amount"),
                Text::same("0000"),
            ),
            false => (
                Text::new("틀린 금액의 AmountCheck", "AmountCheck with another amount"),
                Text::new("거절", "a refusal"),
            ),
        };
        examination.add(id, None, asked, expected, heard.told(), Verdict::of(heard.is_success() == right));
    }
    Ok(())
}

/// The same PAYKEY once more. Returns how much of the payment was cancelled to learn whether it stands.
fn again(examination: &mut Examination, consent: &Consent, tid: &str) -> Result<u64, Surprise> {
    let question = by_key(examination, consent)?;
    let heard = examination.ask(&question);
    if heard.is_success() && heard.value("LGD_TID") != tid {
        let other = heard.value("LGD_TID").to_owned();
        let taken_back = cancel(examination, &other)?;
        let (ko, en) = ("같은 PAYKEY로 두 번 결제되었습니다", "the same PAYKEY paid twice");
        return Err(match taken_back.is_success() {
            true => Surprise(Text::new(ko, en)),
            false => stands(&other, &taken_back),
        });
    }
    let repeated = heard.is_success();
    let mut setting = if repeated { "repeated" } else { "refused" };
    let (mut found, mut cancelled) = (heard.told(), 0);
    if repeated {
        let undone = examination.roll_back(question.tx_id())?;
        // A part of what was undone cannot be cancelled.
        let one = part(examination, tid, 1, consent.amount)?;
        let stands = examination.ask(&one);
        match stands.is_success() {
            true => cancelled = 1,
            false => setting = "shared",
        }
        found = format!("{found}, Rollback {}, PartialCancel {}", undone.told(), stands.told());
    }
    examination.set_code("S007", &heard);
    examination.set("second-payment", setting);
    let expected = Text::same("S007 | XC01");
    let verdict = Verdict::of(["S007", "XC01"].contains(&heard.code()));
    let asked = Text::new("같은 PAYKEY의 두 번째 PaymentByKey", "a second PaymentByKey with the same PAYKEY");
    examination.add("second-payment", Some(6), asked, expected, found, verdict);
    Ok(cancelled)
}

/// Cancel, again, the Rollback of the first, and again.
fn cancels(examination: &mut Examination, tid: &str) -> Result<(), Surprise> {
    let question = examination.talk.question("Cancel")?.set("LGD_TID", tid);
    let first = examination.ask(&question);
    let asked = Text::new("Cancel", "Cancel");
    examination.add_success("cancel", None, asked, &first);
    let second = cancel(examination, tid)?;
    examination.add(
        "second-cancel",
        None,
        Text::new("두 번째 Cancel", "a second Cancel"),
        Text::same(CANCELLED_BEFORE),
        second.told(),
        Verdict::of(second.code() == CANCELLED_BEFORE),
    );
    examination.set_code(CANCELLED_BEFORE, &second);
    if !first.is_success() {
        return Ok(());
    }
    let undone = examination.roll_back(question.tx_id())?;
    let third = cancel(examination, tid)?;
    let setting = match (undone.is_success(), third.is_success()) {
        (false, _) => "refused",
        (true, true) => "undone",
        (true, false) => "ignored",
    };
    examination.set("cancel-rollback", setting);
    let found = format!("{}, Cancel {}", undone.told(), third.told());
    examination.add(
        "cancel-rollback",
        Some(5),
        Text::new("Cancel의 Rollback, 그리고 Cancel", "the Rollback of a Cancel, and a Cancel after it"),
        Text::same("0000, Cancel 0000"),
        found,
        Verdict::of(setting == "undone"),
    );
    Ok(())
}

/// The Rollback of the payment after its answer, and again.
fn rollbacks(examination: &mut Examination, tx_id: &str) -> Result<(), Surprise> {
    let first = examination.roll_back(tx_id)?;
    let asked = Text::new(
        "응답을 받고 취소한 결제의 Rollback",
        "the Rollback of a payment that was answered, and cancelled since",
    );
    examination.add_success("answered-rollback", None, asked, &first);
    if first.is_success() {
        let second = examination.roll_back(tx_id)?;
        examination.set("second-rollback", second.reply());
        let asked = Text::new("그 결제의 두 번째 Rollback", "a second Rollback of that payment");
        examination.add_success("second-payment-rollback", Some(3), asked, &second);
    }
    Ok(())
}

fn by_key(examination: &Examination, consent: &Consent) -> Result<Question, Surprise> {
    let question = examination.talk.question("PaymentByKey")?;
    Ok(question.set("LGD_PAYKEY", &consent.paykey))
}

fn part(examination: &Examination, tid: &str, amount: u64, before: u64) -> Result<Question, Surprise> {
    let question = examination.talk.question("PartialCancel")?.set("LGD_TID", tid);
    Ok(question.set("LGD_CANCELAMOUNT", amount.to_string()).set("LGD_REMAINAMOUNT", before.to_string()))
}

fn cancel(examination: &mut Examination, tid: &str) -> Result<Heard, Surprise> {
    let question = examination.talk.question("Cancel")?.set("LGD_TID", tid);
    Ok(examination.ask(&question.set("LGD_CANCELREASON", "conformance")))
}

fn unanswered(paid: &Heard) -> Surprise {
    let told = paid.told();
    Surprise(Text::new(
        format!("결제에 응답하지 않아({told}) 망취소했습니다"),
        format!("the payment was not answered ({told}) and is rolled back"),
    ))
}

/// The amount that was given is not the payment key's.
fn other_amount(given: u64, paid: u64) -> Surprise {
    Surprise(Text::new(
        format!(
            "--amount는 {given}원이지만 PAYKEY의 금액은 {paid}원입니다. 테스트 결제를 되돌렸습니다. 맞는 금액과 새 PAYKEY로 다시 실행하십시오"
        ),
        format!(
            "--amount is {given} won, and the PAYKEY was for {paid}: the play payment is taken back; run it again with that amount and another PAYKEY"
        ),
    ))
}

/// A play payment that could not be taken back.
fn stands(tid: &str, heard: &Heard) -> Surprise {
    let told = heard.told();
    Surprise(Text::new(
        format!(
            "테스트 결제 [{tid}]을(를) 되돌리지 못했습니다({told}). 상점관리자의 테스트 보기에서 취소하십시오"
        ),
        format!(
            "the play payment [{tid}] could not be taken back ({told}): cancel it in the merchant admin, in its test view"
        ),
    ))
}
