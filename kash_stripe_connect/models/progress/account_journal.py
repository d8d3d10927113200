# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..base.records import check_some


class ProgressJournal(models.Model):
    """The payment links on the Stripe journal's dashboard card."""

    _inherit = "account.journal"

    def _kash_stripe_link_card(self, dashboard_data):
        """Show on the journal's card how far the links have come, and what is open."""
        accounts = self.sudo().kash_stripe_account_ids
        found = accounts._link_statistics()
        for account in accounts:
            card = dashboard_data[account.journal_id.id]
            card["kash_stripe_links"] = found.get(account.id, [])

    def action_kash_stripe_links(self):
        """List the invoices of one line of the card (in the context)."""
        check_some(self)
        progress = self.env.context.get("kash_stripe_progress")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        action["context"] = {
            f"search_default_kash_stripe_{progress}": 1,
            "default_move_type": "out_invoice",
        }
        return action
