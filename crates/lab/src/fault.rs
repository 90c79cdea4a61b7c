//! Breaking connections below HTTP, where an HTTP library would not let us.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

/// A second hold on a connection's socket: enough to make the system reset it instead of closing it.
#[derive(Clone, Default)]
pub(crate) struct Socket(Option<Arc<socket2::Socket>>);

impl Socket {
    /// Takes hold of a connection. The hold does not keep it open: it is given up when the stream is reset.
    pub(crate) fn of(stream: TcpStream) -> io::Result<(Self, TcpStream)> {
        let stream = stream.into_std()?;
        let hold = socket2::Socket::from(stream.try_clone()?);
        Ok((Self(Some(Arc::new(hold))), TcpStream::from_std(stream)?))
    }

    /// From now on, closing means resetting.
    pub(crate) fn close_hard(&self) {
        if let Some(socket) = &self.0 {
            // Without it the close is an ordinary one, which still ends the answer too early.
            let _ = socket.set_linger(Some(Duration::ZERO));
        }
    }
}

/// What the next write on a connection does.
#[derive(Default)]
enum Next {
    #[default]
    Write,
    /// These bytes go out in place of what is written.
    Replace(Bytes),
    /// What is written goes nowhere.
    Swallow,
    Reset,
}

/// Lets a handler break the connection that it answers on.
#[derive(Clone, Default)]
pub(crate) struct Breaker {
    next: Arc<Mutex<Next>>,
    socket: Socket,
}

impl Breaker {
    pub(crate) fn new(socket: Socket) -> Self {
        Self { next: Arc::default(), socket }
    }

    pub(crate) fn socket(&self) -> &Socket {
        &self.socket
    }

    /// The answer will be a reset.
    pub(crate) fn reset(&self) {
        self.set(Next::Reset);
    }

    /// The answer will be these bytes, whatever HTTP would write.
    pub(crate) fn replace(&self, bytes: Bytes) {
        self.set(Next::Replace(bytes));
    }

    fn set(&self, next: Next) {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }
}

/// A connection that can be told to break.
pub(crate) struct Breakable<S> {
    stream: S,
    breaker: Breaker,
}

impl<S> Breakable<S> {
    pub(crate) fn new(stream: S, breaker: Breaker) -> Self {
        Self { stream, breaker }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Breakable<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Breakable<S> {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let mut next = this.breaker.next.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            match &mut *next {
                Next::Write => return Pin::new(&mut this.stream).poll_write(context, buffer),
                Next::Swallow => return Poll::Ready(Ok(buffer.len())),
                Next::Reset => {
                    this.breaker.socket.close_hard();
                    return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
                }
                Next::Replace(bytes) => {
                    while !bytes.is_empty() {
                        let sent = ready!(Pin::new(&mut this.stream).poll_write(context, bytes))?;
                        if sent == 0 {
                            return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
                        }
                        let _ = bytes.split_to(sent);
                    }
                    *next = Next::Swallow;
                }
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
