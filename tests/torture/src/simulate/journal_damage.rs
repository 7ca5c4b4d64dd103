//! Damage to a journal from outside: its directory is removed, or a byte of a file changes.

use std::sync::Arc;

use super::simulation::{Simulation, State};

/// Somebody removes the directory with all that is in it.
pub(super) fn remove(simulation: &Arc<Simulation>, host: usize) {
    let mut state = simulation.state();
    if state.database.is_some() {
        return;
    }
    state.tally.count("journal", "wiped");
    state.log(|| format!("  host {host}: THE JOURNAL IS REMOVED"));
    state.hosts[host].files.vanish();
    mark_damaged(&mut state, host);
}

/// A byte of a file becomes another one.
pub(super) fn damage(simulation: &Arc<Simulation>, host: usize) {
    let mut state = simulation.state();
    let state = &mut *state;
    if state.database.is_some() {
        return;
    }
    let numbers = state.hosts[host].files.numbers();
    if numbers.is_empty() {
        return;
    }
    let number = numbers[state.random.below(numbers.len())];
    let Some(file) = state.hosts[host].files.find(number) else { return };
    let written = state.hosts[host].files.file(file).written();
    let at = state.random.below(written);
    // No line holds any of these, so that what happens is the same whatever an LGD_TXID is.
    let byte = state.random.pick(b"#\xFF");
    state.tally.count("journal", "damaged");
    state.log(|| format!("  host {host}: file {number}: BYTE {at} of {written} BECOMES {byte:#x}"));
    state.hosts[host].files.file(file).damage(at, &[byte]);
    mark_damaged(state, host);
}

fn mark_damaged(state: &mut State, host: usize) {
    state
        .transactions
        .iter_mut()
        .filter(|tracked| tracked.host == host)
        .for_each(|tracked| tracked.journal_damaged = true);
}
