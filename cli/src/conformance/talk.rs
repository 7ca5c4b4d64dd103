//! One question to the gateway and what came of it, in a word.

use std::time::{Duration, Instant};
use xpayclient_core::diagnosis::{Interview, Offer, Question, Reply};
use xpayclient_core::{Client, Code, Error};

/// What came of a question.
pub(super) enum Heard {
    /// An HTTP answer.
    Reply(Reply),
    /// None in time.
    Silence(Duration),
    /// None at all.
    Failed(Error),
}

impl Heard {
    /// LGD_RESPCODE; empty without a well-formed answer.
    pub(super) fn code(&self) -> &str {
        match self {
            Heard::Reply(reply) => reply.answer.as_ref().map_or("", |answer| answer.code()),
            Heard::Silence(_) | Heard::Failed(_) => "",
        }
    }

    pub(super) fn is_success(&self) -> bool {
        self.code() == "0000"
    }

    /// The first row's value of a name.
    pub(super) fn value(&self, name: &str) -> &str {
        match self {
            Heard::Reply(Reply { answer: Some(answer), .. }) => answer.get(name).unwrap_or_default(),
            _ => "",
        }
    }

    /// As it is written in a report: `0000`, `S007 message`, `HTTP 404`, `timeout 20 s`.
    pub(super) fn told(&self) -> String {
        match self {
            Heard::Reply(reply) => match &reply.answer {
                Some(answer) if answer.is_success() => answer.code().to_owned(),
                Some(answer) => format!("{} {}", answer.code(), answer.message()).trim_end().to_owned(),
                None => format!("HTTP {}, {} bytes", reply.status, reply.body.len()),
            },
            Heard::Silence(waited) => format!("timeout {} s", waited.as_secs()),
            Heard::Failed(error) => error.code().to_string(),
        }
    }

    /// As a profile of the sandbox has it.
    pub(super) fn reply(&self) -> &'static str {
        match self {
            Heard::Silence(_) => "silent",
            _ if self.is_success() => "0000",
            _ => "refused",
        }
    }
}

/// Asks one question after the other on one connection.
pub(super) struct Talk {
    client: Client,
    mid: String,
    interview: Interview,
}

impl Talk {
    pub(super) fn begin(client: &Client, mid: &str) -> Result<Talk, Error> {
        let interview = client.interview(Offer::default())?;
        Ok(Talk { client: client.clone(), mid: mid.to_owned(), interview })
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    /// A signed question with this LGD_TXNAME.
    pub(super) fn question(&self, txname: &str) -> Result<Question, Error> {
        Ok(self.client.question(&self.mid)?.set("LGD_TXNAME", txname))
    }

    /// Rollback of the transaction `tx_id`.
    pub(super) fn rollback_of(&self, tx_id: &str) -> Result<Question, Error> {
        let question = self.question("Rollback")?;
        Ok(question.set("LGD_RB_TXID", tx_id).set("LGD_RB_REASON", "conformance"))
    }

    pub(super) fn ask(&mut self, question: &Question) -> Heard {
        let begun = Instant::now();
        match self.interview.ask(question) {
            Ok(reply) => Heard::Reply(reply),
            Err(error) => {
                // What comes late on this connection would be taken for the next answer.
                self.interview.hang_up();
                match error.code() {
                    Code::TIMEDOUT => Heard::Silence(begun.elapsed()),
                    _ => Heard::Failed(error),
                }
            }
        }
    }
}
