# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...const import PROVIDER_CODE
from ..base.records import check_one


class RefundPayment(models.Model):
    """A refund in the books that waits for its credit note."""

    _inherit = "account.payment"

    kash_stripe_wants_note = fields.Boolean(
        compute="_compute_kash_stripe_wants_note", compute_sudo=True
    )

    def _compute_kash_stripe_wants_note(self):
        """As root: of the payment that is saved, for a form may name any attempt."""
        for payment in self:
            refund = payment._origin.payment_transaction_id
            payment.kash_stripe_wants_note = (
                bool(refund.kash_stripe_refund_id)
                and refund.state != "error"
                and payment.payment_type == "outbound"
                and not payment.is_reconciled
                and bool(refund.source_transaction_id._kash_stripe_creditable())
            )

    def _kash_stripe_refund_available(self):
        """Set what can be given back: every refund counts that has not failed.

        One that Stripe has and the books have not yet would be given back twice; one
        that failed is in the books, and was not given back.
        """
        for payment in self:
            tx = payment._origin.payment_transaction_id.sudo()
            if tx.provider_code != PROVIDER_CODE or tx.operation == "refund":
                continue
            payment.amount_available_for_refund = tx._kash_stripe_refundable()

    def _kash_stripe_check_wants_note(self):
        """Refuse credit notes for what waits for none.

        :raises UserError: it was matched meanwhile, or failed
        """
        self.ensure_one()
        if not self.kash_stripe_wants_note:
            raise UserError(
                self.env._("This refund does not wait for a credit note any more.")
            )

    def action_kash_stripe_credit_note(self):
        """Open the dialog to make the credit notes of a refund."""
        check_one(self, "write")
        self._kash_stripe_check_wants_note()
        wizard = self.env["kash.stripe.credit.note.wizard"].create(
            {"payment_id": self.id}
        )
        return wizard._get_records_action(
            target="new", name=self.env._("Make the Credit Note")
        )
