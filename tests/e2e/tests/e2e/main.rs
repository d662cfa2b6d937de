//! The real window of Casefolio: what a person does with it, and what nobody must be able to do with it.

mod beside;
mod damage;
mod desktop;
mod journey;
mod keeping;
mod leaving;
mod locking;
mod markup;
mod memory;
mod person;
mod strict;
mod telling;
mod tray;
mod walls;
