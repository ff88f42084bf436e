//! The site under test, served on a port for real browsers.

use crate::support::site::Site;
use actix_web::{HttpServer, dev::ServerHandle, rt::System};
use mainstay::{
    app::{self, State},
    web::entrance::Entrance,
};
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::mpsc,
    thread::{self, JoinHandle},
};

/// Ends with the value.
pub struct Served {
    origin: String,
    port: u16,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    pub fn start(site: &Site) -> Served {
        Served::named(site, "127.0.0.1")
    }

    /// Under another name of this machine.
    pub fn named(site: &Site, host: &'static str) -> Served {
        Served::on(site, host, TcpListener::bind("127.0.0.1:0").unwrap())
    }

    /// Nobody listens while `meanwhile` goes on; then the site is there again, at the same address.
    pub async fn away<T>(self, site: &Site, meanwhile: impl Future<Output = T>) -> (Served, T) {
        let address = ("127.0.0.1", self.port);
        drop(self);
        let done = meanwhile.await;
        (Served::on(site, "127.0.0.1", TcpListener::bind(address).unwrap()), done)
    }

    fn on(site: &Site, host: &'static str, listener: TcpListener) -> Served {
        let port = listener.local_addr().unwrap().port();
        let origin = format!("http://{host}:{port}");
        let entrance = Entrance::parse(&origin, "", "", "x-forwarded", &mut |_, remedy| panic!("{remedy}"));
        let state = State { base_url: origin.clone(), hsts: "", entrance, ..site.state.clone() };
        let (tell, told) = mpsc::channel();
        let thread = thread::spawn(move || {
            System::new().block_on(async move {
                let server = HttpServer::new(move || app::build(state.clone())).workers(1).disable_signals();
                let server = server.listen(listener).unwrap().run();
                tell.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        Served { origin, port, handle: told.recv().unwrap(), thread: Some(thread) }
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Whether a visitor's page has this text.
    pub fn site_shows(&self, path: &str, text: &str) -> bool {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n").unwrap();
        let mut page = Vec::new();
        stream.read_to_end(&mut page).unwrap();
        let page = String::from_utf8_lossy(&page);
        assert!(page.starts_with("HTTP/1.1 200"), "{page}");
        page.contains(text)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.handle.stop(false)); // Told at once, although nobody waits for the answer.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
