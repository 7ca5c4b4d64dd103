//! LGD_CASFLAG.

/// LGD_CASFLAG: what happened to an account.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flag {
    Allotted,
    PaidIn,
    TakenBack,
}

impl Flag {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Allotted => "R",
            Self::PaidIn => "I",
            Self::TakenBack => "C",
        }
    }
}
