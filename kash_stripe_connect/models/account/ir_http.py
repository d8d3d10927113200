# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountIrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Override of `web`: what the banner shows when a backend page is opened."""
        result = super().session_info()
        accounts = self.env["kash.stripe.account"]
        if accounts._sees_banner():
            result["kash_stripe_banners"] = accounts.get_banners()
        return result
