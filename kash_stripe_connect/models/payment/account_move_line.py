# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

# Live attempts as _HERE of account_move.py counts them.
_SPOKEN_FOR = """
    SELECT part.line_id, -SUM(part.amount)
    FROM kash_stripe_allocation part
    JOIN payment_transaction tx ON tx.id = part.transaction_id
    LEFT JOIN account_payment payment ON payment.id = tx.payment_id
    WHERE part.line_id IN %s
        AND tx.kash_stripe_reversed IS NOT TRUE
        AND tx.kash_stripe_returned IS NOT TRUE
        AND (tx.state IN ('pending', 'done') OR (
            tx.state = 'error' AND tx.kash_stripe_paid_at IS NOT NULL))
        AND (payment.id IS NULL OR payment.state IN ('draft', 'canceled'))
    GROUP BY part.line_id
"""


class PaymentMoveLine(models.Model):
    """Credit notes and receipts that can be netted with what is paid."""

    _inherit = "account.move.line"

    def _kash_stripe_free_credit(self):
        """Return {line id: how much of it is open and not spoken for}.

        Of posted lines that owe the customer something; a few queries for all.
        """
        open_lines = self.filtered(
            lambda line: (
                line.parent_state == "posted" and line.amount_residual_currency < 0
            )
        )
        spoken = open_lines._kash_stripe_spoken_for()
        free = {
            line.id: line.currency_id.round(
                -line.amount_residual_currency - spoken.get(line.id, 0.0)
            )
            for line in open_lines
        }
        return {line_id: max(amount, 0.0) for line_id, amount in free.items()}

    def _kash_stripe_attempts(self):
        """Return the (sudo) attempts that have frozen some of these credits."""
        parts = self.env["kash.stripe.allocation"].sudo()
        return parts.search([("line_id", "in", self.ids)]).transaction_id

    def _kash_stripe_netted(self):
        """Return {line id: what attempts have netted that the books have not}."""
        if not self.ids:
            return {}
        for model in ("kash.stripe.allocation", "payment.transaction"):
            self.env[model].flush_model()
        self.env["account.payment"].flush_model(["state"])
        self.env.cr.execute(SQL(_SPOKEN_FOR, tuple(self.ids)))
        return dict(self.env.cr.fetchall())
