# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo.http import Controller, request, route

from ..gateway.webhook import MAX_BODY_BYTES, BadWebhook, read_event

_logger = logging.getLogger(__name__)


class KashStripeWebhook(Controller):
    """Stripe's doorbell: verify, store, answer; the work is a job's."""

    @route(
        "/kash/webhook/key/<string:ref>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
    )
    def webhook_key(self, ref):
        """Store an event of an account connected by its own keys."""
        account = (
            request.env["kash.stripe.account"]
            .sudo()
            .search([("webhook_ref", "=", ref)], limit=1)
        )
        if (request.httprequest.content_length or 0) > MAX_BODY_BYTES:
            return self._refuse(ref, "larger than any event of Stripe's")
        try:
            event = read_event(
                request.httprequest.get_data(),
                request.httprequest.headers.get("Stripe-Signature"),
                [account.webhook_secret] if account.webhook_secret else [],
            )
        except BadWebhook as error:
            return self._refuse(ref, error)
        company = account.company_id
        told_account = event.account_id or account.stripe_id
        if told_account != account.stripe_id:
            account = account.browse()
        events = request.env["kash.stripe.event"].sudo()
        events._store(event, account, told_account, company)
        return request.make_response("", status=200)

    def _refuse(self, ref, why):
        _logger.warning("Webhook for %s… refused: %s", ref[:6], why)
        return request.make_response("Bad webhook.", status=400)
