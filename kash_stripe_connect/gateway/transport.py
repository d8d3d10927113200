# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What carries requests to Stripe: connections, and how long each may take."""

from __future__ import annotations

import functools
import logging
import os
import threading
from typing import TYPE_CHECKING, Any, cast

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
_NO_TIME = "nobody is kept waiting for it any longer"
_own = threading.local()


class _OutOfPatienceError(requests.RequestException):  # type: ignore[misc] # no types
    """The person is not kept waiting any longer."""


class _Hurried(HTTPAdapter):  # type: ignore[misc] # requests has no types
    """Connecting and answering together take no longer than somebody's patience."""

    def send(
        self, request: PreparedRequest, *args: Any, timeout: Any, **options: Any
    ) -> Response:
        """Send within what is left; nothing is sent once nothing is.

        :raises requests.RequestException: plain, so that Stripe's package neither
            pauses nor asks again, as it does after the errors it knows
        """
        left = patience.seconds(timeout)
        if left <= 0:
            raise _OutOfPatienceError(_NO_TIME, request=request)
        try:
            return super().send(request, *args, timeout=Timeout(total=left), **options)
        except requests.RequestException as error:
            if patience.seconds(timeout) <= 0:
                raise _OutOfPatienceError(_NO_TIME, request=request) from error
            raise


def http() -> stripe.RequestsClient:
    """Return the HTTP client of this thread: a session is not shared, nor forked."""
    if getattr(_own, "process_id", None) != os.getpid():
        _prepare_package()
        session = requests.Session()
        for scheme in ("https://", "http://"):
            session.mount(scheme, _Hurried())
        _own.client = stripe.RequestsClient(timeout=_TIMEOUT_SECONDS, session=session)
        _own.process_id = os.getpid()
    return cast("stripe.RequestsClient", _own.client)


@functools.cache
def _prepare_package() -> None:
    """Let Stripe's package write nothing to the home folder, and no body to the log."""
    # Telemetry writes to the home folder and fails where there is none.
    stripe.enable_telemetry = False
    stripe.set_app_info("kash_stripe_connect", version="19.0.1.0.0")
    os.environ.setdefault("STRIPE_SUPPRESS_NOTICES", "true")
    logger = logging.getLogger("stripe")
    logger.setLevel(logging.WARNING)  # below that it logs bodies
    logger.addFilter(RedactingFilter())
