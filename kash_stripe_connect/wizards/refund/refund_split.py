# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class KashStripeRefundSplit(models.AbstractModel):
    """A proposal of which invoices a refund is credited on; one click, or edited."""

    _name = "kash.stripe.refund.split"
    _inherit = "kash.stripe.wall"
    _description = "Split of a Stripe Refund"

    kash_stripe_split = fields.Selection(
        [("newest", "Newest invoices first"), ("pro_rata", "In proportion")],
        "Split",
        default="newest",
    )

    def _kash_stripe_prepare_parts(self, paid, amount):
        """Return commands for the proposed parts.

        :param paid: the payment (transaction) that is given back, if there is one
        """
        proposed = paid and paid._kash_stripe_split_refund(
            amount, self.kash_stripe_split
        )
        return [
            Command.clear(),
            *(
                Command.create({"move_id": invoice.id, "left": left, "amount": part})
                for invoice, left, part in proposed
            ),
        ]

    @api.model
    def _kash_stripe_checked_parts(self, parts, paid, amount):
        """Return {invoice: amount} of what is to be credited, as it is allowed now.

        :raises UserError: the parts are not the amount, or one is more than is left
        """
        parts = parts.filtered("amount")
        left = paid.sudo()._kash_stripe_creditable()
        currency = paid.currency_id
        if currency.compare_amounts(sum(parts.mapped("amount")), amount):
            raise UserError(
                self.env._(
                    "The credit notes must add up to what is refunded: %(amount)s.",
                    amount=currency.format(amount),
                )
            )
        for part in parts:
            room = left.get(part.move_id.sudo(), 0.0)
            if part.amount < 0 or currency.compare_amounts(part.amount, room) > 0:
                raise UserError(
                    self.env._(
                        "No more than %(room)s of %(invoice)s can be credited.",
                        room=currency.format(room),
                        invoice=part.move_id.name,
                    )
                )
        return {part.move_id: part.amount for part in parts}
