//! What the gateway may take or refuse: a warning, or a refusal where the shop asks for it.

use std::fmt;

use crate::error::{Error, Result};

/// A parameter of which nobody has published how the gateway takes it. It never contains the value.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    field: String,
    words: &'static Words,
}

impl Warning {
    /// The parameter's name.
    pub fn field(&self) -> &str {
        &self.field
    }

    /// What was found and what to do, in English; begins with a verb.
    pub fn en(&self) -> &'static str {
        self.words.en
    }

    /// The same in Korean, as a sentence.
    pub fn ko(&self) -> &'static str {
        self.words.ko
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{0} {1}. / {0}: {2}.", self.field, self.words.en, self.words.ko)
    }
}

/// Written here and nowhere made, so that no value can get into a warning.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Words {
    en: &'static str,
    ko: &'static str,
}

/// Collects warnings; refuses the first if the shop is strict.
pub(super) struct Notes {
    strict: bool,
    warnings: Vec<Warning>,
}

impl Notes {
    pub(super) fn new(strict: bool) -> Notes {
        Notes { strict, warnings: Vec::new() }
    }

    pub(super) fn warn(&mut self, field: &str, words: &'static Words) -> Result<()> {
        if self.strict {
            return Err(Error::bad_value(field, words.en));
        }
        let warning = Warning { field: field.to_owned(), words };
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
        Ok(())
    }

    pub(super) fn into_warnings(self) -> Vec<Warning> {
        self.warnings
    }
}

pub(super) static NOT_SET: Words = Words {
    en: "is not set; set it as the gateway's sample page does",
    ko: "값이 없습니다. 게이트웨이의 샘플 페이지처럼 넣으십시오",
};

pub(super) static UNKNOWN_NAME: Words = Words {
    en: "is not known as a parameter of the window; check its name",
    ko: "결제창의 파라미터로 알려지지 않은 이름입니다. 이름을 확인하십시오",
};

pub(super) static NOT_RETURNED: Words = Words {
    en: "is a name of the shop's own; set LGD_RETURN_MERT_CUSTOM_PARAM to Y to receive it in the return",
    ko: "상점이 정한 이름입니다. 인증 결과로 돌려받으려면 LGD_RETURN_MERT_CUSTOM_PARAM에 Y를 넣으십시오",
};

pub(super) static BLANK_BEHIND: Words = Words {
    en: "was given with a blank behind its name and is sent without; remove the blank",
    ko: "이름 뒤에 공백이 있어 공백 없이 보냅니다. 공백을 지우십시오",
};

pub(super) static TWICE: Words = Words {
    en: "was given twice with one value and is sent once; give it once",
    ko: "같은 값이 두 번 있어 한 번만 보냅니다. 한 번만 넣으십시오",
};

pub(super) static UNKNOWN_VALUE: Words = Words {
    en: "has a value that is not known; check it",
    ko: "알려지지 않은 값입니다. 값을 확인하십시오",
};

pub(super) static DAY_ONLY: Words = Words {
    en: "has a day of 8 digits; give yyyyMMddHHmmss",
    ko: "날짜 8자리입니다. yyyyMMddHHmmss로 넣으십시오",
};

pub(super) static IPV6: Words = Words {
    en: "is an IPv6 address, longer than the protocol's 15 bytes; give the IPv4 address if there is one",
    ko: "IPv6 주소여서 프로토콜의 15바이트를 넘습니다. IPv4 주소가 있으면 그것을 넣으십시오",
};

pub(super) static ADDRESS: Words = Words {
    en: "holds --, +- or ;, which the window forbids in values; try this address on the test platform",
    ko: "결제창이 값에 금지하는 --, +-, ; 가운데 하나가 있습니다. 테스트 플랫폼에서 이 주소를 확인하십시오",
};

pub(super) static ESCAPES: Words = Words {
    en: "has escapes in its JSON; write letters and slashes as they are",
    ko: "JSON에 이스케이프(\\)가 있습니다. 글자와 슬래시를 그대로 쓰십시오",
};

pub(super) static NOT_JSON: Words =
    Words { en: "is not JSON; correct it", ko: "JSON이 아닙니다. 바로잡으십시오" };

pub(super) static TWO_TYPES: Words = Words {
    en: "differs from LGD_WINDOW_TYPE; give one of the two",
    ko: "LGD_WINDOW_TYPE과 값이 다릅니다. 둘 가운데 하나만 넣으십시오",
};

pub(super) static UNEVEN: Words = Words {
    en: "is not there once for each item; give it for every item",
    ko: "상품마다 하나씩 있지 않습니다. 모든 상품에 넣으십시오",
};

pub(super) static NOT_FOR_BILLING: Words = Words {
    en: "has no place in a billing window; leave it out",
    ko: "빌링키 발급 창에는 없는 파라미터입니다. 빼십시오",
};
