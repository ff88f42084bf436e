//! Requests of ours to other servers. All that somebody other than the operator can cause go through here.
//!
//! Only http and https; no address of this machine or of a private network, looked at after the name was resolved and asked at
//! exactly that address, so that a name cannot change its mind in between ([`addresses`]); each redirect is looked at again, five
//! at most; time and size are bounded; no cookie, no proxy of the environment, nothing unpacked. What the operator himself names
//! (database, mail server, bucket) may stand on this machine and does not pass here; `MAINSTAY_OUTGOING_ALLOW` opens networks.

pub mod addresses;

use crate::background;
use addresses::{Allowed, Checked, Private};
use reqwest::{
    Client, Method, Response, Url,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, LINK, LOCATION},
    redirect::Policy,
};
use std::{
    error::Error,
    fmt,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::time::timeout;

/// Redirects that are followed.
pub const MOST_REDIRECTS: usize = 5;
/// How long one request may take, with its redirects.
const WHOLE: Duration = Duration::from_secs(20);
/// How long a connection may take to open.
const CONNECTING: Duration = Duration::from_secs(5);

/// The client; cheap to clone.
#[derive(Clone)]
pub struct Outgoing(Arc<Inner>);

struct Inner {
    allowed: Arc<Allowed>,
    agent: String,
    client: OnceLock<Result<Client, String>>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// The status of the last answer.
    pub status: u16,
    /// Where that came from, after redirects.
    pub url: String,
    /// Whether every redirect on the way there was for good (301, 308), and there was one.
    pub is_moved: bool,
    /// The body, as far as it was asked for.
    pub body: Vec<u8>,
}

/// What came back, with what stands around it: for those who look for something in a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The answer.
    pub fetched: Fetched,
    /// Its media type, in small letters and without parameters; empty: it has none.
    pub kind: String,
    /// The values of its `Link` headers (RFC 8288), in order.
    pub links: Vec<String>,
    /// The value of its `Location` header, or empty.
    pub location: String,
}

/// Why nothing came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It is no address that we ask: another scheme, a name and password in it, a port of another service.
    NotAsked,
    /// It leads to this machine or into a private network.
    Private,
    /// The name leads nowhere.
    NoSuchName,
    /// Nobody answers, or not in the way agreed on; why, in the words of the library.
    Unreachable(String),
    /// It took too long.
    TooSlow,
    /// It was led on more than five times, or to what is no address.
    Lost,
    /// The body is larger than was asked for.
    TooLarge,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::NotAsked => "this kind of address is not asked",
            Fault::Private => "it leads to a private address, which is not asked",
            Fault::NoSuchName => "there is no server of this name",
            Fault::Unreachable(why) => return write!(f, "the server does not answer: {why}"),
            Fault::TooSlow => "the server took too long",
            Fault::Lost => "it leads on and on",
            Fault::TooLarge => "the answer is too large",
        })
    }
}

impl Error for Fault {}

impl Outgoing {
    /// The client of the site at `base_url`, which it names to those it asks.
    pub fn new(allowed: Allowed, base_url: &str) -> Outgoing {
        let agent = format!("Mainstay/{} (+{base_url})", env!("CARGO_PKG_VERSION"));
        Outgoing(Arc::new(Inner { allowed: Arc::new(allowed), agent, client: OnceLock::new() }))
    }

    /// Asks whether something is there, without its body. Blocks; for jobs.
    pub fn head(&self, url: &str) -> Result<Fetched, Fault> {
        self.blocking(Method::HEAD, url, 0)
    }

    /// Fetches at most `most` bytes; more is a fault. Blocks; for jobs.
    pub fn get(&self, url: &str, most: usize) -> Result<Fetched, Fault> {
        self.blocking(Method::GET, url, most)
    }

    /// Fetches a page with its headers; of a longer body the first `most` bytes. Blocks; for jobs.
    pub fn page(&self, url: &str, most: usize) -> Result<Answered, Fault> {
        let (this, url) = (self.clone(), url.to_owned());
        background::wait(async move { this.ask(&Asked { method: Method::GET, form: None, body: Body::First(most) }, &url).await })
    }

    /// Sends a form, already encoded, and takes the first `most` bytes of the answer. Blocks; for jobs.
    pub fn post_form(&self, url: &str, form: String, most: usize) -> Result<Answered, Fault> {
        let (this, url) = (self.clone(), url.to_owned());
        background::wait(async move { this.ask(&Asked { method: Method::POST, form: Some(form), body: Body::First(most) }, &url).await })
    }

    fn blocking(&self, method: Method, url: &str, most: usize) -> Result<Fetched, Fault> {
        let (this, url) = (self.clone(), url.to_owned());
        background::wait(async move { this.fetch(method, &url, Body::UpTo(most)).await })
    }

    /// Asks many at once whether something is there, in their order; where that is answered in the negative, by fetching it, since
    /// many servers know no HEAD. Blocks; for jobs.
    pub fn look_at(&self, urls: Vec<String>) -> Vec<Result<Fetched, Fault>> {
        let this = self.clone();
        background::wait(async move { futures_util::future::join_all(urls.iter().map(|url| this.look(url))).await })
    }

