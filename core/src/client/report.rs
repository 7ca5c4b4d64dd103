//! Sends a Report to the gateway's operators at aux_url.

use crate::client::Client;
use crate::client::request::Request;
use crate::error::{Code, Error, Result};
use crate::net::address::Address;
use crate::protocol::answer::Answer;
use crate::protocol::value::Value;

impl Client {
    /// Reports a failure to the gateway's operators at `aux_url`. No money moves.
    ///
    /// # Errors
    /// [`Code::HTTP_URL`] if `aux_url` is missing or not https, and any error that prevents an answer.
    pub fn report(&self, mid: &str, status: &str, message: &str) -> Result<Answer> {
        self.report_bytes(mid, status.into(), message.into())
    }

    pub(crate) fn report_bytes(&self, mid: &str, status: Value, message: Value) -> Result<Answer> {
        let mut request = Request::new(self.config(), mid.as_bytes())?;
        request.set(b"LGD_TXNAME", "Report".into())?;
        request.set(b"LGD_STATUS", status)?;
        request.set(b"LGD_MSG", message)?;
        let timeout = self.settings().timeout;
        self.exchange(&self.aux_url()?, &request, timeout).map_err(|broken| broken.error)
    }

    /// Reports a page that came instead of an answer: its first 8 KiB.
    pub(super) fn report_page(&self, mid: &str, status: &str, page: &[u8]) -> Result<Answer> {
        const ENOUGH: usize = 8 * 1024;
        let excerpt = page.get(..ENOUGH).unwrap_or(page);
        self.report_bytes(mid, status.into(), excerpt.into())
    }

    pub(super) fn aux_url(&self) -> Result<Address> {
        match self.settings().aux_url.as_str() {
            "" => Err(Error::new(Code::HTTP_URL, "aux_url is not set in lgdacom.conf")),
            url => Address::parse(url.as_bytes()),
        }
    }
}
