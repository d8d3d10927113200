# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL, format_date

from ...const import PROVIDER_CODE
from .payment_transaction import ANNOUNCING

# Under which taken money of other providers stands, beside the states of ours.
ELSEWHERE = "elsewhere"

_ELSEWHERE = """(
    SELECT move_id, SUM(share) AS amount FROM (
        SELECT move.id AS move_id, CASE
            WHEN tx.currency_id = move.currency_id THEN LEAST(
                move.amount_residual,
                GREATEST(0, ABS(tx.amount) - COALESCE(
                    SUM(move.amount_residual) OVER (
                        PARTITION BY tx.id
                        ORDER BY move.invoice_date_due, move.id
                        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
                    0)))
            ELSE move.amount_residual END AS share
        FROM payment_transaction tx
        JOIN payment_provider provider ON provider.id = tx.provider_id
        JOIN account_invoice_transaction_rel rel ON rel.transaction_id = tx.id
        JOIN account_move move ON move.id = rel.invoice_id
        WHERE %(chosen)s
            AND (tx.state IN ('pending', 'authorized') OR (
                tx.state = 'done' AND tx.payment_id IS NULL
                AND tx.is_post_processed IS NOT TRUE
                AND tx.last_state_change >= %(since)s))
            AND tx.operation IS DISTINCT FROM 'refund'
            AND provider.code NOT IN %(not_counted)s
            AND move.state = 'posted' AND move.amount_residual > 0
    ) shares
    WHERE share > 0
    GROUP BY move_id
)"""
# As ORM's own query this takes four times as long, and each pay page asks.
_HERE = """
    SELECT part.move_id, tx.state, SUM(CASE
        -- Its currency was changed since: nobody is asked for any of it.
        WHEN part.currency_id IS DISTINCT FROM move.currency_id
        THEN move.amount_residual
        ELSE COALESCE(part.amount, 0) + COALESCE(part.discount, 0) END)
    FROM kash_stripe_allocation part
    JOIN account_move move ON move.id = part.move_id
    JOIN payment_transaction tx ON tx.id = part.transaction_id
    LEFT JOIN account_payment payment ON payment.id = tx.payment_id
    WHERE part.move_id IN %s
        AND tx.kash_stripe_reversed IS NOT TRUE
        AND tx.kash_stripe_returned IS NOT TRUE
        AND (tx.state IN ('pending', 'done') OR (
            tx.state = 'error' AND tx.kash_stripe_paid_at IS NOT NULL
            AND tx.operation IS DISTINCT FROM 'refund'))
        -- A payment that somebody cancelled was made all the same.
        AND (payment.id IS NULL OR payment.state IN ('draft', 'canceled'))
    GROUP BY part.move_id, tx.state
    ORDER BY part.move_id, tx.state
"""


