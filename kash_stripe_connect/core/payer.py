# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""E-mail addresses in texts that merchants and mail servers write as they like."""

import re

# What people's addresses are made of. RFC 5322 allows more; around an address in a text
# such letters are not part of it: "email=ada@example.com".
_LETTERS = r"[\w.'+-]"
_HOST = r"[\w-]+(?:\.[\w-]+)+"
_ADDRESS = re.compile(rf"{_LETTERS}+@{_HOST}")
_LEFT_OUT = "…"


def names(text: str | None, address: str) -> bool:
    """Tell whether a text names an e-mail address: this one, not one that ends in it.

    :param address: normalised, in small letters
    """
    found = _ADDRESS.findall((text or "").lower())
    return address in (one.strip(".'") for one in found)


def without_addresses(text: str | None) -> str | None:
    """Return a text without the e-mail addresses in it."""
    return _ADDRESS.sub(_LEFT_OUT, text) if text else text
