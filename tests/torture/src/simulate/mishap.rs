//! What befalls a journal that no process does: its directory is removed, a byte of it goes bad.

use std::sync::Arc;

use super::scene::{Scene, State};

/// Somebody removes the directory with all that is in it.
pub(super) fn wipe(scene: &Arc<Scene>, host: usize) {
    let mut state = scene.state();
    state.tally.count("journal", "wiped");
    state.say(|| format!("  host {host}: THE JOURNAL IS REMOVED"));
    state.hosts[host].files.vanish();
    hurt(&mut state, host);
}

/// A byte of a file becomes another one.
pub(super) fn damage(scene: &Arc<Scene>, host: usize) {
    let mut state = scene.state();
    let state = &mut *state;
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
    state.say(|| format!("  host {host}: file {number}: BYTE {at} of {written} BECOMES {byte:#x}"));
    state.hosts[host].files.file(file).damage(at, &[byte]);
    hurt(state, host);
}

fn hurt(state: &mut State, host: usize) {
    state.deeds.iter_mut().filter(|deed| deed.host == host).for_each(|deed| deed.journal_hurt = true);
}
