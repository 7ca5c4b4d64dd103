//! The line between the gateway and a caller, which can do with a response what no HTTP server would.

use crate::sync::lock;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// What is to become of a response. It travels as the response's extension to the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mischief {
    /// No byte of it; the connection is closed.
    HangUp,
    /// No byte of it; the connection is reset.
    Reset,
    /// So many bytes of it, headers included, then the connection is closed.
    Cut(usize),
    /// So many bytes of something else, then the connection is closed.
    Garbage(usize),
    /// All of it, and all of it again.
    Twice,
}

impl Mischief {
    /// Whether there is nothing for the server to write.
    pub(crate) fn is_mute(self) -> bool {
        matches!(self, Mischief::HangUp | Mischief::Reset)
    }
}

/// Where a connection's service says what its line shall do from now on.
#[derive(Clone, Default)]
pub(crate) struct Switch(Arc<Mutex<Option<Mischief>>>);

impl Switch {
    pub(crate) fn set(&self, mischief: Mischief) {
        *lock(&self.0) = Some(mischief);
    }

    fn get(&self) -> Option<Mischief> {
        *lock(&self.0)
    }
}

/// A TLS connection that obeys its switch. Whoever is cut off hears no goodbye of TLS.
pub(crate) struct Line {
    stream: TlsStream<TcpStream>,
    switch: Switch,
    /// How many bytes it has let through since it was switched.
    sent: usize,
    /// What it let through and has to say again.
    said: Vec<u8>,
}

impl Line {
    pub(crate) fn new(stream: TlsStream<TcpStream>, switch: Switch) -> Self {
        Self { stream, switch, sent: 0, said: Vec::new() }
    }

    /// Up to `limit` bytes of the response, or of `instead`; then an error, on which the server drops the connection.
    fn write_up_to(
        &mut self,
        context: &mut Context<'_>,
        limit: usize,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let left = limit.saturating_sub(self.sent).min(bytes.len());
        if left == 0 {
            ready!(Pin::new(&mut self.stream).poll_flush(context))?;
            return Poll::Ready(Err(cut_off()));
        }
        let written = ready!(Pin::new(&mut self.stream).poll_write(context, &bytes[..left]))?;
        self.sent += written;
        Poll::Ready(Ok(written))
    }
}

fn cut_off() -> io::Error {
    io::Error::other("closed on request")
}

/// No HTTP, no TLS, no text.
const GARBAGE: &[u8] = b"\0\xff garbage on request \r\n\r\n";

impl AsyncWrite for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.switch.get() {
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
            Some(Mischief::HangUp | Mischief::Reset) => Poll::Ready(Err(cut_off())),
            Some(Mischief::Cut(limit)) => self.write_up_to(context, limit, bytes),
            Some(Mischief::Garbage(limit)) => loop {
                let from = self.sent % GARBAGE.len();
                ready!(self.write_up_to(context, limit, &GARBAGE[from..]))?;
            },
            Some(Mischief::Twice) => {
                let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
                self.said.extend_from_slice(&bytes[..written]);
                Poll::Ready(Ok(written))
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.said.len() {
            let line = &mut *self;
            let written = ready!(Pin::new(&mut line.stream).poll_write(context, &line.said[line.sent..]))?;
            self.sent += written;
        }
        match self.switch.get() {
            None | Some(Mischief::Twice) => Pin::new(&mut self.stream).poll_shutdown(context),
            Some(_) => {
                ready!(Pin::new(&mut self.stream).poll_flush(context))?;
                Poll::Ready(Err(cut_off()))
            }
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.switch.get() == Some(Mischief::Reset) {
            // Without it the caller sees a connection that was closed, which it must survive as well.
            let _ = self.stream.get_ref().0.set_zero_linger();
        }
    }
}
