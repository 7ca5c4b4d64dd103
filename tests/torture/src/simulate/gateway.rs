//! What reaches the gateway: counted, checked against the journals, and done by the sandbox.

use std::sync::Arc;

use super::simulation::{LATEST, Late, Simulation, State};
use super::tracked::{Mode, Tracked};

/// A request is there, whole, whatever becomes of it.
pub(super) fn check_arrival(simulation: &Arc<Simulation>, pid: usize, body: &[u8]) {
    let (name, tx_id) = (field(body, "LGD_TXNAME"), field(body, "LGD_TXID"));
    let mut state = simulation.state();
    let arrivals = state.arrivals.entry(tx_id.clone()).or_default();
    *arrivals += 1;
    if *arrivals > 1 {
        state.tally.count("all", "sent twice");
        state.violate(format!("{name} reached the gateway twice"));
    }
    let meant = state.number_of(&field(body, "LGD_RB_TXID"));
    let about = meant.map(|tracked| format!(" of tx {tracked}")).unwrap_or_default();
    state.log_process(pid, || format!("request {name}{about}"));
    let undoes = meant.map(|tracked| &state.transactions[tracked]).is_some_and(Tracked::is_to_be_asked_again);
    if name == "Rollback" && undoes && state.processes[pid].recovers {
        state.violate(format!("recovery undoes{about}, which pays nothing"));
    }
    let Some(number) = state.number_of(&tx_id) else { return };
    let in_rows = state.database.as_ref().is_some_and(|rows| rows.keeps(&tx_id));
    let elapsed = state.elapsed;
    let taken = state.database.as_ref().is_some_and(|rows| rows.is_taken(&tx_id, elapsed));
    let kept = state.host_of(pid).files.keeps(&tx_id) || in_rows;
    let tracked = &mut state.transactions[number];
    tracked.kept = Some(kept);
    tracked.sent_late = taken;
    let promised = match tracked.mode {
        Mode::Off => false,
        Mode::On => !tracked.disk_failed && !tracked.journal_damaged && !tracked.lost_by_failover,
        Mode::Strict => !tracked.journal_damaged && !tracked.lost_by_failover,
    };
    if promised && !kept {
        state.violate(format!("tx {number} was sent and is not on the disk"));
    }
}

/// The sandbox answers, or is silent.
pub(super) fn serve(simulation: &Arc<Simulation>, body: &[u8]) -> Option<String> {
    let json = simulation.gateway.answer(body);
    let name = field(body, "LGD_TXNAME");
    let told = json.as_deref().unwrap_or_default();
    let code: String = told.chars().skip(r#"{"LGD_RESPCODE":""#.len()).take(4).collect();
    let mut state = simulation.state();
    if state.number_of(&field(body, "LGD_TXID")).is_some() && code == "0000" {
        state.tally.count("all", "approvals");
    }
    state.log(|| format!("    gateway: {name} {code}"));
    json
}

/// A request is under way and will be for a while.
pub(super) fn delay(simulation: &Arc<Simulation>, body: &[u8]) {
    let mut state = simulation.state();
    let due = state.elapsed + state.random.below(LATEST as usize) as i64;
    state.log(|| format!("    it arrives by {due}"));
    state.late.push(Late { body: body.to_vec(), due });
}

/// Of the requests that are late, some are done now; so are some that waited for their line.
pub(super) fn serve_late(simulation: &Arc<Simulation>, in_thousand: u32) {
    let bodies = arriving(&mut simulation.state(), in_thousand);
    for body in bodies {
        let mut state = simulation.state();
        state.log(|| "    late:".to_owned());
        if let Some(tracked) = state.number_of(&field(&body, "LGD_TXID")) {
            state.transactions[tracked].late = true;
        }
        drop(state);
        serve(simulation, &body);
    }
}

fn arriving(state: &mut State, in_thousand: u32) -> Vec<Vec<u8>> {
    let State { late, queued, random, elapsed, .. } = state;
    let mut bodies = Vec::new();
    for request in std::mem::take(late) {
        match request.due <= *elapsed || random.chance(in_thousand) {
            true => bodies.push(request.body),
            false => late.push(request),
        }
    }
    for (line, body) in std::mem::take(queued) {
        match random.chance(in_thousand) {
            true => bodies.push(body),
            false => drop(queued.insert(line, body)),
        }
    }
    bodies
}

/// A parameter that needs no decoding.
fn field(body: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(body);
    let value = text.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_default().to_owned()
}
