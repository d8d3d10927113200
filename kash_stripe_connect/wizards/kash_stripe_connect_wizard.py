# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import AccessError

from ..const import RECORD_ERRORS


class KashStripeConnectWizard(models.TransientModel):
    """Two keys, typed once: checked, handed on, and blanked whatever happens."""

    _name = "kash.stripe.connect.wizard"
    _description = "Connect Stripe by API Keys"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    secret_key = fields.Char("Secret or Restricted Key")
    publishable_key = fields.Char()
    error = fields.Char(readonly=True)

    def action_connect(self):
        """Connect the company, or come back with the sentence that says why not.

        A wizard's fields are stored before its button runs, so the key is taken off
        the record in any case: it is kept on the account or nowhere.
        """
        self.ensure_one()
        self.env["kash.stripe.account"]._check_manager()
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("This is not one of your companies."))
        given = {
            "secret_key": (self.secret_key or "").strip(),
            "publishable_key": (self.publishable_key or "").strip(),
        }
        self.write({"secret_key": False, "error": False})
        accounts = self.env["kash.stripe.account"].sudo()
        try:
            with self.env.cr.savepoint():
                account = accounts._push_connect_keys(self.company_id, **given)
        except RECORD_ERRORS as error:
            self.error = str(error) or type(error).__name__
            return self._get_records_action(
                target="new", name=self.env._("Connect Stripe")
            )
        return account.sudo(False)._get_records_action()
