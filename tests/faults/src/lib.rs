//! Files that fail: a scripted life of a portfolio, lived by a program whose calls to the system are killed, refused, cut short
//! or forgotten one by one, and what must hold of the portfolio afterwards.
//!
//! Linux alone; elsewhere the crate is empty. The layer between the program and its files is `shim/faults.c`.
#![cfg(target_os = "linux")]

pub mod acknowledged;
pub mod campaign;
pub mod dice;
pub mod disk;
pub mod inspection;
pub mod key_store;
pub mod layer;
pub mod life;
pub mod memory;
pub mod power;
pub mod stage;
pub mod table;
pub mod trace;
pub mod tree;
