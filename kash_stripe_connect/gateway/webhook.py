# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Verify a webhook's raw body: https://docs.stripe.com/webhooks#verify-manually."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import stripe

from ..core.event_facts import EventFacts

if TYPE_CHECKING:
    from collections.abc import Iterable

# Stripe's own default. A header from the future is as stale as one from the past:
# the stripe package checks only the past.
TOLERANCE_SECONDS = 300
MAX_BODY_BYTES = 1024 * 1024
# Of what is refused, in the log.
_SHOWN = 99


class BadWebhook(ValueError):
    """Unsigned, stale, tampered, oversized, or no event at all."""


def read_event(body: bytes, header: str | None, secrets: Iterable[str]) -> EventFacts:
    """Return the event in ``body`` once one of ``secrets`` proves Stripe sent it.

    :param secrets: two of them are valid while a secret is being rotated
    :raises BadWebhook: anything less
    """
    if len(body) >= MAX_BODY_BYTES:  # there a body sent in chunks is cut off
        raise BadWebhook(f"larger than any event of Stripe's: {len(body)} bytes")
    if not header or not any(_is_signed(body, header, secret) for secret in secrets):
        raise BadWebhook(f"no secret of ours made the signature {_start_of(header)}")
    return _parse(body)


def _start_of(text: str | None) -> str:
    return repr(text and text[:_SHOWN])


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    if not header.isascii():  # the stripe package compares nothing else
        return False
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, TOLERANCE_SECONDS)
        signed_at = int(dict(p.split("=", 1) for p in header.split(","))["t"])
    except (stripe.SignatureVerificationError, ValueError, KeyError):
        return False
    return signed_at <= time.time() + TOLERANCE_SECONDS


def _parse(body: bytes) -> EventFacts:
    try:
        data = json.loads(body.decode())
        kind = data.get("object") if isinstance(data, dict) else None
        if kind == "v2.core.event":
            return EventFacts.from_thin(data)
        if kind == "event":
            return EventFacts.from_stripe(data)
        raise BadWebhook(f"signed, and no event but {_start_of(str(kind))}")
    except (ValueError, RecursionError) as error:
        raise BadWebhook(str(error)) from error
