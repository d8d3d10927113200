# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
from datetime import timedelta

from odoo import fields, models
from odoo.tools import hmac
from odoo.tools.urls import urljoin

from ...core import events, urls
from ...gateway.errors import (
    GatewayError,
    StripeGone,
    StripeRefused,
    StripeUnauthorised,
    StripeUnreachable,
)

_WEBHOOK_SCOPE = "kash_stripe_connect.webhook_ref"
# Stripe may still deliver what the old endpoint was asked to.
_ROTATION = timedelta(days=1)
_CHECK_EVERY = timedelta(days=1)
# Of the endpoint, and of the one before it.
_SECRETS = ("webhook_secret", "webhook_secret_old")


class KashStripeEndpoint(models.AbstractModel):
    """The account's webhook endpoint at Stripe: made, checked, mended, forgotten."""

    _name = "kash.stripe.endpoint"
    _description = "Stripe Webhook Endpoint"

    def _webhook_url(self):
        return urljoin(self.get_base_url(), f"/kash/webhook/key/{self.webhook_ref}")

    def _webhook_secrets(self):
        """Return the secrets that may sign: two, while one is being replaced."""
        self.ensure_one()
        return self.env["kash.stripe.secret"]._readable(self, *_SECRETS)

    def _push_endpoint(self):
        """Ask Stripe to ring us, where it can; otherwise say that we poll.

        An endpoint there was before goes on ringing until the new one does.
        """
        self.ensure_one()
        # Derived, not drawn: a connect that Odoo runs twice asks for the same endpoint.
        self.webhook_ref = hmac(
            self.env(su=True), _WEBHOOK_SCOPE, f"{self.stripe_id}:{self.livemode}"
        )[:32]
        self.endpoint_checked_at = fields.Datetime.now()
        url = self._webhook_url()
        if not urls.can_be_called(url, api_base=self._bases().api):
            self._push_forget_endpoint()
            self._apply_polling(
                self.env._("Stripe cannot call %(url)s from the internet.", url=url)
            )
            return
        try:
            endpoint = self._gateway(retries=1).create_endpoint(
                url=url,
                events=events.SUBSCRIBED,
                metadata={"kash_db": self._database_uuid()},
                idempotency_key=self._endpoint_key(url),
            )
        except (StripeRefused, StripeUnauthorised, StripeUnreachable) as error:
            if not self.webhook_endpoint:
                self._apply_polling(str(error))
            return
        self._push_forget_endpoint()
        self._apply_endpoint(endpoint)

    def _apply_endpoint(self, endpoint):
        """Take the new endpoint's secret; the old one stays good for a day."""
        secrets = self.env["kash.stripe.secret"]
        secrets._let_expire(self, *_SECRETS, _ROTATION)
        secrets._put(self, {"webhook_secret": endpoint.secret})
        self.write(
            {
                "webhook_endpoint": endpoint.id,
                "webhook_serial": self.webhook_serial + 1,
                "webhook_state": "webhook",
                "webhook_note": False,
            }
        )

    def _endpoint_key(self, url):
        """Return the idempotency key of the next endpoint: from stored facts only."""
        facts = (
            self._database_uuid(),
            self.stripe_id,
            self.livemode,
            self.webhook_serial,
            url,
        )
        digest = hashlib.sha256(":".join(map(str, facts)).encode()).hexdigest()
        return f"kash-we-{digest}"

    def _apply_polling(self, note):
        self.write(
            {
                "webhook_state": "polling",
                "webhook_note": note,
                "webhook_endpoint": False,
            }
        )
        self.env["kash.stripe.secret"]._put(self, {"webhook_secret": False})

    def _apply_platform_webhook(self):
        """Follow the operator, who registers one endpoint for all accounts."""
        if self.env["kash.stripe.platform"]._webhook_secrets():
            self.write({"webhook_state": "webhook", "webhook_note": False})
            return
        self.write(
            {
                "webhook_state": "polling",
                "webhook_note": self.env._(
                    "The operator of this Odoo has not set up the platform's webhook."
                ),
            }
        )

    # === MENDING === #

    def _push_mend_endpoint(self):
        """Look after the endpoint once a day: missing, disabled, moved, or outdated.

        :raises GatewayError: Stripe does not answer
        """
        self.ensure_one()
        if self.connection != "keys":
            self._apply_platform_webhook()
        now = fields.Datetime.now()
        checked = self.endpoint_checked_at
        if checked and checked > now - _CHECK_EVERY:
            return
        self.endpoint_checked_at = now
        try:
            self._push_daily_check()
        except StripeUnauthorised as error:
            if error.access_lost:
                raise
            self.webhook_note = str(error)

    def _push_daily_check(self):
        if self.connection == "created":
            self._push_request_methods(self._platform())
        if self.connection != "keys":
            return
        if not self.webhook_endpoint:
            self._push_endpoint()
            return
        try:
            found = self._gateway(retries=1).endpoint(endpoint_id=self.webhook_endpoint)
        except StripeGone:
            self._push_replace_endpoint()
            return
        if self._is_outdated(found):
            self._push_update_endpoint(found)

    def _is_outdated(self, endpoint):
        return (
            endpoint.status != "enabled"
            or endpoint.url != self._webhook_url()
            or not endpoint.enabled_events.issuperset(events.SUBSCRIBED)
        )

    def _push_replace_endpoint(self):
        self.webhook_endpoint = False
        self._push_endpoint()
        self.message_post(
            body=self.env._(
                "The webhook endpoint was missing at Stripe: %(now)s",
                now=self.env._("a new one was registered.")
                if self.webhook_endpoint
                else self.webhook_note,
            )
        )

    def _push_update_endpoint(self, found):
        url = self._webhook_url()
        if not urls.can_be_called(url, api_base=self._bases().api):
            self._push_endpoint()
            return
        self._gateway(retries=1).mend_endpoint(
            endpoint_id=found.id, url=url, events=events.SUBSCRIBED
        )
        self.message_post(
            body=self.env._(
                "The webhook endpoint was %(status)s or outdated at Stripe: mended.",
                status=found.status,
            )
        )

    # === REMOVING === #

    def _forget_foreign_endpoint(self):
        """A copy of a database must not remove the endpoint of the original."""
        if self.database_uuid != self._database_uuid():
            self.webhook_endpoint = False

    def _push_forget_endpoint(self):
        """Remove our endpoint at Stripe; what Stripe would not do is told a person."""
        if not self.webhook_endpoint:
            return
        try:
            self._gateway(retries=1).delete_endpoint(endpoint_id=self.webhook_endpoint)
        except StripeGone:
            self.message_post(body=self.env._("The webhook endpoint was gone already."))
        except GatewayError as error:
            self.message_post(
                body=self.env._(
                    "Stripe would not remove the webhook endpoint %(endpoint)s:"
                    " %(reason)s Remove it in Stripe's dashboard.",
                    endpoint=self.webhook_endpoint,
                    reason=error,
                )
            )
        self.webhook_endpoint = False
