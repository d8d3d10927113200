# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...core.refunds import way_back


class KashStripeRefundWay(models.AbstractModel):
    """By which way a payment can be given back, and what its customer is asked."""

    _name = "kash.stripe.refund.way"
    _description = "The Way of a Refund"

    def _kash_stripe_apply_asked(self, step):
        """Note what the customer is asked before the money can be sent; None: nothing.

        https://docs.stripe.com/refunds
        """
        self.ensure_one()
        if step:
            self._kash_stripe_apply_step(step)
        elif self.kash_stripe_step:
            self.write(self._kash_stripe_no_step())

    def _kash_stripe_way_problem(self):
        """Return why this payment cannot be given back through Stripe, or None."""
        self.ensure_one()
        if way_back(self.kash_stripe_method) != "none":
            return None
        return self.env._(
            "What was paid by %(method)s cannot be given back through Stripe. Send the"
            " money by bank transfer, and record that.",
            method=self.kash_stripe_method,
        )

    def _kash_stripe_way_warning(self):
        """Return what a refund of this payment needs of its customer, or None."""
        self.ensure_one()
        if way_back(self.kash_stripe_method) != "details":
            return None
        return self.env._(
            "What was paid by %(method)s does not go back the way it came: Stripe asks"
            " the customer by e-mail for bank details, and the refund waits for them."
            " It fails if they are not given in time.",
            method=self.kash_stripe_method,
        )
