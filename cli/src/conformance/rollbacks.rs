//! Rollbacks of what moved no money: of the unknown, of the declined, twice, and before their request.

use super::examination::{Examination, Surprise};
use super::finding::{Text, Verdict};
use super::requests::unpayable;

/// The Rollback of an LGD_TXID that never arrived, again, and then the request itself: a Ping.
pub(super) fn unknown(examination: &mut Examination) -> Result<(), Surprise> {
    let ping = examination.talk.question("Ping")?;
    let first = examination.roll_back(ping.tx_id())?;
    examination.set("unknown-rollback", first.reply());
    examination.add_success(
        "unknown-rollback",
        Some(1),
        Text::new("도착한 적 없는 LGD_TXID의 Rollback", "the Rollback of an LGD_TXID that never arrived"),
        &first,
    );
    let late = examination.ask(&ping);
    let refused = !late.is_success();
    examination.set("late-request", if refused { "refused" } else { "approved" });
    examination.add(
        "late-request",
        Some(2),
        Text::new("그 뒤에 도착한 그 요청(Ping)", "that request (a Ping) after it"),
        Text::new("거절", "a refusal"),
        late.told(),
        // After a Rollback that was refused nothing bars the request.
        if first.is_success() { Verdict::of(refused) } else { Verdict::Noted },
    );
    examination.set_code("SB22", &late);
    Ok(())
}

/// The Rollback of a payment that was declined, and again.
pub(super) fn declined(examination: &mut Examination) -> Result<(), Surprise> {
    let question = unpayable(examination)?;
    let declined = examination.ask(&question);
    if declined.is_success() {
        return Err(Surprise(Text::new(
            "없는 PAYKEY가 승인되었습니다. 멈춥니다",
            "a PAYKEY that does not exist was approved: stopped",
        )));
    }
    let heard = examination.roll_back(question.tx_id())?;
    examination.set("declined-rollback", heard.reply());
    examination.add_success(
        "declined-rollback",
        Some(4),
        Text::new("거절된 결제의 Rollback", "the Rollback of a payment that was declined"),
        &heard,
    );
    examination.set_code("SB36", &heard);
    Ok(())
}

/// A second Rollback of an LGD_TXID whose first was confirmed.
pub(super) fn second(examination: &mut Examination) -> Result<(), Surprise> {
    let never = examination.talk.question("Ping")?;
    if !examination.roll_back(never.tx_id())?.is_success() {
        return Ok(());
    }
    let heard = examination.roll_back(never.tx_id())?;
    examination.set("second-rollback", heard.reply());
    examination.add_success(
        "second-rollback",
        Some(3),
        Text::new("두 번째 Rollback", "a second Rollback"),
        &heard,
    );
    Ok(())
}
