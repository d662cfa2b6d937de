//! What crosses to the window and back: plain shapes, no decisions.

pub(crate) mod activity;
pub(crate) mod backups;
pub(crate) mod case;
pub(crate) mod damage;
pub(crate) mod gate;
pub(crate) mod health;
pub(crate) mod mail;
pub(crate) mod mask;
pub(crate) mod network;
pub(crate) mod problem;
pub(crate) mod receipts;
pub(crate) mod secret;
pub(crate) mod security;
pub(crate) mod session;
pub(crate) mod settings;
pub(crate) mod telling;
pub(crate) mod typed;
pub(crate) mod unlocking;
