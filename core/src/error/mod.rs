//! The one error type: a code, a message that begins as the vendor's does, and what to do in Korean and English.

pub(crate) mod code;
mod rollback_result;

pub use self::code::{CODES, Code, CodeInfo, FAMILIES, Family, Remedy};
pub use self::rollback_result::RollbackResult;

use std::fmt;

/// Something that kept an answer from coming, or a wrong use of this library. Never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: Code,
    cause: String,
    remedy: &'static Remedy,
    fate: Option<&'static Remedy>,
    tx_id: String,
    /// Boxed because errors travel in results, and few have this.
    rollback: Option<Box<RollbackResult>>,
}

/// What the fallible calls of this crate return.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// The code's usual words followed by `detail`.
    pub(crate) fn new(code: Code, detail: impl fmt::Display) -> Error {
        let info = code.info();
        let cause = match (info.start, code.http_status()) {
            ("", _) => detail.to_string(),
            (start, Some(status)) => format!("{start} {status}; {detail}"),
            (start, None) => format!("{start}; {detail}"),
        };
        Error::in_words(code, cause)
    }

    /// The whole cause in the caller's words, where the vendor's message has a form of its own.
    pub(crate) fn in_words(code: Code, cause: impl Into<String>) -> Error {
        let remedy = &code.info().remedy;
        Error { code, cause: cause.into(), remedy, fate: None, tx_id: String::new(), rollback: None }
    }

    /// For bindings: the argument `name` of a call was NULL.
    pub fn null_argument(name: &str) -> Error {
        Error::new(Code::NULL_ARGUMENT, format!("{name} is NULL"))
    }

    /// For bindings: what is wrong with the value of `name`, as in "LGD_OID is an array". Neither may hold a value.
    pub fn bad_value(name: &str, why: impl fmt::Display) -> Error {
        Error::new(Code::BAD_VALUE, format!("{name} {why}"))
    }

    /// For bindings: a call that comes too early, too late or twice.
    pub fn call_order(detail: &str) -> Error {
        Error::new(Code::CALL_ORDER, detail)
    }

    /// For bindings: a call that changes the session, from within the shop's step after an approval.
    pub fn in_step() -> Error {
        Error::call_order("the client is in the guard's step").with_remedy(&IN_STEP)
    }

    /// For bindings: a call on a session that is in a call already, as from within its own logger.
    pub fn in_call() -> Error {
        Error::call_order("the client is in a call").with_remedy(&IN_CALL)
    }

    /// For bindings: a call on a session that another thread is in.
    pub fn in_use() -> Error {
        Error::call_order("the client is in use by another thread").with_remedy(&IN_USE)
    }

    /// A fault of this library itself.
    pub fn internal(detail: &str) -> Error {
        Error::new(Code::INTERNAL, detail)
    }

    /// For bindings: the caller of the transaction `tx_id` is gone before it ended, and it is ended behind the caller's back.
    pub fn interrupted(tx_id: &str) -> Error {
        let error = Error::new(Code::INTERRUPTED, "it is being rolled back in the background");
        error.with_fate(&UNFINISHED, tx_id, None)
    }

    /// With a remedy that fits better than the code's usual one.
    pub(crate) fn with_remedy(self, remedy: &'static Remedy) -> Error {
        Error { remedy, ..self }
    }

    /// Of the request `tx_id`, which may have arrived, with what became of its Rollback and so of the money.
    pub(crate) fn with_fate(
        mut self,
        fate: &'static Remedy,
        tx_id: &str,
        rollback: Option<RollbackResult>,
    ) -> Error {
        self.fate = Some(fate);
        if !tx_id.is_empty() {
            self.cause = format!("{} [LGD_TXID {tx_id}]", self.cause);
        }
        if let Some(rollback) = &rollback {
            self.cause = format!("{} [{rollback}]", self.cause);
        }
        self.tx_id = tx_id.to_owned();
        self.rollback = rollback.map(Box::new);
        self
    }

    /// The code, the same in every language binding.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What kind of failure it is. Once a request may have arrived, that no answer came is what matters, whatever the code.
    pub fn family(&self) -> Family {
        match (self.code.family(), self.fate) {
            (Family::Protocol, _) => Family::Protocol,
            (_, Some(_)) => Family::Transport,
            (family, None) => family,
        }
    }

    /// What happened, in English, beginning as the vendor's message does.
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// What the merchant can do about the cause.
    pub fn remedy(&self) -> &'static Remedy {
        self.remedy
    }

    /// Once a request may have arrived: whether money moved, and what to do if nobody knows.
    pub fn fate(&self) -> Option<&'static Remedy> {
        self.fate
    }

    /// LGD_TXID of the request that may have arrived; empty where none was sent.
    pub fn tx_id(&self) -> &str {
        &self.tx_id
    }

    /// Once a request may have arrived: what became of its Rollback.
    pub fn rollback(&self) -> Option<&RollbackResult> {
        self.rollback.as_deref()
    }

    /// All of it in one line: what `Response_Msg` of the vendor's interface shows.
    pub fn message(&self) -> String {
        let said = |pick: fn(&Remedy) -> &'static str| {
            let sentences = [Some(self.remedy), self.fate].into_iter().flatten();
            sentences.map(|r| format!("{}. ", pick(r))).collect::<String>()
        };
        let (en, ko) = (said(|r| r.en), said(|r| r.ko));
        format!("{}. {en}/ {}", self.cause.trim_end_matches('.'), ko.trim_end())
    }
}

static IN_STEP: Remedy = Remedy {
    en: "In the step, only read the answer or roll back; make every other call after the step",
    ko: "가드 단계에서는 응답을 읽거나 망취소만 하십시오. 다른 호출은 단계가 끝난 뒤에 하십시오",
};

static IN_CALL: Remedy = Remedy {
    en: "Do not call a client from its own logger; use another client there",
    ko: "로거 안에서는 그 로거를 등록한 클라이언트를 호출하지 말고 다른 클라이언트를 쓰십시오",
};

static IN_USE: Remedy = Remedy {
    en: "Give each thread a client of its own",
    ko: "스레드마다 클라이언트를 따로 만드십시오",
};

static UNFINISHED: Remedy = Remedy {
    en: "Look this LGD_TXID up in the log or with `xpay recover` before charging again",
    ko: "다시 결제하기 전에 로그나 `xpay recover`로 LGD_TXID를 확인하십시오",
};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.code, self.message())
    }
}

impl std::error::Error for Error {}
