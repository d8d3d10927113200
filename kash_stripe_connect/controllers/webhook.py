# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from werkzeug.exceptions import BadRequest

from odoo.http import Controller, request

from ..gateway.webhook import MAX_BODY_BYTES, BadWebhook, read_event
from .routing import route

_logger = logging.getLogger(__name__)

# Of an address, in the log.
_SHOWN = 60
_DOORBELL = {
    "type": "http",
    "auth": "public",
    "methods": ["POST"],
    "csrf": False,
    "save_session": False,
}


def _limit_of_account(controller):
    """Return how much of an event is read, and nothing for an endpoint nobody has.

    Odoo asks for the limit before it reads anything of a body, even of a form.
    """
    ref = request.httprequest.path.rstrip("/").rpartition("/")[2]
    return _limit(controller._account_at(ref))


def _limit_of_platform(_controller):
    """Return how much of an event is read, and nothing without an operator's secret."""
    return _limit(request.env["kash.stripe.platform"].sudo()._webhook_secrets())


def _limit(owner):
    """Return the limit of an event's body.

    :raises BadRequest: nobody has this endpoint
    """
    if not owner:
        _logger.warning(
            "Webhook %r refused: nobody has this endpoint",
            request.httprequest.path[:_SHOWN],
        )
        raise BadRequest
    return MAX_BODY_BYTES


class KashStripeWebhook(Controller):
    """Stripe's doorbell: verify, store, answer; the work is a job's."""

    @route(
        "/kash/webhook/key/<string:ref>",
        max_content_length=_limit_of_account,
        **_DOORBELL,
    )
    def webhook_key(self, ref):
        """Store an event of an account connected by its own keys."""
        account = self._account_at(ref)
        try:
            event = self._read(account._webhook_secrets())
        except BadWebhook as error:
            return self._refuse(f"key/{ref[:6]}…", error)
        if event.account_id not in {None, account.stripe_id}:
            return self._refuse(f"key/{ref[:6]}…", "of another account")
        return self._store(event, account, account.stripe_id, account.company_id)

    @route(
        ["/kash/webhook/connect", "/kash/webhook/platform"],
        max_content_length=_limit_of_platform,
        **_DOORBELL,
    )
    def webhook_platform(self):
        """Store an event of an account the operator's platform acts for."""
        try:
            event = self._read(
                request.env["kash.stripe.platform"].sudo()._webhook_secrets()
            )
        except BadWebhook as error:
            return self._refuse(request.httprequest.path, error)
        accounts = request.env["kash.stripe.account"].sudo()
        # One kept by its own keys has a doorbell of its own.
        account = accounts.search(
            [
                ("stripe_id", "=", event.account_id),
                ("livemode", "=", event.livemode),
                ("connection", "!=", "keys"),
            ],
            limit=1,
        )
        told = event.account_id or "platform"
        return self._store(event, account, told, account.company_id)

    def _account_at(self, ref):
        """Return the account that an endpoint's reference names, empty for none."""
        accounts = request.env["kash.stripe.account"].sudo()
        if not (ref.isascii() and ref.isalnum()):
            return accounts
        return accounts.search([("webhook_ref", "=", ref)], limit=1)

    def _read(self, secrets):
        """Return the verified event of the request.

        :raises BadWebhook: unsigned, stale, tampered, too large, no event
        """
        return read_event(
            request.httprequest.get_data(),
            request.httprequest.headers.get("Stripe-Signature"),
            secrets,
        )

    def _store(self, event, account, told, company):
        events = request.env["kash.stripe.event"].sudo()
        events._store(event, account, told, company)
        return request.make_response("", status=200)

    def _refuse(self, where, why):
        _logger.warning("Webhook %s refused: %s", where, why)
        return request.make_response("Bad webhook.", status=400)
