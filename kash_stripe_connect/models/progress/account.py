# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import models
from odoo.tools import SQL

# What a clerk follows up, on the journal's card.
_FOLLOWED = ("sent", "opened", "at_stripe", "held")


class ProgressAccount(models.Model):
    """How far the invoices of an account have come, for the journal's card."""

    _inherit = "kash.stripe.account"

    def _link_statistics(self):
        """Return {account id: [{progress, label, count, amount}]}, in one query.

        ``amount`` is what is open on the invoices, formatted, by their currencies.
        """
        moves = self.env["account.move"]
        self.env.cr.execute(
            SQL(
                """SELECT account_id, progress, currency_id, COUNT(*), SUM(open)
                FROM %s newest
                WHERE account_id = ANY(%s) AND progress = ANY(%s)
                GROUP BY account_id, progress, currency_id""",
                moves._kash_stripe_newest_links(),
                self.ids,
                list(_FOLLOWED),
            )
        )
        told = defaultdict(list)
        for account_id, progress, *sums in self.env.cr.fetchall():
            told[account_id, progress].append(sums)
        names = dict(
            moves._fields["kash_stripe_link_progress"]._description_selection(self.env)
        )
        found = {}
        for account in self:
            for progress in _FOLLOWED:
                sums = told[account.id, progress]
                if sums:
                    line = {
                        "progress": progress,
                        "label": names[progress],
                        "count": sum(count for _currency, count, _amount in sums),
                        "amount": account._amounts_text(sums),
                    }
                    found.setdefault(account.id, []).append(line)
        return found

    def _amounts_text(self, sums):
        """Return amounts of several currencies as one text, the company's first.

        :param sums: [(currency id, how many, amount)]
        """
        own = self.currency_id.id
        currencies = self.env["res.currency"]
        return " + ".join(
            currencies.browse(currency_id).format(amount)
            for currency_id, _count, amount in sorted(
                sums, key=lambda one: (one[0] != own, one[0])
            )
        )
