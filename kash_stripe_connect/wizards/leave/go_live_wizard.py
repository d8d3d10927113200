# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class KashStripeGoLiveWizard(models.TransientModel):
    """What leaving test mode reverses, before it is done."""

    _name = "kash.stripe.go.live.wizard"
    _inherit = "kash.stripe.account.wizard"
    _description = "Go Live With Stripe"

    move_ids = fields.Many2many(
        "account.move", string="Test Entries", compute="_compute_moves"
    )
    move_count = fields.Integer(compute="_compute_moves")
    locked_count = fields.Integer(compute="_compute_moves")
    invoice_count = fields.Integer(
        "Invoices Paid in Test Mode", compute="_compute_moves"
    )

    @api.depends("account_id")
    def _compute_moves(self):
        reversal = self.env["kash.stripe.reversal"].sudo()
        for wizard in self:
            wizard.account_id._check_may_manage()
            account = wizard.account_id.sudo()
            moves = reversal._standing(account)
            wizard.move_ids = moves.sudo(False)._filtered_access("read")
            wizard.move_count = len(moves)
            wizard.locked_count = len(reversal._locked(account, moves))
            wizard.invoice_count = len(moves.origin_payment_id.reconciled_invoice_ids)

    def action_go_live(self):
        """Leave test mode, then ask for the live connection."""
        self._check_one()
        account = self.account_id
        account._check_may_manage()
        account.sudo()._push_leave_test()
        return account._connect_action()
