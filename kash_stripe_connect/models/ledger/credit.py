# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, models

from ...const import PROVIDER_CODE
from ..payment.payment_transaction import ANNOUNCING


class KashStripeCreditWords(models.AbstractModel):
    """Which payments are customers' credit, why, and how it is given back."""

    _name = "kash.stripe.credit.words"
    _inherit = "kash.stripe.matching"
    _description = "Customer Credit, in Words"

    @api.model
    def _credits(self, account):
        """Return the (sudo) payments that pay no invoice, or not with all they are."""
        return self._credits_here(account) | self._credits_elsewhere(account)

    @api.model
    def _credits_here(self, account):
        """Return those that came by Stripe."""
        rows = self.env["kash.stripe.balance.transaction"].search(
            [
                ("account_id", "=", account.id),
                ("state", "=", "booked"),
                ("payment_id.payment_type", "=", "inbound"),
                ("payment_id.is_reconciled", "=", False),
            ]
        )
        return rows.payment_id.sudo()

    @api.model
    def _credits_elsewhere(self, account):
        """Return those of other providers, for what Stripe's payment had settled.

        What was given back there is no credit: Odoo matches such a refund with nothing.
        """
        found = self._others_payments(account).filtered(
            lambda payment: any(
                tx.kash_stripe_account_id == account
                and tx.operation != "refund"
                and tx.payment_id.state in {"in_process", "paid"}
                for tx in self._invoices_of(payment).transaction_ids
            )
        )
        refunds = found.search([("source_payment_id", "in", found.ids)])
        given = refunds.grouped("source_payment_id")
        return found.filtered(
            lambda payment: (
                payment.currency_id.compare_amounts(
                    payment.amount, sum(given.get(payment, found[:0]).mapped("amount"))
                )
                > 0
            )
        )

    @api.model
    def _others_payments(self, account):
        """Return (sudo) the other providers' payments that something is open of."""
        counted = ("code", "not in", [*ANNOUNCING, PROVIDER_CODE])
        providers = self.env["payment.provider"].sudo().search([counted])
        return (
            self.env["account.payment"]
            .sudo()
            .search(
                [
                    ("company_id", "child_of", account.company_id.id),
                    ("payment_transaction_id.provider_id", "in", providers.ids),
                    ("payment_type", "=", "inbound"),
                    ("is_reconciled", "=", False),
                    ("state", "in", ["in_process", "paid"]),
                    ("move_id", "!=", False),
                ]
            )
        )

    @api.model
    def _sentences(self, payments):
        """Return what each of these payments is, in a sentence."""
        return [self._sentence(payment) for payment in payments]

    @api.model
    def _sentence(self, payment):
        """Name invoice and amount; where it was paid otherwise, by which payment."""
        invoices = self._invoices_of(payment)
        others = self._payments_of(invoices) - payment
        said = {
            "amount": payment.currency_id.format(self._credit_of(payment)),
            "payment": self._named(payment),
            "invoices": ", ".join(name for name in invoices.mapped("name") if name),
            "others": ", ".join(map(self._named, others)),
        }
        if others:
            return self.env._(
                "%(invoices)s was paid by %(others)s, and by %(payment)s as well:"
                " %(amount)s of that is the customer's credit. Give it back, or match"
                " it with another invoice.",
                **said,
            )
        if said["invoices"]:
            return self.env._(
                "%(payment)s was for %(invoices)s, which does not owe it: %(amount)s is"
                " the customer's credit. Give it back, or match it.",
                **said,
            )
        return self.env._(
            "%(payment)s pays no invoice: %(amount)s is the customer's credit. Give it"
            " back, or match it.",
            **said,
        )

    @api.model
    def _way(self, payment):
        """Return (HTML) the payment to open, and the button to press there."""
        link = Markup('<a href="#" data-oe-model="%s" data-oe-id="%s">%s</a>') % (
            payment._name,
            payment.id,
            payment.display_name,
        )
        return self.env._(
            "To give it back, open %(payment)s and press Refund.", payment=link
        )

    @api.model
    def _invoices_of(self, payment):
        """Return what a payment was for; a capture knows it by what was authorised."""
        tx = payment.payment_transaction_id
        unpaid = tx.kash_stripe_allocation_ids.filtered(
            lambda part: part.paid_line_id and not part.paid_line_id.reconciled
        )
        return unpaid.move_id or (tx | tx.source_transaction_id).invoice_ids

    @api.model
    def _payments_of(self, invoices):
        """Return the payments that the invoices are matched with."""
        lines = invoices.line_ids
        partials = lines.matched_credit_ids | lines.matched_debit_ids
        entries = (partials.debit_move_id | partials.credit_move_id).move_id
        return entries.origin_payment_id

    @api.model
    def _named(self, payment):
        """Return a payment with its amount and how it came, as text."""
        provider = payment.payment_transaction_id.provider_id
        return self.env._(
            "%(payment)s (%(amount)s, %(way)s)",
            payment=payment.display_name,
            amount=payment.currency_id.format(payment.amount),
            way=provider.name or payment.journal_id.name,
        )

    @api.model
    def _credit_of(self, payment):
        """Return what of a payment pays nothing, in its currency."""
        own = self._receivable_lines(payment)
        return abs(sum(own.mapped("amount_residual_currency")))
