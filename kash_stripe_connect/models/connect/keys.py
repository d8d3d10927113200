# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ...core import keys, permissions


class KashStripeKeys(models.AbstractModel):
    """Connecting with the account's own keys: tried out before they are kept."""

    _name = "kash.stripe.keys"
    _description = "Connecting by API Keys"

    # === OWN KEYS === #

    @api.model
    def _push_connect_keys(self, company, *, secret_key, publishable_key):
        """Connect ``company`` by its own keys and return the account.

        Of a connected account only the keys change: its links live on, and the old key
        goes when the new one has passed every check.

        :raises UserError: a sentence for the person who typed the keys; nothing is
            saved
        """
        livemode = self._check_keys(secret_key, publishable_key)
        facts = self._pull_owner(secret_key)
        self._check_permissions(secret_key)
        account = self._find_or_create(facts.id, company, livemode=livemode)
        account._forget_foreign_endpoint()
        account._push_switch("keys")
        self.env["kash.stripe.secret"]._put(account, {"secret_key": secret_key})
        account._apply_connected(
            "keys",
            publishable_key=publishable_key,
            key_hint=keys.mask_key(secret_key),
        )
        account._start(facts)
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
