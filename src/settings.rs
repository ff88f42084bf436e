//! What the process is told: flags, environment, files. Checked all at once.
//!
//! Three kinds of settings are kept apart: these; the site's settings, which admins change in the browser (`site::settings`);
//! and constants in the code. Every mistake is printed with its remedy, and the program ends with status 2.

mod secret;

pub use secret::Secret;

use crate::{
    storage::{Bucket, Place},
    web::{entrance::Entrance, outgoing::addresses::Allowed, page_cache::cdn::Cdn, tls},
};
use clap::Args;
use std::{
    net::{SocketAddr, ToSocketAddrs},
    path::PathBuf,
};

/// Flags and environment variables, as text. The doc comment of each is what `--help` prints.
#[derive(Args, Debug, Clone, Default)]
#[allow(clippy::doc_markdown, reason = "the comments are what --help prints")]
#[command(next_help_heading = "Settings")]
pub struct Given {
    /// Address and port to serve on
    #[arg(long, env = "MAINSTAY_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT", global = true)]
    pub listen: String,
    /// Folder for the private database, uploaded files and letters; made if missing
    #[arg(long, env = "MAINSTAY_STATE_DIR", default_value = "state", value_name = "FOLDER", global = true)]
    pub state_dir: String,
    /// Where visitors find the site, e.g. https://example.org; by default http:// and the listen address
    #[arg(long, env = "MAINSTAY_BASE_URL", value_name = "URL", global = true)]
    pub base_url: Option<String>,
    /// Further names under which visitors reach the site, with commas between: www.example.org, *.example.net; * means any
    #[arg(long, env = "MAINSTAY_ALLOWED_HOSTS", value_name = "NAMES", global = true)]
    pub allowed_hosts: Option<String>,
    /// Addresses of proxies in front whose word about visitors is taken, as in 127.0.0.1, 10.0.0.0/8
    #[arg(long, env = "MAINSTAY_TRUSTED_PROXIES", value_name = "NETWORKS", global = true)]
    pub trusted_proxies: Option<String>,
    /// The headers that those proxies write: x-forwarded or forwarded
    #[arg(long, env = "MAINSTAY_PROXY_HEADERS", default_value = "x-forwarded", value_name = "KIND", global = true)]
    pub proxy_headers: String,
    /// Whether browsers are to ask subdomains of a base URL with https by https only, too: true or false
    #[arg(long, env = "MAINSTAY_HSTS_SUBDOMAINS", default_value = "true", value_name = "ANSWER", global = true)]
    pub hsts_subdomains: String,
    /// Private networks that may be asked for what an address leads to, as in 10.0.0.0/8; by default none is
    #[arg(long, env = "MAINSTAY_OUTGOING_ALLOW", value_name = "NETWORKS", global = true)]
    pub outgoing_allow: Option<String>,
    /// A MySQL or MariaDB server to use instead of a private one: mysql://user:password@host/database, with
    /// ?unix_socket=…, ?ssl_mode=REQUIRED and ?ssl_ca=… as needed
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL", global = true)]
    pub database_url: Option<Secret>,
    /// A file that holds the database's URL, for secrets that must not stand in the environment
    #[arg(long, env = "DATABASE_URL_FILE", value_name = "FILE", global = true)]
    pub database_url_file: Option<String>,
    /// Connections to the database at most
    #[arg(long, env = "MAINSTAY_DATABASE_POOL", default_value = "16", value_name = "NUMBER", global = true)]
    pub database_pool: String,
    /// Threads that answer requests; 0: one for each processor core
    #[arg(long, env = "MAINSTAY_THREADS", default_value = "0", value_name = "NUMBER", global = true)]
    pub threads: String,
    /// Threads that run jobs beside the requests; 0: none, when `mainstay work` runs elsewhere
    #[arg(long, env = "MAINSTAY_WORKERS", default_value = "1", value_name = "NUMBER", global = true)]
    pub workers: String,
    /// Memory for finished pages, in megabytes; 0: every page is made anew for each visitor
    #[arg(long, env = "MAINSTAY_PAGE_CACHE_MB", default_value = "256", value_name = "NUMBER", global = true)]
    pub page_cache_mb: String,
    /// Seconds for which a CDN in front may keep a page without asking; 0: none is in front
    #[arg(long, env = "MAINSTAY_CDN_SECONDS", default_value = "0", value_name = "NUMBER", global = true)]
    pub cdn_seconds: String,
    /// Seconds thereafter for which it may send the old page while it asks for the new one
    #[arg(long, env = "MAINSTAY_CDN_STALE_SECONDS", default_value = "60", value_name = "NUMBER", global = true)]
    pub cdn_stale_seconds: String,
    /// A certificate chain as PEM, to serve HTTPS without a proxy in front; read anew when it is renewed
    #[arg(long, env = "MAINSTAY_TLS_CERTIFICATE", value_name = "FILE", global = true)]
    pub tls_certificate: Option<String>,
    /// The private key of the certificate as PEM
    #[arg(long, env = "MAINSTAY_TLS_KEY", value_name = "FILE", global = true)]
    pub tls_key: Option<String>,
    /// The folder static, if it is neither in the working directory nor beside the program
    #[arg(long, env = "MAINSTAY_STATIC_DIR", value_name = "FOLDER", global = true)]
    pub static_dir: Option<String>,
    /// Mail server: smtps://user:password@host (TLS), smtp://user:password@host?tls=required (STARTTLS), ?tls=opportunistic
    /// (STARTTLS if offered), smtp://localhost:25 (plain); without it letters become files under the state folder
    #[arg(long, env = "MAINSTAY_SMTP_URL", hide_env_values = true, value_name = "URL", global = true)]
    pub smtp_url: Option<Secret>,
    /// A file that holds the mail server's URL
    #[arg(long, env = "MAINSTAY_SMTP_URL_FILE", value_name = "FILE", global = true)]
    pub smtp_url_file: Option<String>,
    /// Where uploaded files lie: s3://bucket/prefix?endpoint=https://host&region=name; without it a folder in the state folder
    #[arg(long, env = "MAINSTAY_MEDIA_URL", value_name = "URL", global = true)]
    pub media_url: Option<String>,
    /// The access key of that bucket
    #[arg(long, env = "MAINSTAY_MEDIA_KEY", value_name = "NAME", global = true)]
    pub media_key: Option<String>,
    /// The secret of the access key
    #[arg(long, env = "MAINSTAY_MEDIA_SECRET", hide_env_values = true, value_name = "SECRET", global = true)]
    pub media_secret: Option<Secret>,
    /// A file that holds the secret of the access key
    #[arg(long, env = "MAINSTAY_MEDIA_SECRET_FILE", value_name = "FILE", global = true)]
    pub media_secret_file: Option<String>,
    /// Sender of letters
    #[arg(long, env = "MAINSTAY_MAIL_FROM", default_value = "Mainstay <mainstay@localhost>", value_name = "ADDRESS", global = true)]
    pub mail_from: String,
}

