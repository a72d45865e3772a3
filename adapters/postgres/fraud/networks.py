"""The networks that an IP address is in, as the texts that lists have of them."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address, ip_network

_KEPT = 4096


@lru_cache(maxsize=_KEPT)
def networks_of(address: str) -> tuple[str, ...]:
    """The address itself and every network that has it (RFC 4632), the smallest first; of a mapped one, the IPv4's.

    Equal texts are found in an index also under row-level security, which PostgreSQL's own operators on networks are
    not: they could tell of rows that a policy hides.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return (address,)
    found = getattr(found, "ipv4_mapped", None) or found
    network = ip_network(found)
    return (str(found), *(str(network.supernet(new_prefix=bits)) for bits in range(network.max_prefixlen, -1, -1)))
