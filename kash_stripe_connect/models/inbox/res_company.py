# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

# So long Stripe keeps its own, and sends one again when asked to.
# https://docs.stripe.com/api/events
_STRIPES_DAYS = 30
_MOST_DAYS = 3650


class InboxCompany(models.Model):
    _inherit = "res.company"

    kash_stripe_keep_events = fields.Integer(
        "Keep Stripe Events (Days)",
        required=True,
        default=60,
        help="Events that are done with are deleted after so many days; at least 30."
        " What could not be done stays until somebody did it.",
    )

    @api.constrains("kash_stripe_keep_events")
    def _check_kash_stripe_keep_events(self):
        """Not shorter than Stripe: what it sends again would look like news."""
        kept = self.mapped("kash_stripe_keep_events")
        if any(not _STRIPES_DAYS <= days <= _MOST_DAYS for days in kept):
            raise ValidationError(
                self.env._(
                    "Stripe's events are kept for a number of days, from %(least)s to"
                    " %(most)s: that long at least, since Stripe can send them again.",
                    least=_STRIPES_DAYS,
                    most=_MOST_DAYS,
                )
            )
