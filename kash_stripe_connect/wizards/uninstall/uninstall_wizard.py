# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo import api, fields, models
from odoo.exceptions import UserError


class KashStripeUninstallWizard(models.TransientModel):
    """What stays when the addon is uninstalled, and the file that is needed then."""

    _name = "kash.stripe.uninstall.wizard"
    _inherit = "kash.stripe.account.wizard"
    _description = "Prepare to Uninstall"

    company_id = fields.Many2one(related="account_id.company_id", related_sudo=False)
    connected = fields.Boolean(related="account_id.connected", related_sudo=False)
    row_count = fields.Integer(related="account_id.row_count", related_sudo=False)
    entry_count = fields.Integer(compute="_compute_left")
    payment_count = fields.Integer(compute="_compute_left")
    company_name = fields.Char("Name of the Company")
    file = fields.Binary("The File", readonly=True, attachment=False)
    file_name = fields.Char(readonly=True)
    digest = fields.Char(
        "SHA-256", related="account_id.handover_hash", related_sudo=False
    )

    @api.depends("account_id")
    def _compute_left(self):
        for wizard in self:
            wizard.account_id._check_may_manage()
            account = wizard.account_id.sudo()
            wizard.entry_count = len(account._entries_left())
            wizard.payment_count = account._taken_by_links()

    def action_prepare(self):
        """Give the file to whoever can name the company."""
        self._check_one()
        account = self.account_id
        account._check_may_manage()
        if (self.company_name or "").strip() != account.company_id.name:
            raise UserError(
                self.env._("Type the name of the company whose books these are.")
            )
        data = account.sudo()._keep_handover()
        mode = "live" if account.livemode else "test"
        self.write(
            {
                "file": base64.b64encode(data),
                "file_name": f"{account.stripe_id}-{mode}.json.gz",
            }
        )
        title = self.env._("Prepare to Uninstall")
        return self._get_records_action(target="new", name=title)
