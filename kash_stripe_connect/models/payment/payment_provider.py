# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...const import PROVIDER_CODE
from ..base.records import changes


class PaymentProvider(models.Model):
    _inherit = "payment.provider"

    code = fields.Selection(
        selection_add=[(PROVIDER_CODE, "Stripe (Kash)")],
        ondelete={PROVIDER_CODE: "set default"},
    )
    kash_stripe_account_ids = fields.One2many(
        "kash.stripe.account", "provider_id", string="Stripe Accounts", copy=False
    )

    # === CRUD METHODS === #

    def write(self, vals):
        """Only the Stripe account writes what it depends on; uninstall may let go."""
        allowed = (
            self.env.context.get("kash_stripe_writer") or vals.get("code") == "none"
        )
        if not allowed and any(provider._kash_stripe_held(vals) for provider in self):
            raise UserError(
                self.env._(
                    "This provider follows its Stripe account. Change it under"
                    " Invoicing ▸ Configuration ▸ Stripe."
                )
            )
        return super().write(vals)

    def _kash_stripe_held(self, vals):
        """Tell whether this would change what the provider's Stripe account set.

        Its books outlive the connection; before there is an account only the code is
        ours.
        """
        self.ensure_one()
        if self.code != PROVIDER_CODE:
            return False
        accounts = self.sudo().kash_stripe_account_ids
        names = {"code"}
        if accounts:
            names |= {"journal_id", "company_id"}
        if any(accounts.mapped("connected")):
            names.add("state")
        return changes(self, vals, names)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kash_stripe(self):
        if any(self.sudo().kash_stripe_account_ids.mapped("connected")):
            raise UserError(
                self.env._(
                    "Stripe's payments are taken through this provider. Disconnect"
                    " Stripe first."
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _remove_provider(self, code, **kwargs):
        """Override of `payment`: with ours go the copies that companies were given.

        Odoo only takes their code away, and each would stay as a card of an addon that
        is gone. One that attempts or tokens name stays for them, disabled.
        """
        ours = self.search(self._get_provider_domain(code, **kwargs))
        result = super()._remove_provider(code, **kwargs)
        if code == PROVIDER_CODE:
            ours._kash_stripe_unused_copies().unlink()
        return result

    def _kash_stripe_unused_copies(self):
        """Return those that no data file made, and of which nothing was asked yet."""
        named = self.env["payment.provider"]
        for model in ("payment.transaction", "payment.token"):
            found = (
                self.env[model]
                .with_context(active_test=False)
                ._read_group([("provider_id", "in", self.ids)], ["provider_id"])
            )
            named |= named.union(*(provider for (provider,) in found))
        made = self.get_external_id()
        return (self - named).filtered(lambda provider: not made[provider.id])

    @api.model
    def _get_compatible_providers(self, *args, **kwargs):
        """Override of `payment`: Odoo's generic form never offers us, our page does."""
        providers = super()._get_compatible_providers(*args, **kwargs)
        return providers.filtered(lambda p: p.code != PROVIDER_CODE)

    def _compute_feature_support_fields(self):
        """Override of `payment` to enable additional features."""
        result = super()._compute_feature_support_fields()
        self.filtered(lambda p: p.code == PROVIDER_CODE).support_refund = "partial"
        return result

    def _get_default_payment_method_codes(self):
        """Override of `payment` to return the default payment method codes."""
        self.ensure_one()
        if self.code != PROVIDER_CODE:
            return super()._get_default_payment_method_codes()
        return {"card"}

    def _kash_stripe_as_writer(self):
        """Return self with the right to write what only the Stripe account writes."""
        return self.with_context(kash_stripe_writer=True)

    def _kash_stripe_set_state(self, state):
        """Follow the connection: ``enabled``, ``test`` or ``disabled``."""
        self._kash_stripe_as_writer().state = state
