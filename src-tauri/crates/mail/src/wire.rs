//! Lines to and from a server, within bounds of length and time.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::timeout;

use crate::failure::Failure;
use crate::reply::{Reply, Unfinished};

/// The protocol allows 512 (RFC 5321, 4.5.3.1.5); servers say more.
const LONGEST_LINE: usize = 4096;

/// A connection on which lines are spoken.
pub(crate) struct Wire<S> {
    stream: S,
    /// What has come and was not looked at.
    held: Vec<u8>,
    patience: Duration,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// Speaks on a stream; each answer and each handing over may take as long as `patience`.
    pub(crate) fn new(stream: S, patience: Duration) -> Self {
        Self { stream, held: Vec::new(), patience }
    }

    /// Says a line, without its end, and waits for the answer.
    pub(crate) async fn ask(&mut self, line: &str) -> Result<Reply, Failure> {
        // One piece: a line in two packets is slower, and some servers read it as two.
        let line = zeroize::Zeroizing::new(format!("{line}\r\n"));
        self.hand_over(line.as_bytes()).await?;
        self.answer().await
    }

    /// Hands bytes over as they are.
    pub(crate) async fn hand_over(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let patience = self.patience;
        let all = async {
            self.stream.write_all(bytes).await?;
            self.stream.flush().await
        };
        timeout(patience, all).await.map_err(|_| Failure::TimedOut)?.map_err(|_| Failure::NoNetwork)
    }

    /// The next answer, whole.
    pub(crate) async fn answer(&mut self) -> Result<Reply, Failure> {
        timeout(self.patience, self.whole_answer()).await.map_err(|_| Failure::TimedOut)?
    }

    /// The stream under it. Whatever came unasked before makes it unusable: it was said by somebody without a certificate, and would
    /// be heard as the server's.
    pub(crate) fn into_stream(self) -> Result<S, Failure> {
        if self.held.is_empty() { Ok(self.stream) } else { Err(Failure::Unreadable) }
    }

    async fn whole_answer(&mut self) -> Result<Reply, Failure> {
        let mut unfinished = Unfinished::default();
        loop {
            let line = self.line().await?;
            if let Some(reply) = unfinished.add(&line).map_err(|_| Failure::Unreadable)? {
                return Ok(reply);
            }
        }
    }

    /// One line without its end.
    async fn line(&mut self) -> Result<Vec<u8>, Failure> {
        loop {
            if let Some(end) = self.held.iter().position(|byte| *byte == b'\n') {
                let mut line: Vec<u8> = self.held.drain(..=end).collect();
                line.truncate(line.trim_ascii_end().len());
                return Ok(line);
            }
            if self.held.len() > LONGEST_LINE {
                return Err(Failure::Unreadable);
            }
            let read = self.stream.read_buf(&mut self.held).await.map_err(|_| Failure::NoNetwork)?;
            if read == 0 {
                return Err(Failure::NoNetwork);
            }
        }
    }
}
