# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import os
from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import hmac, str2bool
from odoo.tools.urls import urljoin

from ..core import events, keys, permissions, urls
from ..gateway.client import Bases, Gateway
from ..gateway.errors import (
    GatewayError,
    StripeGone,
    StripeRefused,
    StripeUnauthorised,
    StripeUnreachable,
)

_WEBHOOK_SCOPE = "kash_stripe_connect.webhook_ref"


class KashStripeAccount(models.Model):
    """Talking to Stripe: the one place that builds a gateway, connects and leaves."""

    _inherit = "kash.stripe.account"

    # === GATEWAY === #

    @api.model
    def _bases(self):
        """Return the addresses of Stripe; the environment wins over the parameters.

        :raises UserError: an address that must never be sent a key
        """
        params = self.env["ir.config_parameter"].sudo()
        found = {}
        for name in ("api", "connect"):
            base = os.environ.get(
                f"KASH_STRIPE_{name.upper()}_BASE"
            ) or params.get_param(f"kash_stripe_connect.{name}_base")
            if not base:
                continue
            if not urls.is_allowed_base(base):
                raise UserError(
                    self.env._(
                        "The Stripe address %(base)s is refused: it must be https on"
                        " stripe.com, or this machine.",
                        base=base,
                    )
                )
            found[name] = base.rstrip("/")
        return Bases(**found)

    @api.model
    def _gateway_for_key(self, secret_key, *, retries=2):
        return Gateway(secret_key, bases=self._bases(), retries=retries)

    def _gateway(self, *, retries=2):
        """Return the gateway of a connected account.

        :raises StripeUnauthorised: not connected, or this database is a copy
        """
        self.ensure_one()
        account = self.sudo()
        if not account.connected or not account.secret_key:
            raise StripeUnauthorised(self.env._("Stripe is not connected."))
        if account._is_foreign_database():
            raise StripeUnauthorised(
                self.env._("This database is a copy: it does not talk to Stripe.")
            )
        return self._gateway_for_key(account.secret_key, retries=retries)

    def _is_foreign_database(self):
        """A neutralised or cloned database must not touch the original's account."""
        neutralized = (
            self.env["ir.config_parameter"].sudo().get_param("database.is_neutralized")
        )
        return str2bool(neutralized or "False") or (
            self.database_uuid != self._database_uuid()
        )

    # === CONNECT === #

    @api.model
    def _push_connect_keys(self, company, *, secret_key, publishable_key):
        """Connect ``company`` by its own keys and return the account.

        :raises UserError: a sentence for the person who typed the keys; nothing is
            saved
        """
        livemode = self._check_keys(secret_key, publishable_key)
        facts = self._pull_owner(secret_key)
        self._check_permissions(secret_key)
        account = self._check_free(facts, company, livemode=livemode)
        if not account:
            account = self.create(
                {
                    "company_id": company.id,
                    "stripe_id": facts.id,
                    "livemode": livemode,
                }
            )
        account._forget_foreign_endpoint()
        account._apply_keys(
            facts, secret_key=secret_key, publishable_key=publishable_key
        )
        account._ensure_books()
        account._start_mirror(facts)
        account._push_endpoint()
        return account

    @api.model
    def _check_keys(self, secret_key, publishable_key):
        """Return the mode of a fitting pair of keys (True: live)."""
        secret, publishable = keys.read_key(secret_key), keys.read_key(publishable_key)
        hint = keys.mask_key(secret_key)
        if secret is None:
            raise UserError(
                self.env._(
                    "This is not a Stripe secret key. It starts with sk_test_,"
                    " sk_live_, rk_test_ or rk_live_."
                )
            )
        if secret.kind == "publishable":
            raise UserError(
                self.env._(
                    "%(key)s is a publishable key. Paste the secret key (sk_…) or a"
                    " restricted key (rk_…) here.",
                    key=hint,
                )
            )
        if publishable is None or publishable.kind != "publishable":
            raise UserError(
                self.env._(
                    "%(key)s is not a publishable key. It starts with pk_test_ or"
                    " pk_live_.",
                    key=keys.mask_key(publishable_key),
                )
            )
        if secret.livemode != publishable.livemode:
            raise UserError(
                self.env._(
                    "%(secret)s and %(publishable)s are of different modes: use two"
                    " test keys or two live keys.",
                    secret=hint,
                    publishable=keys.mask_key(publishable_key),
                )
            )
        return secret.livemode

    @api.model
    def _check_permissions(self, secret_key):
        """Refuse a restricted key that would fail later, naming what to tick."""
        with self._told_to_a_person(secret_key):
            gateway = self._gateway_for_key(secret_key, retries=1)
            missing = gateway.missing(permissions.NEEDED)
        if missing:
            raise UserError(
                self.env._(
                    "The key %(key)s lacks permissions. Tick these at Stripe, then"
                    " paste it again: %(permissions)s.",
                    key=keys.mask_key(secret_key),
                    permissions=", ".join(asked.slug for asked in missing),
                )
            )

    @api.model
    def _pull_owner(self, secret_key):
        """Return whose key it is."""
        with self._told_to_a_person(secret_key):
            return self._gateway_for_key(secret_key, retries=1).account()

    @api.model
    @contextmanager
    def _told_to_a_person(self, secret_key):
        """Turn the gateway's errors into sentences for the person with the key."""
        hint = keys.mask_key(secret_key)
        try:
            yield
        except StripeUnauthorised as error:
            raise UserError(
                self.env._(
                    "Stripe does not accept the key %(key)s: %(reason)s",
                    key=hint,
                    reason=error,
                )
            ) from error
        except StripeUnreachable as error:
            raise UserError(
                self.env._("Stripe does not answer. Please try again in a minute.")
            ) from error
        except GatewayError as error:
            raise UserError(
                self.env._("Stripe refused: %(reason)s", reason=error)
            ) from error

    @api.model
    def _check_free(self, facts, company, *, livemode):
        """Return our record of this Stripe account, if this company may use it."""
        known = self.search(
            [("stripe_id", "=", facts.id), ("livemode", "=", livemode)], limit=1
        )
        if known and known.company_id != company:
            raise UserError(
                self.env._(
                    "The Stripe account %(stripe)s belongs to another company of this"
                    " database. One Stripe account serves one company.",
                    stripe=facts.id,
                )
            )
        other = self.search(
            [
                ("company_id", "=", company.id),
                ("connected", "=", True),
                ("id", "!=", known.id),
            ],
            limit=1,
        )
        if other:
            raise UserError(
                self.env._(
                    "%(company)s is connected to %(stripe)s. Disconnect it first.",
                    company=company.name,
                    stripe=other.display_name,
                )
            )
        if not livemode:
            self._check_no_live_rows(company)
        return known

    @api.model
    def _check_no_live_rows(self, company):
        if (
            self.env["kash.stripe.balance.transaction"]
            .sudo()
            .search_count(
                [
                    ("account_id.company_id", "=", company.id),
                    ("account_id.livemode", "=", True),
                ],
                limit=1,
            )
        ):
            raise UserError(
                self.env._(
                    "%(company)s has live Stripe money in its books: test keys are"
                    " refused here.",
                    company=company.name,
                )
            )

    # === WEBHOOK === #

    def _webhook_url(self):
        return urljoin(self.get_base_url(), f"/kash/webhook/key/{self.webhook_ref}")

    def _push_endpoint(self):
        """Ask Stripe to ring us, where it can; otherwise say that we poll."""
        self.ensure_one()
        self._push_forget_endpoint()
        # Derived, not drawn: a connect that Odoo runs twice asks for the same endpoint.
        self.webhook_ref = hmac(
            self.env(su=True), _WEBHOOK_SCOPE, f"{self.stripe_id}:{self.livemode}"
        )[:32]
        url = self._webhook_url()
        if not urls.can_be_called(url, api_base=self._bases().api):
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
            self._apply_polling(str(error))
            return
        self.write(
            {
                "webhook_endpoint": endpoint.id,
                "webhook_serial": self.webhook_serial + 1,
                "webhook_secret": endpoint.secret,
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
                "webhook_secret": False,
            }
        )

    # === DISCONNECT === #

    def _push_disconnect(self):
        """Learn all there is, close what could still be paid, forget the keys.

        :raises UserError: Stripe does not answer and payment pages are open: once the
            keys are gone nobody could learn of a payment made there
        """
        for account in self.filtered("connected"):
            account._sync()
            account._push_close_pages()
            account._push_forget_endpoint()
            account._apply_disconnected()

    def _push_close_pages(self):
        """Expire the open sessions, unless Stripe does not know us any more."""
        attempts = self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "=", self.id),
                ("kash_stripe_session_state", "=", "open"),
            ]
        )
        try:
            attempts._kash_stripe_push_expire(raise_errors=True)
        except StripeUnauthorised as error:
            self.message_post(
                body=self.env._(
                    "Open payment pages could not be closed: %(reason)s", reason=error
                )
            )
        except GatewayError as error:
            raise UserError(
                self.env._(
                    "Stripe does not answer, and %(count)s payment pages are open."
                    " Please try again in a minute.",
                    count=len(attempts),
                )
            ) from error

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
