# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...core import double_entry


class RefundAccount(models.Model):
    """Asking Stripe for refunds whose payment, or whose end, we did not know."""

    _inherit = "kash.stripe.account"

    def _pull_late_refunds(self):
        """Ask for refunds that were listed before the payment they give back.

        Pages come newest first: the refund's may be read, and committed, long before
        its charge's tells whose it is. There are few.
        """
        rows = self.env["kash.stripe.balance.transaction"].search(
            [
                ("account_id", "=", self.id),
                ("state", "in", ["new", "waiting"]),
                ("type", "in", list(double_entry.REFUND_TYPES)),
                ("transaction_id", "=", False),
                ("document_ref", "!=", False),
            ]
        )
        charges = self.env["kash.stripe.source.charge"]
        ours = charges._attempts_of(self, rows.mapped("document_ref"))
        gateway = self._gateway(retries=1)
        self.env["payment.transaction"]._kash_stripe_apply_refunds(
            self,
            [
                refund
                for charge_id in ours
                for refund in gateway.refunds_of(charge_id=charge_id)
            ],
        )

    def _pull_pending_refunds(self):
        """Ask for refunds whose end we do not know: some end without a row."""
        pending = self.env["payment.transaction"].search(
            [
                ("kash_stripe_account_id", "=", self.id),
                ("operation", "=", "refund"),
                ("state", "=", "pending"),
                ("kash_stripe_refund_id", "!=", False),
            ]
        )
        gateway = self._gateway(retries=1)
        self.env["payment.transaction"]._kash_stripe_apply_refunds(
            self,
            [
                gateway.refund(refund_id=refund_id)
                for refund_id in pending.mapped("kash_stripe_refund_id")
            ],
        )
