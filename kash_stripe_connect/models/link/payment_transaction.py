# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class LinkTransaction(models.Model):
    _inherit = "payment.transaction"
    kash_stripe_link_id = fields.Many2one(
        "kash.stripe.pay.link", "Payment Link", readonly=True, index="btree_not_null"
    )
    kash_stripe_session_kind = fields.Selection(
        [("hosted", "Stripe's page"), ("embedded", "Pop-up")],
        "Paid On",
        readonly=True,
        copy=False,
        help="A session is of one kind: who wants the other begins another attempt.",
    )

    def _update_state(self, allowed_states, target_state, state_message):
        """Override of `payment`: what others take is not to be paid at Stripe, too.

        A page of Stripe's that is open still asks for it.
        """
        moved = super()._update_state(allowed_states, target_state, state_message)
        taking = moved.sudo()._kash_stripe_elsewhere()
        taking.invoice_ids._kash_stripe_end_attempts()
        return moved
