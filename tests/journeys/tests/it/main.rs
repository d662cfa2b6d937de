//! Journeys through a portfolio, told as sentences.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on should stop")]

mod adding;
mod backups;
mod budget;
mod failing;
mod health;
mod keys;
#[cfg(target_os = "linux")]
mod killing;
mod lessons;
mod logging;
mod looking;
mod mailing;
mod networks;
mod portfolios;
#[cfg(target_os = "linux")]
mod posting;
mod restoring;
mod rounds;
mod sandbox;
mod secrecy;
mod seeing;
mod service;
mod signing_in;
mod strict;
mod stumbling;
mod telling;
mod times;
mod watching;
mod year;
