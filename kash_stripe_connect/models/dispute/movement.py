# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class DisputeMovement(models.Model):
    """A dispute that was lost moves nothing at Stripe, and yet in the books."""

    _inherit = "kash.stripe.movement"

    kind = fields.Selection(
        selection_add=[
            ("dispute_lost", "Dispute lost"),
            ("dispute_regained", "Lost dispute won after all"),
        ],
        ondelete={"dispute_lost": "cascade", "dispute_regained": "cascade"},
    )
    day_told = fields.Selection(
        selection_add=[("opening", "The day the dispute was opened")],
        ondelete={"opening": "cascade"},
    )

    def _nothing_left(self):
        """Nothing is left to move: the money came back before it was written off."""
        self.filtered(lambda movement: movement.state != "booked").write(
            {
                "state": "booked",
                "reason": self.env._("The money came back: nothing was left to move."),
            }
        )
