//! Which addresses of the net may be asked, and the resolver that hands out no others.

use super::Fault;
use ipnet::IpNet;
use reqwest::{
    Url,
    dns::{Addrs, Name, Resolve, Resolving},
};
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, LazyLock},
};

/// Networks that may be asked although they are private: what the operator says.
#[derive(Debug, Clone, Default)]
pub struct Allowed(Vec<IpNet>);

/// What is not of the public net: the special-purpose registries of IANA (RFC 6890), multicast, and what is reserved.
static NOT_PUBLIC: LazyLock<Vec<IpNet>> = LazyLock::new(|| {
    let all = "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.31.196.0/24 \
        192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/3 \
        2001::/23 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20";
    all.split_whitespace().map(|network| network.parse().expect("a network")).collect()
});

/// The one part of IPv6 that is given out to the public (RFC 3513, 2.5.4); all else is local, multicast or reserved.
static PUBLIC_V6: LazyLock<IpNet> = LazyLock::new(|| "2000::/3".parse().expect("a network"));

/// Networks whose addresses stand for one of IPv4 in their last 32 bits (RFC 6052).
static NAT64: LazyLock<IpNet> = LazyLock::new(|| "64:ff9b::/96".parse().expect("a network"));

impl Allowed {
    /// Reads addresses and networks with commas between; `Err` is the one that is none.
    pub fn parse(list: &str) -> Result<Allowed, String> {
        let network = |text: &str| text.parse().ok().or_else(|| Some(IpNet::from(text.parse::<IpAddr>().ok()?)));
        let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(|name| network(name).ok_or_else(|| name.to_owned())).collect::<Result<_, _>>().map(Allowed)
    }

    /// Whether there are any.
    pub fn are_any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Whether this address may be asked.
    pub fn permits(&self, ip: IpAddr) -> bool {
        let ip = plain(ip);
        is_public(ip) || self.0.iter().any(|network| network.contains(&ip))
    }

    /// Checks what an address itself says; its name is looked at when it is resolved.
    pub(super) fn check(&self, url: &Url) -> Result<(), Fault> {
        let port = url.port_or_known_default().unwrap_or(0);
        // Below 1024 stand services of other kinds, which could be made to believe a request.
        let asked = matches!(url.scheme(), "http" | "https") && (port >= 1024 || port == 80 || port == 443);
        let host = url.host_str().filter(|_| asked && url.username().is_empty() && url.password().is_none()).ok_or(Fault::NotAsked)?;
        let literal = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        match literal {
            Ok(ip) if !self.permits(ip) => Err(Fault::Private),
            _ => Ok(()),
        }
    }
}

/// The address that is meant: one of IPv4, however it is written.
fn plain(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V6(ip) if NAT64.contains(&IpAddr::V6(ip)) => IpAddr::V4(Ipv4Addr::from_bits(last_32(ip))),
        other => other,
    }
}

fn last_32(ip: Ipv6Addr) -> u32 {
    let [.., high, low] = ip.segments();
    u32::from(high) << 16 | u32::from(low)
}

fn is_public(ip: IpAddr) -> bool {
    !NOT_PUBLIC.iter().any(|network| network.contains(&ip)) && (ip.is_ipv4() || PUBLIC_V6.contains(&ip))
}

/// Resolves names, and hands out only what may be asked: the connection goes to one of these, and to no other.
pub(super) struct Checked(pub Arc<Allowed>);

/// The name leads to private addresses only.
#[derive(Debug)]
pub(super) struct Private;

/// The name leads nowhere.
#[derive(Debug)]
pub(super) struct NoSuchName;

impl fmt::Display for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a private address")
    }
}

impl std::error::Error for Private {}

impl fmt::Display for NoSuchName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such name")
    }
}

impl std::error::Error for NoSuchName {}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let allowed = self.0.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await.map_err(|_| NoSuchName)?;
            let found: Vec<SocketAddr> = found.filter(|address| allowed.permits(address.ip())).collect();
            if found.is_empty() { Err(Private.into()) } else { Ok(Box::new(found.into_iter()) as Addrs) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("an address")
    }

    #[test]
    fn only_the_public_net_is_asked() {
        let nobody = Allowed::default();
        for public in [
            "1.1.1.1",
            "8.8.8.8",
            "93.184.215.14",
            "172.32.0.1",
            "2606:2800:21f:cb07:6820:80da:af6b:8b2c",
            "64:ff9b::808:808",
            "::ffff:8.8.8.8",
        ] {
            assert!(nobody.permits(ip(public)), "{public}");
        }
        for private in [
            "0.0.0.0",
            "127.0.0.1",
            "127.255.255.254",
            "10.1.2.3",
            "100.64.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.168.1.1",
            "198.18.0.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "100::1",
            "3fff::1",
        ] {
            assert!(!nobody.permits(ip(private)), "{private}");
        }
    }

    #[test]
    fn the_operator_may_open_a_network() {
        let allowed = Allowed::parse("127.0.0.1, 10.0.0.0/8").expect("networks");
        assert!(allowed.permits(ip("127.0.0.1")) && allowed.permits(ip("::ffff:10.1.1.1")) && !allowed.permits(ip("127.0.0.2")));
        assert_eq!(Allowed::parse("127.0.0.1, home").map(drop), Err("home".to_owned()));
    }

    #[test]
    fn an_address_is_looked_at_in_every_way_of_writing_it() {
        let nobody = Allowed::default();
        let checked = |url: &str| nobody.check(&Url::parse(url).expect("an address"));
        for private in [
            "http://127.0.0.1/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
            "http://127.1/",
            "http://[::1]:8080/",
            "https://[::ffff:7f00:1]/",
            "http://①②⑦.0.0.1/",
            "http://0/",
        ] {
            assert_eq!(checked(private), Err(Fault::Private), "{private}");
        }
        for odd in [
            "ftp://example.org/",
            "file:///etc/passwd",
            "gopher://example.org/",
            "http://me@example.org/",
            "http://a:b@example.org/",
            "http://example.org:25/",
            "https://example.org:22/",
            "data:,x",
        ] {
            assert_eq!(checked(odd), Err(Fault::NotAsked), "{odd}");
        }
        for well in ["http://example.org/", "https://example.org:8443/a?b", "http://1.1.1.1/"] {
            assert_eq!(checked(well), Ok(()), "{well}");
        }
    }
}
