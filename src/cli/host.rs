//! What every command that touches the site begins with: the state folder, the database, the tables up to date.

use crate::{
    app::{self, State},
    clock::Clock,
    db::{
        self, Db,
        private_server::{FolderLock, Options, PrivateServer},
    },
    error::{AnyError, AnyResult},
    mail::Mail,
    settings::Settings,
    web::{assets::Assets, page_cache::PageCache},
};
use std::{fs, sync::Arc};

/// The open site. Fields drop in this order: the pool before the server it talks to, the lock last.
pub struct Host {
    /// What handlers and jobs share.
    pub state: State,
    server: Option<PrivateServer>,
    _lock: Option<FolderLock>,
}

impl Host {
    /// Opens the database, a private one if none is given, and brings its tables up to date.
    pub fn open(settings: &Settings) -> AnyResult<Host> {
        fs::create_dir_all(&settings.state_dir).map_err(|error| {
            format!("the state folder {} cannot be made: {error}. Choose another with --state-dir.", settings.state_dir.display())
        })?;
        let (lock, server, url) = match &settings.database_url {
            Some(url) => (None, None, url.reveal().to_owned()),
            None => {
                let lock = FolderLock::take(&settings.state_dir)?;
                let server = PrivateServer::start(&settings.database_dir(), &Options { durable: true, buffer_pool_mb: 128 })?;
                let url = server.url();
                (Some(lock), Some(server), url)
            }
        };
        let steps = db::migrate(&url)?;
        if steps > 0 {
            log::info!("brought the database up to date in {steps} steps");
        }
        let clock = Clock::default();
        let pages = Arc::new(PageCache::new(settings.page_cache_mb, clock.clone()));
        let db = Db::open(&url, settings.database_pool)?.telling(State::hook_of(&pages));
        let key = db.write_here(|conn| Ok(app::session_key(conn, clock.now())?)).map_err(AnyError::from)?;
        let mail = match &settings.smtp_url {
            Some(url) => Mail::smtp(&settings.mail_from, url.reveal())?,
            None => Mail::files(&settings.mail_from, &settings.letters_dir())?,
        };
        let state = State {
            db,
            clock,
            mail,
            base_url: settings.base_url.clone(),
            key,
            assets: Arc::new(Assets::load(&settings.static_dir)?),
            files_dir: settings.files_dir(),
            pages,
        };
        Ok(Host { state, server, _lock: lock })
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
