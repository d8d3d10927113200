# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools.mail import append_content_to_html

from ..const import PROVIDER_CODE


class PaymentTransaction(models.Model):
    """What became of attempts and refunds, noted on their documents."""

    _inherit = "payment.transaction"

    def _log_received_message(self):
        """Override of `payment`: a batch is told in one batch of notes."""
        ours = self.filtered(lambda tx: tx.provider_code == PROVIDER_CODE)
        for author, group in ours.grouped(_author).items():
            for model, bodies in group._kash_stripe_notes().items():
                documents = self.env[model].browse(bodies)
                documents._message_log_batch(bodies=bodies, author_id=author.id)
        return super(PaymentTransaction, self - ours)._log_received_message()

    def _kash_stripe_notes(self):
        """Return {model: {document's id: what is told there}}; one note a document."""
        notes = {}
        for tx in self:
            message = tx._get_received_message()
            for document in tx._kash_stripe_told_documents():
                told = notes.setdefault(document._name, {})
                told[document.id] = (
                    append_content_to_html(told[document.id], message, plaintext=False)
                    if document.id in told
                    else message
                )
        return notes

    def _kash_stripe_told_documents(self):
        """Return where a transaction is told: its invoices; a refund's payment, too."""
        self.ensure_one()
        if self.operation != "refund":
            return self._get_invoices_to_notify()
        source = self.source_transaction_id
        return [*source.payment_id, *source.kash_stripe_allocation_ids.move_id]


def _author(tx):
    """Return who speaks: whoever is at work, or a customer who has just come back."""
    user = tx.env.user
    return tx.partner_id if user._is_public() else user.partner_id