/// The settings of the process, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to serve.
    pub listen: SocketAddr,
    /// Where everything that is kept lies.
    pub state_dir: PathBuf,
    /// Where visitors find the site, without a slash at the end.
    pub base_url: String,
    /// Under which names the site answers, and which proxies it believes.
    pub entrance: Entrance,
    /// Whether subdomains are to be asked by https only, too.
    pub hsts_subdomains: bool,
    /// Private networks that may be asked.
    pub outgoing: Allowed,
    /// A server of the operator's; `None`: a private one.
    pub database_url: Option<Secret>,
    /// Connections at most.
    pub database_pool: u32,
    /// Threads that answer requests.
    pub threads: usize,
    /// Threads that run jobs.
    pub workers: usize,
    /// Memory for finished pages, in megabytes.
    pub page_cache_mb: u64,
    /// What a CDN in front is told.
    pub cdn: Option<Cdn>,
    /// Certificate and key, to serve HTTPS.
    pub tls: Option<tls::Files>,
    /// The folder `static`.
    pub static_dir: PathBuf,
    /// Where uploaded and imported files lie.
    pub media: Place,
    /// A mail server; `None`: letters become files.
    pub smtp_url: Option<Secret>,
    /// Sender of letters.
    pub mail_from: String,
    /// Files that hold secrets.
    pub secret_files: Vec<PathBuf>,
}

