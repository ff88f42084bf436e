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
    /// Starts `count` threads, one more for what must be done in time, and one for what is slow.
    pub fn start(count: usize, env: &JobEnv, catalogue: Catalogue) -> Workers {
        let stop = Arc::new((Mutex::new(false), Condvar::new()));
        let others = [(Lane::Timely, "worker-clock".to_owned()), (Lane::Slow, "worker-slow".to_owned())];
        let threads = (0..count)
            .map(|number| (Lane::Quick, format!("worker-{number}")))
            .chain(others.into_iter().filter(|_| count > 0))
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
    /// The same but for what is slow.
    Quick,
    /// What must be done in time.
    Timely,
    /// What is slow.
    Slow,
}

impl Lane {
    /// The kinds that it takes; `None`: every one, those of another version too.
    fn only(self, catalogue: Catalogue) -> Option<Vec<&'static str>> {
        let takes = |kind: &&Kind| match self {
            Lane::All => true,
            Lane::Quick => !kind.is_slow,
            Lane::Timely => kind.is_timely(),
            Lane::Slow => kind.is_slow,
        };
        (self != Lane::All).then(|| catalogue.kinds.iter().copied().flatten().filter(takes).map(|kind| kind.name).collect())
    }
}

fn work_until(stop: &(Mutex<bool>, Condvar), env: &JobEnv, catalogue: Catalogue, lane: Lane) {
    loop {
        let enqueued = match lane {
            Lane::All | Lane::Quick => env.db.read_here(|conn| Ok(schedule::enqueue_due(conn, catalogue.schedules, env.now())?)).map(drop),
            Lane::Timely | Lane::Slow => Ok(()),
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
    let only = lane.only(catalogue);
    let known = |name: &str| catalogue.kinds.iter().copied().flatten().find(|kind| kind.name == name);
    let lease = |name: &str| known(name).map(|kind| kind.lease_seconds);
    let Some(job) = env.db.read_here(|conn| Ok(queue::claim(conn, env.now(), only.as_deref(), lease)?))? else { return Ok(false) };
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
