//! What every request must pass first, before the page cache: the name it asks for ([`super::hosts`]), the proxies it came through
//! ([`super::proxies`]), and how long its address and headers are.
//!
//! What is refused here gets a plain sentence with the headers of every answer, and is kept by nobody.

use super::{
    headers,
    hosts::{Hosts, Refusal},
    proxies::{Proxies, Written},
};
use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    dev::ServiceRequest,
    http::{StatusCode, header},
};
use std::{
    net::IpAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// The longest address that is answered, in bytes, its query included (RFC 9110, 4.1 asks for 8,000 at least).
pub const LONGEST_ADDRESS: usize = 8000;

/// Bytes of all header fields. The server itself stops reading at 128 KB and at 96 fields.
pub const LARGEST_HEADERS: usize = 32 * 1024;

/// Names, proxies, and what was seen of them; cheap to clone.
#[derive(Debug, Clone)]
pub struct Entrance {
    /// The names under which the site answers.
    pub hosts: Arc<Hosts>,
    /// Who is believed about visitors.
    pub proxies: Arc<Proxies>,
    /// What came by that does not fit the settings, for the security centre.
    pub seen: Arc<Seen>,
}

/// What came by that does not fit the settings, since the program was started.
#[derive(Debug, Default)]
pub struct Seen {
    /// A proxy on this machine or in this network passes visitors on, but is not named.
    pub stranger: AtomicBool,
    /// A believed proxy says that visitors come without TLS.
    pub plain_http: AtomicBool,
}

/// Who has sent a request, in its extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClientAddress(pub IpAddr);

impl ClientAddress {
    /// Of a request; `None` outside of the application.
    pub fn of(req: &HttpRequest) -> Option<IpAddr> {
        req.extensions().get::<ClientAddress>().map(|address| address.0)
    }
}

impl Entrance {
    /// Whatever is asked for passes, and nobody is believed.
    pub fn open() -> Entrance {
        Entrance { hosts: Arc::new(Hosts::any()), proxies: Arc::default(), seen: Arc::default() }
    }

    /// Reads the settings; what is wrong with them is told, each with its remedy.
    pub fn parse(base_url: &str, hosts: &str, trusted: &str, written: &str, wrong: &mut impl FnMut(&'static str, String)) -> Entrance {
        let hosts = Hosts::parse(base_url, hosts).unwrap_or_else(|name| {
            wrong(
                "MAINSTAY_ALLOWED_HOSTS",
                format!("“{name}” is no name. Write names such as www.example.org or *.example.net, without port."),
            );
            Hosts::any()
        });
        let written = match written {
            "x-forwarded" => Written::XForwarded,
            "forwarded" => Written::Forwarded,
            other => {
                wrong("MAINSTAY_PROXY_HEADERS", format!("“{other}” is not known. Write x-forwarded or forwarded."));
                Written::default()
            }
        };
        let proxies = Proxies::parse(trusted, written).unwrap_or_else(|name| {
            wrong(
                "MAINSTAY_TRUSTED_PROXIES",
                format!("“{name}” is no address or network. Write addresses such as 127.0.0.1 or 10.0.0.0/8."),
            );
            Proxies::default()
        });
        Entrance { hosts: Arc::new(hosts), proxies: Arc::new(proxies), seen: Arc::default() }
    }

    /// The address of whoever has sent the request.
    pub fn client(&self, req: &ServiceRequest) -> Option<IpAddr> {
        let peer = req.peer_addr().map(|peer| peer.ip());
        self.note(peer, req);
        self.proxies.client(peer, req.headers())
    }

    fn note(&self, peer: Option<IpAddr>, req: &ServiceRequest) {
        let Some(peer) = peer.map(|ip| ip.to_canonical()) else { return };
        let told = || req.headers().contains_key(header::X_FORWARDED_FOR) || req.headers().contains_key(header::FORWARDED);
        if self.proxies.trusts(peer) {
            if self.proxies.says_plain_http(Some(peer), req.headers()) {
                self.seen.plain_http.store(true, Ordering::Relaxed);
            }
        } else if is_near(peer) && told() {
            self.seen.stranger.store(true, Ordering::Relaxed);
        }
    }

    /// The answer to a request that is not let in.
    pub fn refuse(&self, req: &ServiceRequest) -> Option<HttpResponse> {
        let (status, sentence) = self.why_not(req)?;
        let mut answer = HttpResponse::build(status)
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
            .body(sentence);
        headers::add(answer.headers_mut(), headers::hsts(req));
        Some(answer)
    }

    fn why_not(&self, req: &ServiceRequest) -> Option<(StatusCode, &'static str)> {
        let asked = req.uri().path_and_query().map_or(0, |asked| asked.as_str().len());
        if asked > LONGEST_ADDRESS {
            return Some((StatusCode::URI_TOO_LONG, "This address is too long."));
        }
        let size: usize = req.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if size > LARGEST_HEADERS {
            return Some((
                StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
                "The headers of this request are too large. Delete the cookies of this site and try again.",
            ));
        }
        match self.check_host(req) {
            Ok(()) => None,
            Err(Refusal::Unreadable) => Some((StatusCode::BAD_REQUEST, "This request does not say in the usual way for which site it is.")),
            Err(Refusal::Unknown) => Some((
                StatusCode::MISDIRECTED_REQUEST,
                "No site is served here under this name. Whoever runs this server can add the name to MAINSTAY_ALLOWED_HOSTS.",
            )),
        }
    }

    /// The host that a believed proxy was asked for counts in place of the one that it has asked us for. Supervisors ask by
    /// address whether the program lives.
    fn check_host(&self, req: &ServiceRequest) -> Result<(), Refusal> {
        if req.path().starts_with("/healthz/") {
            return Ok(());
        }
        match self.proxies.host(req.peer_addr().map(|peer| peer.ip()), req.headers()) {
            Some(host) => self.hosts.check_name(&host),
            None => self.hosts.check(req.uri(), req.headers().get_all(header::HOST)),
        }
    }
}

/// Whether an address is this machine's, or of a network that the public net does not reach.
fn is_near(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_loopback() || ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}
