# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import str2bool

from ..core import keys
from ..gateway.client import Gateway
from ..gateway.errors import StripeUnauthorised
from ..gateway.platform import Platform


class KashStripePlatform(models.AbstractModel):
    """The operator's Stripe platform: secrets of the database, no record of it.

    The environment wins over the system parameters, so that a host can keep them out
    of the database altogether.
    """

    _name = "kash.stripe.platform"
    _description = "Stripe Platform"

    # === SETTINGS === #

    @api.model
    def _setting(self, name):
        """Return an operator's setting (``KASH_STRIPE_<NAME>`` first), or ``""``."""
        value = os.environ.get(f"KASH_STRIPE_{name.upper()}")
        params = self.env["ir.config_parameter"].sudo()
        return (value or params.get_param(f"kash_stripe_connect.{name}") or "").strip()

    @api.model
    def _secret_key(self):
        return self._setting("platform_secret_key")

    @api.model
    def _client_id(self):
        return self._setting("platform_client_id")

    @api.model
    def _webhook_secrets(self):
        """Return the secrets of the operator's endpoints; several, while one changes.

        The endpoint for connected accounts and the one for the platform's own events
        have a secret each: https://docs.stripe.com/connect/webhooks
        """
        return self._setting("platform_webhook_secret").split()

    @api.model
    def _is_set_up(self):
        """Tell whether accounts can be created through a platform."""
        return bool(self._secret_key())

    @api.model
    def _livemode(self):
        """Return the mode of the platform's key (True: live).

        :raises UserError: what the operator entered is no secret key
        """
        key = keys.read_key(self._secret_key())
        if key is None or key.kind == "publishable":
            raise UserError(
                self.env._(
                    "The platform's secret key is not one of Stripe's. Please tell the"
                    " operator of this Odoo."
                )
            )
        return key.livemode

    # === GATEWAYS === #

    @api.model
    def _gateway(self, *, retries=1):
        """Return the platform itself, to open, link and leave accounts.

        :raises UserError: there is none, or this database must not use it
        """
        if not self._is_set_up():
            raise UserError(
                self.env._("The operator of this Odoo has not set up a platform.")
            )
        if self._is_neutralized():
            raise UserError(
                self.env._("This database is a copy: it does not talk to Stripe.")
            )
        self._livemode()
        return Platform(
            self._secret_key(),
            bases=self.env["kash.stripe.account"]._bases(),
            client_id=self._client_id() or None,
            retries=retries,
        )

    @api.model
    def _gateway_of(self, account, *, retries):
        """Return the gateway of an account that the platform acts for.

        :raises StripeUnauthorised: no platform, or one of the other mode
        """
        key = keys.read_key(self._secret_key())
        if key is None or key.livemode != account.livemode:
            raise StripeUnauthorised(
                self.env._(
                    "The operator's platform has no key for this account's mode."
                )
            )
        return Gateway(
            self._secret_key(),
            bases=account._bases(),
            stripe_account=account.stripe_id,
            retries=retries,
        )

    @api.model
    def _is_neutralized(self):
        params = self.env["ir.config_parameter"].sudo()
        return str2bool(params.get_param("database.is_neutralized") or "False")
