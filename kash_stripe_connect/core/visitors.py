# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whose address a request comes from, as far as that can be known."""

import ipaddress

# In which requests of one visitor or link are counted.
WINDOW_SECONDS = 600
# A household or an office has a network of IPv6 addresses, and a phone many a day.
_NETWORK_BITS = 64


def own_address(peer: str, *, forwarded: bool, declared: bool) -> str | None:
    """Return the visitor's own address or network; None where it may be a proxy's.

    A proxy that nobody declared looks like one visitor who makes every request.

    :param peer: who is connected, or whom a declared proxy names
    :param forwarded: the request says that somebody passed it on
    :param declared: the operator said so too, and ``peer`` is from what it says
    """
    try:
        address = ipaddress.ip_address(peer)
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    if not declared and (forwarded or not address.is_global):
        return None
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, _NETWORK_BITS), strict=False))
