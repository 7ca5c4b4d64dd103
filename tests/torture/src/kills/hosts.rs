//! Two web hosts with a journal each in front of one gateway: each recovers its own and touches nothing of the other's.

use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use super::bed::{Approval, CaseDir, Ended, Order, Role, TestBed};
use super::judge::{self, OrderCase};
use super::payer::Way;
use super::shim::{Fault, Plan};
use super::tally::{self, Count, Tally};
use crate::progress::Progress;

/// Two journals, one gateway, deaths in both.
#[derive(Args)]
pub(crate) struct Hosts {
    /// How many payers die on each host.
    #[arg(long, default_value_t = 8)]
    deaths: usize,
}

struct WebHost {
    dir: CaseDir,
    dead: Vec<(Order, Ended)>,
}

impl Hosts {
    pub(crate) fn run(self) -> ExitCode {
        let (bed, began) = (TestBed::open(), Instant::now());
        let mut tally = Tally::default();
        let hosts = [0, 1].map(|_| WebHost::with_deaths(&bed, self.deaths, &mut tally));
        hosts[0].recover(&bed, &mut tally);
        tally.unless(hosts[1].standing(&bed) == self.deaths, || "it undid what another host has".into());
        hosts[1].recover(&bed, &mut tally);
        tally::print_head("hosts");
        tally::print_row("two", &tally, began.elapsed());
        tally.verdict()
    }
}

impl WebHost {
    fn with_deaths(bed: &TestBed, deaths: usize, tally: &mut Tally) -> WebHost {
        let dir = bed.dir();
        let plan = Plan { step: 0, fault: Fault::KillAnswered };
        let die = |order: Order| {
            let ended = bed.run(&dir, Role::new(Way::Plain), plan, std::slice::from_ref(&order));
            (order, ended)
        };
        let progress = Progress::of("deaths of a host", deaths);
        let dead: Vec<_> = (0..deaths).map(|_| die(bed.order())).inspect(|_| progress.step()).collect();
        tally.add(Count::Faults, dead.iter().filter(|(_, ended)| ended.was_killed()).count());
        WebHost { dir, dead }
    }

    fn standing(&self, bed: &TestBed) -> usize {
        let stands =
            |(order, ended): &&(Order, Ended)| bed.approval(ended.tx_id(&order.oid)) == Approval::Standing;
        self.dead.iter().filter(stands).count()
    }

    fn recover(&self, bed: &TestBed, tally: &mut Tally) {
        let recovered = judge::recover(&bed.client(&self.dir), tally);
        tally.unless(recovered == self.dead.len(), || format!("{recovered} recovered"));
        for (order, ended) in &self.dead {
            OrderCase::of(bed, &self.dir, Way::Plain, order, ended).judge(&[], true, tally);
        }
    }
}
