//! Builds the layer that makes files fail, with the C compiler that the database engine needs anyway.
#![expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts by variables")]

use std::env::var;
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=shim/faults.c");
    if var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    let Ok(out) = var("OUT_DIR") else { return };
    let library = format!("{out}/faults.so");
    let compiler = var("CC").unwrap_or_else(|_| "cc".to_owned());
    let status = Command::new(&compiler)
        .args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-o", &library, "shim/faults.c", "-lpthread"])
        .status();
    if !status.is_ok_and(|status| status.success()) {
        println!("cargo::error=the C compiler could not build shim/faults.c");
    }
    println!("cargo::rustc-env=CASEFOLIO_FAULTS_LAYER={library}");
}
