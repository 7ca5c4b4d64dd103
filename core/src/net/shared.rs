//! A bounded list shared by the clients of one process. Written by hand: a payment must never wait for the list's lock, which
//! a fork can leave locked, and a forked process must start with an empty list.

use std::sync::{Mutex, TryLockError};
use std::thread;

/// At most `LIMIT` items, the newest last. Empty at first in a forked process.
pub(crate) struct Shared<T, const LIMIT: usize>(Mutex<(u32, Vec<T>)>);

impl<T, const LIMIT: usize> Shared<T, LIMIT> {
    pub(crate) const fn new() -> Self {
        Shared(Mutex::new((0, Vec::new())))
    }

    /// Adds an item. A full list drops its oldest.
    pub(crate) fn add(&self, item: T) {
        self.first_or_add(|_| false, || item, |_| ());
    }

    /// Returns `pick` of the first item that `is_same` accepts; if there is none, adds `make()` and returns `pick` of it.
    pub(crate) fn first_or_add<R>(
        &self,
        is_same: impl Fn(&T) -> bool,
        make: impl FnOnce() -> T,
        pick: impl Fn(&T) -> R,
    ) -> Option<R> {
        self.with(|list| match list.iter().find(|known| is_same(known)) {
            Some(known) => pick(known),
            None => {
                if list.len() >= LIMIT {
                    list.remove(0);
                }
                let item = make();
                let picked = pick(&item);
                list.push(item);
                picked
            }
        })
    }

    /// Runs `act` on the list. `None` if the lock stays locked; every caller can do without the list.
    pub(crate) fn with<R>(&self, act: impl FnOnce(&mut Vec<T>) -> R) -> Option<R> {
        // A fork may leave the lock locked for good, by a thread that does not exist in the child.
        for _ in 0..1000 {
            let mut guard = match self.0.try_lock() {
                Ok(guard) => guard,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => {
                    thread::yield_now();
                    continue;
                }
            };
            let (pid, list) = &mut *guard;
            if *pid != std::process::id() {
                *pid = std::process::id();
                list.clear();
            }
            return Some(act(list));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_list_drops_its_oldest_and_a_forked_process_starts_empty() {
        let shared: Shared<u8, 2> = Shared::new();
        (1..=3).for_each(|n| shared.add(n));
        assert_eq!(shared.with(|list| list.clone()), Some(vec![2, 3]));
        shared.0.lock().unwrap().0 = 0;
        assert_eq!(shared.with(|list| list.clone()), Some(vec![]));
        assert_eq!(shared.first_or_add(|known| *known == 7, || 7, |known| *known), Some(7));
        assert_eq!(
            shared.first_or_add(|known| *known == 7, || panic!("added again"), |known| *known),
            Some(7)
        );
    }

    #[test]
    fn a_lock_that_is_never_released_blocks_no_payment() {
        let shared: Shared<u8, 2> = Shared::new();
        let _locked = shared.0.lock().unwrap();
        assert_eq!(shared.with(|list| list.len()), None);
    }
}
