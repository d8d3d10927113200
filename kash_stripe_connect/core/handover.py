# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The file that keeps an account's books while the addon is uninstalled.

Compressed JSON: the same facts make the same bytes, and so the same hash.
"""

import gzip
import hashlib
import json
from collections.abc import Mapping
from typing import Any

# Raised when what is in the file, or how, is no longer read by what came before.
_FORMAT = 1


class OtherFormatError(ValueError):
    """Another version of the addon wrote the file in another way."""


def pack(facts: Mapping[str, Any]) -> bytes:
    """Return facts as a file; days and moments become text."""
    told = {"format": _FORMAT, **facts}
    text = json.dumps(told, sort_keys=True, ensure_ascii=False, default=str)
    return gzip.compress(text.encode(), mtime=0)


def unpack(data: bytes) -> dict[str, Any]:
    """Return the facts of a file whose hash is known to be right.

    :raises OtherFormatError: another version of the addon wrote it in another way
    """
    facts: dict[str, Any] = json.loads(gzip.decompress(data))
    if facts.pop("format") != _FORMAT:
        message = "another format"
        raise OtherFormatError(message)
    return facts


def digest(data: bytes) -> str:
    """Return the SHA-256 of a file, as ``sha256sum`` prints it."""
    return hashlib.sha256(data).hexdigest()
