//! The one error type: a code, a message that begins like the vendor's, and a remedy in Korean and English.

mod code;
pub(crate) mod for_buyer;
mod rollback_result;

pub use self::code::{CODES, Code, CodeInfo, ERROR_KINDS, ErrorKind, Remedy};
pub use self::rollback_result::RollbackResult;

use std::fmt;

/// Why no answer came, or a wrong use of this library. Never contains a secret.
///
/// Its text has the whole cause, so [`source`](std::error::Error::source) has nothing to add: a chain that is printed says
/// nothing twice.
///
/// ```
/// use xpayclient_core::{Code, Config};
///
/// let error = Config::load("/nowhere").unwrap_err();
/// assert_eq!(error.code(), Code::NO_HOME_DIR);
/// println!("{}: {}", error.cause(), error.remedy().en);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    code: Code,
    cause: String,
    remedy: &'static Remedy,
    outcome_note: Option<&'static Remedy>,
    tx_id: String,
    /// Boxed: errors travel in results, and few have a Rollback.
    rollback: Option<Box<RollbackResult>>,
}

/// The result type of this crate.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error whose cause is the code's usual start, followed by `detail`.
    pub(crate) fn new(code: Code, detail: impl fmt::Display) -> Error {
        let info = code.info();
        let cause = match (info.start, code.http_status()) {
            ("", _) => detail.to_string(),
            (start, Some(status)) => format!("{start} {status}; {detail}"),
            (start, None) => format!("{start}; {detail}"),
        };
        Error::with_cause(code, cause)
    }

    /// An error with this whole cause, for messages where the vendor has a form of its own.
    pub(crate) fn with_cause(code: Code, cause: impl Into<String>) -> Error {
        let remedy = &code.info().remedy;
        Error { code, cause: cause.into(), remedy, outcome_note: None, tx_id: String::new(), rollback: None }
    }

    /// For bindings: the argument `name` of a call was NULL.
    pub fn null_argument(name: &str) -> Error {
        Error::new(Code::NULL_ARGUMENT, format!("{name} is NULL"))
    }

    /// For bindings: the problem with the value of `name`, as in "LGD_OID is an array". Neither text may contain the
    /// value.
    pub fn bad_value(name: &str, why: impl fmt::Display) -> Error {
        Error::new(Code::BAD_VALUE, format!("{name} {why}"))
    }

    /// For bindings: a call without a merchant ID, on a client that has none of its own.
    pub fn missing_mid() -> Error {
        Error::bad_value("LGD_MID", "is required; found none (argument mid)").with_remedy(&WHICH_SHOP)
    }

    /// For bindings: a call that comes too early, too late or twice.
    pub fn call_order(detail: &str) -> Error {
        Error::new(Code::CALL_ORDER, detail)
    }

    /// For bindings: a call from the shop's step after an approval that would change the session.
    pub fn in_step() -> Error {
        Error::call_order("the client is in a step").with_remedy(&IN_STEP)
    }

    /// For bindings: a call on a session that is already in a call, such as from its own logger.
    pub fn in_call() -> Error {
        Error::call_order("the client is in a call").with_remedy(&IN_CALL)
    }

    /// For bindings: a call on a session that another thread is using.
    pub fn in_use() -> Error {
        Error::call_order("the client is in use by another thread").with_remedy(&IN_USE)
    }

    /// The end of an approval in a process that was forked while its parent held it.
    pub(crate) fn held_by_parent() -> Error {
        Error::call_order("the process that this one was forked from holds the approval")
            .with_remedy(&HELD_BY_PARENT)
    }

    /// For bindings: a call on a client that was closed.
    pub fn closed() -> Error {
        Error::call_order("the client is closed").with_remedy(&CLOSED)
    }

    /// A fault in this library itself.
    pub fn internal(detail: &str) -> Error {
        Error::new(Code::INTERNAL, detail)
    }

    /// For bindings: the caller of the transaction `tx_id` is gone before it ended, so it is ended in the background.
    pub fn interrupted(tx_id: &str) -> Error {
        let error = Error::new(Code::INTERRUPTED, "it is being rolled back in the background");
        error.with_outcome(&IN_BACKGROUND, tx_id, None)
    }

    /// For bindings: the caller is gone before its call was begun, so nothing was sent.
    pub fn not_begun() -> Error {
        Error::new(Code::INTERRUPTED, "nothing was sent").with_remedy(&NOT_BEGUN)
    }

    /// For bindings: the caller was gone when the answer with this code came. It stands.
    pub fn untaken(code: &str) -> Error {
        Error::new(Code::INTERRUPTED, format!("the gateway answered {code}, and the caller was gone"))
            .with_remedy(&UNTAKEN)
    }

    /// What `earlier` led to: its cause is told as well, and what to do is what it asks for.
    pub(crate) fn after(mut self, earlier: &Error) -> Error {
        if !self.cause.ends_with(&earlier.cause) {
            self.cause = format!("{}: {}", self.cause, earlier.cause);
            self.remedy = earlier.remedy;
        }
        self
    }

    /// Adds the caller's own name of the value that is wrong.
    pub(crate) fn of_argument(mut self, argument: &str) -> Error {
        self.cause = format!("{} (argument {argument})", self.cause);
        self
    }

    /// Replaces the code's usual remedy by a better one.
    pub(crate) fn with_remedy(self, remedy: &'static Remedy) -> Error {
        Error { remedy, ..self }
    }

    /// Adds the request `tx_id`, which may have arrived, the result of its Rollback, and what that means for the
    /// money.
    pub(crate) fn with_outcome(
        mut self,
        outcome_note: &'static Remedy,
        tx_id: &str,
        rollback: Option<RollbackResult>,
    ) -> Error {
        self.outcome_note = Some(outcome_note);
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

    /// The kind of failure. Once a request may have arrived, the missing answer decides the kind, whatever the code.
    pub fn kind(&self) -> ErrorKind {
        match (self.code.kind(), self.outcome_note) {
            (ErrorKind::Protocol, _) => ErrorKind::Protocol,
            (_, Some(_)) => ErrorKind::Transport,
            (kind, None) => kind,
        }
    }

    /// What happened, in English. Begins like the vendor's message.
    pub fn cause(&self) -> &str {
        &self.cause
    }

    /// The remedy for the cause.
    pub fn remedy(&self) -> &'static Remedy {
        self.remedy
    }

    /// If the request may have arrived: whether money moved, and what to do if nobody knows.
    pub fn outcome_note(&self) -> Option<&'static Remedy> {
        self.outcome_note
    }

    /// LGD_TXID of the request that may have arrived. Empty if none was sent.
    pub fn tx_id(&self) -> &str {
        &self.tx_id
    }

    /// If the request may have arrived: the result of its Rollback.
    pub fn rollback(&self) -> Option<&RollbackResult> {
        self.rollback.as_deref()
    }

    /// Everything in one line, for developers and operators: `Response_Detail` of the vendor's interface. [`Error::for_buyer`] is
    /// what a buyer may read.
    pub fn message(&self) -> String {
        let text = |pick: fn(&Remedy) -> &'static str| {
            let remedies = [Some(self.remedy), self.outcome_note].into_iter().flatten();
            remedies.map(|r| format!("{}. ", pick(r))).collect::<String>()
        };
        let (en, ko) = (text(|r| r.en), text(|r| r.ko));
        format!("{}. {en}/ {}", self.cause.trim_end_matches('.'), ko.trim_end())
    }
}

