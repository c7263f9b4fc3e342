//! A response's text. Collections in it are not copied, let alone parsed: they go out as they lie in
//! memory, as pieces of the body between what stands around them.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use async_graphql::{Response, ServerError, Value};
use axum::body::Body;
use bytes::{BufMut, Bytes, BytesMut};
use hyper::body::{Frame, SizeHint};

use crate::config::Limits;
use crate::graphql::{Limit, before_execution};
use crate::store::Budget;

/// Shorter texts are copied: a piece of its own would cost more.
const PIECE: usize = 4 * 1024;

/// What is reserved for a response at first.
const FIRST: usize = 1024;

const BEFORE_DATA: &[u8] = b"{\"data\":";

/// The text of a response up to the end of its `data`.
pub(super) struct Text {
    done: VecDeque<Bytes>,
    /// How much that is.
    done_bytes: usize,
    open: BytesMut,
    /// No more is written than is needed to know that it is too much.
    max: u64,
    /// What was taken for the collections in it.
    budget: Budget,
}

impl Text {
    /// With `data`, held to `limits`; none where there is no data. It is made of what `budget` was taken
    /// for.
    ///
    /// # Errors
    /// Where it is over them, or there is no memory for it.
    pub(super) fn of(
        data: &Value,
        limits: &Limits,
        budget: &Budget,
    ) -> Result<Option<Self>, ServerError> {
        if *data == Value::Null {
            return Ok(None);
        }
        let max = if limits.warn_only {
            u64::MAX
        } else {
            Limit::AnswerBytes.of(limits)
        };
        let mut text = Self::new(max, budget.clone());
        text.value(data);
        Limit::AnswerBytes.check(text.data_bytes(), limits)?;
        let covered = budget.cover(text.data_bytes());
        covered.map_err(|error| before_execution(error.into()))?;
        Ok(Some(text))
    }

    /// One that was `written` before, in one piece.
    pub(super) fn again(written: &[u8], budget: &Budget) -> Self {
        let mut open = BytesMut::with_capacity(written.len() + 1);
        open.put_slice(written);
        Self {
            done: VecDeque::new(),
            done_bytes: 0,
            open,
            max: u64::MAX,
            budget: budget.clone(),
        }
    }

    /// All of it, unless there are collections in it that are pieces of their own.
    pub(super) fn in_one_piece(&self) -> Option<&[u8]> {
        self.done.is_empty().then_some(&*self.open)
    }

    /// The body of `response`, whose `data` this is.
    ///
    /// # Errors
    /// Where the rest of it cannot be written.
    pub(super) fn into_body(mut self, response: &Response) -> io::Result<Body> {
        if !response.extensions.is_empty() {
            self.open.put_slice(b",\"extensions\":");
            serde_json::to_writer((&mut self.open).writer(), &response.extensions)?;
        }
        if !response.errors.is_empty() {
            self.open.put_slice(b",\"errors\":");
            serde_json::to_writer((&mut self.open).writer(), &response.errors)?;
        }
        self.open.put_u8(b'}');
        let is_held = self.budget.is_used();
        let last = self.open.freeze();
        if self.done.is_empty() && !is_held {
            return Ok(Body::from(last));
        }
        self.done.push_back(last);
        if is_held {
            for piece in &mut self.done {
                let (text, budget) = (std::mem::take(piece), self.budget.clone());
                *piece = Bytes::from_owner(Held { text, _for: budget });
            }
        }
        Ok(Body::new(Pieces(self.done)))
    }

    fn new(max: u64, budget: Budget) -> Self {
        let mut open = BytesMut::with_capacity(FIRST);
        open.put_slice(BEFORE_DATA);
        Self {
            done: VecDeque::new(),
            done_bytes: 0,
            open,
            max,
            budget,
        }
    }

    fn data_bytes(&self) -> u64 {
        (self.done_bytes + self.open.len() - BEFORE_DATA.len()) as u64
    }

    fn is_over(&self) -> bool {
        self.data_bytes() > self.max
    }

    /// Goes as deep as the value.
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.open.put_slice(b"null"),
            Value::Boolean(true) => self.open.put_slice(b"true"),
            Value::Boolean(false) => self.open.put_slice(b"false"),
            Value::Number(number) => self.open.put_slice(number.as_str().as_bytes()),
            Value::String(text) => self.string(text),
            Value::Enum(name) => self.string(name),
            Value::Binary(json) => self.json(json),
            Value::List(items) => {
                self.open.put_u8(b'[');
                for (index, item) in items.iter().enumerate() {
                    if self.is_over() {
                        return;
                    }
                    if index > 0 {
                        self.open.put_u8(b',');
                    }
                    self.value(item);
                }
                self.open.put_u8(b']');
            }
            Value::Object(fields) => {
                self.open.put_u8(b'{');
                for (index, (name, field)) in fields.iter().enumerate() {
                    if self.is_over() {
                        return;
                    }
                    if index > 0 {
                        self.open.put_u8(b',');
                    }
                    // A name is of letters, digits and underscores: there is nothing to escape.
                    self.open.put_u8(b'"');
                    self.open.put_slice(name.as_bytes());
                    self.open.put_slice(b"\":");
                    self.value(field);
                }
                self.open.put_u8(b'}');
            }
        }
    }

    fn string(&mut self, text: &str) {
        // Text is written to memory, neither of which fails.
        let _ = serde_json::to_writer((&mut self.open).writer(), text);
    }

    /// JSON text, which only a collection is.
    fn json(&mut self, text: &Bytes) {
        if text.len() < PIECE {
            self.open.put_slice(text);
        } else {
            let before = self.open.split().freeze();
            self.done_bytes += before.len() + text.len();
            self.done.extend([before, text.clone()]);
        }
    }
}

/// A piece of an answer, and what memory was taken for it. The server may hold a piece longer than the body
/// that it came from.
struct Held {
    text: Bytes,
    _for: Budget,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.text
    }
}

/// A body of known length, in pieces.
struct Pieces(VecDeque<Bytes>);

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Ready(self.0.pop_front().map(|piece| Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.iter().map(|piece| piece.len() as u64).sum())
    }
}

#[cfg(test)]
mod tests;
