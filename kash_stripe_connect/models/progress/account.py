# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

# What a clerk follows up, on the journal's card.
_FOLLOWED = ("sent", "opened", "at_stripe", "held")


class ProgressAccount(models.Model):
    """How far the invoices of an account have come, for the journal's card."""

    _inherit = "kash.stripe.account"

    def _link_statistics(self):
        """Return {account id: [{progress, label, count, amount}]}, in one query.

        ``amount`` is what is open on the invoices, formatted.
        """
        moves = self.env["account.move"]
        self.env.cr.execute(
            SQL(
                """SELECT account_id, progress, COUNT(*), SUM(open) FROM %s newest
                WHERE account_id = ANY(%s) AND progress = ANY(%s)
                GROUP BY account_id, progress""",
                moves._kash_stripe_newest_links(),
                self.ids,
                list(_FOLLOWED),
            )
        )
        told = {(row[0], row[1]): row[2:] for row in self.env.cr.fetchall()}
        names = dict(
            moves._fields["kash_stripe_link_progress"]._description_selection(self.env)
        )
        found = {}
        for account in self:
            for progress in _FOLLOWED:
                count, amount = told.get((account.id, progress), (0, 0.0))
                if count:
                    line = {
                        "progress": progress,
                        "label": names[progress],
                        "count": count,
                        "amount": account.currency_id.format(amount),
                    }
                    found.setdefault(account.id, []).append(line)
        return found
