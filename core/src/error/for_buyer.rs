//! What a buyer reads of an error: a sentence about the money, then the vendor's words that shops look for. No host, path,
//! file, command or number is in it: what the operator has to do is [`Error::message`].

use super::{Code, Error, ErrorKind};

pub(crate) const TRY_AGAIN: &str = "잠시 후 다시 시도해 주십시오";
pub(crate) const ASK: &str = "상점에 문의해 주십시오";
pub(crate) const DO_NOT_PAY_AGAIN: &str = "다시 결제하지 말고 상점에 문의해 주십시오";
const NO_SERVICE: &str = "지금은 결제 서비스를 이용할 수 없습니다";
/// Of a call after a payment that may stand: the buyer must not pay once more.
const MAY_STAND: &str = "요청을 처리하지 못했습니다. 다시 결제하지 말고 상점에 문의해 주십시오";

impl Error {
    /// For an error of no request: a configuration, a signature, a call at the wrong moment. `may_stand`: a payment may have been
    /// made before.
    pub fn for_buyer(&self, may_stand: bool) -> String {
        let sentence = match may_stand {
            true => MAY_STAND.to_owned(),
            false => format!("{NO_SERVICE}. {}", self.what_buyers_can_do()),
        };
        self.in_words_for_buyer(&sentence)
    }

    /// What a buyer can do about a request that was not sent.
    pub(crate) fn what_buyers_can_do(&self) -> &'static str {
        match self.code.kind() {
            ErrorKind::Transport | ErrorKind::Protocol => TRY_AGAIN,
            ErrorKind::Usage | ErrorKind::Config | ErrorKind::Internal => ASK,
        }
    }

    /// The sentence, and the vendor's words for this error.
    pub(crate) fn in_words_for_buyer(&self, sentence: &str) -> String {
        match self.vendors_words() {
            words if words.is_empty() => format!("{sentence}."),
            words => format!("{sentence}. ({words})"),
        }
    }

    /// The vendor has no words for our own codes, and has a path in its words for a file.
    fn vendors_words(&self) -> String {
        let info = self.code.info();
        match (self.code, self.code.http_status()) {
            (_, Some(status)) => format!("{} {status}", info.start),
            (Code::NO_HOME_DIR, _) => "home_dir does not exist".to_owned(),
            (Code::NO_MALL_CONFIG | Code::NO_LGDACOM_CONFIG, _)
                if self.cause.contains("] does not exist") =>
            {
                "config file does not exist".to_owned()
            }
            (Code::NO_MALL_CONFIG | Code::NO_LGDACOM_CONFIG, _) => "config file cannot be read".to_owned(),
            (Code::NO_MID, _) => {
                format!("Key for MID{} does not exist in mall.conf", harmless_mid(&self.cause))
            }
            (code, _) if code.number() < Code::NULL_ARGUMENT.number() => info.start.to_owned(),
            _ => String::new(),
        }
    }
}

/// The merchant ID in brackets. A page may pass what a browser sent, and prints this text as a part of its HTML.
fn harmless_mid(cause: &str) -> String {
    let harmless = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    let bracketed = cause.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    match bracketed {
        Some((mid, _)) if mid.len() <= 15 && mid.bytes().all(harmless) => format!(" [{mid}]"),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::CODES;

    #[test]
    fn the_vendors_words_without_a_path() {
        for (code, cause, words) in [
            (Code::NO_HOME_DIR, "home_dir [/srv/a] b] does not exist", "home_dir does not exist"),
            (Code::NO_MALL_CONFIG, "config file [/c] cannot be read: os error", "config file cannot be read"),
            (
                Code::NO_MID,
                "Key for MID [tx] does not exist in mall.conf",
                "Key for MID [tx] does not exist in mall.conf",
            ),
            (
                Code::NO_MID,
                "Key for MID [<b>] does not exist in mall.conf",
                "Key for MID does not exist in mall.conf",
            ),
        ] {
            let text = Error::with_cause(code, cause).for_buyer(false);
            assert_eq!(
                text,
                format!("지금은 결제 서비스를 이용할 수 없습니다. 상점에 문의해 주십시오. ({words})")
            );
        }
    }

    #[test]
    fn nothing_for_an_operator_is_told_to_a_buyer() {
        for info in CODES {
            let error = Error::new(info.code, "[/srv/shop] gateway.example:443 xpay recover").with_outcome(
                &info.remedy,
                "tmid-0120260101",
                None,
            );
            for may_stand in [false, true] {
                let text = error.for_buyer(may_stand);
                for hidden in ["/srv", "gateway", "xpay", "tmid", "journal"] {
                    assert!(!text.contains(hidden), "{text}");
                }
                assert!(text.contains(info.start) || info.code.number() > 90000, "{text}");
            }
        }
    }
}
