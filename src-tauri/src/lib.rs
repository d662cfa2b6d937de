//! casefolio
