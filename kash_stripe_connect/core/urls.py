# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which addresses the addon talks to, and which ones Stripe can talk to."""

import ipaddress
from urllib.parse import SplitResult, urlsplit

# Names that never resolve on the public internet (RFC 6761, RFC 6762, RFC 8375).
_LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".lan", ".home.arpa", ".test")


def _split(url: str) -> SplitResult:
    """Return the parts of an address; what cannot be read as one has none."""
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def host(url: str) -> str:
    """Return the name or number of the machine, in small letters; empty without."""
    return (_split(url).hostname or "").lower()


def is_loopback(url: str) -> bool:
    """Tell whether ``url`` points to this very machine."""
    name = host(url)
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_public_https(url: str) -> bool:
    """Tell whether Stripe, from the internet, could call ``url`` over https."""
    name = host(url)
    if _split(url).scheme != "https" or not name:
        return False
    try:
        return ipaddress.ip_address(name).is_global
    except ValueError:
        return "." in name and not name.endswith(_LOCAL_SUFFIXES)


def is_allowed_base(url: str) -> bool:
    """Tell whether keys may be sent to ``url``: https on stripe.com, or loopback."""
    parts = _split(url)
    if parts.username or parts.password:
        return False
    if is_loopback(url):
        return parts.scheme in {"http", "https"}
    name = host(url)
    on_stripe = name == "stripe.com" or name.endswith(".stripe.com")
    return parts.scheme == "https" and on_stripe


def origin(url: str) -> str:
    """Return the scheme, host and port of an address: what a browser judges by."""
    parts = _split(url)
    return f"{parts.scheme}://{parts.netloc}"


def can_be_called(url: str, *, api_base: str) -> bool:
    """Tell whether the Stripe behind ``api_base`` can deliver webhooks to ``url``.

    The real Stripe needs a public https address. A Stripe that itself runs on this
    machine (loopback) reaches loopback too.
    """
    return is_public_https(url) or (is_loopback(url) and is_loopback(api_base))


def same_host(url: str, other: str) -> bool:
    """Tell whether two addresses name the same host and port, whatever the scheme.

    Behind a proxy that ends TLS Odoo may believe to be called by http.
    """
    return bool(host(url)) and _split(url).netloc == _split(other).netloc
