//! Code, message and detail at a fixed address in the client; and the code of a rejected call, which only its thread sees.

use std::cell::Cell;
use std::ffi::c_char;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};

use xpayclient_core::Error;
use xpayclient_core::binding::Session;
use xpayclient_core::encoding::{to_cp949, without_nul};

use crate::text::Text;

/// Code, message and detail of the session; C may read them at any time, also while another thread writes.
pub(crate) struct Said {
    code: Place<64>,
    message: Place<8192>,
    detail: Place<8192>,
    /// The encoding of message and detail, also for a rejected call.
    utf8: AtomicBool,
    /// The number of an `xpay_error_t`.
    error: AtomicU32,
    /// The number of an `xpay_error_kind_t`.
    kind: AtomicU8,
}

impl Said {
    pub(crate) fn new() -> Said {
        Said {
            code: Place::new(),
            message: Place::new(),
            detail: Place::new(),
            utf8: AtomicBool::new(true),
            error: AtomicU32::new(0),
            kind: AtomicU8::new(0),
        }
    }

    /// Copies what the session says, unless it equals `told`: most calls do not change it.
    pub(crate) fn tell(&self, session: &Session, told: &mut Last) {
        let utf8 = session.output_is_utf8();
        let kind = session.error_kind().map_or(0, |kind| kind as u8);
        let now = (session.response_code(), session.message(), session.detail(), utf8, kind);
        if (&*told.code, &*told.message, &*told.detail, told.utf8, told.kind) == now {
            return;
        }
        *told = Last {
            code: session.response_code().to_owned(),
            message: session.message().to_owned(),
            detail: session.detail().to_owned(),
            utf8,
            kind,
        };
        self.error.store(session.error_number(), Ordering::Relaxed);
        self.kind.store(kind, Ordering::Relaxed);
        self.code.write(self.code.fitting(&told.code).as_bytes());
        // No character is longer in CP949.
        self.message.write(&session.output(self.message.fitting(&told.message)));
        self.detail.write(&session.output(self.detail.fitting(&told.detail)));
        self.utf8.store(utf8, Ordering::Relaxed);
    }

    /// What this thread reads from the client of this number.
    pub(crate) fn code(&self, number: u64) -> *const c_char {
        match aside(number).map(Aside::told) {
            Some(told) => told.code.pointer(),
            None => self.code.pointer(),
        }
    }

    /// The number of the error that code and message describe.
    pub(crate) fn error(&self, number: u64) -> u32 {
        match aside(number).map(Aside::told) {
            Some(told) => told.error,
            None => self.error.load(Ordering::Relaxed),
        }
    }

    /// The number of the kind of failure that code and message describe.
    pub(crate) fn kind(&self, number: u64) -> u8 {
        match aside(number).map(Aside::told) {
            Some(told) => told.kind,
            None => self.kind.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn message(&self, number: u64) -> *const c_char {
        let aside = aside(number).and_then(|aside| aside.told().texts.as_ref());
        aside.map_or(self.message.pointer(), |(message, _)| self.encoded(message))
    }

    pub(crate) fn detail(&self, number: u64) -> *const c_char {
        let aside = aside(number).and_then(|aside| aside.told().texts.as_ref());
        aside.map_or(self.detail.pointer(), |(_, detail)| self.encoded(detail))
    }

    fn encoded(&self, both: &Both) -> *const c_char {
        let text = if self.utf8.load(Ordering::Relaxed) { &both.utf8 } else { &both.cp949 };
        text.pointer()
    }
}

/// What was last copied from the session.
pub(crate) struct Last {
    code: String,
    message: String,
    detail: String,
    utf8: bool,
    kind: u8,
}

impl Last {
    /// Of a new session.
    pub(crate) fn new() -> Last {
        Last { code: String::new(), message: String::new(), detail: String::new(), utf8: true, kind: 0 }
    }
}

/// A text at a fixed address. It always has a NUL: the last byte is never written.
struct Place<const SIZE: usize>(Box<[AtomicU8]>);

impl<const SIZE: usize> Place<SIZE> {
    fn new() -> Place<SIZE> {
        Place((0..SIZE).map(|_| AtomicU8::new(0)).collect())
    }

    /// As much of a text as fits.
    fn fitting<'a>(&self, text: &'a str) -> &'a str {
        let mut end = text.len().min(SIZE - 1);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.get(..end).unwrap_or_default()
    }

    fn write(&self, bytes: &[u8]) {
        for (place, byte) in self.0.iter().take(SIZE - 1).zip(without_nul(bytes).chain([0])) {
            place.store(byte, Ordering::Relaxed);
        }
    }

    fn pointer(&self) -> *const c_char {
        self.0.as_ptr().cast()
    }
}

/// The result of a rejected call, for its thread only: it must not change the session's code and message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aside {
    /// A call that changes the client, in the shop's step.
    InStep,
    /// A call inside a call, for example from a logger.
    InCall,
    /// A call while another thread is in the client.
    InUse,
    /// A Rollback in the step with NULL as its reason.
    NoReason,
    /// A Rollback in the step that the gateway confirmed; the surrounding call reports it in its own way.
    RolledBack,
}

thread_local! {
    /// The last rejected call of this thread, and the number of its client.
    static ASIDE: Cell<Option<(u64, Aside)>> = const { Cell::new(None) };
}

pub(crate) fn set_aside(number: u64, aside: Aside) {
    ASIDE.set(Some((number, aside)));
}

/// The next call of this thread begins: forgets the rejected one.
pub(crate) fn forget_aside(number: u64) {
    if aside(number).is_some() {
        ASIDE.set(None);
    }
}

fn aside(number: u64) -> Option<Aside> {
    ASIDE.get().filter(|(of, _)| *of == number).map(|(_, aside)| aside)
}

struct Told {
    code: Text,
    /// Message and detail. `None`: the session's own say it.
    texts: Option<(Both, Both)>,
    error: u32,
    kind: u8,
}

struct Both {
    utf8: Text,
    cp949: Text,
}

impl Both {
    fn new(text: &str) -> Both {
        Both { utf8: Text::new(text.as_bytes()), cp949: Text::new(&to_cp949(text)) }
    }
}

impl Told {
    /// A payment may stand: the call that this one disturbs may have paid.
    fn error(error: Error) -> Told {
        let texts = (Both::new(&error.for_buyer(true)), Both::new(&error.message()));
        let code = Text::new(error.code().to_string().as_bytes());
        Told { code, texts: Some(texts), error: error.code().number(), kind: error.kind() as u8 }
    }
}

impl Aside {
    /// Kept for the process, so that a pointer to it outlives every client.
    fn told(self) -> &'static Told {
        static TOLD: [OnceLock<Told>; 5] = [const { OnceLock::new() }; 5];
        let (place, make): (_, fn() -> Told) = match self {
            Aside::InStep => (0, || Told::error(Error::in_step())),
            Aside::InCall => (1, || Told::error(Error::in_call())),
            Aside::InUse => (2, || Told::error(Error::in_use())),
            Aside::NoReason => (3, || Told::error(Error::null_argument("reason"))),
            Aside::RolledBack => (4, || Told { code: Text::new(b"0000"), texts: None, error: 0, kind: 0 }),
        };
        #[allow(clippy::indexing_slicing, reason = "each place is within")]
        TOLD[place].get_or_init(make)
    }
}
