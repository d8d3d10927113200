# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What carries requests to Stripe: connections, and how long each may take."""

from __future__ import annotations

import functools
import logging
import os
from typing import TYPE_CHECKING, Any

import requests
import stripe
from requests.adapters import HTTPAdapter
from urllib3 import Timeout

from . import patience
from .redact import RedactingFilter

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

# One number, not (connect, read): Odoo's test runner compares it with a number.
_TIMEOUT_SECONDS = 20.0


class _Hurried(HTTPAdapter):  # type: ignore[misc] # requests has no types
    """Connecting and answering together take no longer than somebody's patience."""

    def send(
        self, request: PreparedRequest, *args: Any, timeout: Any, **options: Any
    ) -> Response:
        """Send within what is left; nothing is sent once nothing is."""
        left = patience.seconds(timeout)
        if left <= 0:
            message = "Not sent: there was no time left."
            raise requests.ConnectTimeout(message, request=request)
        return super().send(request, *args, timeout=Timeout(total=left), **options)


def http() -> stripe.RequestsClient:
    """Return the HTTP client of this process."""
    return _http(os.getpid())


@functools.cache
def _http(process_id: int) -> stripe.RequestsClient:
    """Return the HTTP client of one process: sessions must not survive a fork."""
    del process_id
    # Telemetry writes to the home folder and fails where there is none.
    stripe.enable_telemetry = False
    stripe.set_app_info("kash_stripe_connect", version="19.0.1.0.0")
    os.environ.setdefault("STRIPE_SUPPRESS_NOTICES", "true")
    logger = logging.getLogger("stripe")
    logger.setLevel(logging.WARNING)  # below that it logs bodies
    logger.addFilter(RedactingFilter())
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Hurried())
    return stripe.RequestsClient(timeout=_TIMEOUT_SECONDS, session=session)
