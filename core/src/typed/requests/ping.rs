//! Ping: whether the gateway answers this shop.

use super::{Parameters, Request};

/// Ping. Its answer repeats what was sent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ping {
    /// LGD_RESULTCNT: how many rows to answer with.
    pub rows: Option<u32>,
}

impl Request for Ping {
    const TXNAME: &'static str = "Ping";

    fn parameters(&self, to: &mut Parameters) {
        to.optional("LGD_RESULTCNT", self.rows.map(u64::from));
    }
}

#[cfg(test)]
mod tests {
    use super::super::Parameters;
    use super::*;

    #[test]
    fn a_ping_may_ask_for_rows() {
        let names = |ping| Parameters::of(&ping).0.iter().map(|p| p.name).collect::<Vec<_>>();
        assert_eq!(names(Ping::default()), ["LGD_TXNAME"]);
        assert_eq!(names(Ping { rows: Some(3) }), ["LGD_TXNAME", "LGD_RESULTCNT"]);
    }
}
