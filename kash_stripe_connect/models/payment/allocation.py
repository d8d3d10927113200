# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import fields, models

from ...core import netting
from ..base.currencies import amount_of, units_of


class KashStripeAllocation(models.Model):
    """What an attempt froze for one document: the booking obeys it.

    Of an invoice the amount is positive. Of a credit note, or a receipt that pays
    nothing yet, it is negative: that much of it is netted with the invoices, in the
    order of the rows. All amounts together are what the customer was asked for.
    """

    _name = "kash.stripe.allocation"
    _description = "Stripe Payment Allocation"

    transaction_id = fields.Many2one(
        "payment.transaction", required=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one("account.move", index=True, ondelete="set null")
    move_name = fields.Char("Invoice", required=True)
    company_id = fields.Many2one("res.company", required=True)
    currency_id = fields.Many2one("res.currency", required=True)
    amount = fields.Monetary(required=True, help="What the customer pays.")
    discount = fields.Monetary(help="Early payment discount granted on top.")
    discount_until = fields.Date(help="The last Stripe day the discount is good for.")
    line_id = fields.Many2one(
        "account.move.line",
        "Netted Item",
        index="btree_not_null",
        ondelete="set null",
        help="The open item of a credit note or receipt that is netted with invoices.",
    )
    account_id = fields.Many2one(
        "account.account",
        "Owed On",
        ondelete="set null",
        help="The receivable account when it was begun: credits are netted with what is"
        " owed on the same one.",
    )
    paid_line_id = fields.Many2one(
        "account.move.line",
        "Paid By",
        index="btree_not_null",
        ondelete="set null",
        help="The item of the payment that settles it, once it is in the books.",
    )

    back_line_ids = fields.Many2many(
        "account.move.line",
        "kash_stripe_allocation_back_rel",
        "allocation_id",
        "line_id",
        "Taken Back By",
        help="Items by which it was given or taken back, of a charge over several.",
    )
    match_ids = fields.Many2many(
        "account.partial.reconcile",
        "kash_stripe_allocation_match_rel",
        "allocation_id",
        "partial_id",
        "Netted By",
        help="Matches with invoices that were made with the payment, and go with it.",
    )

    def _of_invoices(self):
        """Return the rows of what is paid, without what is netted with it."""
        return self.filtered(lambda part: part.amount > 0)

    def _newest_first(self):
        """Return the rows of invoices in the order in which they are given back."""
        return self.sorted(
            lambda part: (part.move_id.invoice_date or date.min, part.move_id.id),
            reverse=True,
        )

    def _netted(self):
        """Return [(netted row, invoice's row, how much)] of one attempt.

        In the order of the rows, so that the invoice that falls due first has it; of
        those that were owed on the credit's account, for the books match no others.
        What is left goes to any: the sum was charged.
        """
        invoices = self._of_invoices().sorted("id")
        credits = (self - invoices).sorted("id")
        if not credits:
            return []
        pairs = netting.net(
            invoices._units(),
            credits._units(),
            [part.account_id for part in invoices],
            [part.account_id for part in credits],
        )
        return [(credits[c], invoices[i], self._amount(units)) for c, i, units in pairs]

    def _charged(self):
        """Return {invoice's row: what the charge pays of it} of one attempt."""
        charged = {part: part.amount for part in self._of_invoices().sorted("id")}
        for _credit, part, amount in self._netted():
            charged[part] = part.currency_id.round(charged[part] - amount)
        return charged

    def _units(self):
        """Return amounts in the smallest steps of their currency, all positive."""
        return [abs(units_of(part.currency_id, part.amount)) for part in self]

    def _amount(self, units):
        return amount_of(self.currency_id[:1], units)

    def _misfits(self):
        """Return those of just which it is not to be asked for any more."""
        invoices = self._of_invoices()
        due = invoices.move_id._kash_stripe_due_online()
        free = (self - invoices).line_id._kash_stripe_free_credit()
        return invoices.filtered(lambda part: part._is_misfit(due)) | (
            self - invoices
        ).filtered(
            lambda part: (
                part.currency_id.compare_amounts(
                    free.get(part.line_id.id, 0.0), -part.amount
                )
                < 0
            )
        )

    def _is_misfit(self, due):
        """Tell whether just this is not to be asked for any more.

        Part of an invoice may be asked for; with a discount it must be all of it.

        :param due: {move id: what of the invoice can still be asked for}
        """
        self.ensure_one()
        changed = self.move_id.currency_id != self.currency_id
        if changed or self.move_id.state != "posted":
            return True
        asked = self.amount + self.discount
        differs = self.currency_id.compare_amounts(asked, due[self.move_id.id])
        return differs > 0 or bool(self.discount and differs)