class PaymentMove(models.Model):
    """What a customer can still be asked for: taken counts."""

    _inherit = "account.move"

    def _kash_stripe_taken(self):
        """Return {move id: {state: amount}} of what is paid and not in the books.

        Amounts in the invoice's currency. Beside the states of our attempts stands
        what other providers are taking.
        """
        taken = self._kash_stripe_taken_here()
        for move_id, amount in self._kash_stripe_taken_elsewhere().items():
            taken.setdefault(move_id, {})[ELSEWHERE] = amount
        # An invoice that is being changed on its form stands for the one saved.
        return {
            move.id: taken[move._origin.id] for move in self if move._origin.id in taken
        }

    def _kash_stripe_taken_here(self):
        """Return {move id: {state: amount}} of what Stripe has and the books have not.

        One query for all invoices; the discounts granted with the amounts included,
        for they settle the invoice too. Money that came in another amount than asked
        (*error*, but paid) counts: nobody is asked again.
        """
        ids = tuple(self.ids)
        if not ids:
            return {}
        for model in ("kash.stripe.allocation", "payment.transaction"):
            self.env[model].flush_model()
        self.env["account.payment"].flush_model(["state"])
        self.env["account.move"].flush_model(["amount_residual", "currency_id"])
        self.env.cr.execute(SQL(_HERE, ids))
        found = {}
        for move_id, tx_state, amount in self.env.cr.fetchall():
            found.setdefault(move_id, {})[tx_state] = amount
        return found

    def _kash_stripe_taken_elsewhere(self):
        """Return {move id: amount} of what other providers are taking, in one query."""
        ids = tuple(self._origin.ids)
        if not ids:
            return {}
        self.env.cr.execute(
            SQL(
                "SELECT move_id, amount FROM %s elsewhere WHERE move_id IN %s",
                self._kash_stripe_shares_elsewhere(ids),
                ids,
            )
        )
        return dict(self.env.cr.fetchall())

    def _kash_stripe_shares_elsewhere(self, ids=None):
        """Return the query for what other providers take of invoices that are open.

        Columns: move_id, amount. A payment of several invoices pays what falls due
        first; one in another currency than its invoice takes all of it.

        :param ids: ids of invoices, whose payments alone are looked at; None for all
        """
        for model in ("account.move", "payment.provider", "payment.transaction"):
            self.env[model].flush_model()
        chosen = SQL(
            "tx.id IN (SELECT transaction_id FROM account_invoice_transaction_rel"
            " WHERE invoice_id IN %s)",
            ids,
        )
        return SQL(
            _ELSEWHERE,
            chosen=chosen if ids else SQL("TRUE"),
            since=self.env["payment.transaction"]._kash_stripe_unrecorded_since(),
            not_counted=(*ANNOUNCING, PROVIDER_CODE),
        )

    def _kash_stripe_due_online(self, taken=None):
        """Return {move id: amount} a customer can still be asked for online.

        Nothing while the currency is empty on a form: amounts mean nothing without. Of
        a credit note it is what no payment has netted.

        :param taken: what is taken, where it was asked for before
        """
        taken = self._kash_stripe_taken() if taken is None else taken
        due = dict.fromkeys((move.id for move in self), 0.0)
        for move in self.filtered("currency_id"):
            # What is netted of a credit note is negative.
            taken_of = abs(sum(taken.get(move.id, {}).values()))
            due[move.id] = move.currency_id.round(move.amount_residual - taken_of)
        return due

    def _kash_stripe_owed_on(self):
        """Return {move id: the account its customer owes it on}."""
        return {
            move.id: move.line_ids.filtered(
                lambda line: line.display_type == "payment_term"
            ).account_id[:1]
            for move in self
        }

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
        here = {state: taken[state] for state in taken or () if state != ELSEWHERE}
        sentences = [
            self._kash_stripe_here_sentence(here),
            self._kash_stripe_elsewhere_sentence((taken or {}).get(ELSEWHERE)),
        ]
        return " ".join(filter(None, sentences)) or False

    def _kash_stripe_elsewhere_sentence(self, amount):
        """Return who is taking money for the invoice beside Stripe, None for nobody."""
        if not amount or not self.currency_id:
            return None
        providers = self.sudo().transaction_ids._kash_stripe_elsewhere().provider_id
        return self.env._(
            "%(amount)s is being paid through %(providers)s.",
            amount=self.currency_id.format(amount),
            providers=", ".join(providers.mapped("name")),
        )

    def _kash_stripe_here_sentence(self, taken):
        """Return what Stripe has of the invoice, None for nothing."""
        if not taken:
            return None
        if sum(taken.values()) < 0:
            return self.env._(
                "%(amount)s of it is netted with invoices in a payment at Stripe, which"
                " is not recorded yet.",
                amount=self.currency_id.format(-sum(taken.values())),
            )
        transactions = self._kash_stripe_taking(taken)
        currency = transactions[:1].currency_id or self.currency_id
        if not currency:
            return None
        paid = transactions.filtered(lambda tx: tx.state == "done")[:1]
        amount = currency.format(sum(taken.values()))
        if paid:
            return self._kash_stripe_paid_sentence(paid, amount)
        if "error" in taken:
            return self.env._(
                "A payment of another amount than was asked for is at Stripe: see the"
                " payment transactions."
            )
        return self.env._("%(amount)s is being processed by Stripe.", amount=amount)

    def _kash_stripe_paid_sentence(self, paid, amount):
        """Return that money waits to be recorded; Stripe may not have told its day."""
        day = paid._kash_stripe_paid_day()
        if not day:
            return self.env._(
                "%(amount)s paid at Stripe, waiting to be recorded.", amount=amount
            )
        return self.env._(
            "%(amount)s paid at Stripe on %(day)s, waiting to be recorded.",
            amount=amount,
            day=format_date(self.env, day),
        )

    def _kash_stripe_taking(self, states):
        """Return (sudo) the invoice's payments in these states that are at Stripe.

        Those it has: a form may name anybody's.
        """
        return self._origin.sudo().transaction_ids.filtered(
            lambda tx: (
                tx.kash_stripe_account_id
                and tx.operation != "refund"
                and tx.state in states
                and not (tx.kash_stripe_reversed or tx.kash_stripe_returned)
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
