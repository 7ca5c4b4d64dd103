//! Two web hosts with a journal each in front of one gateway: each recovers its own and touches nothing of the other's.

use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use super::judge::{self, Case};
use super::payer::Way;
use super::shim::{Blow, Plan};
use super::stage::{Approval, Ended, Order, Place, Role, Stage};
use super::tally::{self, Count, Tally};

/// Two journals, one gateway, deaths in both.
#[derive(Args)]
pub(crate) struct Hosts {
    /// How many payers die on each host.
    #[arg(long, default_value_t = 8)]
    deaths: usize,
}

struct Host {
    place: Place,
    dead: Vec<(Order, Ended)>,
}

impl Hosts {
    pub(crate) fn run(self) -> ExitCode {
        let (stage, began) = (Stage::open(), Instant::now());
        let mut tally = Tally::default();
        let hosts = [0, 1].map(|_| Host::with_deaths(&stage, self.deaths, &mut tally));
        hosts[0].recover(&stage, &mut tally);
        tally.unless(hosts[1].standing(&stage) == self.deaths, || "it undid what another host has".into());
        hosts[1].recover(&stage, &mut tally);
        tally::print_head("hosts");
        tally::print_row("two", &tally, began.elapsed());
        super::verdict(&tally)
    }
}

impl Host {
    fn with_deaths(stage: &Stage, deaths: usize, tally: &mut Tally) -> Host {
        let place = stage.place();
        let plan = Plan { step: 0, blow: Blow::KillAnswered };
        let die = |order: Order| {
            let ended = stage.run(&place, Role::new(Way::Plain), plan, std::slice::from_ref(&order));
            (order, ended)
        };
        let dead: Vec<_> = (0..deaths).map(|_| die(stage.order())).collect();
        tally.add(Count::Blows, dead.iter().filter(|(_, ended)| ended.was_killed()).count());
        Host { place, dead }
    }

    fn standing(&self, stage: &Stage) -> usize {
        let stands =
            |(order, ended): &&(Order, Ended)| stage.approval(ended.tx_id(&order.oid)) == Approval::Standing;
        self.dead.iter().filter(stands).count()
    }

    fn recover(&self, stage: &Stage, tally: &mut Tally) {
        let recovered = judge::recover(&stage.client(&self.place), tally);
        tally.unless(recovered == self.dead.len(), || format!("{recovered} recovered"));
        for (order, ended) in &self.dead {
            Case::of(stage, &self.place, Way::Plain, order, ended).judge(&[], true, tally);
        }
    }
}
