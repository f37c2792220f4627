//! Connections that can be reset and cut.

use std::{
    io::{self, IoSlice},
    mem,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

/// Breaks a connection, from the handler of a request.
#[derive(Clone, Default)]
pub(crate) struct ConnectionHandle(Arc<Flags>);

#[derive(Default)]
struct Flags {
    reset: AtomicBool,
    end: AtomicBool,
    unread: AtomicBool,
}

impl ConnectionHandle {
    /// Resets the connection at the next write: the client gets an RST instead of what is written.
    pub(crate) fn reset(&self) {
        self.0.reset.store(true, Ordering::Relaxed);
    }

    /// Closes the connection after everything that was written is sent.
    pub(crate) fn end(&self) {
        self.0.end.store(true, Ordering::Relaxed);
    }

    /// Marks that the request is answered before its body was read.
    pub(crate) fn leave_unread(&self) {
        self.0.unread.store(true, Ordering::Relaxed);
    }
}

/// A TCP connection.
pub(crate) struct Connection {
    stream: TcpStream,
    handle: ConnectionHandle,
    /// Whether bytes were read since the end of the stream was last reported.
    has_read: bool,
    /// The time left for a client that is still sending after it got its response.
    linger: Option<Pin<Box<Sleep>>>,
}

/// How long the remaining body is read and dropped after the response. Closing the connection at once would reset it, and
/// a reset may destroy the response.
const LINGER: Duration = Duration::from_secs(5);

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        // Without it, responses may be delayed by 40 ms; they arrive even if it fails.
        let _ = stream.set_nodelay(true);
        Self { stream, handle: ConnectionHandle::default(), has_read: false, linger: None }
    }

    /// Reads and drops what the client still sends, until it closes its side or the time is over.
    fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut buffer = [0; 16 * 1024];
        let linger = self.linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        while linger.as_mut().poll(cx).is_pending() {
            let mut buffer = ReadBuf::new(&mut buffer);
            let read = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                break;
            }
        }
        Poll::Ready(())
    }

    pub(crate) fn handle(&self) -> ConnectionHandle {
        self.handle.clone()
    }

    /// Returns the stream to write to, or an error that makes the server drop the connection if it is to be reset.
    fn writable(&mut self) -> io::Result<Pin<&mut TcpStream>> {
        if self.handle.0.reset.load(Ordering::Relaxed) {
            // Dropping the stream then resets the connection.
            self.stream.set_zero_linger()?;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(Pin::new(&mut self.stream))
    }
}

impl AsyncRead for Connection {
    /// Reports the end of the stream one poll late. The server drops a request when its client is gone, but a complete
    /// request must be processed, however quickly the client disconnects.
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.stream).poll_read(cx, buffer));
        let ended = buffer.filled().len() == before;
        if ended && mem::take(&mut self.has_read) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.has_read = !ended;
        Poll::Ready(read)
    }
}

impl AsyncWrite for Connection {
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

    /// The server flushes after it has written everything.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.handle.0.end.load(Ordering::Relaxed) {
            return Poll::Ready(Err(io::ErrorKind::ConnectionAborted.into()));
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // If the connection is to be reset, this must fail: a shutdown would be an orderly end.
        ready!(self.writable()?.poll_shutdown(cx))?;
        if self.handle.0.unread.load(Ordering::Relaxed) {
            ready!(self.poll_drain(cx));
        }
        Poll::Ready(Ok(()))
    }
}
