//! Rollbacks of what moved no money: of the unknown, of the declined, twice, and before their request.

use super::examination::{Examination, Surprise};
use super::finding::{Text, Verdict};
use super::requests::unpayable;

/// The Rollback of an LGD_TXID that never arrived, again, and then the request itself: a Ping.
pub(super) fn unknown(examination: &mut Examination) -> Result<(), Surprise> {
    let ping = examination.talk.question("Ping")?;
    let rollback = examination.talk.rollback_of(ping.tx_id())?;
    let first = examination.ask(&rollback);
    examination.set("unknown-rollback", first.reply());
    examination.add(
        "unknown-rollback",
        Some(1),
        Text::new("도착한 적 없는 LGD_TXID의 Rollback", "the Rollback of an LGD_TXID that never arrived"),
        Text::same("0000"),
        first.told(),
        Verdict::of(first.is_success()),
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
    if refused && !late.code().is_empty() {
        let code = late.code().to_owned();
        examination.set_code("SB22", &code);
    }
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
    let rollback = examination.talk.rollback_of(question.tx_id())?;
    let heard = examination.ask(&rollback);
    examination.set("declined-rollback", heard.reply());
    examination.add(
        "declined-rollback",
        Some(4),
        Text::new("거절된 결제의 Rollback", "the Rollback of a payment that was declined"),
        Text::same("0000"),
        heard.told(),
        Verdict::of(heard.is_success()),
    );
    if heard.reply() == "refused" {
        let code = heard.code().to_owned();
        examination.set_code("SB36", &code);
    }
    Ok(())
}

/// A second Rollback of an LGD_TXID whose first was confirmed.
pub(super) fn second(examination: &mut Examination) -> Result<(), Surprise> {
    let never = examination.talk.question("Ping")?;
    let first = examination.talk.rollback_of(never.tx_id())?;
    if !examination.ask(&first).is_success() {
        return Ok(());
    }
    let again = examination.talk.rollback_of(never.tx_id())?;
    let heard = examination.ask(&again);
    examination.set("second-rollback", heard.reply());
    examination.add(
        "second-rollback",
        Some(3),
        Text::new("두 번째 Rollback", "a second Rollback"),
        Text::same("0000"),
        heard.told(),
        Verdict::of(heard.is_success()),
    );
    Ok(())
}
