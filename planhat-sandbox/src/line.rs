//! Connections, and how to break them.

use std::io::{self, IoSlice};
use std::mem;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// Takes connections in.
pub(crate) struct Door(pub(crate) TcpListener);

impl Listener for Door {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Without it, answers may wait for 40 ms; with it failing, they still arrive.
        let _ = stream.set_nodelay(true);
        (Line { stream, cutter: Cutter::default(), fresh: false }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

/// Breaks a connection.
#[derive(Clone, Default)]
pub(crate) struct Cutter(Arc<Cuts>);

#[derive(Default)]
struct Cuts {
    reset: AtomicBool,
    end: AtomicBool,
}

impl Cutter {
    /// Resets the connection in place of the next write: its client gets an RST, and nothing of what is written.
    pub(crate) fn reset(&self) {
        self.0.reset.store(true, Ordering::Relaxed);
    }

    /// Ends the connection once all that is written so far is sent.
    pub(crate) fn end(&self) {
        self.0.end.store(true, Ordering::Relaxed);
    }
}

impl Connected<IncomingStream<'_, Door>> for Cutter {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Self {
        stream.io().cutter.clone()
    }
}

/// A connection.
pub(crate) struct Line {
    stream: TcpStream,
    cutter: Cutter,
    /// Whether something came since the end was last looked for.
    fresh: bool,
}

impl Line {
    /// The stream to write to. If it is to be reset: an error, upon which the server drops the connection.
    fn writable(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        if self.cutter.0.reset.load(Ordering::Relaxed) {
            // Makes dropping it a reset.
            self.stream.set_zero_linger()?;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(Pin::new(&mut self.stream))
    }
}

impl AsyncRead for Line {
    /// The end of what a client sends is told one turn late. The server drops a request once it knows that its client
    /// is gone; but one that was sent whole is to be done, however quickly the client goes.
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(cx, buffer));
        let ended = buffer.filled().len() == before;
        if ended && mem::take(&mut self.fresh) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.fresh = !ended;
        Poll::Ready(read)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.writable()?.poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.writable()?.poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// The server flushes when it has passed on all that it has.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.cutter.0.end.load(Ordering::Relaxed) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // A shutdown would tell the client of an orderly end.
        self.writable()?.poll_shutdown(cx)
    }
}
