//! Waiting for the user or the system to say that it is enough.

/// Returns when the program is asked to end: Ctrl-C, or on Unix also SIGTERM. Where neither can be listened for, it never returns
/// and the system's own way of ending holds.
pub(super) async fn interrupted() {
    #[cfg(unix)]
    if let Ok(mut terminate) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            () = ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        return;
    }
    ctrl_c().await;
}

async fn ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
