# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize


class KashStripeForgetWizard(models.TransientModel):
    """What is emptied of a payer, before it is done."""

    _name = "kash.stripe.forget.wizard"
    _inherit = "kash.stripe.wall"
    _description = "Forget a Payer"

    partner_ids = fields.Many2many(
        "res.partner",
        string="Contacts",
        default=lambda self: self._default_partner_ids(),
        context={"active_test": False},
        help="Those within them are meant, too.",
    )
    address = fields.Char(
        "E-mail Address",
        default=lambda self: self._default_address(),
        help="Also what names this address: payments that were made elsewhere.",
    )
    emptied = fields.Text("Will Be Emptied", compute="_compute_emptied")
    left = fields.Text("Stays For Now", compute="_compute_emptied")

    @api.model
    def _default_partner_ids(self):
        if self.env.context.get("active_model") != "res.partner":
            return []
        return self.env.context.get("active_ids") or []

    @api.model
    def _default_address(self):
        """Propose the address of a single contact; it may be shared, and is shown."""
        contacts = self.env["res.partner"].browse(self._default_partner_ids())
        return len(contacts) == 1 and contacts.email_normalized

    @api.depends("partner_ids", "address")
    @api.depends_context("allowed_company_ids")
    def _compute_emptied(self):
        """Say what there is; it checks who asks before it looks."""
        data = self.env["kash.stripe.payer.data"]
        for wizard in self:
            emptied, left = data._preview_payer(*wizard._payer())
            wizard.emptied, wizard.left = "\n".join(emptied), "\n".join(left)

    def _payer(self):
        """Return (contacts, address) of whom to forget."""
        self.ensure_one()
        contacts = self.partner_ids._origin
        return contacts, email_normalize(self.address or "") or None

    def action_forget(self):
        """Empty what the dialog says; the contacts' chatter says who did so."""
        self._check_one()
        contacts, address = self._payer()
        if self.address and not address:
            raise UserError(
                self.env._("“%(address)s” is no e-mail address.", address=self.address)
            )
        data = self.env["kash.stripe.payer.data"]
        emptied, left = data._forget_payer(contacts, address)
        if not emptied:
            raise UserError(
                "\n".join([self.env._("There is nothing to empty."), *left])
            )
        return {"type": "ir.actions.act_window_close"}
