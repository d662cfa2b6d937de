//! What was asked of the service.

use std::collections::BTreeMap;

/// Requests since the start.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Counts {
    /// Requests for a token.
    pub token: u64,
    /// Requests for a case.
    pub case: u64,
    /// Requests for each receipt.
    pub by_receipt: BTreeMap<String, u64>,
    /// Answers of the case address by HTTP status.
    pub by_status: BTreeMap<u16, u64>,
    /// Requests for any other path, such as the target of a redirect.
    pub elsewhere: u64,
}
