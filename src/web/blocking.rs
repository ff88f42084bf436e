//! Slow work, off the threads that answer requests.

use crate::error::AppResult;
use actix_web::web;
use std::any::Any;

/// What any work comes to.
type Anything = Box<dyn Any + Send>;

/// Runs `work` on a blocking thread, without a connection: hashing must not hold one.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> AppResult<T> + Send + 'static) -> AppResult<T> {
    let done = run(Box::new(move || Ok(Box::new(work()?) as Anything))).await?;
    Ok(*done.downcast().expect("it is what `work` has made"))
}

/// The same for any work, so that what a task on another thread consists of is compiled once and not for each: that was a sixth of
/// all functions of the program.
async fn run(work: Box<dyn FnOnce() -> AppResult<Anything> + Send>) -> AppResult<Anything> {
    web::block(work).await?
}
