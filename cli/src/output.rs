//! The report of a transaction: a few lines for people or JSON for scripts, and an exit code.

use crate::failure::Failure;
use crate::language::{Language, harmless};
use serde::{Serialize, Serializer};
use std::io::{self, Write};
use std::process::ExitCode;
use xpayclient_core::{Answer, Outcome};

pub(crate) const EXIT_CODES: &str = "\
종료 코드 / exit codes:
  0  되었습니다 / done
  1  거절되었거나 보내지 못했거나 망취소되었습니다. 돈은 움직이지 않았습니다 / declined, not sent, or rolled back: no money moved
  2  사용법 오류 / wrong usage
  3  아직 알 수 없습니다. 다시 요청하기 전에 출력된 대로 하거나 xpay recover를 실행하십시오 / not known yet: do what is printed, or run xpay recover, before asking again";

/// The first line of a report, in Korean and English.
pub(crate) type Verdict = (&'static str, &'static str);

/// The field names are those of the JSON, which do not change.
#[derive(Serialize)]
pub(crate) struct Report {
    outcome: &'static str,
    done: bool,
    code: String,
    message: String,
    tx_id: String,
    tid: String,
    oid: String,
    amount: String,
    paytype: String,
    account_number: String,
    cash_receipt_number: String,
    /// As every failure has it; absent if the gateway answered.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_error")]
    #[serde(rename = "error")]
    failure: Option<Failure>,
    /// Only of a rehearsal.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    dry_run: bool,
    #[serde(skip)]
    verdict: (String, String),
    #[serde(skip)]
    open: bool,
}

fn as_error<S: Serializer>(failure: &Option<Failure>, serializer: S) -> Result<S::Ok, S::Error> {
    failure.as_ref().map(Failure::json).serialize(serializer)
}

impl Report {
    /// Of an answer. `done` is whether its code means success.
    pub(crate) fn of_answer(answer: &Answer, done: bool, (ko, en): Verdict) -> Report {
        let value = |name| answer.get(name).unwrap_or_default().to_owned();
        Report {
            outcome: "answered",
            done,
            code: answer.code().to_owned(),
            message: answer.message().to_owned(),
            tx_id: answer.tx_id().to_owned(),
            tid: value("LGD_TID"),
            oid: value("LGD_OID"),
            amount: value("LGD_AMOUNT"),
            paytype: value("LGD_PAYTYPE"),
            account_number: value("LGD_ACCOUNTNUM"),
            // 0 stands for none.
            cash_receipt_number: Some(value("LGD_CASHRECEIPTNUM"))
                .filter(|number| number != "0")
                .unwrap_or_default(),
            dry_run: false,
            verdict: (ko.into(), en.into()),
            open: false,
            failure: None,
        }
    }

    /// Of an outcome; `of` reports an answer.
    pub(crate) fn of_outcome(outcome: &Outcome, of: impl FnOnce(&Answer) -> Report) -> Report {
        match outcome {
            Outcome::Answered(answer) => of(answer),
            Outcome::NotSent(error) => Report::not_sent(error.clone().into()),
            Outcome::RolledBack(error) => {
                Report::without_answer("rolled_back", error.clone().into(), ROLLED_BACK).of(error.tx_id())
            }
            Outcome::InDoubt(error) => {
                let report = Report::without_answer("in_doubt", error.clone().into(), IN_DOUBT);
                let report = report.of(error.tx_id()).still_open();
                // The library says what to do, because it knows whether the transaction is in the journal.
                let todo = error.outcome_note().map_or(("", ""), |note| (note.ko, note.en));
                let (ko, en) = &report.verdict;
                Report { verdict: (format!("{ko}. {}", todo.0), format!("{en}. {}", todo.1)), ..report }
            }
        }
    }

    /// Of a request that failed before it was sent.
    pub(crate) fn not_sent(failure: Failure) -> Report {
        Report::without_answer("not_sent", failure, NOT_SENT)
    }

    /// Of a rehearsal.
    pub(crate) fn of_rehearsal(self) -> Report {
        Report { dry_run: true, ..self }
    }

    /// With the shop's own reason, which the outcome does not have.
    pub(crate) fn because(self, why: Failure) -> Report {
        Report { failure: Some(self.failure.map_or(why.clone(), |failure| why.before(&failure))), ..self }
    }

    /// For an answer that is not final.
    pub(crate) fn still_open(self) -> Report {
        Report { open: true, ..self }
    }

    fn of(self, tx_id: &str) -> Report {
        Report { tx_id: tx_id.to_owned(), ..self }
    }

    fn without_answer(outcome: &'static str, failure: Failure, (ko, en): Verdict) -> Report {
        Report {
            outcome,
            done: false,
            code: failure.code().to_owned(),
            message: failure.sentence().to_owned(),
            tx_id: String::new(),
            tid: String::new(),
            oid: String::new(),
            amount: String::new(),
            paytype: String::new(),
            account_number: String::new(),
            cash_receipt_number: String::new(),
            dry_run: false,
            verdict: (ko.into(), en.into()),
            open: false,
            failure: Some(failure),
        }
    }

    /// Prints it and returns the exit code.
    pub(crate) fn finish(&self, json: bool) -> ExitCode {
        // Without stdout there is still the exit code.
        let _ = self.print(json);
        if let Some(failure) = self.failure.as_ref().filter(|_| !json) {
            failure.tell();
        }
        self.exit_code()
    }

    /// Prints it on stdout, flushed.
    pub(crate) fn print(&self, json: bool) -> io::Result<()> {
        let mut stdout = io::stdout().lock();
        if json {
            serde_json::to_writer(&mut stdout, self)?;
            stdout.write_all(b"\n")?;
        } else {
            stdout.write_all(self.lines(Language::chosen()).as_bytes())?;
        }
        stdout.flush()
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(match (self.done, self.open, &self.failure) {
            (true, ..) => 0,
            (false, true, _) => 3,
            (false, false, Some(failure)) => failure.exit_code(),
            (false, false, None) => 1,
        })
    }

    fn lines(&self, language: Language) -> String {
        // The message of an error goes to stderr.
        let message = if self.failure.is_some() { "" } else { &self.message };
        let lines = [
            (language.of("코드", "code"), format!("{} {message}", self.code).trim().to_owned()),
            ("LGD_TID", self.tid.clone()),
            ("LGD_OID", self.oid.clone()),
            ("LGD_AMOUNT", self.amount.clone()),
            ("LGD_PAYTYPE", self.paytype.clone()),
            ("LGD_ACCOUNTNUM", self.account_number.clone()),
            ("LGD_CASHRECEIPTNUM", self.cash_receipt_number.clone()),
            ("LGD_TXID", self.tx_id.clone()),
        ];
        let lines = lines.iter().filter(|(_, value)| !value.is_empty());
        let lines = lines.map(|(name, value)| format!("  {name} {}\n", harmless(value).trim_end()));
        let verdict = language.of(&self.verdict.0, &self.verdict.1);
        format!("{verdict}\n{}", lines.collect::<String>())
    }
}

const NOT_SENT: Verdict = ("보내지 않았습니다. 돈은 움직이지 않았습니다", "not sent: no money moved");
const ROLLED_BACK: Verdict = ("망취소되었습니다. 돈은 움직이지 않았습니다", "rolled back: no money moved");
const IN_DOUBT: Verdict = ("알 수 없습니다. 돈이 움직였을 수 있습니다", "in doubt: money may have moved");
