//! A TLS stream that can break a response in ways that an HTTP server would not.

use crate::sync::lock;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// How a response is broken. It is passed to the stream as an extension of the response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Disruption {
    /// Nothing is sent; the connection is closed.
    HangUp,
    /// Nothing is sent; the connection is reset.
    Reset,
    /// This many bytes, headers included, then the connection is closed.
    Cut(usize),
    /// This many bytes of garbage, then the connection is closed.
    Garbage(usize),
    /// The whole response, twice.
    Twice,
}

impl Disruption {
    /// Whether the server writes nothing.
    pub(crate) fn sends_nothing(self) -> bool {
        matches!(self, Disruption::HangUp | Disruption::Reset)
    }
}

/// Shared by a connection's service, which sets the disruption, and its stream, which reads it.
#[derive(Clone, Default)]
pub(crate) struct Switch(Arc<Mutex<Option<Disruption>>>);

impl Switch {
    pub(crate) fn set(&self, disruption: Disruption) {
        *lock(&self.0) = Some(disruption);
    }

    fn get(&self) -> Option<Disruption> {
        *lock(&self.0)
    }
}

/// A TLS connection that applies the disruption of its switch. A cut connection gets no TLS close_notify.
pub(crate) struct FaultyStream {
    stream: TlsStream<TcpStream>,
    switch: Switch,
    /// How many bytes were sent since the disruption was set.
    sent: usize,
    /// The bytes to send again.
    repeated: Vec<u8>,
}

impl FaultyStream {
    pub(crate) fn new(stream: TlsStream<TcpStream>, switch: Switch) -> Self {
        Self { stream, switch, sent: 0, repeated: Vec::new() }
    }

    /// Writes up to `limit` bytes, then fails, so that the server drops the connection.
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

/// Neither HTTP nor text.
const GARBAGE: &[u8] = b"\0\xff garbage on request \r\n\r\n";

impl AsyncWrite for FaultyStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.switch.get() {
            None => Pin::new(&mut self.stream).poll_write(context, bytes),
            Some(Disruption::HangUp | Disruption::Reset) => Poll::Ready(Err(cut_off())),
            Some(Disruption::Cut(limit)) => self.write_up_to(context, limit, bytes),
            Some(Disruption::Garbage(limit)) => loop {
                let from = self.sent % GARBAGE.len();
                ready!(self.write_up_to(context, limit, &GARBAGE[from..]))?;
            },
            Some(Disruption::Twice) => {
                let written = ready!(Pin::new(&mut self.stream).poll_write(context, bytes))?;
                self.repeated.extend_from_slice(&bytes[..written]);
                Poll::Ready(Ok(written))
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while self.sent < self.repeated.len() {
            let this = &mut *self;
            let written =
                ready!(Pin::new(&mut this.stream).poll_write(context, &this.repeated[this.sent..]))?;
            self.sent += written;
        }
        match self.switch.get() {
            None | Some(Disruption::Twice) => Pin::new(&mut self.stream).poll_shutdown(context),
            Some(_) => {
                ready!(Pin::new(&mut self.stream).poll_flush(context))?;
                Poll::Ready(Err(cut_off()))
            }
        }
    }
}

impl AsyncRead for FaultyStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Drop for FaultyStream {
    fn drop(&mut self) {
        if self.switch.get() == Some(Disruption::Reset) {
            // If this fails the connection is closed instead of reset.
            let _ = self.stream.get_ref().0.set_zero_linger();
        }
    }
}
