//! The entry of every call: tolerates a NULL handle, stops a panic, and rejects a call while another one is in the
//! client.

use std::cell::{Cell, OnceCell};
use std::ffi::c_char;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use xpayclient_core::{Error, Session};

use crate::client::{Contents, Shown, xpay_client};
use crate::said::{self, Aside};
use crate::text::{EMPTY, Text};

/// The current user of a client: 0 for none, otherwise the thread and its state. It is outside the borrowed data, so
/// that it can be read meanwhile.
#[derive(Default)]
pub(crate) struct Owner(AtomicUsize);

/// The state of a thread in a client, in the two low bits of the word.
const DOING: usize = 0b11;
/// Reads: no code of the caller runs meanwhile, so others may wait for its end.
const LOOKING: usize = 1;
/// Changes: the session is borrowed.
const CALLING: usize = 2;
/// Runs the shop's step, inside a call. The session is not borrowed.
const STEPPING: usize = 3;

/// How often to wait for another thread's read. It ends at once, unless a fork left it behind.
const PATIENCE: usize = 10_000;

impl Owner {
    /// Takes the word. Returns the value to restore.
    fn take(&self, doing: usize) -> Result<usize, Aside> {
        let here = here();
        for _ in 0..PATIENCE {
            match self.0.compare_exchange(0, here | doing, Ordering::Acquire, Ordering::Relaxed) {
                Ok(free) => return Ok(free),
                Err(now) if now & !DOING == here => return self.take_again(now, doing),
                Err(now) if now & DOING == LOOKING => thread::yield_now(),
                Err(_) => break,
            }
        }
        Err(Aside::InUse)
    }

    /// In its step a thread may read.
    fn take_again(&self, now: usize, doing: usize) -> Result<usize, Aside> {
        match (now & DOING, doing) {
            (STEPPING, LOOKING) => {
                self.put(here() | doing);
                Ok(now)
            }
            (STEPPING, _) => Err(Aside::InStep),
            _ => Err(Aside::InCall),
        }
    }

    /// Changes from the step to a call. `None` unless this thread is in a step.
    fn take_from_step(&self) -> Option<usize> {
        let step = here() | STEPPING;
        let call = here() | CALLING;
        self.0.compare_exchange(step, call, Ordering::Acquire, Ordering::Relaxed).ok()
    }

    fn put(&self, word: usize) {
        self.0.store(word, Ordering::Release);
    }
}

/// A number of this thread, unique among living threads.
fn here() -> usize {
    thread_local!(static HERE: Cell<usize> = const { Cell::new(0) });
    HERE.with(|here| ptr::from_ref(here).addr())
}

/// A call with exclusive access to the client, until this is dropped.
pub(crate) struct Call<'a> {
    client: &'a xpay_client,
    /// The previous value of the word.
    before: usize,
}

