//! Ping: checks that the gateway answers this shop.

use super::{Parameters, TypedRequest};
use crate::typed::setters::setters;

/// Ping. Its answer repeats the parameters sent.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Ping {
    /// LGD_RESULTCNT: the number of rows to answer with.
    pub rows: Option<u32>,
}

impl Ping {
    /// A Ping that is answered with one row.
    pub fn new() -> Ping {
        Ping::default()
    }
}

setters!(Ping { rows: u32 });

impl TypedRequest for Ping {
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
    fn ping_can_request_rows() {
        let names = |ping| Parameters::of(&ping).list.iter().map(|p| p.name).collect::<Vec<_>>();
        assert_eq!(names(Ping::default()), ["LGD_TXNAME"]);
        assert_eq!(names(Ping::new().rows(3)), ["LGD_TXNAME", "LGD_RESULTCNT"]);
    }
}