/// What is wrong with a setting, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    /// The environment variable.
    pub name: &'static str,
    /// A sentence or two.
    pub remedy: String,
}

impl Settings {
    /// Where uploads lie until they are whole and looked at.
    pub fn uploads_dir(&self) -> PathBuf {
        self.state_dir.join("uploads")
    }

    /// Where letters are put while there is no mail server.
    pub fn letters_dir(&self) -> PathBuf {
        self.state_dir.join("letters")
    }

    /// Where the private database lies.
    pub fn database_dir(&self) -> PathBuf {
        self.state_dir.join("database")
    }
}

impl Given {
    /// Checks everything, so that all mistakes are told at once.
    pub fn check(&self) -> Result<Settings, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut wrong = |name: &'static str, remedy: String| problems.push(Problem { name, remedy });
        let listen = address(&self.listen).unwrap_or_else(|| {
            wrong("MAINSTAY_LISTEN", format!("“{}” is no address with a port. Write one such as 127.0.0.1:8080 or [::]:80.", self.listen));
            SocketAddr::from(([127, 0, 0, 1], 8080))
        });
        let tls = match (filled(self.tls_certificate.as_ref()), filled(self.tls_key.as_ref())) {
            (None, None) => None,
            (Some(certificate), Some(key)) => Some(tls::Files { certificate: certificate.into(), key: key.into() }),
            (certificate, _) => {
                let missing = if certificate.is_some() { "MAINSTAY_TLS_KEY" } else { "MAINSTAY_TLS_CERTIFICATE" };
                wrong(missing, "Certificate and key belong together. Name both files, or neither.".to_owned());
                None
            }
        };
        let base_url = match filled(self.base_url.as_ref()) {
            None => format!("http{}://{listen}", if tls.is_some() { "s" } else { "" }),
            Some(url) => origin(url).unwrap_or_else(|| {
                wrong(
                    "MAINSTAY_BASE_URL",
                    format!("“{url}” is no address of a site. Write one such as https://example.org, without a path."),
                );
                String::new()
            }),
        };
        let given = [self.allowed_hosts.as_ref(), self.trusted_proxies.as_ref()].map(|text| filled(text).unwrap_or(""));
        let entrance = Entrance::parse(&base_url, given[0], given[1], self.proxy_headers.trim(), &mut wrong);
        let hsts_subdomains = self.hsts_subdomains.trim().parse().unwrap_or_else(|_| {
            wrong("MAINSTAY_HSTS_SUBDOMAINS", format!("“{}” is neither true nor false.", self.hsts_subdomains));
            true
        });
        let outgoing = Allowed::parse(filled(self.outgoing_allow.as_ref()).unwrap_or("")).unwrap_or_else(|name| {
            wrong("MAINSTAY_OUTGOING_ALLOW", format!("“{name}” is no network. Write networks such as 10.0.0.0/8."));
            Allowed::default()
        });
        let database_url = secret::read(&self.database_url, &self.database_url_file, "DATABASE_URL_FILE", &mut wrong);
        if database_url.as_ref().is_some_and(|url| !url.reveal().starts_with("mysql://")) {
            wrong(
                "DATABASE_URL",
                "Write it as mysql://user:password@host/database. Without it Mainstay starts a database of its own.".to_owned(),
            );
        }
        let smtp_url = secret::read(&self.smtp_url, &self.smtp_url_file, "MAINSTAY_SMTP_URL_FILE", &mut wrong);
        if smtp_url.as_ref().is_some_and(|url| !url.reveal().starts_with("smtp://") && !url.reveal().starts_with("smtps://")) {
            wrong(
                "MAINSTAY_SMTP_URL",
                "Write it as smtps://user:password@host, smtp://user:password@host?tls=required or smtp://host:port.".to_owned(),
            );
        }
        let media = self.media(&mut wrong);
        if self.mail_from.parse::<lettre::message::Mailbox>().is_err() {
            wrong("MAINSTAY_MAIL_FROM", format!("“{}” is no address. Write one such as Mainstay <site@example.org>.", self.mail_from));
        }
        let mut number = |name: &'static str, text: &str, least: usize, most: usize| {
            text.parse().ok().filter(|number| (least..=most).contains(number)).unwrap_or_else(|| {
                wrong(name, format!("“{text}” is no whole number from {least} to {most}."));
                least
            })
        };
        let database_pool = number("MAINSTAY_DATABASE_POOL", &self.database_pool, 2, 1000) as u32;
        let threads = number("MAINSTAY_THREADS", &self.threads, 0, 256);
        let workers = number("MAINSTAY_WORKERS", &self.workers, 0, 64);
        let page_cache_mb = number("MAINSTAY_PAGE_CACHE_MB", &self.page_cache_mb, 0, 1 << 20) as u64;
        let cdn_seconds = number("MAINSTAY_CDN_SECONDS", &self.cdn_seconds, 0, 31_536_000) as u32;
        let stale_seconds = number("MAINSTAY_CDN_STALE_SECONDS", &self.cdn_stale_seconds, 0, 31_536_000) as u32;
        let static_dir = crate::web::assets::find(filled(self.static_dir.as_ref()).map(PathBuf::from).as_deref()).unwrap_or_else(|| {
            wrong(
                "MAINSTAY_STATIC_DIR",
                "The folder static with style sheets and scripts was not found. Start in the folder that holds it, or name it here."
                    .to_owned(),
            );
            PathBuf::new()
        });
        let settings = Settings {
            listen,
            state_dir: PathBuf::from(&self.state_dir),
            base_url,
            entrance,
            hsts_subdomains,
            outgoing,
            database_url,
            database_pool,
            threads: if threads == 0 { std::thread::available_parallelism().map_or(2, usize::from) } else { threads },
            workers,
            page_cache_mb,
            cdn: (cdn_seconds > 0).then_some(Cdn { fresh_seconds: cdn_seconds, stale_seconds }),
            tls,
            static_dir,
            media,
            smtp_url,
            mail_from: self.mail_from.clone(),
            secret_files: self.secret_files(),
        };
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    fn secret_files(&self) -> Vec<PathBuf> {
        let named = [&self.database_url_file, &self.smtp_url_file, &self.media_secret_file, &self.tls_key];
        named.into_iter().filter_map(|path| filled(path.as_ref())).map(PathBuf::from).collect()
    }

    fn media(&self, wrong: &mut impl FnMut(&'static str, String)) -> Place {
        let folder = || Place::Folder(PathBuf::from(&self.state_dir).join("files"));
        let secret = secret::read(&self.media_secret, &self.media_secret_file, "MAINSTAY_MEDIA_SECRET_FILE", wrong);
        let Some(url) = filled(self.media_url.as_ref()) else { return folder() };
        let (Some(key), Some(secret)) = (filled(self.media_key.as_ref()), secret) else {
            wrong(
                "MAINSTAY_MEDIA_KEY",
                "A bucket needs an access key and its secret: set MAINSTAY_MEDIA_KEY, and MAINSTAY_MEDIA_SECRET or MAINSTAY_MEDIA_SECRET_FILE."
                    .to_owned(),
            );
            return folder();
        };
        Bucket::parse(url, key.to_owned(), secret).map(Place::Bucket).unwrap_or_else(|remedy| {
            wrong("MAINSTAY_MEDIA_URL", remedy.to_owned());
            folder()
        })
    }
}

