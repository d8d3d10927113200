# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class PageAccount(models.Model):
    """What a browser needs to show Stripe's form on our page."""

    _inherit = "kash.stripe.account"

    def _popup(self):
        """Return what opens the pop-up; None where only Stripe's own page can.

        :return: {script, key, account}: an address, a publishable key, and for whom the
            platform's acts; nothing of it is a secret
        """
        self.ensure_one()
        script, key = self._script_url(), self._browser_key()
        if not script or not key:
            return None
        account = self.stripe_id if self.connection != "keys" else None
        return {"script": script, "key": key, "account": account}
