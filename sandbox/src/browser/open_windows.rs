//! The windows that shops have opened, and what became of each.

use super::app_terms::Way;
use super::checks::{self, Findings, Problem};
use super::purchase::{Purchase, Purpose};
use super::returned::{Agreed, Fields};
use crate::codes::Refusal;
use crate::form::Form;
use crate::gateway::Gateway;
use crate::sent;
use crate::shops::Shop;
use crate::sync::lock;
use axum::extract::State;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// All windows, open and answered.
pub(super) struct Windows {
    pub(super) gateway: Arc<Gateway>,
    open: Mutex<HashMap<String, Arc<Window>>>,
}

/// One window; its id cannot be guessed.
pub(super) struct Window {
    pub(super) shop: Shop,
    pub(super) purchase: Purchase,
    /// What the real gateway may not take.
    pub(super) warnings: Vec<Problem>,
    opened: i64,
    /// What the buyer's answer came to, once there is one: it does not change any more.
    pub(super) answered: Mutex<Option<Outcome>>,
}

/// What an answer came to.
#[derive(Clone)]
pub(super) enum Outcome {
    /// A result for the shop.
    Back(Fields),
    /// The buyer goes on in an app.
    App(Arc<Visit>),
}

pub(super) type Shared = State<Arc<Windows>>;

/// A buyer in the app.
pub(super) struct Visit {
    pub(super) way: Way,
    /// What the buyer agreed to in the window.
    pub(super) agreed: Agreed,
    pub(super) stage: Mutex<Stage>,
}

/// How far the buyer is.
#[derive(Clone)]
pub(super) enum Stage {
    Open,
    Cancelled,
    /// Back with a PAYKEY: the shop finishes the payment itself.
    Returned,
    /// Whether the buyer goes on before the shop has answered the notice.
    Paid {
        notice: i64,
        hurries: bool,
    },
}

impl Windows {
    pub(super) fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway, open: Mutex::default() }
    }

    /// Checks what the shop's page sent and opens a window for it; returns the window's id.
    pub(super) fn open(&self, body: &[u8], asked: Purpose) -> Result<String, Vec<Problem>> {
        let problem = |refusal: Refusal| vec![Problem::new("", refusal.korean(), refusal.english())];
        let sent = Form::of_page(body).map_err(problem)?;
        let mut found = Findings::default();
        let form = checks::tidy(&sent, &mut found);
        let purpose = Purpose::of(&form, asked);
        checks::check(&self.gateway, &form, purpose, &mut found);
        let kind = match purpose {
            Purpose::Payment | Purpose::UnionPay => sent::WINDOW,
            Purpose::Billing => sent::BILLING,
            Purpose::Identity => sent::IDENTITY,
        };
        let names = sent.iter().map(|(name, _)| name);
        sent::record(&self.gateway, kind, form.text("LGD_MID"), names, found.warnings()).map_err(problem)?;
        let warnings = found.settle(self.gateway.strict)?;
        self.enter(Purchase::read(form, purpose), warnings).map_err(problem)
    }

    fn enter(&self, purchase: Purchase, warnings: Vec<Problem>) -> Result<String, Refusal> {
        let shop = self.gateway.shops.find(purchase.text("LGD_MID"))?.clone();
        let id = self.gateway.random.name::<16>()?;
        let opened = self.gateway.clock.now();
        let mut open = lock(&self.open);
        // A window is forgotten after a day.
        open.retain(|_, window| opened - window.opened < 86_400);
        open.insert(id.clone(), Arc::new(Window::new(shop, purchase, warnings, opened)));
        Ok(id)
    }

    pub(super) fn find(&self, id: &str) -> Option<Arc<Window>> {
        lock(&self.open).get(id).cloned()
    }
}

impl Window {
    pub(super) fn new(shop: Shop, purchase: Purchase, warnings: Vec<Problem>, opened: i64) -> Self {
        Self { shop, purchase, warnings, opened, answered: Mutex::default() }
    }

    /// The visit to an app, if the answer led to one.
    pub(super) fn visit(&self) -> Option<Arc<Visit>> {
        match &*lock(&self.answered) {
            Some(Outcome::App(visit)) => Some(Arc::clone(visit)),
            _ => None,
        }
    }

    pub(super) fn is_late(&self, now: i64) -> bool {
        now - self.opened > self.purchase.patience
    }
}