fn filled(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn address(text: &str) -> Option<SocketAddr> {
    text.parse().ok().or_else(|| text.to_socket_addrs().ok()?.next())
}

/// Scheme and host, in lower case, without a slash at the end; `None` when there is a path or it is not http(s).
fn origin(url: &str) -> Option<String> {
    let url = url.trim_end_matches('/').to_ascii_lowercase();
    let host = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let fits = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
    fits.then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given() -> Given {
        Given {
            listen: "127.0.0.1:0".to_owned(),
            state_dir: "state".to_owned(),
            database_pool: "16".to_owned(),
            threads: "0".to_owned(),
            workers: "1".to_owned(),
            page_cache_mb: "256".to_owned(),
            cdn_seconds: "0".to_owned(),
            cdn_stale_seconds: "60".to_owned(),
            proxy_headers: "x-forwarded".to_owned(),
            hsts_subdomains: "true".to_owned(),
            mail_from: "Mainstay <mainstay@localhost>".to_owned(),
            ..Given::default()
        }
    }

    #[test]
    fn every_mistake_is_told_at_once() {
        let wrong = Given {
            listen: "nowhere".to_owned(),
            base_url: Some("example.org/blog".to_owned()),
            allowed_hosts: Some("https://example.org/".to_owned()),
            trusted_proxies: Some("the proxy".to_owned()),
            proxy_headers: "via".to_owned(),
            database_url: Some("postgres://x".to_owned().into()),
            database_pool: "lots".to_owned(),
            static_dir: Some("/nowhere".to_owned()),
            smtp_url_file: Some("/nowhere/secret".to_owned()),
            mail_from: "me".to_owned(),
            tls_key: Some("key.pem".to_owned()),
            media_url: Some("s3://files".to_owned()),
            ..given()
        };
        let problems = wrong.check().expect_err("all wrong");
        let mut names: Vec<&str> = problems.iter().map(|problem| problem.name).collect();
        names.sort_unstable();
        assert_eq!(
            names,
            [
                "DATABASE_URL",
                "MAINSTAY_ALLOWED_HOSTS",
                "MAINSTAY_BASE_URL",
                "MAINSTAY_DATABASE_POOL",
                "MAINSTAY_LISTEN",
                "MAINSTAY_MAIL_FROM",
                "MAINSTAY_MEDIA_KEY",
                "MAINSTAY_PROXY_HEADERS",
                "MAINSTAY_SMTP_URL_FILE",
                "MAINSTAY_STATIC_DIR",
                "MAINSTAY_TLS_CERTIFICATE",
                "MAINSTAY_TRUSTED_PROXIES"
            ]
        );
    }

    #[test]
    fn a_site_stands_at_an_origin() {
        assert_eq!(origin("https://Example.org/"), Some("https://example.org".to_owned()));
        assert_eq!(origin("http://[::1]:8080"), Some("http://[::1]:8080".to_owned()));
        assert_eq!([origin("example.org"), origin("https://a.b/c"), origin("ftp://a"), origin("https://")], [None, None, None, None]);
    }

    #[test]
    fn files_lie_in_a_folder_or_in_a_bucket() {
        assert_eq!(given().check().expect("right").media, Place::Folder("state/files".into()));
        let bucket = Given {
            media_url: Some("s3://files?region=eu".to_owned()),
            media_key: Some("me".to_owned()),
            media_secret: Some("hunter2".to_owned().into()),
            ..given()
        };
        let settings = bucket.check().expect("right");
        assert!(matches!(&settings.media, Place::Bucket(bucket) if bucket.name == "files" && bucket.key == "me"));
        assert!(!format!("{settings:?}").contains("hunter2"));
    }

    #[test]
    fn secrets_are_never_printed() {
        let given = Given { database_url: Some("mysql://me:hunter2@db/x".to_owned().into()), ..given() };
        assert!(!format!("{given:?}").contains("hunter2"));
        assert!(!format!("{:?}", given.check().expect("right")).contains("hunter2"));
    }
}
