# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..base.records import check_one


class ProofJournal(models.Model):
    """The proof on the Stripe journal's dashboard card."""

    _inherit = "account.journal"

    def _kash_stripe_proof_card(self, dashboard_data):
        """Show the colour of the latest proof on the journal's card."""
        accounts = self.sudo().kash_stripe_account_ids.filtered("clearing_account_id")
        for account in accounts.filtered("proof_id"):
            card = dashboard_data[account.journal_id.id]["kash_stripe"]
            card["proof"] = account._prepare_proof_card()

    def action_kash_stripe_proof(self):
        """Open the latest proof of the journal's Stripe account."""
        check_one(self)
        account = self.kash_stripe_account_ids[:1]
        if account.proof_id:
            return account.proof_id._get_records_action()
        return account.action_prove_day()
