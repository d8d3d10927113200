# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...core import double_entry


class KashStripeSourceRefund(models.AbstractModel):
    """Refunds: their transactions are made before their rows come."""

    _name = "kash.stripe.source.refund"
    _inherit = "kash.stripe.source"
    _description = "Refunds That Come With Rows"

    _rule_order = 20
    _row_types = double_entry.REFUND_TYPES

    def _apply_sources(self, account, rows):
        refunds = [row.refund for row in rows if row.is_of_refund]
        self.env["payment.transaction"]._kash_stripe_apply_refunds(account, refunds)

    def _attempts_of(self, account, source_ids):
        # A row may name nothing: so does each payment, as far as refunds go.
        named = [source_id for source_id in source_ids if source_id]
        if not named:
            return {}
        refunds = self.env["payment.transaction"].search_fetch(
            [
                ("kash_stripe_account_id", "=", account.id),
                ("kash_stripe_refund_id", "in", named),
            ],
            ["kash_stripe_refund_id"],
        )
        return {tx.kash_stripe_refund_id: tx.id for tx in refunds}

    def _link_late(self, account, rows):
        """Look again at failures whose refund became known since, too."""
        waiting = rows.filtered(
            lambda row: (
                row.state == "waiting"
                and row._undoes()
                and row.type not in self._row_types
            )
        )
        known = waiting.filtered(lambda row: row._can_be_taken_back())
        known.write({"state": "new", "reason": False})
        result = super()._link_late(account, rows)
        self._name_charges(rows)
        return result

    def _after_created(self, account, rows):
        nameless = [r.id for r in rows if r.is_of_refund and not r.refund.charge_id]
        if nameless:
            mirror = self.env["kash.stripe.balance.transaction"]
            whose = [("account_id", "=", account.id), ("txn_id", "in", nameless)]
            self._name_charges(mirror.search(whose))

    def _name_charges(self, rows):
        """Let rows belong to the charge of which Stripe named the intent only."""
        for row in rows.filtered(lambda row: row.type in self._row_types):
            paid = row.transaction_id.source_transaction_id
            if paid and row.document_ref == paid.kash_stripe_intent_id:
                row.document_ref = paid.kash_stripe_charge_id
