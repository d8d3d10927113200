# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import str2bool

from ...core import keys
from ...gateway.client import Gateway
from ...gateway.errors import StripeUnauthorised
from ...gateway.platform import Platform

# Our own code of an error that only the operator can mend.
NO_PLATFORM = "kash_no_platform"


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
        key = keys.read_key(self._secret_key())
        return key is not None and key.kind != "publishable"

    @api.model
    def _accounts_api(self):
        """Return the API to open accounts with, where the operator knows; else None."""
        wish = self._setting("platform_accounts_api")
        return wish if wish in {"v1", "v2"} else None

    @api.model
    def _livemode(self):
        """Return the mode of the platform's key (True: live)."""
        key = keys.read_key(self._secret_key())
        return bool(key and key.livemode)

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
        return Platform(
            self._secret_key(),
            bases=self.env["kash.stripe.account"]._bases(),
            client_id=self._client_id() or None,
            retries=retries,
        )

    @api.model
    def _check_serves(self, account):
        """Refuse to act for an account with a platform that is not there for it.

        :raises StripeUnauthorised: no platform, or one of the other mode
        """
        if self._is_set_up() and self._livemode() == account.livemode:
            return
        error = StripeUnauthorised(
            self.env._(
                "The operator's Stripe platform has no key for this account's mode."
                " The operator of this Odoo has to mend it; nothing is lost meanwhile."
            ),
            code=NO_PLATFORM,
        )
        error.access_lost = True
        raise error

    @api.model
    def _gateway_of(self, account, *, retries):
        """Return the gateway of an account that the platform acts for.

        :raises StripeUnauthorised: no platform, or one of the other mode
        """
        self._check_serves(account)
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
