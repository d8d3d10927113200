# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class PaymentAccount(models.Model):
    _inherit = "kash.stripe.account"

    # === APPLY === #

    def _apply_attempts(self, *, sessions=(), charges=()):
        """Write what sessions and charges tell of our attempts; return all charges."""
        transactions = self.env["payment.transaction"]
        transactions._kash_stripe_apply_sessions(self, sessions)
        latest = (s.intent.latest_charge for s in sessions if s.intent)
        told = [charge for charge in (*latest, *charges) if charge]
        transactions._kash_stripe_apply_charges(self, told)
        return told
