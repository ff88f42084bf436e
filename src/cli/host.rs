//! What every command that touches the site begins with: the state folder, the database, the tables up to date.

use crate::{
    app::State,
    clock::Clock,
    db::{
        self, Db,
        private_server::{FolderLock, Options, PrivateServer},
    },
    error::{AnyError, AnyResult},
    exchange::generate::keys,
    mail::Mail,
    security::Facts,
    settings::Settings,
    storage::Storage,
    web::{assets::Assets, bots::Forms, headers::stays_on_https, outgoing::Outgoing, page_cache::PageCache, session_keys::SessionKeys},
};
use std::{fs, path::PathBuf, sync::Arc};

/// The open site. Fields drop in this order: the pool before the server it talks to, the lock last.
pub struct Host {
    /// What handlers and jobs share.
    pub state: State,
    server: Option<PrivateServer>,
    _lock: Option<FolderLock>,
}

impl Host {
    /// Opens the database, a private one if none is given, and brings its tables up to date. Refuses a state folder in use.
    pub fn open(settings: &Settings) -> AnyResult<Host> {
        make_state_dir(settings)?;
        let Some(url) = &settings.database_url else {
            let lock = FolderLock::take(&settings.state_dir)?;
            let server = PrivateServer::start(&settings.database_dir(), &Options { durable: true, buffer_pool_mb: buffer_pool_mb() })?;
            let host = Host::on(settings, &server.url(), Some((server, lock)))?;
            keys::put_back(&host.state.db, &settings.database_dir())?; // if a generation was broken off
            return Ok(host);
        };
        Host::on(settings, url.reveal(), None)
    }

    /// The same for commands that work beside a running `mainstay serve`: they use the private database that it has started.
    pub fn join(settings: &Settings) -> AnyResult<Host> {
        make_state_dir(settings)?;
        if settings.database_url.is_none()
            && FolderLock::take(&settings.state_dir).is_err()
            && let Some(url) = PrivateServer::running_in(&settings.database_dir())
        {
            return Host::on(settings, &url, None);
        }
        Host::open(settings)
    }

    fn on(settings: &Settings, url: &str, own: Option<(PrivateServer, FolderLock)>) -> AnyResult<Host> {
        let steps = db::migrate(url)?;
        if steps > 0 {
            log::info!("brought the database up to date in {steps} steps");
        }
        let clock = Clock::default();
        let pages = Arc::new(PageCache::new(settings.page_cache_mb, clock.clone()).behind(settings.cdn));
        let db = Db::open(url, settings.database_pool)?.telling(State::hook_of(&pages));
        let keys = db.write_here(|conn| Ok(SessionKeys::load(conn, clock.now())?)).map_err(AnyError::from)?;
        let forms = db.write_here(|conn| Ok(Forms::load(conn, clock.now())?)).map_err(AnyError::from)?;
        let mail = match &settings.smtp_url {
            Some(url) => Mail::smtp(&settings.mail_from, url.reveal())?,
            None => Mail::files(&settings.mail_from, &settings.letters_dir())?,
        };
        let key = keys.sealing(clock.now());
        let state = State {
            db,
            clock,
            mail,
            outgoing: Outgoing::new(settings.outgoing.clone(), &settings.base_url),
            base_url: settings.base_url.clone(),
            hsts: stays_on_https(&settings.base_url, settings.hsts_subdomains),
            entrance: settings.entrance.clone(),
            key,
            keys: Arc::new(keys),
            assets: Arc::new(Assets::load(&settings.static_dir)?),
            storage: Storage::open(&settings.media)?,
            uploads_dir: settings.uploads_dir(),
            forms: Arc::new(forms),
            pages,
            visits: Arc::default(),
            searches: Arc::default(),
            reports: Arc::default(),
            facts: Arc::new(Facts::gather(settings, std::env::args())),
        };
        let (server, lock) = own.unzip();
        Ok(Host { state, server, _lock: lock })
    }

    /// The folder of the database server, if this process has started it and it serves nobody else.
    pub fn own_folder(&self, settings: &Settings) -> Option<PathBuf> {
        self.server.as_ref().and_then(|_| settings.database_dir().canonicalize().ok())
    }

    /// Closes the database; a private server is stopped and waited for.
    pub fn close(self) -> AnyResult<()> {
        drop(self.state);
        if let Some(server) = self.server {
            server.stop()?;
        }
        Ok(())
    }
}

fn make_state_dir(settings: &Settings) -> AnyResult<()> {
    let mut folder = fs::DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700); // what lies in it is nobody else's
    folder.create(&settings.state_dir).map_err(|error| {
        format!("the state folder {} cannot be made: {error}. Choose another with --state-dir.", settings.state_dir.display()).into()
    })
}

/// What the private database may keep in memory, in MiB: an eighth of what this machine, or this container, has; 128 to 1,024.
fn buffer_pool_mb() -> u32 {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let of_machine =
        read("/proc/meminfo").lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let of_container = read("/sys/fs/cgroup/memory.max").trim().parse::<u64>().ok().map(|bytes| bytes / 1024);
    let kilobytes = [of_machine, of_container].into_iter().flatten().min().unwrap_or(0);
    u32::try_from(kilobytes / 8 / 1024).unwrap_or(u32::MAX).clamp(128, 1024)
}
