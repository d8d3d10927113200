# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import models

from ...core import split
from ...guard import alone, reason_of

_logger = logging.getLogger(__name__)


class KashStripeCredited(models.AbstractModel):
    """Which invoices a refund credits, and the credit notes that are left."""

    _name = "kash.stripe.credited"
    _description = "Credited Refunds"

    # === CREDIT NOTES === #

    def _kash_stripe_creditable(self):
        """Return {invoice: what of this payment may still be credited}, newest first.

        Only invoices the payment is matched with, never more than is left of each.
        """
        self.ensure_one()
        credited = {}
        for note in self._kash_stripe_living_refunds().kash_stripe_note_ids:
            if note.state == "posted":
                invoice = note.reversed_entry_id
                credited[invoice] = credited.get(invoice, 0.0) + note.amount_total
        left = {}
        # What was netted with an invoice was not paid, and is not given back.
        for part, charged in self.kash_stripe_allocation_ids._charged().items():
            invoice = part.move_id & self.payment_id.reconciled_invoice_ids
            if invoice.state == "posted":
                room = min(
                    charged - credited.get(invoice, 0.0),
                    invoice._kash_stripe_uncredited(),
                )
                left[invoice] = left.get(invoice, 0.0) + max(room, 0.0)
        newest = sorted(
            left, key=lambda move: (move.invoice_date, move.id), reverse=True
        )
        return {invoice: invoice.currency_id.round(left[invoice]) for invoice in newest}

    def _kash_stripe_split_refund(self, amount, way):
        """Propose what of a refund is credited on which invoice, newest first.

        :param way: ``newest`` invoices first, or ``pro_rata``
        :return: list of (invoice, what may be credited of it, what is proposed)
        """
        self.ensure_one()
        left, step = self._kash_stripe_creditable(), self.currency_id.rounding
        room = [round(value / step) for value in left.values()]
        total = min(round(amount / step), sum(room))
        if total <= 0:
            return []
        shares = (
            split.pro_rata(total, room)
            if way == "pro_rata"
            else split.newest_first(total, room)
        )
        return [
            (invoice, value, self.currency_id.round(share * step))
            for (invoice, value), share in zip(left.items(), shares, strict=True)
        ]

    def _kash_stripe_open_notes(self, amount):
        """Return the open credit notes that a refund of ``amount`` would be of."""
        invoices = self._kash_stripe_invoices()
        return invoices.reversal_move_ids.filtered(
            lambda note: note._kash_stripe_is_open_note(amount)
        )._kash_stripe_not_netted()

    def _kash_stripe_drop_notes(self):
        """Take back the credit notes of refunds that Stripe refused after all.

        Nothing has left, so nothing is to be corrected. What cannot be taken back
        (locked, sealed, matched) is named on the invoice.
        """
        for note in self.kash_stripe_note_ids.filtered(lambda n: n.state == "posted"):
            with alone(self.env) as trouble:
                note.button_draft()
                note.button_cancel()
            if trouble.error:
                what = f"{note.display_name} is not cancelled"
                reason_of(self.env, trouble.error, what, _logger)
                summary = self.env._(
                    "Stripe refused the refund that %(note)s was made for: reverse the"
                    " credit note.",
                    note=note.name,
                )
                note._kash_stripe_ask(
                    [(note.reversed_entry_id, summary, self.state_message)]
                )
