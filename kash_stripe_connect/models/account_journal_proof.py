# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountJournal(models.Model):
    _inherit = "account.journal"

    def action_kash_stripe_proof(self):
        """Open the latest proof of the journal's Stripe account."""
        self.ensure_one()
        self.check_access("read")
        account = self.kash_stripe_account_ids[:1]
        if account.proof_id:
            return account.proof_id._get_records_action()
        return account.action_prove_day()
