# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...core import double_entry


class KashStripeSource(models.AbstractModel):
    """Family: what rows are of, and bring along: charges, refunds, disputes.

    A rule has its own name and its place; it completes the verbs that it needs.
    """

    _name = "kash.stripe.source"
    _description = "What Stripe's Rows Are Of"

    _rule_order = None
    # Types of rows that are a payment of ours, or its refund, as the rule knows them.
    _row_types = frozenset()

    def _apply_sources(self, account, rows):
        """Write what came with rows.

        :param rows: BalanceTransactionFacts
        """

    def _attempts_of(self, account, source_ids):
        """Return {source id: id of the payment transaction it is of}."""
        return {}

    def _link_late(self, account, rows):
        """Link mirrored rows that came before whose they are was known."""
        unlinked = rows.filtered(
            lambda row: (
                row.type in self._row_types
                and not row.transaction_id
                and row.state in {"new", "waiting"}
            )
        )
        known = self._attempts_of(account, unlinked.mapped("source_id"))
        for row in unlinked.filtered(lambda row: row.source_id in known):
            row.transaction_id = known[row.source_id]
            row.state, row.reason = "new", False

    def _after_created(self, account, rows):
        """Do what is to be done once rows are mirrored that were not known before.

        :param rows: BalanceTransactionFacts
        """


class KashStripeSourceCharge(models.AbstractModel):
    """Payments: their attempts move on before their rows come."""

    _name = "kash.stripe.source.charge"
    _inherit = "kash.stripe.source"
    _description = "Charges That Come With Rows"

    _rule_order = 10
    _row_types = double_entry.CHARGE_TYPES

    def _apply_sources(self, account, rows):
        charges = [row.charge for row in rows if row.is_of_charge]
        self.env["payment.transaction"]._kash_stripe_apply_charges(account, charges)

    def _attempts_of(self, account, source_ids):
        found = self.env["payment.transaction"]._kash_stripe_by_charge(
            account, source_ids
        )
        return {charge_id: attempt.id for charge_id, attempt in found.items()}


class KashStripeSourceRow(models.AbstractModel):
    """The rows themselves, linked to the payments and refunds before them."""

    _name = "kash.stripe.source.row"
    _inherit = "kash.stripe.source"
    _description = "Rows Themselves"

    _rule_order = 30

    def _apply_sources(self, account, rows):
        self.env["kash.stripe.balance.transaction"]._apply_rows(account, rows)
