# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class PayoutMovement(models.Model):
    """Payouts that reached the bank, where no bank statement tells it."""

    _inherit = "kash.stripe.movement"

    kind = fields.Selection(
        selection_add=[
            ("payout_paid", "Payout arrived"),
            ("payout_unpaid", "Payout taken back"),
        ],
        ondelete={"payout_paid": "cascade", "payout_unpaid": "cascade"},
    )
    day_told = fields.Selection(
        selection_add=[
            ("arrival", "The payout's arrival"),
            ("row", "Stripe's row"),
            ("person", "A person"),
        ],
        ondelete={"arrival": "cascade", "row": "cascade", "person": "cascade"},
    )
    bank_journal_id = fields.Many2one(
        "account.journal", "Bank", readonly=True, ondelete="restrict"
    )
