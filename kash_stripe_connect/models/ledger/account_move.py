# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class LedgerMove(models.Model):
    """What entries did to the books, and their numbers."""

    _inherit = "account.move"

    def _kash_stripe_changes(self):
        """Return [{account, before, change, after}] of these posted entries.

        Accounts by name, amounts in company currency.

        Matching made entries of its own where taxes are due on payment: they count.
        """
        partials = self.line_ids.matched_debit_ids | self.line_ids.matched_credit_ids
        moves = self | self.search([("tax_cash_basis_rec_id", "in", partials.ids)])
        changes = {
            ledger: sum(lines.mapped("balance"))
            for ledger, lines in moves.line_ids.grouped("account_id").items()
        }
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", [ledger.id for ledger in changes]),
                ("company_id", "in", moves.company_id.ids),
                ("parent_state", "=", "posted"),
            ],
            ["account_id"],
            ["balance:sum"],
        )
        after = {ledger.id: balance for ledger, balance in groups}
        return [
            {
                "account": ledger.display_name,
                "before": after[ledger.id] - change,
                "change": change,
                "after": after[ledger.id],
            }
            for ledger, change in changes.items()
        ]

    def _get_next_sequence_format(self):
        """Override of `account`: entries of one batch and month are numbered alike.

        Odoo looks for the last number of the journal before each of them. It then
        counts on in a cache of the transaction, where we keep what the numbers look
        like: whatever empties that cache has us look anew.
        """
        if not self.env.context.get("kash_stripe_batch"):
            return super()._get_next_sequence_format()
        year = self.company_id.compute_fiscalyear_dates(self.date)["date_from"]
        key = (self._name, self.journal_id.id, year, self.date.year, self.date.month)
        cache = self._get_sequence_cache()
        if key not in cache:
            cache[key] = super()._get_next_sequence_format()
        form, values = cache[key]
        return form, dict(values)

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `account`: entries of a batch are reversed all at once.

        Odoo copies, and matches, one after the other.
        """
        plain = set(self.mapped("move_type")) == {"entry"}
        if not (cancel and plain and self.env.context.get("kash_stripe_batch")):
            return super()._reverse_moves(default_values_list, cancel)
        vals_list = default_values_list or [{} for _move in self]
        return self.env["kash.stripe.reversal"]._reverse_batch(self, vals_list)

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """Override of `account`: a batch is matched with its reversals in one plan."""
        if not (move_reverse_cancel and self.env.context.get("kash_stripe_batch")):
            return super()._reconcile_reversed_moves(reverse_moves, move_reverse_cancel)
        self.env["kash.stripe.reversal"]._match_reversals(self, reverse_moves)
        return reverse_moves
