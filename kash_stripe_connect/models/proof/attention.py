# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..account.attention import Reason


class KashStripeAttentionUnexplained(models.AbstractModel):
    """A difference between Stripe and the books that nobody can name."""

    _name = "kash.stripe.attention.unexplained"
    _inherit = "kash.stripe.attention"
    _description = "Unexplained Difference"

    _rule_order = 90
    _activity_type = "mail_activity_type_unexplained"

    def _bring_up_to_date(self, account):
        """Prove anew: what changed the books changes the proof."""
        account._prove_again()

    def _reason(self, account):
        proof = account.proof_id
        text = self.env._(
            "Stripe and the books differ by %(amount)s without a reason: see the"
            " proof.",
            amount=proof.unexplained_text,
        )
        return Reason(int(proof.colour == "red"), text)
