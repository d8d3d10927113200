# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import fields, models
from odoo.tools.translate import LazyTranslate

from ..const import PROVIDER_CODE
from ..core import split
from ..guard import alone, reason_of

_logger = logging.getLogger(__name__)
_lt = LazyTranslate(__name__)

# https://docs.stripe.com/error-codes
_REFUSALS = {
    "charge_already_refunded": _lt(
        "This payment was given back in full already, perhaps in Stripe's dashboard:"
        " then it appears here by itself."
    ),
    "charge_disputed": _lt(
        "The customer disputes this payment with the bank, so Stripe gives nothing"
        " back. Answer the dispute instead."
    ),
}


class PaymentTransaction(models.Model):
    """What may be refunded, of which invoices, and why not."""

    _inherit = "payment.transaction"

    kash_stripe_note_ids = fields.One2many(
        "account.move", "kash_stripe_refund_tx_id", "Credit Notes", readonly=True
    )

    # === WHY NOT === #

    def _kash_stripe_refund_problem(self, amount, refund=None):
        """Return why ``amount`` of this payment cannot be given back, or None.

        What can be known without asking Stripe.

        :param refund: the refund that is about to be asked for
        """
        self.ensure_one()
        if self.kash_stripe_returned:
            return self.env._("The customer's bank took this payment back already.")
        left = self._kash_stripe_refundable(refund)
        if self.currency_id.compare_amounts(left, 0.0) <= 0:
            return self.env._(_REFUSALS["charge_already_refunded"])
        if self.currency_id.compare_amounts(amount, left) > 0:
            return self.env._(
                "Only %(left)s of this payment are left to give back.",
                left=self.currency_id.format(left),
            )
        return None

    def _kash_stripe_refundable(self, refund=None):
        """Return what is left of a payment: all but refunds that have not failed."""
        self.ensure_one()
        if self.kash_stripe_returned:
            return 0.0
        others = self._kash_stripe_living_refunds() - (refund or self.browse())
        return self.currency_id.round(
            self.amount - sum(map(abs, others.mapped("amount")))
        )

    def _kash_stripe_living_refunds(self):
        """Return the refunds of these payments that took place, or may."""
        return self.child_transaction_ids.filtered(
            lambda child: (
                child.operation == "refund"
                and child.state in {"draft", "pending", "done"}
            )
        )

    def _kash_stripe_refusal(self, error):
        """Return the sentence for what Stripe answered, in its words if need be."""
        if error.code in _REFUSALS:
            return self.env._(_REFUSALS[error.code])
        return self.env._("Stripe says: %(reason)s", reason=error)

    def _kash_stripe_refused_refund(self, amount, reason):
        """Record a refund that was not made, and why; return it."""
        self.ensure_one()
        refund = self._create_child_transaction(
            amount,
            is_refund=True,
            kash_stripe_account_id=self.kash_stripe_account_id.id,
        )
        refund._set_error(reason)
        return refund

    def _build_action_feedback_notification(self):
        """Override of `payment`: say why, not only that."""
        action = super()._build_action_feedback_notification()
        ours = self.filtered(
            lambda tx: tx.provider_code == PROVIDER_CODE and tx.operation == "refund"
        )
        failed = ours.filtered(lambda tx: tx.state == "error")
        unanswered = ours.filtered(
            lambda tx: tx.state == "pending" and not tx.kash_stripe_refund_id
        )
        if failed:
            reasons = "\n".join(dict.fromkeys(failed.mapped("state_message")))
            message = self.env._("Nothing was refunded. %(why)s", why=reasons)
            action["params"].update(type="danger", sticky=True, message=message)
        elif unanswered:
            action["params"].update(
                type="warning",
                message=self.env._(
                    "Stripe does not answer at present. The refund is asked for again"
                    " by itself: please do not refund twice."
                ),
            )
        return action

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
        for part in self.kash_stripe_allocation_ids:
            invoice = part.move_id & self.payment_id.reconciled_invoice_ids
            if invoice.state == "posted":
                room = min(
                    part.amount - credited.get(invoice, 0.0),
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
        return self.kash_stripe_allocation_ids.move_id.reversal_move_ids.filtered(
            lambda note: note._kash_stripe_is_open_note(amount)
        )

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
