//! Connections, and how to break them.

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

/// Breaks a connection.
#[derive(Clone, Default)]
pub(crate) struct Cutter(Arc<Cuts>);

#[derive(Default)]
struct Cuts {
    reset: AtomicBool,
    end: AtomicBool,
    unread: AtomicBool,
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

    /// Says that a request is answered although its client may still be sending it.
    pub(crate) fn leave_unread(&self) {
        self.0.unread.store(true, Ordering::Relaxed);
    }
}

/// A connection.
pub(crate) struct Line {
    stream: TcpStream,
    cutter: Cutter,
    /// Whether something came since the end was last looked for.
    fresh: bool,
    /// The time that is left to a client that is still sending, once it was sent its response.
    linger: Option<Pin<Box<Sleep>>>,
}

/// How long what a client is still sending is read and dropped, once it was sent its response. Closing the connection at
/// once would reset it, and a reset may cost the client the response.
const LINGER: Duration = Duration::from_secs(5);

impl Line {
    pub(crate) fn new(stream: TcpStream, cutter: Cutter) -> Self {
        // Without it, answers may wait for 40 ms; with it failing, they still arrive.
        let _ = stream.set_nodelay(true);
        Self { stream, cutter, fresh: false, linger: None }
    }

    /// Reads and drops what still comes, until the client closes its side or its time is over.
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

    pub(crate) fn cutter(&self) -> Cutter {
        self.cutter.clone()
    }

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
        ready!(self.writable()?.poll_shutdown(cx))?;
        if self.cutter.0.unread.load(Ordering::Relaxed) {
            ready!(self.poll_drain(cx));
        }
        Poll::Ready(Ok(()))
    }
}
