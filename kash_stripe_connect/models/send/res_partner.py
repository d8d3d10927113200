# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..base.records import check_one


class SendPartner(models.Model):
    """The customer's statement."""

    _inherit = "res.partner"

    def action_kash_stripe_send_statement(self):
        """Mail the customer what is open, with the link to pay all of it.

        The link may be of the company whose account a branch is paid through: the
        branch's clerk need not see it to send it.
        """
        check_one(self)
        self.env["account.move"].check_access("write")
        link = self._kash_stripe_ensure_payer_link(self.env.company, anew=True)
        link._send_statement()
        return link._statement_notice()
