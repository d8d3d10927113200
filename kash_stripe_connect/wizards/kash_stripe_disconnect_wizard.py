# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class KashStripeDisconnectWizard(models.TransientModel):
    """What disconnecting will end, before it is done."""

    _name = "kash.stripe.disconnect.wizard"
    _inherit = "kash.stripe.account.wizard"
    _description = "Disconnect Stripe"

    connection = fields.Selection(related="account_id.connection")
    invoice_ids = fields.Many2many(
        "account.move", string="Invoices Whose Link Dies", compute="_compute_ends"
    )
    invoice_count = fields.Integer(compute="_compute_ends")
    debit_ids = fields.Many2many(
        "payment.transaction", string="Payments Under Way", compute="_compute_ends"
    )
    debit_count = fields.Integer(compute="_compute_ends")
    held_count = fields.Integer(related="account_id.held_count")
    row_count = fields.Integer(related="account_id.row_count")

    @api.depends("account_id")
    def _compute_ends(self):
        for wizard in self:
            account = wizard.account_id.sudo()
            wizard.invoice_ids = account._invoices_of_living_links()
            wizard.invoice_count = len(wizard.invoice_ids)
            wizard.debit_ids = account._debits_under_way()
            wizard.debit_count = len(wizard.debit_ids)

    def action_disconnect(self):
        """Do it: a last sync, then everything the dialog said."""
        self.ensure_one()
        return self.account_id.action_disconnect()
