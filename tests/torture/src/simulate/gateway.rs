//! What reaches the gateway: counted, checked against the journals, and done by the sandbox.

use std::sync::Arc;

use super::deed::Mode;
use super::scene::Scene;

/// A request is there, whole, whatever becomes of it.
pub(super) fn check_arrival(scene: &Arc<Scene>, pid: usize, body: &[u8]) {
    let (name, tx_id) = (field(body, "LGD_TXNAME"), field(body, "LGD_TXID"));
    let mut state = scene.state();
    let arrivals = state.arrivals.entry(tx_id.clone()).or_default();
    *arrivals += 1;
    if *arrivals > 1 {
        state.tally.count("all", "sent twice");
        state.violate(format!("{name} reached the gateway twice"));
    }
    let meant = state.deed_of(&field(body, "LGD_RB_TXID"));
    let about = meant.map(|deed| format!(" of tx {deed}")).unwrap_or_default();
    state.tell(pid, || format!("request {name}{about}"));
    let Some(number) = state.deed_of(&tx_id) else { return };
    let kept = state.host_of(pid).files.keeps(&tx_id);
    let deed = &mut state.deeds[number];
    deed.kept = Some(kept);
    let promised = match deed.mode {
        Mode::Off => false,
        Mode::On => !deed.disk_failed && !deed.journal_hurt,
        Mode::Strict => !deed.journal_hurt,
    };
    if promised && !kept {
        state.violate(format!("tx {number} was sent and is not on the disk"));
    }
}

/// The sandbox answers.
pub(super) fn serve(scene: &Arc<Scene>, body: &[u8]) -> String {
    let json = scene.gateway.answer(body);
    let name = field(body, "LGD_TXNAME");
    let code: String = json.chars().skip(r#"{"LGD_RESPCODE":""#.len()).take(4).collect();
    let mut state = scene.state();
    if state.deed_of(&field(body, "LGD_TXID")).is_some() && code == "0000" {
        state.tally.count("all", "approvals");
    }
    state.say(|| format!("    gateway: {name} {code}"));
    json
}

/// Of the requests that are late, some are done now.
pub(super) fn serve_late(scene: &Arc<Scene>, in_thousand: u32) {
    let mut state = scene.state();
    let late = std::mem::take(&mut state.late);
    let (now, later) = late.into_iter().partition(|_| state.random.chance(in_thousand));
    state.late = later;
    drop(state);
    let now: Vec<Vec<u8>> = now;
    for body in now {
        scene.state().say(|| "    late:".to_owned());
        serve(scene, &body);
    }
}

/// A parameter that needs no decoding.
fn field(body: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(body);
    let value = text.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_default().to_owned()
}
