//! What a shop's answer to a notice means.

/// LGD_CUSTOM_ROLLBACK: which answers take back a payment that the gateway finished.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rollback {
    /// `Y`: every one but `OK`, and none at all.
    UnlessOk,
    /// `C`: `ROLLBACK` alone.
    OnRequest,
    /// `N`, the default: none. The notice is sent again.
    Never,
}

impl Rollback {
    pub(crate) fn of(custom_rollback: &str) -> Self {
        match custom_rollback {
            "Y" => Self::UnlessOk,
            "C" => Self::OnRequest,
            _ => Self::Never,
        }
    }

    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::UnlessOk => "Y",
            Self::OnRequest => "C",
            Self::Never => "N",
        }
    }
}

/// What follows an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The notice is over.
    Accepted,
    /// The notice is sent again.
    Again,
    /// The payment is taken back.
    RolledBack,
}

/// A verdict, why the answer is no success, and what is wrong with one that is.
pub(super) struct Judgement {
    pub(super) verdict: Verdict,
    pub(super) error: String,
    pub(super) warning: String,
}

const NOT_OK: &str = "응답이 OK가 아닙니다 / the answer is not OK";
const NOT_EXACT: &str = "OK 앞뒤에 공백이나 빈 줄이 있습니다. OK만 출력하십시오 / blanks or blank lines around OK: print OK alone";
const STANDS: &str =
    "OK도 ROLLBACK도 아니므로 승인이 유지됩니다 / neither OK nor ROLLBACK: the approval stands";

/// Judges the status and the body of an answer. When strict, blanks around `OK` count as a failure.
pub(super) fn judge(status: u16, body: &[u8], rollback: Rollback, strict: bool) -> Judgement {
    let failed = |error: String| fail(rollback, error);
    if status != 200 {
        return failed(format!("HTTP {status}"));
    }
    // JSP pages print blank lines around it. A BOM stays: nothing tells that it is accepted.
    match (body.trim_ascii(), rollback) {
        (b"OK", _) if body == b"OK" => Judgement::new(Verdict::Accepted, "", ""),
        (b"OK", _) if !strict => Judgement::new(Verdict::Accepted, "", NOT_EXACT),
        (b"ROLLBACK", Rollback::OnRequest) => Judgement::new(Verdict::RolledBack, "", ""),
        // The approval is final: it is not sent again.
        (b"OK", Rollback::OnRequest) => Judgement::new(Verdict::Accepted, NOT_EXACT, ""),
        (_, Rollback::OnRequest) => Judgement::new(Verdict::Accepted, STANDS, ""),
        (b"OK", _) => failed(NOT_EXACT.to_owned()),
        _ => failed(NOT_OK.to_owned()),
    }
}

/// No answer, or none that counts.
pub(super) fn fail(rollback: Rollback, error: String) -> Judgement {
    let verdict = if rollback == Rollback::UnlessOk { Verdict::RolledBack } else { Verdict::Again };
    Judgement { verdict, error, warning: String::new() }
}

impl Judgement {
    fn new(verdict: Verdict, error: &str, warning: &str) -> Self {
        Self { verdict, error: error.to_owned(), warning: warning.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Verdict::{Accepted, Again, RolledBack};

    #[test]
    fn an_answer_means_what_custom_rollback_makes_of_it() {
        for (answer, yes, on_request, never) in [
            ((200, &b"OK"[..]), Accepted, Accepted, Accepted),
            ((200, b"\r\n\t\n OK \n"), Accepted, Accepted, Accepted),
            ((200, b"ROLLBACK"), RolledBack, RolledBack, Again),
            ((200, b"\nROLLBACK\n"), RolledBack, RolledBack, Again),
            ((200, b"FAIL"), RolledBack, Accepted, Again),
            ((200, b""), RolledBack, Accepted, Again),
            ((200, b"ok"), RolledBack, Accepted, Again),
            ((200, b"\xEF\xBB\xBFOK"), RolledBack, Accepted, Again),
            ((200, b"O K"), RolledBack, Accepted, Again),
            ((500, b"OK"), RolledBack, Again, Again),
            ((500, b"ROLLBACK"), RolledBack, Again, Again),
        ] {
            let (status, body) = answer;
            let verdicts = [Rollback::UnlessOk, Rollback::OnRequest, Rollback::Never]
                .map(|rollback| judge(status, body, rollback, false).verdict);
            assert_eq!(verdicts, [yes, on_request, never], "{status} {}", body.escape_ascii());
        }
    }

    #[test]
    fn what_is_not_exact_is_told_and_fails_when_strict() {
        let judged = |body: &[u8], rollback, strict| {
            let judgement = judge(200, body, rollback, strict);
            (judgement.verdict, judgement.error, judgement.warning)
        };
        let silent = String::new;
        assert_eq!(judged(b"OK", Rollback::Never, true), (Accepted, silent(), silent()));
        assert_eq!(judged(b"\nOK", Rollback::Never, false), (Accepted, silent(), NOT_EXACT.into()));
        assert_eq!(judged(b"\nOK", Rollback::Never, true), (Again, NOT_EXACT.into(), silent()));
        assert_eq!(judged(b"\nOK", Rollback::UnlessOk, true), (RolledBack, NOT_EXACT.into(), silent()));
        // A shop that asked for it is not left with an approval.
        assert_eq!(judged(b" ROLLBACK", Rollback::OnRequest, true).0, RolledBack);
    }
}
