# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...core.dispute_facts import disputes_of


class KashStripeSourceDispute(models.AbstractModel):
    """Disputes: written once the rows that moved their money are here."""

    _name = "kash.stripe.source.dispute"
    _inherit = "kash.stripe.source"
    _description = "Disputes That Come With Rows"

    _rule_order = 40

    def _apply_sources(self, account, rows):
        found, unread = disputes_of(rows)
        account._set_aside(unread)
        account._apply_disputes(found)
