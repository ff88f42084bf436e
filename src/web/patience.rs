//! Clients that are slow on purpose, or gone without a word: for how long one is waited for.
//!
//! The head of a request has ten seconds (`cli::serve`). Its body must come, and its answer be taken, at [`LEAST`] bytes a second
//! after [`GRACE`]: [`with_body`], [`with_reader`]. Whoever takes nothing at all is cut off by the system ([`listen`]).

use actix_web::{
    HttpMessage,
    body::{BodySize, BoxBody, MessageBody},
    dev::{Payload, ServiceRequest},
    error::PayloadError,
    http::header::{CONTENT_LENGTH, TRANSFER_ENCODING},
    rt::time::{Instant, Sleep, sleep_until},
    web::Bytes,
};
use futures_util::Stream;
use socket2::{Domain, Protocol, Socket, Type};
use std::{
    cell::RefCell,
    io,
    net::{SocketAddr, TcpListener},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

/// How long somebody may stand still before it counts.
pub const GRACE: Duration = Duration::from_secs(10);

/// Bytes a second, of which the slowest line in use has ten times as many.
pub const LEAST: u64 = 1024;

/// Bytes of an answer that go out in one piece; the system keeps them for whoever takes them slowly.
const AT_ONCE: u64 = 64 * 1024;

/// How long the system waits for somebody who takes nothing.
const TAKES_NOTHING: Duration = Duration::from_secs(30);

/// Connections that may wait to be accepted.
const BACKLOG: i32 = 1024;

/// By when so many bytes must have been passed.
fn allowed(bytes: u64) -> Duration {
    GRACE + Duration::from_secs(bytes / LEAST)
}

/// The body of a request, which that of the answer carries along until it is sent.
///
/// Of a body in chunks that nobody holds any more the server would read the rest, and wait for it for ever. One that is still held
/// and was not read to its end makes it close the connection.
pub struct Unread(#[allow(dead_code, reason = "it is only held")] Rc<RefCell<Payload>>);

/// Lets the body of a request break off when it comes too slowly.
pub fn with_body(req: &mut ServiceRequest) -> Option<Unread> {
    let has_body = req.headers().contains_key(CONTENT_LENGTH) || req.headers().contains_key(TRANSFER_ENCODING);
    has_body.then(|| {
        let inner = Rc::new(RefCell::new(req.take_payload()));
        let begun = Instant::now();
        let timed = Arriving { inner: inner.clone(), begun, bytes: 0, alarm: Box::pin(sleep_until(begun + GRACE)) };
        req.set_payload(Payload::Stream { payload: Box::pin(timed) });
        Unread(inner)
    })
}

/// Whether a body broke off for that.
pub fn is_too_slow(error: &PayloadError) -> bool {
    matches!(error, PayloadError::Io(error) if error.kind() == io::ErrorKind::TimedOut)
}

/// The body of a request on its way here.
struct Arriving {
    inner: Rc<RefCell<Payload>>,
    begun: Instant,
    bytes: u64,
    alarm: Pin<Box<Sleep>>,
}

impl Stream for Arriving {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        let arrived = Pin::new(&mut *this.inner.borrow_mut()).poll_next(context);
        if let Poll::Ready(piece) = arrived {
            if let Some(Ok(piece)) = &piece {
                this.bytes += piece.len() as u64;
                this.alarm.as_mut().reset(this.begun + allowed(this.bytes));
            }
            return Poll::Ready(piece);
        }
        let late = || Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into())));
        this.alarm.as_mut().poll(context).map(|()| late())
    }
}

/// Lets a long answer break off when it is taken too slowly; carries along what was not read of the request.
pub fn with_reader(body: BoxBody, unread: Option<Unread>) -> BoxBody {
    match body.size() {
        BodySize::None | BodySize::Sized(0..=AT_ONCE) if unread.is_none() => body,
        _ => BoxBody::new(Leaving { inner: body, _unread: unread, bytes: 0, waited: Duration::ZERO, given: None }),
    }
}

/// The body of an answer on its way out. Only the time that the client takes counts.
struct Leaving {
    inner: BoxBody,
    _unread: Option<Unread>,
    bytes: u64,
    waited: Duration,
    given: Option<Instant>,
}

impl MessageBody for Leaving {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.inner.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        let this = &mut *self;
        if let Some(given) = this.given.take() {
            this.waited += given.elapsed();
            if this.waited > allowed(this.bytes) {
                return Poll::Ready(Some(Err("the answer was taken too slowly".into())));
            }
        }
        let piece = Pin::new(&mut this.inner).poll_next(context);
        if let Poll::Ready(Some(Ok(piece))) = &piece {
            this.bytes += piece.len() as u64;
            this.given = Some(Instant::now());
        }
        piece
    }
}

/// Listens at an address.
///
/// Connections take over from the listener that data which is not taken for half a minute ends them (`TCP_USER_TIMEOUT`, tcp(7)); on
/// systems without it a proxy in front must see to that.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    #[cfg(any(target_os = "linux", target_os = "android"))]
    socket.set_tcp_user_timeout(Some(TAKES_NOTHING))?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_bytes_have_more_time() {
        assert_eq!([allowed(0), allowed(1024), allowed(4 * 1024 * 1024)], [10, 11, 4106].map(Duration::from_secs));
    }

    #[actix_web::test]
    async fn a_short_answer_is_left_as_it_is_and_a_long_one_passes_whole() {
        assert!(matches!(with_reader(BoxBody::new(()), None).size(), BodySize::None | BodySize::Sized(0)));
        let long = with_reader(BoxBody::new(vec![b'x'; 100_000]), None);
        assert_eq!(long.size(), BodySize::Sized(100_000));
        assert_eq!(actix_web::body::to_bytes(long).await.map(|bytes| bytes.len()).ok(), Some(100_000));
    }
}
