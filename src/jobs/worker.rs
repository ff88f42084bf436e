//! Threads that run what is due.

use crate::{
    error::AppResult,
    jobs::{JobEnv, Kind, queue, schedule},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Condvar, Mutex},
    thread::{self, JoinHandle},
    time::Duration,
};

/// What there is to run.
#[derive(Clone, Copy)]
pub struct Catalogue {
    /// Every kind of job, room by room.
    pub kinds: &'static [&'static [Kind]],
    /// Every job that repeats.
    pub schedules: &'static [schedule::Schedule],
}

/// How long an idle worker sleeps.
const PAUSE: Duration = Duration::from_millis(500);

/// The running threads; stop them with [`Workers::stop`].
pub struct Workers {
    stop: Arc<(Mutex<bool>, Condvar)>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts `count` threads, and one more for what must be done in time.
    pub fn start(count: usize, env: &JobEnv, catalogue: Catalogue) -> Workers {
        let stop = Arc::new((Mutex::new(false), Condvar::new()));
        let timely = (count > 0).then_some((Lane::Timely, "worker-clock".to_owned()));
        let threads = (0..count)
            .map(|number| (Lane::All, format!("worker-{number}")))
            .chain(timely)
            .map(|(lane, name)| {
                let (stop, env) = (stop.clone(), env.clone());
                let thread = thread::Builder::new().name(name);
                thread.spawn(move || work_until(&stop, &env, catalogue, lane)).expect("the system gives us a thread")
            })
            .collect();
        Workers { stop, threads }
    }

    /// Lets every thread finish the job in hand, and waits for that.
    pub fn stop(self) {
        *self.stop.0.lock().expect("nothing panics while it holds the flag") = true;
        self.stop.1.notify_all();
        for thread in self.threads {
            if thread.join().is_err() {
                log::error!("a worker thread broke off");
            }
        }
    }
}

/// What a thread takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lane {
    /// Whatever is due.
    All,
    /// What must be done in time.
    Timely,
}

fn work_until(stop: &(Mutex<bool>, Condvar), env: &JobEnv, catalogue: Catalogue, lane: Lane) {
    loop {
        let enqueued = match lane {
            Lane::All => env.db.read_here(|conn| Ok(schedule::enqueue_due(conn, catalogue.schedules, env.now())?)).map(drop),
            Lane::Timely => Ok(()),
        };
        let did = enqueued.and_then(|()| run_one(env, catalogue, lane));
        if let Err(error) = &did {
            log::warn!("the queue cannot be read: {error}");
        }
        let idle = !matches!(did, Ok(true));
        let flag = stop.0.lock().expect("nothing panics while it holds the flag");
        let flag = if idle && !*flag { stop.1.wait_timeout(flag, PAUSE).expect("the flag is never poisoned").0 } else { flag };
        if *flag {
            return;
        }
    }
}

/// Runs everything that is due and says how many jobs that were; for tests and commands.
pub fn run_due(env: &JobEnv, catalogue: Catalogue) -> AppResult<usize> {
    let mut done = 0;
    while run_one(env, catalogue, Lane::All)? {
        done += 1;
    }
    Ok(done)
}

/// Runs the next job, if one is due. The connection is given back while the job runs.
fn run_one(env: &JobEnv, catalogue: Catalogue, lane: Lane) -> AppResult<bool> {
    let timely: Vec<&str> = catalogue.kinds.iter().copied().flatten().filter(|kind| kind.is_timely()).map(|kind| kind.name).collect();
    let only = (lane == Lane::Timely).then_some(timely.as_slice());
    let known = |name: &str| catalogue.kinds.iter().copied().flatten().find(|kind| kind.name == name);
    let lease = |name: &str| known(name).map(|kind| kind.lease_seconds);
    let Some(job) = env.db.read_here(|conn| Ok(queue::claim(conn, env.now(), only, lease)?))? else { return Ok(false) };
    let result = match known(&job.kind) {
        Some(kind) => catch_unwind(AssertUnwindSafe(|| (kind.run)(&job.payload, env)))
            .unwrap_or_else(|_| Err("the job panicked; the log has the place".into())),
        None => Err(format!("this version knows no job {}", job.kind).into()),
    };
    env.db.write_here(|conn| match &result {
        Ok(()) => Ok(queue::finish(conn, job.id)?),
        Err(error) => {
            log::error!("job {} {} failed: {error}", job.id, job.kind);
            Ok(queue::put_back(conn, &job, &error.to_string(), env.now())?)
        }
    })?;
    Ok(true)
}
