# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What an API key tells by its looks: https://docs.stripe.com/keys."""

import re
from dataclasses import dataclass
from typing import Literal

KeyKind = Literal["secret", "restricted", "publishable"]

_KINDS: dict[str, KeyKind] = {"sk": "secret", "rk": "restricted", "pk": "publishable"}
_KEY = re.compile(r"(?P<kind>sk|rk|pk)_(?P<mode>test|live)_[A-Za-z0-9_]{4,}")


@dataclass(frozen=True)
class KeyFacts:
    """The kind and the mode a key carries in its prefix."""

    kind: KeyKind
    livemode: bool


def read_key(key: str) -> KeyFacts | None:
    """Return what the prefix of ``key`` says; None when it is no Stripe key."""
    match = _KEY.fullmatch(key.strip())
    if match is None:
        return None
    return KeyFacts(kind=_KINDS[match["kind"]], livemode=match["mode"] == "live")


def mask_key(key: str) -> str:
    """Return enough of ``key`` to recognise it, never enough to use it."""
    key = key.strip()
    match = re.match(r"(sk|rk|pk)_(test|live)_", key)
    return f"{match[0]}…{key[-4:]}" if match and len(key) > 16 else "…"
