# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a page of ours may load and lead to, as a browser is told.

https://www.w3.org/TR/CSP3/
"""

import base64
import hashlib
from collections.abc import Mapping

from . import urls

Sources = Mapping[str, tuple[str, ...]]

_OURS: Sources = {
    "default-src": ("'none'",),
    "script-src": ("'self'",),
    "style-src": ("'self'",),
    "img-src": ("'self'", "data:"),
    "connect-src": ("'self'",),
    "form-action": ("'self'",),
    "frame-ancestors": ("'none'",),
    "base-uri": ("'none'",),
}
_FRAMED = (
    "https://js.stripe.com",
    "https://*.js.stripe.com",
    "https://checkout.stripe.com",
)
# https://docs.stripe.com/security/guide#content-security-policy
_STRIPE: Sources = {
    "script-src": _FRAMED,
    "frame-src": (*_FRAMED, "https://hooks.stripe.com"),
    "connect-src": ("https://api.stripe.com", "https://checkout.stripe.com"),
    "img-src": ("https://*.stripe.com",),
}
# What Stripe's script writes on its frames; no style sheet comes in by it.
_ON_FRAMES: Sources = {"style-src-attr": ("'unsafe-inline'",)}


def content_policy(
    *, style: str | None = None, script: str | None = None, leads_to: str | None = None
) -> str:
    """Return the Content-Security-Policy of a page.

    :param style: all that stands in its own style element, if it has one
    :param script: the address of Stripe's script, where the page may load it
    :param leads_to: an address of the pages that its form leads to by way of ours
    """
    parts: list[Sources] = [_OURS]
    if style:
        parts.append({"style-src": (f"'sha256-{_digest(style)}'",)})
    if script:
        parts += [_of_script(script), _ON_FRAMES]
    if leads_to:
        parts.append({"form-action": (urls.origin(leads_to),)})
    sources: dict[str, dict[str, None]] = {}
    for part in parts:
        for name, allowed in part.items():
            sources.setdefault(name, {}).update(dict.fromkeys(allowed))
    return "; ".join(" ".join((name, *allowed)) for name, allowed in sources.items())


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _of_script(script: str) -> Sources:
    """Return what Stripe's script needs; one on this machine has all of it there."""
    home = (urls.origin(script),)
    if urls.is_loopback(script):
        return dict.fromkeys(("script-src", "frame-src", "connect-src"), home)
    return {**_STRIPE, "script-src": (*_FRAMED, *home)}
