# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ..base.records import check_one


class PayoutStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    def action_kash_stripe_match(self):
        """Match the line with the payout whose form it is proposed on.

        :raises UserError: it is not proposed any more
        """
        check_one(self)
        self.env["kash.stripe.account"]._check_manager()
        payout = self.env["kash.stripe.payout"].browse(
            self.env.context.get("kash_stripe_payout_id", [])
        )
        check_one(payout)
        payout.account_id._check_may_manage()
        transit = [line.id for line in payout.sudo()._open_transits()]
        pairs = [
            found
            for found in payout.sudo()._bank_proposals()
            if found.line == self.id and found.transit in transit
        ]
        if not pairs:
            raise UserError(
                self.env._("This line is not of that payout, or matched already.")
            )
        lines = self.env["account.move.line"].sudo().browse(pairs[0].transit)
        payout.sudo().with_context(kash_stripe_person=True)._book_match(
            lines, self.sudo().with_context(kash_stripe_person=True)
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}
