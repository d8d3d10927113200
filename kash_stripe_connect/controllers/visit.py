# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What one request of a customer may cost: time at Stripe, and how often."""

import logging
import time
from contextlib import contextmanager

from odoo.exceptions import ConcurrencyError
from odoo.http import request
from odoo.tools import config

from ..core.visitors import own_address
from ..gateway.errors import StripeUnreachable
from ..gateway.patience import until

_logger = logging.getLogger(__name__)

# Of the eight that a customer's request may hold a worker; the rest is Odoo's own work.
_SECONDS_FOR_STRIPE = 6.5
_WAITED = "Not asked: somebody else was at the same payment for too long."
# What Odoo runs again is the same request: kept where it looks, too.
_ENDS = "kash_stripe_connect.ends"
_TRIES = "kash_stripe_connect.tries"
_ADMITTED = "kash_stripe_connect.admitted"
_FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Forwarded", "Via")
# Addresses of proxies nobody declared, once each in the log of this process.
_told = set()


@contextmanager
def hurried():
    """Wait for Stripe, and for another tab that does, no longer than a person would.

    :raises StripeUnreachable: the time went by in waiting for others; what was written
        until then is undone, so that a page can say how things stand
    """
    environ = request.httprequest.environ
    now = time.monotonic()
    ends = environ.setdefault(_ENDS, now + _SECONDS_FOR_STRIPE)
    tries = environ[_TRIES] = environ.get(_TRIES, 0) + 1
    if ends <= now:
        raise StripeUnreachable(_WAITED)
    try:
        with until(ends):
            yield
    except ConcurrencyError:
        # Before the next one Odoo may pause so long (odoo/service/model.py).
        if ends <= time.monotonic() + 2**tries:
            request.env.cr.rollback()
            raise StripeUnreachable(_WAITED) from None
        raise


def is_admitted(kind, link):
    """Tell whether a request may go on; too many came of this link or address.

    :param kind: what is asked for, as ``kash.stripe.hit`` knows it
    """
    environ = request.httprequest.environ
    if _ADMITTED not in environ:
        hits = request.env["kash.stripe.hit"].sudo()
        environ[_ADMITTED] = hits._admit(kind, link, _own_address())
    return environ[_ADMITTED]


def _own_address():
    """Return the visitor's address where it is known to be no proxy's, else None."""
    asked = request.httprequest
    # Odoo believes the headers of a declared proxy only if this one is among them.
    declared = config["proxy_mode"] and "X-Forwarded-Host" in asked.headers
    forwarded = any(name in asked.headers for name in _FORWARDED)
    if forwarded and not declared and asked.remote_addr not in _told:
        _told.add(asked.remote_addr)
        _logger.warning(
            "Requests come through %s, which Odoo takes for the visitor: set"
            " proxy_mode. Pay pages are limited for each payment link only.",
            asked.remote_addr,
        )
    return own_address(
        asked.remote_addr or "", forwarded=forwarded, declared=bool(declared)
    )
