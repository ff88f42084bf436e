//! Something stored on its way out, piece by piece.

use crate::error::AnyResult;
use actix_web::{
    body::{BodySize, MessageBody},
    web::Bytes,
};
use futures_util::StreamExt;
use object_store::{Error, GetOptions, GetRange, GetResultPayload, ObjectStore, path::Path};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    ops::Range,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Bytes that are read from a file at once.
const PIECE: u64 = 128 * 1024;
/// Pieces that wait for whoever reads.
const AHEAD: usize = 2;

/// A part of something stored, as the body of an answer or as a whole.
#[derive(Debug)]
pub struct Reading {
    pieces: Receiver<io::Result<Bytes>>,
    /// Bytes still to come.
    left: u64,
}

impl Reading {
    /// How many bytes there are in all.
    pub fn len(&self) -> u64 {
        self.left
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.left == 0
    }

    /// All of it in memory; blocks.
    pub fn whole(self) -> AnyResult<Bytes> {
        let Reading { mut pieces, left } = self;
        let all = crate::background::wait(async move {
            let mut all = Vec::with_capacity(left as usize);
            while let Some(piece) = pieces.recv().await {
                all.extend_from_slice(&piece?);
            }
            Ok::<_, io::Error>(all)
        })?;
        if all.len() as u64 == left { Ok(all.into()) } else { Err("what is stored broke off".into()) }
    }
}

impl MessageBody for Reading {
    type Error = io::Error;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.left)
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        self.pieces.poll_recv(cx)
    }
}

/// Looks whether it is there, and begins to read.
pub(super) async fn begin(store: &dyn ObjectStore, key: &Path, part: Range<u64>) -> Result<Reading, Error> {
    let range = (!part.is_empty()).then(|| GetRange::Bounded(part.clone()));
    let found = store.get_opts(key, GetOptions { range, head: part.is_empty(), ..GetOptions::default() }).await?;
    let (send, pieces) = channel(AHEAD);
    let left = if part.is_empty() { 0 } else { found.range.end - found.range.start };
    match found.payload {
        _ if left == 0 => {}
        GetResultPayload::File(file, _) => {
            tokio::task::spawn_blocking(move || read_file(file, found.range, &send));
        }
        GetResultPayload::Stream(mut stream) => {
            tokio::spawn(async move {
                while let Some(piece) = stream.next().await {
                    if send.send(piece.map_err(io::Error::other)).await.is_err() {
                        return; // nobody reads any more
                    }
                }
            });
        }
    }
    Ok(Reading { pieces, left })
}

fn read_file(mut file: File, range: Range<u64>, send: &Sender<io::Result<Bytes>>) {
    let mut at = range.start;
    while at < range.end {
        let piece = read_piece(&mut file, at, (range.end - at).min(PIECE));
        at += piece.as_ref().map_or(range.end, |piece| piece.len() as u64);
        if send.blocking_send(piece).is_err() {
            return; // nobody reads any more
        }
    }
}

fn read_piece(file: &mut File, at: u64, length: u64) -> io::Result<Bytes> {
    file.seek(SeekFrom::Start(at))?;
    let mut piece = vec![0; length as usize];
    file.read_exact(&mut piece)?;
    Ok(piece.into())
}
