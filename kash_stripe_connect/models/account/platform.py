# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from contextlib import suppress

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
    """The operator's Stripe platform: settings of the database, no record of it.

    The environment wins over system parameters and over the secrets kept here, so that
    a host can keep them out of the database altogether.
    """

    _name = "kash.stripe.platform"
    _description = "Stripe Platform"

    # === SETTINGS === #

    @api.model
    def _in_environment(self, name):
        """Return what the environment says (``KASH_STRIPE_<NAME>``), or ``""``."""
        return (os.environ.get(f"KASH_STRIPE_{name.upper()}") or "").strip()

    @api.model
    def _setting(self, name):
        """Return an operator's setting that is no secret, or ``""``."""
        params = self.env["ir.config_parameter"].sudo()
        kept = params.get_param(f"kash_stripe_connect.{name}") or ""
        return self._in_environment(name) or kept.strip()

    @api.model
    def _secret_key(self):
        """Return the platform's key, or ``""``.

        :raises StripeUnauthorised: it is kept here and cannot be read
        """
        given = self._in_environment("platform_secret_key")
        return given or self.env["kash.stripe.secret"]._reveal(self, "secret_key")

    @api.model
    def _publishable_key(self):
        return self._setting("platform_publishable_key")

    @api.model
    def _client_id(self):
        return self._setting("platform_client_id")

    @api.model
    def _webhook_secrets(self):
        """Return the secrets of the operator's endpoints; several, while one changes.

        The endpoint for connected accounts and the one for the platform's own events
        have a secret each: https://docs.stripe.com/connect/webhooks
        """
        given = self._in_environment("platform_webhook_secret")
        if given:
            return given.split()
        kept = self.env["kash.stripe.secret"]._readable(self, "webhook_secret")
        return " ".join(kept).split()

    @api.model
    def _keep_secrets(self, values):
        """Keep the operator's secrets here, in place of those there were.

        :param values: {"secret_key" | "webhook_secret": text}; empty ones are forgotten
        :raises UserError: a text is none of Stripe's secrets; nothing is kept
        """
        key = values.get("secret_key")
        if key and not _is_secret_key(keys.read_key(key)):
            raise UserError(self.env._("This is not a secret key of Stripe's (sk_…)."))
        words = (values.get("webhook_secret") or "").split()
        if not all(word.startswith("whsec_") for word in words):
            raise UserError(
                self.env._(
                    "A webhook secret of Stripe's starts with whsec_. Several are"
                    " separated by spaces."
                )
            )
        self.env["kash.stripe.secret"]._put(self, values)

    @api.model
    def _key(self):
        """Return what the platform's key says; None without one that can be read."""
        with suppress(StripeUnauthorised):
            return keys.read_key(self._secret_key())
        return None

    @api.model
    def _locked(self):
        """Return the error of a key that is kept here and cannot be read, or None."""
        try:
            self._secret_key()
        except StripeUnauthorised as error:
            return error
        return None

    @api.model
    def _is_set_up(self):
        """Tell whether accounts can be created through a platform."""
        return _is_secret_key(self._key())

    @api.model
    def _key_text(self):
        """Return which key there is, in words that give it away to nobody."""
        locked = self._locked()
        if locked:
            return str(locked)
        hint = keys.mask_key(self._secret_key() or "")
        if self._in_environment("platform_secret_key"):
            return self.env._("%(key)s, of the environment", key=hint)
        if self._is_set_up():
            return self.env._("%(key)s, kept in this database", key=hint)
        return self.env._("None: companies connect by their own keys.")

    @api.model
    def _webhook_text(self):
        """Return how many endpoints may sign, and who says so."""
        count = len(self._webhook_secrets())
        if self._in_environment("platform_webhook_secret"):
            return self.env._("%(count)s, of the environment", count=count)
        if count:
            return self.env._("%(count)s, kept in this database", count=count)
        return self.env._("None that can be read: Odoo polls every minute.")

    @api.model
    def _accounts_api(self):
        """Return the API to open accounts with, where the operator knows; else None."""
        wish = self._setting("platform_accounts_api")
        return wish if wish in {"v1", "v2"} else None

    @api.model
    def _livemode(self):
        """Return the mode of the platform's key (True: live)."""
        key = self._key()
        return bool(key and key.livemode)

    # === GATEWAYS === #

    @api.model
    def _gateway(self, *, retries=1):
        """Return the platform itself, to open, link and leave accounts.

        :raises UserError: there is none, or this database must not use it
        """
        if not self._is_set_up():
            missing = self.env._("The operator of this Odoo has not set up a platform.")
            raise UserError(str(self._locked() or missing))
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

        :raises StripeUnauthorised: no platform, one of the other mode, or one whose key
            cannot be read
        """
        key = self._key()
        if _is_secret_key(key) and key.livemode == account.livemode:
            return
        locked = self._locked()
        if locked:
            raise locked
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


def _is_secret_key(key):
    """Tell whether these are the facts of a key that may ask Stripe for things."""
    return key is not None and key.kind != "publishable"
