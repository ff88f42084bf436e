//! Slow work that needs no database, off the threads that answer requests.

use crate::error::AppResult;
use actix_web::web;

/// Runs `work` on a blocking thread, without a connection: hashing must not hold one.
pub async fn blocking<T: Send + 'static>(work: impl FnOnce() -> AppResult<T> + Send + 'static) -> AppResult<T> {
    web::block(work).await?
}
