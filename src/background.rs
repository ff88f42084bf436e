//! Asynchronous work that outlives a request, done for threads that wait: stores of files, requests to other servers.

use std::{
    sync::{OnceLock, mpsc},
    thread,
};
use tokio::runtime::{Builder, Handle};

/// Waits for work, on whichever thread. It must not panic.
pub fn wait<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> T {
    let (send, done) = mpsc::sync_channel(1);
    runtime().spawn(async move { send.send(work.await) });
    done.recv().expect("the work neither panics nor is given up")
}

/// A thread of its own drives all of it, whichever thread asks: connections outlive a request.
fn runtime() -> &'static Handle {
    static RUNTIME: OnceLock<Handle> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        let runtime = Builder::new_current_thread().enable_all().build().expect("the system gives us a poller");
        let handle = runtime.handle().clone();
        let thread = thread::Builder::new().name("background".to_owned());
        thread.spawn(move || runtime.block_on(std::future::pending::<()>())).expect("the system gives us a thread");
        handle
    })
}
