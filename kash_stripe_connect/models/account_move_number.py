# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountMove(models.Model):
    """Numbers of entries that are posted together."""

    _inherit = "account.move"

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