impl<'a> Call<'a> {
    /// Enters; on rejection sets this thread's code.
    pub(crate) fn enter(client: &'a xpay_client) -> Option<Call<'a>> {
        match client.owner.take(CALLING) {
            Ok(before) => Some(Call::begun(client, before)),
            Err(aside) => {
                said::set_aside(client.number, aside);
                None
            }
        }
    }

    /// Enters from the step of this thread. `None` outside a step.
    pub(crate) fn enter_from_step(client: &'a xpay_client) -> Option<Call<'a>> {
        Some(Call::begun(client, client.owner.take_from_step()?))
    }

    fn begun(client: &'a xpay_client, before: usize) -> Call<'a> {
        said::forget_aside(client.number);
        Call { client, before }
    }

    /// Runs a closure on the session. `false` after an error or a panic, which set a code.
    pub(crate) fn change(&mut self, call: impl FnOnce(&mut Session) -> Result<bool, Error>) -> bool {
        let session = &mut self.contents().session;
        let result = catch_unwind(AssertUnwindSafe(|| match call(session) {
            Ok(done) => done,
            Err(error) => session.fail(error),
        }));
        result.unwrap_or_else(|_| self.contents().session.fail(Error::internal("a panic was stopped")))
    }

    /// Lends the client to the shop's step, which may read it.
    pub(crate) fn lend(&mut self, step: impl FnOnce(*const xpay_client) -> bool) -> bool {
        let client = self.client;
        self.contents().shown = Shown::default();
        self.tell();
        client.owner.put(here() | STEPPING);
        let done = step(client);
        client.owner.put(here() | CALLING);
        done
    }

    /// Ends the session as well as possible; the client stays entered, and must be freed.
    pub(crate) fn end(mut self) {
        let contents = self.contents();
        // A panic while dropping must not reach C; nobody is left to report it to.
        let _ = catch_unwind(AssertUnwindSafe(|| *contents = Contents::new()));
        std::mem::forget(self);
    }

    fn contents(&mut self) -> &mut Contents {
        // SAFETY: the word is this thread's, and says that it calls: no other thread comes in, and this one not again.
        // Within the call it is borrowed by `self`.
        unsafe { &mut *self.client.contents.get() }
    }

    fn tell(&mut self) {
        let client = self.client;
        let contents = self.contents();
        client.said.tell(&contents.session, &mut contents.told);
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        let back_to_step = self.before != 0;
        let contents = self.contents();
        let shown = std::mem::take(&mut contents.shown);
        if back_to_step {
            // Strings that the step has read stay valid until it returns.
            contents.retired.push(shown);
        } else {
            contents.retired.clear();
            said::forget_aside(self.client.number);
        }
        self.tell();
        self.client.owner.put(self.before);
    }
}

/// Enters a client. `None` without a client, or during another call.
///
/// # Safety
/// `client` is NULL or came from `xpay_new`, and is not freed before what is returned is dropped.
pub(crate) unsafe fn enter<'a>(client: *const xpay_client) -> Option<Call<'a>> {
    // SAFETY: by this function's own contract.
    Call::enter(unsafe { client.as_ref() }?)
}

/// A call that changes the client. `false` without a client, and after an error or a panic, which set a code.
///
/// # Safety
/// `client` is NULL or came from `xpay_new` and was not freed.
pub(crate) unsafe fn change(
    client: *const xpay_client,
    call: impl FnOnce(&mut Session) -> Result<bool, Error>,
) -> bool {
    // SAFETY: by this function's own contract.
    unsafe { enter(client) }.is_some_and(|mut entered| entered.change(call))
}

/// A call that begins a transaction with what `arguments` reads; if one is NULL, the previous transaction ends all the
/// same.
///
/// # Safety
/// As for [`change`].
pub(crate) unsafe fn begin<T>(
    client: *const xpay_client,
    arguments: impl FnOnce() -> Result<T, Error>,
    call: impl FnOnce(&mut Session, T) -> bool,
) -> bool {
    // SAFETY: by this function's own contract.
    unsafe { change(client, |session| Ok(begun(session, arguments(), call))) }
}

/// The same inside a call.
pub(crate) fn begun<T>(
    session: &mut Session,
    arguments: Result<T, Error>,
    call: impl FnOnce(&mut Session, T) -> bool,
) -> bool {
    match arguments {
        Ok(arguments) => call(session, arguments),
        Err(error) => session.fail_init_tx(error),
    }
}

/// A call that only reads. `missing` without a client, or during another call.
///
/// # Safety
/// As for [`change`].
pub(crate) unsafe fn look<T: Copy>(
    client: *const xpay_client,
    missing: T,
    call: impl FnOnce(&Contents) -> Option<T>,
) -> T {
    // SAFETY: by this function's own contract.
    unsafe { look_or(client, missing, missing, call) }
}

/// A call that only reads. `missing` without a client, `taken` during another call.
///
/// # Safety
/// As for [`change`].
pub(crate) unsafe fn look_or<T>(
    client: *const xpay_client,
    missing: T,
    taken: T,
    call: impl FnOnce(&Contents) -> Option<T>,
) -> T {
    // SAFETY: by this function's own contract.
    let Some(client) = (unsafe { client.as_ref() }) else { return missing };
    let Ok(before) = client.owner.take(LOOKING) else { return taken };
    // SAFETY: the word is this thread's, and says that it looks: nobody changes anything until it is put back.
    let contents = unsafe { &*client.contents.get() };
    let seen = catch_unwind(AssertUnwindSafe(|| call(contents)));
    client.owner.put(before);
    seen.ok().flatten().unwrap_or(missing)
}

/// A call that reads one text. "" without a client.
///
/// # Safety
/// As for [`change`].
pub(crate) unsafe fn look_at(
    client: *const xpay_client,
    cell: impl FnOnce(&Shown) -> &OnceCell<Text>,
    make: impl FnOnce(&Session) -> Text,
) -> *const c_char {
    // SAFETY: by this function's own contract.
    unsafe {
        look(client, EMPTY, |contents| {
            Some(cell(&contents.shown).get_or_init(|| make(&contents.session)).pointer())
        })
    }
}
