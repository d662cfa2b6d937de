//! The real window, as a person uses it.
