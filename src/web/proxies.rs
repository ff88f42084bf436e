//! Who is at the other end: the address of a visitor, whatever proxies stand between.
//!
//! A proxy is believed only where the operator has named its address. Each adds whom it has heard to the right end of a list, so
//! the client is the right-most address that is no proxy of ours: whatever a visitor has written stands to the left of it and is
//! not looked at. Which of the two lists the proxies write must be said, for a visitor could send the other one: `X-Forwarded-For`
//! or `Forwarded` (RFC 7239).

use actix_web::http::header::{HeaderMap, HeaderValue};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// Proxies that are looked at in a list, from its right end.
const MOST_HOPS: usize = 32;

/// The headers that proxies write.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Written {
    /// `X-Forwarded-For`, `X-Forwarded-Proto`, `X-Forwarded-Host`.
    #[default]
    XForwarded,
    /// `Forwarded`.
    Forwarded,
}

/// The proxies that are believed.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    trusted: Vec<IpNet>,
    written: Written,
}

/// What a proxy says of a request.
#[derive(Debug, Clone, Copy)]
enum Of {
    For,
    Proto,
    Host,
}

impl Proxies {
    /// Reads addresses and networks with commas between; `Err` is the one that is none.
    pub fn parse(list: &str, written: Written) -> Result<Proxies, String> {
        let network = |text: &str| text.parse().ok().or_else(|| Some(IpNet::from(text.parse::<IpAddr>().ok()?)));
        let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        let trusted = names.map(|name| network(name).ok_or_else(|| name.to_owned())).collect::<Result<_, _>>()?;
        Ok(Proxies { trusted, written })
    }

    /// Whether there are any.
    pub fn are_named(&self) -> bool {
        !self.trusted.is_empty()
    }

