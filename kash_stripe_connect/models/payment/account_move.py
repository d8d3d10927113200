# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import format_date


class PaymentMove(models.Model):
    """What a customer can still be asked for: taken counts."""

    _inherit = "account.move"

    def _kash_stripe_taken(self):
        """Return {move id: {state: amount}} of what Stripe has and the books have not.

        One query for all invoices; amounts in the invoice's currency, the discounts
        granted with them included, for they settle the invoice too. Money that came in
        another amount than asked (*error*, but paid) counts: nobody is asked again.
        """
        groups = (
            self.env["kash.stripe.allocation"]
            .sudo()
            ._read_group(
                [
                    ("move_id", "in", self.ids),
                    ("transaction_id.kash_stripe_reversed", "=", False),
                    "|",
                    ("transaction_id.state", "in", ["pending", "done"]),
                    "&",
                    ("transaction_id.state", "=", "error"),
                    ("transaction_id.kash_stripe_paid_at", "!=", False),
                    ("transaction_id.operation", "!=", "refund"),
                    # A payment that somebody cancelled was made all the same.
                    "|",
                    ("transaction_id.payment_id", "=", False),
                    ("transaction_id.payment_id.state", "in", ["draft", "canceled"]),
                ],
                ["move_id", "transaction_id.state"],
                ["amount:sum", "discount:sum"],
            )
        )
        found = {}
        for move, tx_state, amount, discount in groups:
            found.setdefault(move.id, {})[tx_state] = amount + discount
        # An invoice that is being changed on its form stands for the one saved.
        return {
            move.id: found[move._origin.id] for move in self if move._origin.id in found
        }

    def _kash_stripe_due_online(self):
        """Return {move id: amount} a customer can still be asked for online.

        Nothing while the currency is empty on a form: amounts mean nothing without.
        """
        taken = self._kash_stripe_taken()
        due = dict.fromkeys((move.id for move in self), 0.0)
        for move in self.filtered("currency_id"):
            open_amount = move.amount_residual - sum(taken.get(move.id, {}).values())
            due[move.id] = move.currency_id.round(open_amount)
        return due

    def _kash_stripe_early_discount(self, due, day):
        """Return (discount, its last day) for paying ``due`` online on ``day``.

        As Odoo grants it: on the whole invoice only, nothing paid or taken before.
        """
        self.ensure_one()
        whole = not self.currency_id.compare_amounts(due, self.amount_total)
        if not whole or not self._is_eligible_for_early_payment_discount(
            self.currency_id, day
        ):
            return 0.0, False
        terms = self.line_ids.filtered(lambda line: line.display_type == "payment_term")
        discount = due - sum(terms.mapped("discount_amount_currency"))
        return self.currency_id.round(discount), terms[:1].discount_date

    def _kash_stripe_taken_sentence(self, taken):
        """Return the clerk's sentence about money that is at Stripe only.

        In the currency it was paid in: the draft's may be another by now, or empty.
        """
        self.ensure_one()
        if not taken:
            return False
        transactions = self._kash_stripe_taking(taken)
        currency = transactions[:1].currency_id or self.currency_id
        if not currency:
            return False
        paid = transactions.filtered(lambda tx: tx.state == "done")[:1]
        amount = currency.format(sum(taken.values()))
        if paid:
            return self.env._(
                "%(amount)s paid at Stripe on %(day)s, waiting to be recorded.",
                amount=amount,
                day=format_date(self.env, paid._kash_stripe_paid_day()),
            )
        if "error" in taken:
            return self.env._(
                "A payment of another amount than was asked for is at Stripe: see the"
                " payment transactions."
            )
        return self.env._("%(amount)s is being processed by Stripe.", amount=amount)

    def _kash_stripe_taking(self, states):
        """Return (sudo) the invoice's payments in these states that are at Stripe."""
        return self.sudo().transaction_ids.filtered(
            lambda tx: (
                tx.kash_stripe_account_id
                and tx.operation != "refund"
                and tx.state in states
                and not tx.kash_stripe_reversed
                and tx.payment_id.state in {False, "draft", "canceled"}
            )
        )

    def _kash_stripe_is_due_online(self):
        """Tell whether a customer can still be asked for some of it."""
        self.ensure_one()
        due = self._kash_stripe_due_online()[self.id]
        return self.currency_id.compare_amounts(due, 0.0) > 0

    # === OVERRIDES === #

    def _get_online_payment_error(self):
        """Override of `account_payment`: say that the money is at Stripe already."""
        message = super()._get_online_payment_error()
        sentence = self._kash_stripe_taken_sentence(
            self._kash_stripe_taken().get(self.id)
        )
        return "\n".join(filter(None, [message, sentence]))