    async fn look(&self, url: &str) -> Result<Fetched, Fault> {
        match self.fetch(Method::HEAD, url, Body::Unread).await {
            Ok(found) if found.status < 400 => Ok(found),
            Err(fault @ (Fault::NotAsked | Fault::Private | Fault::NoSuchName)) => Err(fault),
            _ => self.fetch(Method::GET, url, Body::Unread).await,
        }
    }

    async fn fetch(&self, method: Method, url: &str, body: Body) -> Result<Fetched, Fault> {
        Ok(self.ask(&Asked { method, form: None, body }, url).await?.fetched)
    }

    async fn ask(&self, asked: &Asked, url: &str) -> Result<Answered, Fault> {
        timeout(WHOLE, self.follow(asked, url)).await.unwrap_or(Err(Fault::TooSlow))
    }

    async fn follow(&self, asked: &Asked, url: &str) -> Result<Answered, Fault> {
        let mut url = Url::parse(url).map_err(|_| Fault::NotAsked)?;
        let mut moves = Vec::new();
        loop {
            self.0.allowed.check(&url)?;
            let mut request = self.client()?.request(asked.method.clone(), url.clone()).header(ACCEPT, "*/*");
            if let Some(form) = &asked.form {
                request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.clone());
            }
            let answer = request.send().await.map_err(|error| fault(&error))?;
            let status = answer.status().as_u16();
            let Some(next) = next(&url, &answer, asked.form.is_some())? else {
                let is_moved = !moves.is_empty() && moves.iter().all(|status| matches!(status, 301 | 308));
                return answered(answer, url.to_string(), is_moved, asked.body).await;
            };
            moves.push(status);
            if moves.len() > MOST_REDIRECTS {
                return Err(Fault::Lost);
            }
            url = next;
        }
    }

    fn client(&self) -> Result<&Client, Fault> {
        let made = self.0.client.get_or_init(|| {
            // The client takes the process's provider; it is ring here, as everywhere in this program.
            let _ = rustls::crypto::ring::default_provider().install_default();
            let client = Client::builder().user_agent(&self.0.agent).redirect(Policy::none()).no_proxy().connect_timeout(CONNECTING);
            let client = client.timeout(WHOLE).pool_max_idle_per_host(0).dns_resolver(Arc::new(Checked(self.0.allowed.clone())));
            client.build().map_err(|error| error.to_string())
        });
        made.as_ref().map_err(|why| Fault::Unreachable(why.clone()))
    }
}

/// What is asked for.
struct Asked {
    method: Method,
    /// A form to send.
    form: Option<String>,
    body: Body,
}

/// What is wanted of a body.
#[derive(Clone, Copy)]
enum Body {
    Unread,
    /// All of it; a longer one is a fault.
    UpTo(usize),
    /// What comes first.
    First(usize),
}

async fn answered(answer: Response, url: String, is_moved: bool, body: Body) -> Result<Answered, Fault> {
    let text =
        |headers: &HeaderMap, name: HeaderName| headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let kind = text(&headers, CONTENT_TYPE).unwrap_or_default();
    Ok(Answered {
        kind: kind.split(';').next().unwrap_or("").trim().to_ascii_lowercase(),
        links: headers.get_all(LINK).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect(),
        location: text(&headers, LOCATION).unwrap_or_default(),
        fetched: Fetched { status, url, is_moved, body: read(answer, body).await? },
    })
}

/// Where an answer leads on, if it does (RFC 9110, 15.4). A form is sent on only where the answer says that it is to be.
fn next(url: &Url, answer: &Response, is_form: bool) -> Result<Option<Url>, Fault> {
    let leads_on = if is_form {
        matches!(answer.status().as_u16(), 307 | 308)
    } else {
        matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308)
    };
    if !leads_on {
        return Ok(None);
    }
    let Some(to) = answer.headers().get(LOCATION) else { return Ok(None) };
    let to = to.to_str().map_err(|_| Fault::Lost)?;
    url.join(to).map(Some).map_err(|_| Fault::Lost)
}

async fn read(mut answer: Response, body: Body) -> Result<Vec<u8>, Fault> {
    let (most, is_cut) = match body {
        Body::Unread => return Ok(Vec::new()),
        Body::UpTo(most) => (most, false),
        Body::First(most) => (most, true),
    };
    let mut bytes = Vec::new();
    while let Some(piece) = answer.chunk().await.map_err(|error| fault(&error))? {
        bytes.extend_from_slice(&piece);
        if bytes.len() > most && !is_cut {
            return Err(Fault::TooLarge);
        }
        if bytes.len() >= most && is_cut {
            bytes.truncate(most);
            break;
        }
    }
    Ok(bytes)
}

/// What an error of the library means; its cause lies somewhere below it.
fn fault(error: &reqwest::Error) -> Fault {
    if error.is_timeout() {
        return Fault::TooSlow;
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(error);
    let mut last = String::new();
    while let Some(one) = cause {
        if one.is::<Private>() {
            return Fault::Private;
        }
        if one.is::<addresses::NoSuchName>() {
            return Fault::NoSuchName;
        }
        last = one.to_string();
        cause = one.source();
    }
    Fault::Unreachable(last.chars().filter(|sign| !sign.is_control()).take(200).collect())
}
