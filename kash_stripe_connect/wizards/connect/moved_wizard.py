# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError


class KashStripeMovedWizard(models.TransientModel):
    """Which of two databases this is: asked, and asked again before it is adopted."""

    _name = "kash.stripe.moved.wizard"
    _inherit = "kash.stripe.account.wizard"
    _description = "Moved, or a Copy"

    doubt_text = fields.Char(related="account_id.doubt_text", related_sudo=False)
    connection = fields.Selection(related="account_id.connection", related_sudo=False)
    answer = fields.Selection(
        [
            ("original", "This is the original: it was moved here"),
            ("copy", "This is a copy of it"),
        ],
        "What Is This Database?",
    )
    sure = fields.Boolean(
        "The database it was before is switched off, and stays so",
        help="Two databases that talk to one Stripe account would both record its money"
        " and both ask customers to pay.",
    )

    def action_answer(self):
        """Do what follows from the answer."""
        self._check_one()
        self.account_id._check_may_manage()
        account = self.account_id.sudo()
        if not account.in_doubt:
            raise UserError(self.env._("Somebody has answered this meanwhile."))
        if self.answer == "copy":
            account._apply_copy()
        elif self.answer == "original":
            self._check_sure()
            account._push_adopt()
        else:
            raise UserError(self.env._("Choose what this database is."))
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_sure(self):
        if not self.sure:
            raise UserError(
                self.env._(
                    "Tick that the database it was before is switched off. If both go"
                    " on, both record Stripe's money."
                )
            )
