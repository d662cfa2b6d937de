//! Waiting for what must come, with a deadline and the reason why it did not.

use std::fmt::Display;
use std::time::Duration;

use anyhow::{Result, anyhow};

/// How often to look.
const PAUSE: Duration = Duration::from_millis(100);

/// Looks again and again until there is something; an error after so many seconds, with what the last look said. An error of a look is
/// no end: windows close and pages repaint while one looks.
pub async fn until<T>(what: impl Display, seconds: u64, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let mut last = None;
    let found = tokio::time::timeout(Duration::from_secs(seconds), async {
        loop {
            match look().await {
                Ok(Some(found)) => return found,
                Ok(None) => last = None,
                Err(error) => last = Some(error),
            }
            tokio::time::sleep(PAUSE).await;
        }
    });
    match found.await {
        Ok(found) => Ok(found),
        Err(_) => {
            Err(last.unwrap_or_else(|| anyhow!("it never came")).context(format!("waited {seconds} s for {what}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_never_comes_is_an_error_that_names_it() {
        let outcome: Result<()> = until("rain", 0, async || Ok(None)).await;
        assert!(format!("{:#}", outcome.expect_err("no rain")).contains("rain"));
    }

    #[tokio::test]
    async fn an_error_on_the_way_is_no_end() {
        let mut looks = 0;
        let outcome = until("rain", 5, async || {
            looks += 1;
            if looks == 1 { Err(anyhow!("clouds")) } else { Ok(Some(looks)) }
        });
        assert_eq!(outcome.await.expect("rain"), 2);
    }
}
