//! Services beside the transaction: recovery, Report and Patch.

use super::Session;
use crate::client::Client;
use crate::error::Result;
use crate::text::encoding::decode;
use crate::text::secret::Secret;

impl Session {
    /// Rolls back transactions that earlier processes left in doubt. Returns how many are still open; code and
    /// message are those of the first one that could not be settled. `None`, with its code, if the journal cannot be
    /// read.
    pub fn recover(&mut self) -> Option<usize> {
        let recovered = self.client().and_then(|client| client.recover());
        match recovered {
            Ok(recovery) => {
                self.record(String::new(), String::new());
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

    /// The password of the database that keeps the journal, for a binding that connects to it; see
    /// [`Config::journal_password`](crate::Config::journal_password). `None`, with its code, if its file cannot be read.
    pub fn journal_password(&mut self) -> Option<Secret> {
        match self.config.journal_password() {
            Ok(password) => Some(password),
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }

    /// Reports a failure to the gateway's operators at `aux_url`. `true`: the gateway answered `0000`.
    ///
    /// Code and message are set from the Report. LGD_TXID, rows and outcome stay those of the transaction, which a
    /// Rollback still undoes.
    pub fn report(&mut self, status: &[u8], message: &[u8]) -> bool {
        let (status, message) = (self.caller.value(status), self.caller.value(message));
        let reported = self
            .client_and_mid("Report")
            .and_then(|(client, mid)| client.report_bytes(&mid, status, message));
        self.with_result(reported, |session, answer| session.record_answer(&answer)) && self.code == "0000"
    }

    /// Fetches a new copy of `mall.conf`, `lgdacom.conf` or `ca-bundle.crt` from `aux_url` and replaces the file,
    /// atomically. The new file takes effect from the next Init on.
    pub fn patch(&mut self, file: &[u8]) -> bool {
        let patched =
            self.client_and_mid("Patch").and_then(|(client, mid)| client.patch(&mid, &decode(file)));
        self.with_result(patched, |session, ()| session.record("0000".to_owned(), String::new()))
    }

    /// The client, and the LGD_MID of the current transaction, for a service `call`.
    fn client_and_mid(&mut self, call: &str) -> Result<(Client, String)> {
        let client = self.client()?;
        Ok((client, self.current_mid(call)?))
    }
}
