# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""E-mail addresses in texts that merchants and mail servers write as they like."""

import re

# What people's addresses are made of. RFC 5322 allows more; around an address in a text
# some of that is not part of it: "email=ada@example.com", "orders/ada@example.com".
_LETTERS = r"[\w.'+-]"
_RARE = r"!#$%&*?^`{|}~"
_HOST = r"[\w-]+(?:\.[\w-]+)+"
# Not the end of an address with rare letters: that is somebody else's.
_ADDRESS = re.compile(rf"(?<![\w.'+{_RARE}-]){_LETTERS}+@{_HOST}")
_ANY = re.compile(rf"[\w.'+{_RARE}-]+@{_HOST}")
_BETWEEN = re.compile(r"[\s,;<>]+")
_LEFT_OUT = "…"


def names(text: str | None, address: str) -> bool:
    """Tell whether a text names an e-mail address: this one, not one that ends in it.

    :param address: normalised, as Odoo does it
    """
    told, wanted = (text or "").lower(), address.lower()
    found = [*_BETWEEN.split(told), *_ADDRESS.findall(told)]
    return wanted in (one.strip(".'") for one in found)


def without_addresses(text: str | None) -> str | None:
    """Return a text without the e-mail addresses in it."""
    return _ANY.sub(_LEFT_OUT, text) if text else text
