//! Whether `--watch` does its work: what a probe asks.

use crate::language::Language;
use std::time::{Duration, Instant};

/// What is known of the rounds.
pub(super) struct Health {
    /// How the last round ended; `None` before the first has.
    last: Option<bool>,
    /// When something has to have happened again.
    due: Instant,
}

/// What there is to say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Well,
    NotYet,
    Failed,
    Silent,
}

impl Health {
    pub(super) fn new(now: Instant, patience: Duration) -> Health {
        Health { last: None, due: now + patience }
    }

    /// A round began or came to the next transaction.
    pub(super) fn works(&mut self, now: Instant, patience: Duration) {
        self.due = now + patience;
    }

    /// A round ended, without an error if it is `good`.
    pub(super) fn ended(&mut self, good: bool, now: Instant, patience: Duration) {
        self.last = Some(good);
        self.due = now + patience;
    }

    pub(super) fn verdict(&self, now: Instant) -> Verdict {
        match self.last {
            _ if now > self.due => Verdict::Silent,
            None => Verdict::NotYet,
            Some(true) => Verdict::Well,
            Some(false) => Verdict::Failed,
        }
    }
}

impl Verdict {
    pub(super) fn is_well(self) -> bool {
        self == Verdict::Well
    }

    pub(super) fn sentence(self, language: Language) -> &'static str {
        let (ko, en) = match self {
            Verdict::Well => {
                ("마지막 복구가 오류 없이 끝났습니다", "the last round of recovery ended without an error")
            }
            Verdict::NotYet => {
                ("첫 복구가 아직 끝나지 않았습니다", "the first round of recovery has not ended yet")
            }
            Verdict::Failed => (
                "마지막 복구가 오류로 끝났습니다. 이 명령의 표준 오류를 확인하십시오",
                "the last round of recovery ended with an error: see the standard error of this command",
            ),
            Verdict::Silent => (
                "복구가 예정된 시각까지 다시 실행되지 않았습니다. 이 명령을 다시 시작하십시오",
                "recovery did not run again in time: restart this command",
            ),
        };
        language.of(ko, en)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_well_after_a_good_round_until_the_next_is_overdue() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let patience = Duration::from_secs(30);
        let mut health = Health::new(start, patience);
        assert_eq!((health.verdict(at(30)), health.verdict(at(31))), (Verdict::NotYet, Verdict::Silent));
        health.ended(true, at(40), patience);
        assert_eq!((health.verdict(at(70)), health.verdict(at(71))), (Verdict::Well, Verdict::Silent));
        // A long round tells of itself.
        health.works(at(60), patience);
        assert_eq!(health.verdict(at(90)), Verdict::Well);
        health.ended(false, at(95), patience);
        assert_eq!((health.verdict(at(96)), health.verdict(at(126))), (Verdict::Failed, Verdict::Silent));
        health.works(at(127), patience);
        assert_eq!(health.verdict(at(127)), Verdict::Failed, "until a round ends well");
    }
}