static WHICH_SHOP: Remedy = Remedy {
    en: "Pass the merchant ID to the call, or once to the client",
    ko: "상점아이디를 호출이나 클라이언트에 mid로 넣으십시오",
};

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

static HELD_BY_PARENT: Remedy = Remedy {
    en: "Confirm or undo it in the process that paid, and create a client of its own in the child",
    ko: "결제한 프로세스에서 확정하거나 망취소하고, 자식 프로세스에서는 클라이언트를 새로 만드십시오",
};

static CLOSED: Remedy = Remedy {
    en: "Make another client, or close this one later",
    ko: "클라이언트를 새로 만들거나 나중에 닫으십시오",
};

static NOT_BEGUN: Remedy = Remedy {
    en: "Send the request again if you still want it",
    ko: "아직 필요하면 다시 요청하십시오",
};

static UNTAKEN: Remedy = Remedy {
    en: "Read the code before you send the request again",
    ko: "다시 요청하기 전에 응답 코드를 확인하십시오",
};

static IN_BACKGROUND: Remedy = Remedy {
    en: "Look this LGD_TXID up in the log or with `xpay recover` before charging again",
    ko: "다시 결제하기 전에 로그나 `xpay recover`로 LGD_TXID를 확인하십시오",
};

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {}", self.code, self.message())
    }
}

impl std::error::Error for Error {}
