# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo.http import Controller, request, route

from ..gateway.webhook import MAX_BODY_BYTES, BadWebhook, read_event

_logger = logging.getLogger(__name__)

_DOORBELL = {
    "type": "http",
    "auth": "public",
    "methods": ["POST"],
    "csrf": False,
    "save_session": False,
}


class KashStripeWebhook(Controller):
    """Stripe's doorbell: verify, store, answer; the work is a job's."""

    @route("/kash/webhook/key/<string:ref>", **_DOORBELL)
    def webhook_key(self, ref):
        """Store an event of an account connected by its own keys."""
        accounts = request.env["kash.stripe.account"].sudo()
        account = accounts.search([("webhook_ref", "=", ref)], limit=1)
        secrets = account._webhook_secrets() if account else []
        try:
            event = self._read(secrets)
        except BadWebhook as error:
            return self._refuse(f"key/{ref[:6]}…", error)
        if event.account_id not in {None, account.stripe_id}:
            return self._refuse(f"key/{ref[:6]}…", "of another account")
        return self._store(event, account, account.stripe_id, account.company_id)

    @route(
        ["/kash/webhook/connect", "/kash/webhook/platform"],
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

    def _read(self, secrets):
        """Return the verified event of the request.

        :raises BadWebhook: unsigned, stale, tampered, too large
        """
        if (request.httprequest.content_length or 0) > MAX_BODY_BYTES:
            raise BadWebhook(f"larger than {MAX_BODY_BYTES} bytes")
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
