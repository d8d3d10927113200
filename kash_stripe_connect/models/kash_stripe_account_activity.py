# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .rules import rules_of


class KashStripeAccount(models.Model):
    """What needs a person: activities on the Stripe journal, one for each reason."""

    _inherit = "kash.stripe.account"

    def _refresh_activities(self):
        """Let each rule find out what waits, then open, recount or close its activity.

        Whoever changed the books calls it; the rules stand in the rooms they are about.
        """
        rules = rules_of(self.env["kash.stripe.attention"])
        for account in self:
            for rule in rules:
                rule._bring_up_to_date(account)
        for account in self.filtered("journal_id"):
            for rule in rules:
                rule._refresh(account)
