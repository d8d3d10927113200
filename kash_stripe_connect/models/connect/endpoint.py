# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

from odoo import fields, models
from odoo.exceptions import UserError
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
from ..base.records import check_one

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

    endpoint_uuid = fields.Char(
        readonly=True,
        copy=False,
        help="The database's uuid when an endpoint was asked for, until there is one.",
    )

    # === ACTION METHODS === #

    def action_move_endpoint(self):
        """Let Stripe notify the address that this Odoo has now."""
        check_one(self)
        self._check_may_manage()
        self.sudo()._push_move_endpoint()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_keep_endpoint(self):
        """Let Stripe notify the address it does: this one does not matter."""
        check_one(self)
        self._check_may_manage()
        self.sudo().kept_base_url = self.get_base_url()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === MAKING === #

    def _webhook_url(self):
        return urljoin(self.get_base_url(), f"/kash/webhook/key/{self.webhook_ref}")

    def _webhook_secrets(self):
        """Return the secrets that may sign: two, while one is being replaced."""
        self.ensure_one()
        return self.env["kash.stripe.secret"]._readable(self, *_SECRETS)

    def _push_endpoint(self):
        """Ask Stripe to ring us, where it can; otherwise say that we poll.

        An endpoint there was before goes on ringing until the new one does; one that
        rings another address goes on for good, unless a person moves it.
        """
        self.ensure_one()
        if self._endpoint_is_elsewhere():
            return
        # Derived, not drawn: a connect that Odoo runs twice asks for the same endpoint.
        self.webhook_ref = (
            self.webhook_ref
            or hmac(
                self.env(su=True), _WEBHOOK_SCOPE, f"{self.stripe_id}:{self.livemode}"
            )[:32]
        )
        self.endpoint_checked_at = fields.Datetime.now()
        url = self._webhook_url()
        if not urls.can_be_called(url, api_base=self._bases().api):
            self._push_leave_to_polling(url)
            return
        begun_in = self.endpoint_uuid or self._database_uuid()
        try:
            endpoint = self._gateway(retries=1).create_endpoint(
                url=url,
                events=events.SUBSCRIBED,
                metadata={"kash_db": begun_in},
                idempotency_key=self._endpoint_key(begun_in, url),
            )
        except (StripeRefused, StripeUnauthorised, StripeUnreachable) as error:
            # It may be there all the same: the next try asks for that very one.
            lost = isinstance(error, StripeUnreachable)
            self.endpoint_uuid = lost and begun_in
            if not self.webhook_endpoint:
                self._apply_polling(str(error))
            return
        self._push_forget_endpoint()
        self._apply_endpoint(endpoint)
        if begun_in != self._database_uuid():
            self._push_mended(endpoint.url)

    def _apply_endpoint(self, endpoint):
        """Take the new endpoint's secret; the old one stays good for a day."""
        secrets = self.env["kash.stripe.secret"]
        secrets._let_expire(self, *_SECRETS, _ROTATION)
        secrets._put(self, {"webhook_secret": endpoint.secret})
        self.write(
            {
                "webhook_endpoint": endpoint.id,
                "endpoint_url": endpoint.url,
                "endpoint_uuid": False,
                "webhook_serial": self.webhook_serial + 1,
                "webhook_state": "webhook",
                "webhook_note": False,
            }
        )

    def _endpoint_key(self, begun_in, url):
        """Return the idempotency key of the next endpoint: from stored facts only."""
        facts = (
            begun_in,
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
        owner = found.metadata.get("kash_db")
        if owner and owner != self._database_uuid():
            self._apply_claim(owner)
            return
        self.endpoint_url = found.url
        if not owner or self._is_outdated(found):
            self._push_update_endpoint(found)

    def _apply_claim(self, uuid):
        """Another database was moved here from us, as a person said there: ask, too."""
        self.claimed_uuid = uuid
        self.message_post(body=self._doubt_sentence())

    def _is_outdated(self, endpoint):
        return (
            endpoint.status != "enabled"
            or endpoint.url != self._mended_url(endpoint)
            or not endpoint.enabled_events.issuperset(events.SUBSCRIBED)
        )

    def _mended_url(self, endpoint):
        """Return the address an endpoint should have; its host is a person's choice."""
        ours = self._webhook_url()
        if not urls.same_host(endpoint.url, ours):
            return endpoint.url
        path = urlsplit(ours).path
        return urlsplit(endpoint.url)._replace(path=path, query="").geturl()

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
        self._push_mended(self._mended_url(found))
        self.message_post(
            body=self.env._(
                "The webhook endpoint was %(status)s or outdated at Stripe: mended.",
                status=found.status,
            )
        )

    def _push_mended(self, url):
        """Let the endpoint ring in this database's name; no ``url``: where it does."""
        mended = self._gateway(retries=1).mend_endpoint(
            endpoint_id=self.webhook_endpoint,
            url=url,
            events=events.SUBSCRIBED,
            metadata={"kash_db": self._database_uuid()},
        )
        self.endpoint_url = mended.url

    def _push_leave_to_polling(self, url):
        """Let no endpoint ring where Stripe cannot call; we ask instead, and say so."""
        self._push_forget_endpoint()
        self._apply_polling(
            self.env._("Stripe cannot call %(url)s from the internet.", url=url)
        )

    # === MOVING === #

    def _push_move_endpoint(self):
        """Take the endpoint along to this address; where Stripe cannot call it, poll.

        :raises UserError: Stripe's reason; nothing was changed
        """
        url = self._webhook_url()
        if not urls.can_be_called(url, api_base=self._bases().api):
            self._push_leave_to_polling(url)
            return
        self._push_mended_or_new(url)
        self.message_post(body=self.env._("Stripe notifies %(url)s now.", url=url))

    def _push_endpoint_along(self):
        """Name the endpoint after this database, where it was moved from another.

        The former one, if it still runs, sees that at its daily check and stops. The
        address is taken along where Stripe can call it; else it is asked for later.
        """
        if self.connection != "keys" or not self.webhook_endpoint:
            return
        url = self._webhook_url()
        here = urls.can_be_called(url, api_base=self._bases().api)
        self._push_mended_or_new(url if here else None)

    def _push_mended_or_new(self, url):
        """Mend the endpoint for a person, or register another if it is gone.

        :param url: its address; None for the one it has
        :raises UserError: Stripe's reason; nothing was changed
        """
        try:
            try:
                self._push_mended(url)
            except StripeGone:
                self._push_replace_endpoint()
        except GatewayError as error:
            raise UserError(
                self.env._("Stripe says: %(reason)s", reason=error)
            ) from error

    # === REMOVING === #

    def _forget_foreign_endpoint(self):
        """A copy of a database must not remove the endpoint of the original."""
        if self._is_in_doubt():
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
