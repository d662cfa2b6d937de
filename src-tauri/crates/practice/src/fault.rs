//! Faults that can be switched on while the service runs.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Something that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// 503, documented form.
    ClosedFlat,
    /// 503, the sandbox's live form: leading white space, nested `error`, code as text.
    ClosedNested,
    /// 503 with a web page.
    ClosedPage,
    /// 401: the token is called invalid.
    TokenExpired,
    /// 429, documented form, with this `Retry-After` header if any.
    Limited(Option<String>),
    /// 429 in the gateway's own form (`fault.faultstring`).
    Spike,
    /// 200 with the status of another receipt.
    WrongReceipt,
    /// 403 with a browser challenge page.
    ChallengePage,
    /// 200 with a web page (portal, lock-out).
    PortalPage,
    /// 302 to another address of this server.
    Redirect,
    /// 200 with quotes that are not escaped.
    UnreadableJson,
    /// 200; the connection closes in the middle of the body.
    CutAnswer,
    /// 200; the body never ends.
    NeverEnds,
    /// The right answer after this time.
    Delay(Duration),
    /// 404, documented form.
    NotRecognised,
    /// 404 without `code`.
    NotRecognisedFlat,
    /// 422, documented form.
    BadlyFormed,
    /// 422 without `code`.
    BadlyFormedFlat,
    /// 400 with `errors[0].message`.
    ErrorList,
    /// 404 of the gateway: the path is not known to it.
    GatewayFault,
    /// 200 with a body of 10 MiB.
    HugeBody,
    /// 200 with an empty title.
    EmptyTitle,
    /// 500.
    InternalError,
}

/// The faults that are on. Shared with the running service; a change counts from the next request.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Switches>);

#[derive(Debug, Default)]
struct Switches {
    service: Option<Fault>,
    token: Option<Fault>,
    cases: BTreeMap<String, Fault>,
}

impl Faults {
    /// Sets the fault of every case call, or none.
    pub fn set_service(&self, fault: Option<Fault>) {
        self.switches().service = fault;
    }

    /// Sets the fault of one receipt, or none; it goes before that of the service.
    pub fn set_case(&self, receipt: &str, fault: Option<Fault>) {
        let cases = &mut self.switches().cases;
        match fault {
            Some(fault) => cases.insert(receipt.to_owned(), fault),
            None => cases.remove(receipt),
        };
    }

    /// Sets the fault of the token address, or none. Faults that need a case ([`Fault::WrongReceipt`],
    /// [`Fault::EmptyTitle`]) do nothing there.
    pub fn set_token(&self, fault: Option<Fault>) {
        self.switches().token = fault;
    }

    /// Switches every fault off.
    pub fn clear(&self) {
        *self.switches() = Switches::default();
    }

    pub(crate) fn of_case(&self, receipt: &str) -> Option<Fault> {
        let switches = self.switches();
        switches.cases.get(receipt).or(switches.service.as_ref()).cloned()
    }

    pub(crate) fn of_token(&self) -> Option<Fault> {
        self.switches().token.clone()
    }

    fn switches(&self) -> MutexGuard<'_, Switches> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
