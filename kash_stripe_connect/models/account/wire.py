# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import os
from contextlib import contextmanager

from odoo import api, models
from odoo.exceptions import UserError

from ...core import keys, urls
from ...gateway.client import Bases, Gateway
from ...gateway.errors import GatewayError, StripeUnauthorised, StripeUnreachable
from ..secret.secret import LOCKED
from .platform import NO_PLATFORM

_logger = logging.getLogger(__name__)

# The release of Stripe's script that goes with the version of the API we speak:
# https://docs.stripe.com/sdks/stripejs-versioning
_SCRIPT = "https://js.stripe.com/endive/stripe.js"


class KashStripeWire(models.AbstractModel):
    """How an account speaks to Stripe, and what a person reads if it refuses."""

    _name = "kash.stripe.wire"
    _description = "Stripe Wire"

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
    def _script_url(self):
        """Return the address of Stripe's script; None if an operator's is refused."""
        given = self.env["kash.stripe.platform"]._setting("js_url") or _SCRIPT
        if urls.is_allowed_base(given):
            return given
        _logger.error("Stripe's script is not loaded from %s: see js_url.", given)
        return None

    @api.model
    def _checkout_url(self):
        """Return an address where Stripe's own payment pages are.

        An emulator on this machine has them beside its API.
        """
        api = self.env["kash.stripe.platform"]._setting("api_base")
        return api if urls.is_loopback(api) else "https://checkout.stripe.com"

    def _browser_key(self):
        """Return the publishable key that a customer's browser names, None without."""
        self.ensure_one()
        platform = self.env["kash.stripe.platform"]
        own = self.connection == "keys"
        given = self.publishable_key if own else platform._publishable_key()
        key = keys.read_key(given or "")
        fits = key and key.kind == "publishable" and key.livemode == self.livemode
        return given if fits else None

    @api.model
    def _gateway_for_key(self, secret_key, *, retries=2):
        if self.env["kash.stripe.platform"]._is_neutralized():
            raise UserError(
                self.env._("This database is a copy: it does not talk to Stripe.")
            )
        return Gateway(secret_key, bases=self._bases(), retries=retries)

    def _gateway(self, *, retries=2):
        """Return the gateway of a connected account: its own key, or the platform's.

        :raises StripeUnauthorised: not connected, this database is a copy, or the key
            cannot be read
        """
        self.ensure_one()
        account = self.sudo()
        if not account.connected:
            raise StripeUnauthorised(self.env._("Stripe is not connected."))
        account._refuse_in_a_copy()
        if account.connection != "keys":
            platform = self.env["kash.stripe.platform"]
            return platform._gateway_of(account, retries=retries)
        key = self.env["kash.stripe.secret"]._reveal(account, "secret_key")
        return self._gateway_for_key(key, retries=retries)

    def _platform(self):
        """Return the platform of a connection that was made through it.

        :raises StripeUnauthorised: this database is a copy, or the operator's platform
            is not there for this account (any more)
        """
        self.ensure_one()
        self._refuse_in_a_copy()
        platform = self.env["kash.stripe.platform"]
        platform._check_serves(self)
        return platform._gateway()

    def _ask_or_none(self, verb, **asked):
        """Ask Stripe; None where this key may not ask for that.

        An older restricted key lacks a box, an operator's key a right: what other ways
        say of it goes on.
        """
        try:
            return verb(**asked)
        except StripeUnauthorised as error:
            if error.access_lost:
                raise
            _logger.info("Stripe account %s: %s", self.stripe_id, error)
            return None

    def _explain(self, error):
        """Tell access that was revoked from another platform's key.

        Stripe answers both alike; the first ends a connection, the second is a mistake
        of the operator's that must not.
        """
        if not getattr(error, "revoked", False) or self.connection == "keys":
            return error
        try:
            platform_id = self._platform().account().id
        except GatewayError as trouble:
            return trouble
        if platform_id == self.platform_stripe_id:
            return error
        other = StripeUnauthorised(
            self.env._(
                "The operator's key is of another Stripe platform than this account was"
                " connected through. The operator of this Odoo has to mend it."
            ),
            code=NO_PLATFORM,
        )
        other.access_lost = True
        return other

    def _refuse_in_a_copy(self):
        """A neutralised or cloned database must not touch the original's account.

        :raises StripeUnauthorised: it is a copy, or may be one
        """
        if self.env["kash.stripe.platform"]._is_neutralized():
            raise StripeUnauthorised(
                self.env._("This database is a copy: it does not talk to Stripe.")
            )
        if self._is_in_doubt():
            raise StripeUnauthorised(self._doubt_sentence())

    @api.model
    @contextmanager
    def _told_to_a_person(self, secret_key=None):
        """Turn the gateway's errors into sentences for the person at the button.

        :param secret_key: the key that person typed; None for the operator's
        """
        try:
            yield
        except StripeUnauthorised as error:
            raise UserError(self._unauthorised_sentence(error, secret_key)) from error
        except StripeUnreachable as error:
            raise UserError(
                self.env._("Stripe does not answer. Please try again in a minute.")
            ) from error
        except GatewayError as error:
            raise UserError(
                self.env._("Stripe refused: %(reason)s", reason=error)
            ) from error

    @api.model
    def _unauthorised_sentence(self, error, secret_key):
        if error.code == LOCKED:
            return str(error)
        if secret_key:
            return self.env._(
                "Stripe does not accept the key %(key)s: %(reason)s",
                key=keys.mask_key(secret_key),
                reason=error,
            )
        return self.env._(
            "Stripe does not let the operator's platform do this: %(reason)s"
            " The operator of this Odoo can help.",
            reason=error,
        )

    def _dashboard_url(self, page="dashboard"):
        """Return a page of Stripe's dashboard, of this account and mode."""
        self.ensure_one()
        mode = "" if self.livemode else "test/"
        return f"https://dashboard.stripe.com/{self.stripe_id}/{mode}{page}"
