//! LGD_CASFLAG.

/// LGD_CASFLAG: what happened to an account.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flag {
    Issued,
    Deposited,
    Reversed,
}

impl Flag {
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Issued => "R",
            Self::Deposited => "I",
            Self::Reversed => "C",
        }
    }
}
