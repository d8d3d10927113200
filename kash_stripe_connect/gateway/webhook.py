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


class BadWebhook(ValueError):
    """Unsigned, stale, tampered, oversized, or no event at all."""


def read_event(body: bytes, header: str | None, secrets: Iterable[str]) -> EventFacts:
    """Return the event in ``body`` once one of ``secrets`` proves Stripe sent it.

    :param secrets: two of them are valid while a secret is being rotated
    :raises BadWebhook: anything less
    """
    if len(body) > MAX_BODY_BYTES:
        raise BadWebhook(f"larger than any event of Stripe's: {len(body)} bytes")
    if not header or not any(_is_signed(body, header, secret) for secret in secrets):
        raise BadWebhook(f"no secret of ours made the signature {header!r}")
    return _parse(body)


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    try:
        stripe.WebhookSignature.verify_header(body, header, secret, TOLERANCE_SECONDS)
        signed_at = int(dict(p.split("=", 1) for p in header.split(","))["t"])
    except (stripe.SignatureVerificationError, ValueError, KeyError):
        return False
    return signed_at <= time.time() + TOLERANCE_SECONDS


def _parse(body: bytes) -> EventFacts:
    try:
        text = body.decode()
        data = json.loads(text)
        if data["object"] == "v2.core.event":
            return EventFacts.from_thin(data, raw=text)
        if data["object"] != "event":
            raise BadWebhook(f"a {data['object']!r} is no event")
        return EventFacts.from_stripe(data, raw=text)
    except (ValueError, KeyError, TypeError) as error:
        raise BadWebhook(str(error)) from error
