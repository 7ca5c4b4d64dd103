//! A bounded list shared by the clients of one process. By hand, because a payment must never wait for its lock, which a fork
//! can leave taken, and a forked process must start empty.

use std::sync::{Mutex, TryLockError};
use std::thread;

/// At most `LIMIT` things, newest last. A forked process begins with none.
pub(crate) struct Shared<T, const LIMIT: usize>(Mutex<(u32, Vec<T>)>);

impl<T, const LIMIT: usize> Shared<T, LIMIT> {
    pub(crate) const fn new() -> Self {
        Shared(Mutex::new((0, Vec::new())))
    }

    /// Adds one; the oldest makes room.
    pub(crate) fn add(&self, thing: T) {
        self.first_or_add(|_| false, || thing, |_| ());
    }

    /// What `pick` gives of the first that is the same, or of `thing`, which is added where there is none.
    pub(crate) fn first_or_add<R>(
        &self,
        is_same: impl Fn(&T) -> bool,
        thing: impl FnOnce() -> T,
        pick: impl Fn(&T) -> R,
    ) -> Option<R> {
        self.with(|list| match list.iter().find(|known| is_same(known)) {
            Some(known) => pick(known),
            None => {
                if list.len() >= LIMIT {
                    list.remove(0);
                }
                let thing = thing();
                let picked = pick(&thing);
                list.push(thing);
                picked
            }
        })
    }

    /// Does something with the list. `None` where that is not possible: sharing is never needed.
    pub(crate) fn with<R>(&self, act: impl FnOnce(&mut Vec<T>) -> R) -> Option<R> {
        // A fork may leave the lock taken for good, by a thread that does not exist in the child.
        for _ in 0..1000 {
            let mut guard = match self.0.try_lock() {
                Ok(guard) => guard,
                Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
                Err(TryLockError::WouldBlock) => {
                    thread::yield_now();
                    continue;
                }
            };
            let (owner, list) = &mut *guard;
            if *owner != std::process::id() {
                *owner = std::process::id();
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
    fn the_oldest_makes_room_and_another_process_has_none() {
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
    fn a_lock_that_is_never_given_back_keeps_nobody_waiting() {
        let shared: Shared<u8, 2> = Shared::new();
        let _taken = shared.0.lock().unwrap();
        assert_eq!(shared.with(|list| list.len()), None);
    }
}
