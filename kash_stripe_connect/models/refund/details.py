# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models

from ..account.attention import Reason

_PATIENCE = timedelta(days=7)
# So many are named in a line.
_NAMED = 3


class KashStripeAttentionDetails(models.AbstractModel):
    """Refunds whose customers have not said for a week where to send the money."""

    _name = "kash.stripe.attention.details"
    _inherit = "kash.stripe.attention"
    _description = "Refunds That Wait for Bank Details"

    _rule_order = 42
    _activity_type = "mail_activity_type_details"

    def _reason(self, account):
        refunds = self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "=", account.id),
                ("operation", "=", "refund"),
                ("state", "=", "pending"),
                ("kash_stripe_step", "=", "details"),
                (
                    "kash_stripe_step_from",
                    "<=",
                    account.company_id._kash_stripe_today() - _PATIENCE,
                ),
            ],
            order="kash_stripe_step_from, id",
        )
        text = self.env._(
            "Refunds that wait for the customer's bank details: %(count)s"
            " (%(refunds)s). Stripe asked by e-mail: remind the customer of it, or give"
            " the money back otherwise and cancel the refund at Stripe.",
            count=len(refunds),
            refunds=", ".join(map(self._named, refunds[:_NAMED])),
        )
        ends = [day for day in refunds.mapped("kash_stripe_step_until") if day]
        return Reason(len(refunds), text, due=min(ends, default=None))

    def _named(self, refund):
        amount = refund.currency_id.format(abs(refund.amount))
        return f"{refund.partner_id.display_name}, {amount}"
