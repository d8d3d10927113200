# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class KashStripeDisconnectWizard(models.TransientModel):
    """What disconnecting will end, before it is done."""

    _name = "kash.stripe.disconnect.wizard"
    _inherit = "kash.stripe.account.wizard"
    _description = "Disconnect Stripe"

    connection = fields.Selection(related="account_id.connection", related_sudo=False)
    invoice_ids = fields.Many2many(
        "account.move", string="Invoices Whose Link Dies", compute="_compute_ends"
    )
    invoice_count = fields.Integer(compute="_compute_ends")
    debit_count = fields.Integer(compute="_compute_ends")
    held_count = fields.Integer(related="account_id.held_count", related_sudo=False)
    row_count = fields.Integer(related="account_id.row_count", related_sudo=False)

    @api.depends("account_id")
    def _compute_ends(self):
        for wizard in self:
            wizard.account_id._check_may_manage()
            account = wizard.account_id.sudo()
            invoices = account._invoices_of_living_links()
            wizard.invoice_count = len(invoices)
            # Of branches that are not switched on the number is told, not the list.
            wizard.invoice_ids = invoices.sudo(False)._filtered_access("read")
            wizard.debit_count = len(account._debits_under_way())

    def action_disconnect(self):
        """Do it: a last sync, then everything the dialog said."""
        self._check_one()
        return self.account_id.action_disconnect()
