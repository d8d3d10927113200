# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

KINDS = ("dispute_lost", "dispute_regained", "dispute_rest", "dispute_rest_back")


class DisputeMovement(models.Model):
    """A dispute that ended moves nothing at Stripe, and yet in the books."""

    _inherit = "kash.stripe.movement"

    kind = fields.Selection(
        selection_add=[
            ("dispute_lost", "Dispute lost"),
            ("dispute_regained", "Lost dispute won after all"),
            ("dispute_rest", "What an ended dispute left"),
            ("dispute_rest_back", "Ended dispute opened again"),
        ],
        ondelete=dict.fromkeys(KINDS, "cascade"),
    )
    day_told = fields.Selection(
        selection_add=[("opening", "The day the dispute was opened")],
        ondelete={"opening": "cascade"},
    )

    def _dispute_ref(self):
        """Return whose end it is: a dispute may leave something more than once."""
        self.ensure_one()
        return self.object_ref.partition("/")[0]

    def _nothing_left(self):
        """Nothing is left to move: the money came back before it was written off."""
        self.filtered(lambda movement: movement.state != "booked").write(
            {
                "state": "booked",
                "reason": self.env._("Nothing was left to move."),
            }
        )
