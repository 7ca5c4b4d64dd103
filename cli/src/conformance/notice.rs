//! A notification that a shop received from the test gateway: which names it has, and whether it is signed as we compute.

use super::examination::Examination;
use super::finding::{Text, Verdict};
use crate::failure::Failure;
use std::fs;
use std::path::Path;
use xpayclient_core::notice::{Notice, UnverifiedNotice};
use xpayclient_core::{Error, Platform};
use zeroize::Zeroizing;

/// Its body, as the shop received it.
pub(super) struct Body(Zeroizing<Vec<u8>>);

impl Body {
    pub(super) fn read(file: &Path) -> Result<Body, Failure> {
        let unusable = |ko: String, en: String| {
            let shown = file.display();
            Failure::misuse(
                format!("통보 파일 [{shown}]: {ko}. 받은 본문을 그대로 저장한 파일을 지정하십시오"),
                format!("the notification [{shown}]: {en}; name a file with the body as it was received"),
            )
        };
        let body = fs::read(file).map_err(|error| {
            unusable(format!("읽을 수 없습니다({error})"), format!("cannot be read ({error})"))
        })?;
        let body = Body(Zeroizing::new(body.trim_ascii().to_vec()));
        match UnverifiedNotice::parse(&body.0)?.claimed_oid() {
            Some(_) => Ok(body),
            None => Err(unusable("LGD_OID가 없습니다".into(), "it has no LGD_OID".into())),
        }
    }

    /// For its own amount: there is no order to compare it with.
    fn verified(&self, examination: &Examination, mid: &str) -> Result<Notice, Error> {
        let amount = self.pairs().find(|(name, _)| *name == "LGD_AMOUNT").map(|(_, value)| value);
        let amount = amount.and_then(|amount| amount.parse().ok()).unwrap_or_default();
        let config = examination.client().config();
        UnverifiedNotice::parse(&self.0)?.verify(config, Platform::Test, mid, amount)
    }

    fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        let text = std::str::from_utf8(&self.0).unwrap_or_default();
        text.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }
}

/// Adds its names, without a value, and whether its signature is right.
pub(super) fn examine(examination: &mut Examination, body: &Body, mid: &str) {
    let names: Vec<_> = body.pairs().map(|(name, _)| name).collect();
    examination.note(
        "notice-fields",
        Text::new("통보의 항목", "the fields of a notification"),
        names.join(" "),
        Text::new("이름만 적습니다", "names only"),
    );
    let verified = body.verified(examination, mid);
    let found =
        verified.as_ref().err().map_or_else(|| "LGD_HASHDATA".to_owned(), |error| error.code().to_string());
    examination.add(
        "notice-signature",
        None,
        Text::new("통보의 서명", "the signature of a notification"),
        Text::same("LGD_HASHDATA"),
        found,
        Verdict::of(verified.is_ok()),
    );
}
