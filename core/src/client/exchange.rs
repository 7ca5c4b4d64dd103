//! Sends one request, reads its answer and logs both.

use std::time::Duration;

use crate::client::Client;
use crate::client::request::Request;
use crate::config::Settings;
use crate::error::{Code, Error};
use crate::log::Level;
use crate::net::address::Address;
use crate::net::exchange::Break;
use crate::net::http::Response;
use crate::net::stop::Stop;
use crate::protocol::answer::{Answer, Row};

/// How long an exchange may take.
#[derive(Clone, Copy)]
pub(crate) struct Patience<'a> {
    /// From its beginning to the whole answer.
    pub(crate) timeout: Duration,
    /// Ends the wait.
    pub(crate) stop: Option<&'a Stop>,
    /// By when, on the world's clock, the request must have left.
    pub(crate) send_by: Option<Duration>,
}

impl Patience<'_> {
    pub(crate) fn of(timeout: Duration) -> Patience<'static> {
        Patience { timeout, stop: None, send_by: None }
    }
}

/// Sending one request.
impl Client {
    /// Sends a request and returns its well-formed answer.
    pub(crate) fn exchange(
        &self,
        url: &Address,
        request: &Request,
        timeout: Duration,
    ) -> std::result::Result<Answer, Break> {
        self.exchange_until(url, request, Patience::of(timeout))
    }

    pub(super) fn exchange_until(
        &self,
        url: &Address,
        request: &Request,
        patience: Patience<'_>,
    ) -> std::result::Result<Answer, Break> {
        let received = self.post(url, request, patience)?.body;
        let answer = Answer::parse(received, request.tx_id()).map_err(|received| {
            let detail = format!("{} bytes that are not a JSON object with an LGD_RESPCODE", received.len());
            Break::answered(Error::new(Code::JSON, detail), received)
        })?;
        self.log_answer(&answer);
        Ok(answer)
    }

    /// Sends a request and returns its HTTP response, if the status is 2xx.
    pub(crate) fn post(
        &self,
        url: &Address,
        request: &Request,
        patience: Patience<'_>,
    ) -> std::result::Result<Response, Break> {
        self.post_form(url, &request.body(), request.charset(), patience, || {
            self.warn_if_unverified(request.tx_id());
            self.log().write_pairs(Level::Info, request.tx_id(), request.texts());
        })
    }

    /// Sends a form in the encoding `charset` and returns its HTTP response, if the status is 2xx. `announce` logs it before.
    pub(crate) fn post_form(
        &self,
        url: &Address,
        body: &str,
        charset: &'static str,
        patience: Patience<'_>,
        announce: impl FnOnce(),
    ) -> std::result::Result<Response, Break> {
        let Patience { timeout, stop, send_by } = patience;
        let mut route = self.route(timeout, stop).map_err(Break::unsent)?;
        route.charset = Some(charset).filter(|_| self.0.names_charset);
        route.send_by = send_by.map(|time| (self.world(), time));
        announce();
        let http = route.post(url, body).inspect_err(|broken| {
            if broken.error.code() == Code::SSL {
                self.forget_tls();
            }
        })?;
        if (200..300).contains(&http.status) {
            return Ok(http);
        }
        let error = Error::new(Code::http(http.status), "this is not an answer from the gateway");
        Err(Break::answered(error, http.body))
    }

    fn log_answer(&self, answer: &Answer) {
        // What a person needs to find the payment, also at the level that shops use.
        let names = ["LGD_OID", "LGD_TID", "LGD_AMOUNT"];
        let found =
            answer.rows().first().into_iter().flat_map(Row::iter).filter(|(name, _)| names.contains(name));
        self.log().write_with_pairs(
            Level::Info,
            answer.tx_id(),
            // In the call: before Rust 1.89, what it borrows lives to the end of the statement.
            format_args!("{} {}", answer.code(), answer.message()),
            found,
        );
        for row in answer.rows() {
            self.log().write_pairs(Level::Debug, answer.tx_id(), row.iter());
        }
    }

    pub(crate) fn warn_if_unverified(&self, tx_id: &str) {
        let Settings { verify_cert, verify_host, .. } = *self.settings();
        for (name, verified) in [("verify_cert", verify_cert), ("verify_host", verify_host)] {
            if !verified {
                let warning = format!(
                    "{name} = 0: anybody on the network path can read and change this request; set it to 1. / \
                     {name} = 0: 누구나 이 요청을 읽고 바꿀 수 있습니다. 1로 설정하십시오."
                );
                self.log().write(Level::Warn, tx_id, warning);
            }
        }
    }
}
