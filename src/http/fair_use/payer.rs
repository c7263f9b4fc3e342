//! Who pays for a request.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::http::client_address::ClientAddress;
use crate::store::PersonId;

/// Whose bucket it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Payer {
    /// Somebody who proved who they are.
    Person(PersonId),
    /// Whoever is at this address. Of IPv6, the first 64 bits: the rest one household chooses freely.
    Address(IpAddr),
}

impl Payer {
    /// Where there is no address, as in a test without a connection, all share one.
    pub(super) fn of_address(client: Option<ClientAddress>) -> Self {
        let address = client.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |client| client.0);
        Self::Address(match address {
            IpAddr::V4(_) => address,
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn payer(address: &str) -> Payer {
        Payer::of_address(Some(ClientAddress(address.parse().unwrap())))
    }

    #[test]
    fn an_address_of_ipv4_stands_for_itself_and_one_of_ipv6_for_its_network() {
        assert_ne!(payer("192.0.2.1"), payer("192.0.2.2"));
        assert_eq!(payer("2001:db8:1:2::1"), payer("2001:db8:1:2:ffff::9"));
        assert_ne!(payer("2001:db8:1:2::1"), payer("2001:db8:1:3::1"));
    }
}
