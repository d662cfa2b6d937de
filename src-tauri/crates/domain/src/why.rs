//! Why a case is asked about when it is.

/// Why a case is due when it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// It was never asked about.
    New,
    /// That is when a call is worth its price.
    Worth,
    /// It is not to wait longer.
    Ceiling,
    /// It is not to be asked about sooner.
    Floor,
    /// The service opens then.
    Opening,
    /// A check failed, and it was put off.
    PutOff,
    /// Nothing more is expected of it: only when the user says so.
    UntilAsked,
}

impl Why {
    const ALL: [Self; 7] =
        [Self::New, Self::Worth, Self::Ceiling, Self::Floor, Self::Opening, Self::PutOff, Self::UntilAsked];

    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Worth => "worth",
            Self::Ceiling => "ceiling",
            Self::Floor => "floor",
            Self::Opening => "opening",
            Self::PutOff => "put_off",
            Self::UntilAsked => "until_asked",
        }
    }

    /// The reason with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|why| why.code() == code)
    }
}
