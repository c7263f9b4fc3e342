//! Where a request comes from: the address of the connection, or what as many reverse proxies as
//! are trusted say in `X-Forwarded-For`.
//!
//! Each proxy appends the address that it was called from, so what a client writes there itself
//! stands on the left, and what can be believed is counted from the right. `X-Forwarded-Proto` and
//! `X-Forwarded-Host` are not read at all: where this server stands for browsers is configured, by
//! the redirect URI.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of whoever sent the request, as far as it can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ClientAddress(pub(crate) IpAddr);

impl ClientAddress {
    /// The client behind `peer`, which is the nearest of `hops` trusted proxies, or the client
    /// itself where there are none.
    ///
    /// Where the header has fewer entries than there should be, the farthest is taken; where one
    /// is no address, what is beyond it is not believed.
    #[must_use]
    pub(crate) fn of(peer: IpAddr, headers: &HeaderMap, hops: usize) -> Self {
        if hops == 0 {
            return Self(peer.to_canonical());
        }
        let lines = headers.get_all(X_FORWARDED_FOR).iter().collect::<Vec<_>>();
        let farthest = lines
            .iter()
            .rev()
            .flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','))
            .take(hops)
            .map_while(address)
            .last();
        Self(farthest.unwrap_or(peer).to_canonical())
    }
}

/// An entry as proxies write it: an address, in brackets or not, with a port or without.
fn address(entry: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(entry).ok()?.trim();
    if let Ok(address) = text.parse() {
        return Some(address);
    }
    if let Ok(address) = text.parse::<SocketAddr>() {
        return Some(address.ip());
    }
    text.strip_prefix('[')?.strip_suffix(']')?.parse().ok()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));

    fn seen(hops: usize, lines: &[&[u8]]) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            let value = HeaderValue::from_bytes(line).unwrap();
            headers.append(X_FORWARDED_FOR, value);
        }
        ClientAddress::of(PEER, &headers, hops).0.to_string()
    }

    #[test]
    fn without_trusted_proxies_only_the_connection_counts() {
        assert_eq!(seen(0, &[]), "10.0.0.1");
        assert_eq!(seen(0, &[b"192.0.2.7"]), "10.0.0.1");
        assert_eq!(seen(0, &[b"192.0.2.7, 192.0.2.8"]), "10.0.0.1");
    }

    #[test]
    fn each_trusted_proxy_is_believed_for_one_entry_from_the_right() {
        let chain: &[&[u8]] = &[b"6.6.6.6, 192.0.2.7, 10.0.0.2"];
        assert_eq!(seen(1, chain), "10.0.0.2");
        assert_eq!(seen(2, chain), "192.0.2.7");
        // This one the client wrote itself; only one proxy too many would make it believed.
        assert_eq!(seen(3, chain), "6.6.6.6");
    }

    #[test]
    fn several_header_lines_are_one_list() {
        assert_eq!(seen(1, &[b"6.6.6.6", b"192.0.2.7"]), "192.0.2.7");
        assert_eq!(seen(2, &[b"6.6.6.6, 192.0.2.7", b"10.0.0.2"]), "192.0.2.7");
    }

    #[test]
    fn fewer_entries_than_proxies_give_the_farthest() {
        assert_eq!(seen(3, &[b"192.0.2.7"]), "192.0.2.7");
        assert_eq!(seen(3, &[]), "10.0.0.1");
        assert_eq!(seen(1, &[b""]), "10.0.0.1");
    }

    #[test]
    fn what_is_no_address_is_not_believed_nor_what_is_beyond_it() {
        for bad in [
            "unknown",
            "_hidden",
            "localhost",
            "192.0.2.256",
            "192.0.2.7.",
            "0300.0.2.7",
            "192.0.2.7/24",
            "192.0.2.7:99999",
            "[::1",
            "::1]",
            "for=192.0.2.7",
            "\"192.0.2.7\"",
            "192.0.2.7 6.6.6.6",
            "%31.0.2.7",
            "1921680207",
            "fe80::1%eth0",
        ] {
            assert_eq!(seen(1, &[bad.as_bytes()]), "10.0.0.1", "{bad}");
            let line = format!("6.6.6.6, {bad}, 10.0.0.2");
            assert_eq!(seen(3, &[line.as_bytes()]), "10.0.0.2", "{bad}");
        }
        assert_eq!(seen(1, &[b"\xff\xfe"]), "10.0.0.1");
    }

    #[test]
    fn addresses_are_read_as_proxies_write_them() {
        for (entry, address) in [
            (" 192.0.2.7 ", "192.0.2.7"),
            ("192.0.2.7:4711", "192.0.2.7"),
            ("2001:db8::7", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("[2001:DB8:0::7]:4711", "2001:db8::7"),
            // One client is one address, whichever kind of socket it came by.
            ("::ffff:192.0.2.7", "192.0.2.7"),
        ] {
            assert_eq!(seen(1, &[entry.as_bytes()]), address, "{entry}");
        }
    }

    proptest! {
        #[test]
        fn a_client_cannot_choose_its_address(
            forged in "[ -~]{0,200}",
            more in proptest::collection::vec("[ -~]{0,40}", 0..5),
        ) {
            let mut lines: Vec<&[u8]> = more.iter().map(|line| line.as_bytes()).collect();
            lines.push(forged.as_bytes());
            // As nginx passes it on: joined, its own entry at the end.
            let joined = [&lines.join(&b", "[..])[..], b", 192.0.2.7"].concat();
            prop_assert_eq!(seen(1, &[&joined]), "192.0.2.7");
            // Or with a line of its own.
            lines.push(b"192.0.2.7");
            prop_assert_eq!(seen(1, &lines), "192.0.2.7");
        }
    }
}
