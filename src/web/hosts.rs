//! The names under which the site answers (RFC 9110, 7.4; RFC 9112, 3.2).
//!
//! A request for another name is refused before anything else looks at it: no page, link or letter is made for a name that
//! somebody else has chosen, and a foreign page cannot read this site by letting its own name lead here (DNS rebinding).

use actix_web::http::{Uri, header};
use std::net::IpAddr;

/// The names.
#[derive(Debug, Clone)]
pub struct Hosts {
    /// That of the base URL, as a Host header has it.
    own: String,
    names: Vec<Name>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Name {
    /// This one, in small letters.
    Exact(String),
    /// Whatever ends with this, the dot before it included.
    Below(String),
    /// Any address of the net: no name leads to one, so nobody can have chosen it.
    Address,
    /// Whatever is asked for, or nothing.
    Any,
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It names no host, several, or what is none.
    Unreadable,
    /// It names another one.
    Unknown,
}

impl Hosts {
    /// Any name, and none.
    pub fn any() -> Hosts {
        Hosts { own: String::new(), names: vec![Name::Any] }
    }

    /// The host of the base URL, and further names with commas between. Where the base URL names this machine, all names of it
    /// count; where it is `0.0.0.0` or `[::]`, any address does. `Err` is the name that is none.
    pub fn parse(base_url: &str, further: &str) -> Result<Hosts, String> {
        let own = base_url.split_once("://").map_or(base_url, |(_, rest)| rest).to_owned();
        let mut names = defaults(bare(&own).unwrap_or(""));
        for name in further.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            names.push(read(name).ok_or_else(|| name.to_owned())?);
        }
        Ok(Hosts { own, names })
    }

    /// Whether every name counts.
    pub fn are_any(&self) -> bool {
        self.names.contains(&Name::Any)
    }

    /// The Host header of a request that the program makes to itself.
    pub fn own(&self) -> &str {
        &self.own
    }

    /// Checks what a request asks for: the authority of its target, where that has one, and its Host headers.
    pub fn check<'a>(&self, target: &Uri, mut hosts: impl Iterator<Item = &'a header::HeaderValue>) -> Result<(), Refusal> {
        if self.are_any() {
            return Ok(());
        }
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return Err(Refusal::Unreadable) };
        self.check_name(host.to_str().map_err(|_| Refusal::Unreadable)?)?;
        target.authority().map_or(Ok(()), |authority| self.check_name(authority.as_str()))
    }

    /// Checks one name, with or without a port.
    pub fn check_name(&self, host: &str) -> Result<(), Refusal> {
        let host = bare(host).ok_or(Refusal::Unreadable)?;
        if self.names.iter().any(|name| name.is(host)) { Ok(()) } else { Err(Refusal::Unknown) }
    }
}

impl Name {
    fn is(&self, host: &str) -> bool {
        match self {
            Name::Exact(name) => name.eq_ignore_ascii_case(host),
            Name::Below(end) => host.len() > end.len() && host.to_ascii_lowercase().ends_with(end.as_str()),
            Name::Address => address(host).is_some(),
            Name::Any => true,
        }
    }
}

fn defaults(own: &str) -> Vec<Name> {
    let mut names = vec![Name::Exact(own.to_owned())];
    let address = address(own);
    if own == "localhost" || address.is_some_and(|ip| ip.is_loopback()) {
        names.extend(["localhost", "127.0.0.1", "[::1]"].map(|name| Name::Exact(name.to_owned())));
    } else if address.is_some_and(|ip| ip.is_unspecified()) {
        names.extend([Name::Exact("localhost".to_owned()), Name::Address]);
    }
    names
}

fn read(name: &str) -> Option<Name> {
    let name = name.to_ascii_lowercase();
    match name.strip_prefix("*.") {
        _ if name == "*" => Some(Name::Any),
        Some(end) => bare(end).filter(|bare| *bare == end && address(end).is_none()).map(|end| Name::Below(format!(".{end}"))),
        None => bare(&name).filter(|bare| *bare == name).map(|name| Name::Exact(name.to_owned())),
    }
}

/// A host without its port and without the dot of the root; `None`: it is none (RFC 3986, 3.2.2).
fn bare(host: &str) -> Option<&str> {
    let end = if host.starts_with('[') { host.find(']')? + 1 } else { host.find(':').unwrap_or(host.len()) };
    let (name, port) = host.split_at(end);
    let name = name.strip_suffix('.').unwrap_or(name);
    let well = match name.strip_prefix('[') {
        Some(_) => address(name).is_some(),
        None => !name.is_empty() && name.len() <= 253 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)),
    };
    let port_is_one = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.bytes().all(|byte| byte.is_ascii_digit()));
    (well && port_is_one).then_some(name)
}

fn address(host: &str) -> Option<IpAddr> {
    host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdicts<const N: usize>(base_url: &str, further: &str, hosts: [&str; N]) -> [Result<(), Refusal>; N] {
        let names = Hosts::parse(base_url, further).expect("names");
        hosts.map(|host| names.check_name(host))
    }

    const YES: Result<(), Refusal> = Ok(());
    const NO: Result<(), Refusal> = Err(Refusal::Unknown);
    const WHAT: Result<(), Refusal> = Err(Refusal::Unreadable);

    #[test]
    fn the_site_answers_under_its_own_name_only() {
        let asked =
            ["example.org", "EXAMPLE.org:443", "example.org.", "evil.example", "example.org.evil.example", "localhost", "127.0.0.1"];
        assert_eq!(verdicts("https://example.org", "", asked), [YES, YES, YES, NO, NO, NO, NO]);
    }

    #[test]
    fn what_is_no_host_is_told_apart() {
        let asked = ["", ":80", "a b", "example.org:80a", "[::1", "example.org/path", "user@example.org", "[gg]"];
        assert_eq!(verdicts("https://example.org", "", asked), [WHAT; 8]);
    }

    #[test]
    fn further_names_are_exact_or_all_below_one() {
        let asked = ["www.example.org", "a.example.net", "a.b.example.net", "example.net", "notexample.net"];
        assert_eq!(verdicts("https://example.org", "www.example.org, *.example.net", asked), [YES, YES, YES, NO, NO]);
        assert_eq!(verdicts("https://example.org", "*", ["evil.example"]), [YES]);
        for wrong in ["https://a", "a:80", "a b", "*.*", "*.127.0.0.1", "a/b"] {
            assert_eq!(Hosts::parse("https://example.org", wrong).map(|_| ()), Err(wrong.to_owned()));
        }
    }

    #[test]
    fn a_site_under_development_answers_under_every_name_of_the_machine() {
        let asked = ["localhost:8080", "127.0.0.1:8080", "[::1]:8080", "evil.example", "192.0.2.1"];
        assert_eq!(verdicts("http://127.0.0.1:8080", "", asked), [YES, YES, YES, NO, NO]);
        assert_eq!(verdicts("http://0.0.0.0:8080", "", asked), [YES, YES, YES, NO, YES]);
    }
}