    /// Whether this is one of them.
    pub fn trusts(&self, ip: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&ip))
    }

    /// The address of the client; `peer` is who has opened the connection.
    pub fn client(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<IpAddr> {
        let mut nearest = peer?.to_canonical();
        if !self.trusts(nearest) {
            return Some(nearest);
        }
        for hop in self.told(headers, Of::For).iter().rev().take(MOST_HOPS) {
            let Some(ip) = node(hop) else { break }; // "unknown", a made-up name: whoever has written it is the last we know
            nearest = ip;
            if !self.trusts(ip) {
                break;
            }
        }
        Some(nearest)
    }

    /// The host that a believed proxy was asked for, if it says so.
    pub fn host(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> Option<String> {
        self.last(peer, headers, Of::Host)
    }

    /// Whether a believed proxy says that the client came without TLS.
    pub fn says_plain_http(&self, peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
        self.last(peer, headers, Of::Proto).is_some_and(|proto| proto.eq_ignore_ascii_case("http"))
    }

    fn last(&self, peer: Option<IpAddr>, headers: &HeaderMap, of: Of) -> Option<String> {
        self.trusts(peer?.to_canonical()).then(|| self.told(headers, of).pop()).flatten().filter(|told| !told.is_empty())
    }

    /// What each proxy says, from the farthest to the nearest.
    fn told(&self, headers: &HeaderMap, of: Of) -> Vec<String> {
        let (plain, parameter) = match of {
            Of::For => ("x-forwarded-for", "for"),
            Of::Proto => ("x-forwarded-proto", "proto"),
            Of::Host => ("x-forwarded-host", "host"),
        };
        let texts = |name: &'static str| headers.get_all(name).map(HeaderValue::to_str).map(|text| text.unwrap_or(""));
        match self.written {
            Written::XForwarded => texts(plain).flat_map(|text| text.split(',')).map(|one| one.trim().to_owned()).collect(),
            Written::Forwarded => texts("forwarded").flat_map(|text| parameters(text, parameter)).collect(),
        }
    }
}

/// The value of a parameter in each element of a Forwarded header; empty where an element has none (RFC 7239, 4).
fn parameters(text: &str, name: &str) -> Vec<String> {
    cut(text, ',')
        .into_iter()
        .map(|element| {
            let pairs = cut(element, ';');
            let mut values = pairs.into_iter().filter_map(|pair| pair.split_once('='));
            let value = values.find(|(known, _)| known.trim().eq_ignore_ascii_case(name)).map_or("", |(_, value)| value.trim());
            value.trim_matches('"').replace('\\', "")
        })
        .collect()
}

/// Cuts a text at a sign, but not between quotation marks.
fn cut(text: &str, at: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(|sign: char| {
        if escaped {
            escaped = false;
        } else if quoted && sign == '\\' {
            escaped = true;
        } else if sign == '"' {
            quoted = !quoted;
        }
        sign == at && !quoted
    })
    .collect()
}

/// The address of a hop: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim().trim_matches('"');
    let address = text.parse().ok().or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()).map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderName;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        headers
    }

    fn ip(text: &str) -> Option<IpAddr> {
        text.parse().ok()
    }

    const X: &str = "x-forwarded-for";

    #[test]
    fn nobody_is_believed_who_is_not_named() {
        let proxies = Proxies::default();
        assert_eq!(proxies.client(ip("127.0.0.1"), &headers(&[(X, "203.0.113.9")])), ip("127.0.0.1"));
        assert_eq!(proxies.host(ip("127.0.0.1"), &headers(&[("x-forwarded-host", "evil.example")])), None);
        assert_eq!(proxies.client(None, &headers(&[])), None);
        assert_eq!(proxies.client(ip("::ffff:192.0.2.1"), &headers(&[])), ip("192.0.2.1"));
    }

    #[test]
    fn the_client_is_the_right_most_that_is_no_proxy() {
        let proxies = Proxies::parse("127.0.0.1, 10.0.0.0/8, 2001:db8::/32", Written::XForwarded).expect("networks");
        for (lines, client) in [
            (&[(X, "203.0.113.9")][..], "203.0.113.9"),
            (&[(X, "6.6.6.6, 203.0.113.9")], "203.0.113.9"), // the visitor has written the first
            (&[(X, "6.6.6.6, 203.0.113.9, 10.1.2.3")], "203.0.113.9"),
            (&[(X, "6.6.6.6"), (X, "203.0.113.9"), (X, "10.1.2.3")], "203.0.113.9"),
            (&[(X, "10.9.9.9, 10.1.2.3")], "10.9.9.9"), // nobody but proxies: the farthest
            (&[(X, "203.0.113.9:4711")], "203.0.113.9"),
            (&[(X, "[2001:470::1]:80")], "2001:470::1"),
            (&[(X, "::ffff:203.0.113.9")], "203.0.113.9"),
            (&[(X, "203.0.113.9, nonsense")], "127.0.0.1"),
            (&[(X, "203.0.113.9, unknown, 10.1.2.3")], "10.1.2.3"),
            (&[(X, "")], "127.0.0.1"),
            (&[], "127.0.0.1"),
            (&[("forwarded", "for=6.6.6.6"), (X, "203.0.113.9")], "203.0.113.9"), // the list that our proxies do not write
        ] {
            assert_eq!(proxies.client(ip("127.0.0.1"), &headers(lines)), ip(client), "{lines:?}");
        }
        assert_eq!(proxies.client(ip("198.51.100.1"), &headers(&[(X, "203.0.113.9")])), ip("198.51.100.1"));
    }

    #[test]
    fn the_standard_header_is_read_with_its_quotes() {
        let proxies = Proxies::parse("127.0.0.1", Written::Forwarded).expect("networks");
        for (value, client) in [
            ("for=203.0.113.9", "203.0.113.9"),
            ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=6.6.6.6, proto=https;by=10.0.0.1;for=203.0.113.9", "203.0.113.9"),
            ("for=\"6.6.6.6, for=7.7.7.7\", for=203.0.113.9", "203.0.113.9"),
            ("for=203.0.113.9;by=\"a,b;c\"", "203.0.113.9"),
            ("for=203.0.113.9, for=_hidden", "127.0.0.1"),
            ("for=203.0.113.9, proto=https", "127.0.0.1"),
            ("for=\"203.0.113.9", "203.0.113.9"),
        ] {
            assert_eq!(proxies.client(ip("127.0.0.1"), &headers(&[("forwarded", value)])), ip(client), "{value}");
        }
        let told = headers(&[("forwarded", "for=6.6.6.6;host=evil.example;proto=https, host=\"example.org:443\";proto=http")]);
        assert_eq!(proxies.host(ip("127.0.0.1"), &told).as_deref(), Some("example.org:443"));
        assert!(proxies.says_plain_http(ip("127.0.0.1"), &told));
        let other = headers(&[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-host", "evil.example")]);
        assert_eq!((proxies.client(ip("127.0.0.1"), &other), proxies.host(ip("127.0.0.1"), &other)), (ip("127.0.0.1"), None));
    }

    #[test]
    fn what_is_no_network_is_named() {
        for wrong in ["proxy", "10.0.0.0/33", "10.0.0.0/8, x"] {
            let told = Proxies::parse(wrong, Written::XForwarded).map(drop);
            assert_eq!(told, Err(wrong.rsplit(", ").next().unwrap_or_default().to_owned()));
        }
    }
}
