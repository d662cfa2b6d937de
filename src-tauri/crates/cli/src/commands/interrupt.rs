//! Waiting for the user or the system to say that it is enough.

use std::future::pending;

/// Returns when the program is asked to end: by Ctrl-C, on Unix also by SIGTERM, on Windows also when its console is closed or the user
/// signs out. Where neither can be listened for, it never returns and the system's own way of ending holds.
pub(super) async fn interrupted() {
    tokio::select! {
        () = ctrl_c() => {}
        () = ended_by_system() => {}
    }
}

async fn ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        pending::<()>().await;
    }
}

#[cfg(unix)]
async fn ended_by_system() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => drop(terminate.recv().await),
        Err(_) => pending().await,
    }
}

#[cfg(windows)]
async fn ended_by_system() {
    use tokio::signal::windows::{ctrl_break, ctrl_close, ctrl_logoff, ctrl_shutdown};
    let (Ok(mut interrupt), Ok(mut close), Ok(mut sign_out), Ok(mut shutdown)) =
        (ctrl_break(), ctrl_close(), ctrl_logoff(), ctrl_shutdown())
    else {
        return pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = close.recv() => {}
        _ = sign_out.recv() => {}
        _ = shutdown.recv() => {}
    }
}
