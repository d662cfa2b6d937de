//! The ways in which a check can fail to bring a status.

/// Why a check brought no status. Every kind but "found" is one of these; none touches the last known status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// 404: unknown number, or a case protected by 8 U.S.C. 1367; the two cannot be told apart.
    NotRecognised,
    /// 422: the service calls the number badly formed.
    BadlyFormed,
    /// 401 (also after a fresh token), or refused credentials.
    NotAuthorised,
    /// 429: too many calls a second, or the day's quota is used up.
    Limited,
    /// 503 and other 5xx: closed or out of service.
    Closed,
    /// 200 with a body that is not readable as a status.
    Unreadable,
    /// 200 with the status of another receipt.
    WrongReceipt,
    /// A web page (challenge, portal, sign-in) in place of data.
    NotData,
    /// The service was not reached.
    NoNetwork,
    /// Whoever answered could not prove to be the service: a certificate of nobody known, for another name or out of date, or old encryption.
    NotTrusted,
    /// The proxy was not reached.
    ProxyUnreachable,
    /// The proxy wants a sign-in, or refuses the one that is set.
    ProxySignIn,
    /// The proxy does not let calls to the service through.
    ProxyRefused,
    /// No complete answer in time.
    TimedOut,
    /// Not asked: the day's calls are used up.
    BudgetSpent,
}

impl ProblemKind {
    /// Every kind, in the order of the declaration.
    pub const ALL: [Self; 15] = [
        Self::NotRecognised,
        Self::BadlyFormed,
        Self::NotAuthorised,
        Self::Limited,
        Self::Closed,
        Self::Unreadable,
        Self::WrongReceipt,
        Self::NotData,
        Self::NoNetwork,
        Self::NotTrusted,
        Self::ProxyUnreachable,
        Self::ProxySignIn,
        Self::ProxyRefused,
        Self::TimedOut,
        Self::BudgetSpent,
    ];

    /// The stable code used in the database, in JSON and in the locale keys.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NotRecognised => "not_recognised",
            Self::BadlyFormed => "badly_formed",
            Self::NotAuthorised => "not_authorised",
            Self::Limited => "limited",
            Self::Closed => "closed",
            Self::Unreadable => "unreadable",
            Self::WrongReceipt => "wrong_receipt",
            Self::NotData => "not_data",
            Self::NoNetwork => "no_network",
            Self::NotTrusted => "not_trusted",
            Self::ProxyUnreachable => "proxy_unreachable",
            Self::ProxySignIn => "proxy_sign_in",
            Self::ProxyRefused => "proxy_refused",
            Self::TimedOut => "timed_out",
            Self::BudgetSpent => "budget_spent",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether the kind speaks of the service as a whole (so that a round stops) and not of one receipt.
    #[must_use]
    pub fn concerns_the_service(self) -> bool {
        match self {
            Self::NotAuthorised
            | Self::Limited
            | Self::Closed
            | Self::NotData
            | Self::NoNetwork
            | Self::NotTrusted
            | Self::ProxyUnreachable
            | Self::ProxySignIn
            | Self::ProxyRefused
            | Self::TimedOut
            | Self::BudgetSpent => true,
            Self::NotRecognised | Self::BadlyFormed | Self::Unreadable | Self::WrongReceipt => false,
        }
    }

    /// Whether it lies on the way to the service: elsewhere, or another day, the same call may well come through.
    #[must_use]
    pub fn is_on_the_way(self) -> bool {
        matches!(
            self,
            Self::NoNetwork | Self::NotTrusted | Self::ProxyUnreachable | Self::ProxySignIn | Self::ProxyRefused
        )
    }

    /// The code that the command line writes: its contract (design 10) knows one for everything on the way.
    #[must_use]
    pub fn contract_code(self) -> &'static str {
        if self.is_on_the_way() { Self::NoNetwork.code() } else { self.code() }
    }
}
