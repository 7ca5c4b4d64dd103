//! What is asked beside the transaction: recovery, Report, Patch.

use super::Session;
use crate::client::Client;
use crate::error::Result;
use crate::text::encoding::decode;

impl Session {
    /// Rolls back what earlier processes left in doubt. How many transactions are still open; code and message are those of
    /// the first that could not be settled. `None`, with its code, where the journal cannot be read.
    pub fn recover(&mut self) -> Option<usize> {
        let recovered = self.client().and_then(|client| client.recover());
        match recovered {
            Ok(recovery) => {
                self.say(String::new(), String::new());
                if let Some(error) = recovery.open.iter().find_map(|open| open.error.clone()) {
                    self.fail(error);
                }
                Some(recovery.open.len())
            }
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }

    /// Tells the gateway's operators, at `aux_url`, of something that went wrong. `true`: the gateway answered `0000`.
    ///
    /// Code and message are the Report's; LGD_TXID, rows and outcome stay the transaction's, which Rollback still means.
    pub fn report(&mut self, status: &[u8], message: &[u8]) -> bool {
        let reported = self
            .subject("Report")
            .and_then(|(client, mid)| client.report_bytes(&mid, status.into(), message.into()));
        self.keep(reported, |session, answer| session.say_answer(&answer)) && self.code == "0000"
    }

    /// Asks `aux_url` for a new copy of `mall.conf`, `lgdacom.conf` or `ca-bundle.crt` and puts it in place, whole or not
    /// at all. It counts from the next Init on.
    pub fn patch(&mut self, file: &[u8]) -> bool {
        let patched = self.subject("Patch").and_then(|(client, mid)| client.patch(&mid, &decode(file)));
        self.keep(patched, |session, ()| session.say("0000".to_owned(), String::new()))
    }

    /// The client, and the shop on whose behalf something beside the transaction is asked.
    fn subject(&mut self, call: &str) -> Result<(Client, String)> {
        let client = self.client()?;
        Ok((client, self.current_mid(call)?))
    }
}
