# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

# While it is one of these the page looks now and then whether it has changed.
_UNDER_WAY = {"processing", "elsewhere", "to_record"}


class PagePayLink(models.Model):
    """What the page of a link shows."""

    _inherit = "kash.stripe.pay.link"

    def _is_overdue(self):
        """Tell whether the day the invoice was due has passed, where the seller is."""
        self.ensure_one()
        due = self.move_id.invoice_date_due
        return bool(due) and due < self._today()

    def _earlier(self):
        """Return what the invoice was lessened by, in the order it happened.

        :return: [(what it was, day, amount in the invoice's currency)]
        """
        self.ensure_one()
        move = self.move_id
        shown = (move.invoice_payments_widget or {}).get("content", [])
        shown = [one for one in shown if not one["is_exchange"]]
        moves = move.browse([one["move_id"] for one in shown])
        names = {entry.id: entry.name for entry in moves}
        return [
            (self._earlier_name(one, names), one["date"], one["amount"])
            for one in sorted(shown, key=lambda one: (one["date"], one["partial_id"]))
        ]

    def _earlier_name(self, one, names):
        if one["is_refund"]:
            return self.env._("Credit note %(name)s", name=names[one["move_id"]])
        if one["account_payment_id"]:
            return self.env._("Payment")
        return self.env._("Credit")

    def _instalments(self):
        """Return the instalments of an invoice that has several, else nothing.

        :return: [(day it is due, amount, what is open of it)]
        """
        self.ensure_one()
        lines = self.move_id.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).sorted("date_maturity")
        if len(lines) < 2:
            return []
        return [
            (line.date_maturity, line.amount_currency, line.amount_residual_currency)
            for line in lines
        ]

    def _receipts(self):
        """Return the payments that the page has receipts of.

        A living link's page has those of the invoice, whichever link they came by; a
        dead one may be in other hands, and has what was paid by itself.
        """
        self.ensure_one()
        attempts = self.transaction_ids
        if not self._is_dead():
            attempts |= self.move_id.transaction_ids.filtered("kash_stripe_link_id")
        return attempts.filtered(lambda tx: tx.state == "done").sorted("id")

    def _receipt(self, reference):
        """Return the payment of a number, empty for anybody else's."""
        return self._receipts().filtered(lambda tx: tx.reference == reference)[:1]

    def _page_state(self):
        """Return what an open page compares, to notice that it is out of date.

        It tells nothing that the page does not.
        """
        self.ensure_one()
        if self._is_dead():
            return "dead"
        problem = self._start_problem()
        paid = len(self._receipts())
        if problem:
            return f"{problem.code}-{paid}"
        return f"open-{paid}-{self._terms().amount}"

    def _is_under_way(self, problem):
        """Tell whether something is on its way that will change the page.

        :param problem: why nothing can be paid on it now, or None
        """
        self.ensure_one()
        waits = bool(problem) and problem.code in _UNDER_WAY
        return waits or bool(self._open_attempt())
