//! casefolio-journeys
