# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..const import PROVIDER_CODE


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def _get_available_payment_method_lines(self, payment_type):
        """Override of `account`: nobody enters Stripe's money by hand.

        A payment typed into Register Payment would move clearing without a row of
        Stripe's behind it; only the booking, which says so in its context, may.
        """
        lines = super()._get_available_payment_method_lines(payment_type)
        if self.env.context.get("kash_stripe_writer"):
            return lines
        return lines.filtered(
            lambda line: line.sudo().payment_provider_id.code != PROVIDER_CODE
        )
