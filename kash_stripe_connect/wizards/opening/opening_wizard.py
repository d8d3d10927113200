# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class KashStripeOpeningWizard(models.TransientModel):
    """See what Stripe held before the first row, pick what gives it, record it."""

    _name = "kash.stripe.opening.wizard"
    _inherit = ["kash.stripe.account.wizard", "kash.stripe.preview.wizard"]
    _description = "Stripe's Opening Balance"
    _check_company_auto = True

    company_id = fields.Many2one(related="account_id.company_id", related_sudo=False)
    first_day = fields.Date("Rows Since", readonly=True)
    day = fields.Date("Date In The Books", readonly=True)
    part_ids = fields.One2many(
        "kash.stripe.opening.part", "wizard_id", "Before The First Day"
    )
    part_count = fields.Integer(compute="_compute_parts")
    can_record = fields.Boolean(compute="_compute_parts")
    counterpart_id = fields.Many2one(
        "account.account",
        "Against",
        check_company=True,
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable',"
        " 'off_balance'))]",
        help="Where the opening balance comes from: equity, or the account your books"
        " kept Stripe's money on until now.",
    )

    # === COMPUTE METHODS === #

    @api.depends("part_ids.reason")
    def _compute_parts(self):
        for wizard in self:
            wizard.part_count = len(wizard.part_ids)
            wizard.can_record = not all(wizard.part_ids.mapped("reason"))

    @api.onchange("counterpart_id", "part_ids")
    def _onchange_choice(self):
        self._forget_preview()

    # === ACTION METHODS === #

    def _title(self):
        return self.env._("Opening Balance")

    def _checked(self):
        """Return (account, what was shown, counterpart) once the person may record."""
        self.account_id._check_may_manage()
        if not self.counterpart_id:
            raise UserError(
                self.env._("Say against which account the opening balance is recorded.")
            )
        # Lock dates are judged for this person.
        account = self.account_id.sudo().with_context(kash_stripe_person=True)
        return account, self.part_ids.filtered("chosen")._found(), self.counterpart_id

    def _preview(self, account, found, counterpart):
        books = account.env["kash.stripe.booking.opening"]
        return books._preview_openings(account, found, counterpart)

    def action_record(self):
        """Post what was shown, if Stripe still says so."""
        self._check_one()
        account, found, counterpart = self._checked()
        account._record_openings(found, counterpart)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
