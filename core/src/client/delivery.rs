//! Registers escrow deliveries. No money moves here, and nothing is sent twice: whether a repeat is harmless, nobody has
//! published.

use std::fmt;

use crate::client::Client;
use crate::client::exchange::Patience;
use crate::client::outcome::Outcome;
use crate::config::Platform;
use crate::error::{Code, Error, Remedy, Result};
use crate::log::Level;
use crate::net::address::Address;
use crate::net::exchange::Break;
use crate::protocol::limits;
use crate::protocol::tables::{ESCROW_PAGE, ESCROW_TEST_PAGE, HOSTS};
use crate::text::encoding::{EUC_KR, decode};
use crate::typed::escrow::{Delivery, Values, form};

/// Why a delivery does not count as registered, and whether the gateway may have it all the same.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Unregistered {
    /// What happened, and what to do.
    pub error: Error,
    /// Whether a byte of the registration may have left this machine.
    pub sent: bool,
}

impl Unregistered {
    /// For bindings: the caller is gone before the registration ended.
    pub fn left(sent: bool) -> Unregistered {
        match sent {
            true => {
                let error = Error::new(Code::INTERRUPTED, "the registration goes on in the background");
                Unregistered { error: error.with_remedy(&MAY_HAVE_ARRIVED), sent }
            }
            false => Error::not_begun().into(),
        }
    }

    /// As [`Outcome::number`]: not sent, answered with something other than `OK`, or unknown.
    pub fn outcome(&self) -> u8 {
        match (self.sent, self.error.code()) {
            (false, _) => Outcome::NOT_SENT,
            (true, Code::DELIVERY) => Outcome::ANSWERED,
            (true, _) => Outcome::IN_DOUBT,
        }
    }
}

impl fmt::Display for Unregistered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Unregistered {}

impl From<Error> for Unregistered {
    fn from(error: Error) -> Unregistered {
        Unregistered { error, sent: false }
    }
}

impl Client {
    /// Registers the delivery of an item that was paid in escrow, for the shop `mid`. `Ok` if the gateway answered `OK`.
    ///
    /// The address follows from the platform; `escrow_url` and `test_escrow_url` replace it. A client whose gateway is not the
    /// operator's, such as a sandbox, needs that setting.
    ///
    /// # Errors
    /// [`Code::DELIVERY`] with the beginning of another answer; [`Code::BAD_VALUE`] names a wrong value, or LGD_MID if it
    /// belongs to the other platform; [`Code::NO_MID`]; [`Code::HTTP_URL`]; any error that prevents an answer.
    pub fn register_delivery(&self, mid: &str, delivery: &Delivery) -> std::result::Result<(), Unregistered> {
        self.register(mid, delivery).inspect_err(|Unregistered { error, .. }| match error.code() {
            // What the gateway said may hold something of the buyer.
            Code::DELIVERY => {
                self.log().write(Level::Error, "", "escrow delivery: the gateway did not answer OK")
            }
            _ => self.log().write(Level::Error, "", error),
        })
    }

    fn register(&self, mid: &str, delivery: &Delivery) -> std::result::Result<(), Unregistered> {
        let (page, values) = self.registration(mid, delivery)?;
        let body = form(&values);
        let about = [("LGD_MID", mid), ("LGD_OID", delivery.oid.as_str())];
        let log = |text: fmt::Arguments<'_>| {
            self.log().write_with_pairs(Level::Info, "", text, about.into_iter());
        };
        let answered = self.post_form(&page, &body, EUC_KR, Patience::of(self.settings().timeout), || {
            self.warn_if_unverified("");
            log(format_args!("escrow delivery {}", delivery.event.code()));
        });
        answered
            .map_err(unknown)
            .and_then(|http| accepted(&http.body))
            .inspect(|()| log(format_args!("escrow delivery OK")))
    }

    /// The address and the signed values of a registration.
    pub(super) fn registration(&self, mid: &str, delivery: &Delivery) -> Result<(Address, Values)> {
        limits::check_given("LGD_MID", mid)?;
        limits::check("LGD_MID", mid)?;
        let key = self.config().mert_key(mid.as_bytes())?;
        self.config().check_platform(mid.as_bytes(), self.platform())?;
        let values = delivery.signed(mid, key)?;
        Ok((self.escrow_page()?, values))
    }

    fn escrow_page(&self) -> Result<Address> {
        let settings = self.settings();
        let (own, usual) = match self.platform() {
            Platform::Test => (&settings.test_escrow_url, ESCROW_TEST_PAGE),
            Platform::Service => (&settings.escrow_url, ESCROW_PAGE),
        };
        let own = own.trim();
        if own.is_empty() {
            // Goods of a sandbox's order must not be registered at the real gateway.
            let gateway = self.gateway(self.platform())?;
            return match HOSTS.age(&gateway.host) {
                Some(_) => Address::parse(usual.as_bytes()),
                None => {
                    let detail =
                        format!("{} is not the operator's, so its escrow page is unknown", gateway.host);
                    Err(Error::new(Code::HTTP_URL, detail).with_remedy(&NO_PAGE))
                }
            };
        }
        Address::parse(own.as_bytes()).map_err(|error| error.with_remedy(&WRONG_PAGE))
    }
}

/// Shops' own pages print blank lines around it.
fn accepted(body: &[u8]) -> std::result::Result<(), Unregistered> {
    if body.trim_ascii() == b"OK" {
        return Ok(());
    }
    const ENOUGH: usize = 120;
    let text = decode(body);
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let beginning: String = words.collect::<Vec<_>>().join(" ").chars().take(ENOUGH).collect();
    let error = Error::new(Code::DELIVERY, format!("the gateway answered [{beginning}] and not OK"));
    Err(Unregistered { error, sent: true })
}

fn unknown(broken: Break) -> Unregistered {
    let Break { error, sent, .. } = broken;
    let remedy = if sent { &MAY_HAVE_ARRIVED } else { error.remedy() };
    Unregistered { error: error.with_remedy(remedy), sent }
}

static MAY_HAVE_ARRIVED: Remedy = Remedy {
    en: "The gateway may have registered the delivery: look it up in the merchant admin before you register it again, because \
         whether a repeat is harmless is not known",
    ko: "게이트웨이가 배송을 등록했을 수 있습니다. 다시 등록해도 되는지는 알려져 있지 않으므로, 먼저 상점관리자에서 배송 내역을 확인하십시오",
};

static NO_PAGE: Remedy = Remedy {
    en: "Set escrow_url (service) or test_escrow_url (test) in mall.conf",
    ko: "mall.conf의 escrow_url(실거래) 또는 test_escrow_url(테스트)에 주소를 쓰십시오",
};

static WRONG_PAGE: Remedy = Remedy {
    en: "Correct escrow_url (service) or test_escrow_url (test) in mall.conf; it must begin with https://",
    ko: "mall.conf의 escrow_url(실거래) 또는 test_escrow_url(테스트)을 https://로 시작하는 주소로 고치십시오",
};
