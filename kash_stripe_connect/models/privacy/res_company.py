# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

# A century: calendars end, and what is kept for ever is kept too long.
_MOST_MONTHS = 1200


class PrivacyCompany(models.Model):
    _inherit = "res.company"

    kash_stripe_keep_payers = fields.Integer(
        "Keep Payers' Data (Months)",
        required=True,
        default=24,
        help="So many months after a payment is settled, what Stripe said of who paid"
        " is emptied. Amounts, ids and entries stay.",
    )

    @api.constrains("kash_stripe_keep_payers")
    def _check_kash_stripe_keep_payers(self):
        """Nothing is kept for ever, and nothing emptied before it is settled."""
        if any(not 1 <= one.kash_stripe_keep_payers <= _MOST_MONTHS for one in self):
            raise ValidationError(
                self.env._(
                    "Payers' data are kept for a number of months, from 1 to %(most)s.",
                    most=_MOST_MONTHS,
                )
            )
