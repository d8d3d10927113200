# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..const import RECORD_ERRORS


class KashStripeOpeningWizard(models.TransientModel):
    """See what Stripe held before the first row, pick who gives it, record it."""

    _name = "kash.stripe.opening.wizard"
    _inherit = "kash.stripe.account.wizard"
    _description = "Stripe's Opening Balance"

    company_id = fields.Many2one(related="account_id.company_id", related_sudo=False)
    currency_id = fields.Many2one(related="account_id.currency_id", related_sudo=False)
    first_day = fields.Date("Rows Since", readonly=True)
    day = fields.Date("Date In The Books", readonly=True)
    found = fields.Json(readonly=True, help="What Stripe and the books say.")
    stripe_balance = fields.Monetary(
        "Stripe's Balance Now",
        compute="_compute_amounts",
        help="Available and pending.",
    )
    net = fields.Monetary(
        "What Moved Since",
        compute="_compute_amounts",
        help="All rows from the first day on, after fees.",
    )
    opening = fields.Monetary("Opening Balance", compute="_compute_amounts")
    held = fields.Monetary(
        "In Clearing Already",
        compute="_compute_amounts",
        help="Recorded there before the first day, by somebody else.",
    )
    to_record = fields.Monetary(compute="_compute_amounts")
    transit_amount = fields.Monetary(
        "Payouts in Transit",
        compute="_compute_amounts",
        help="Paid out before the first day, at the bank from then on.",
    )
    pending_amount = fields.Monetary(
        "Payments in Process",
        compute="_compute_amounts",
        help="Bank debits that Stripe counts in its balance and that may still fail.",
    )
    counterpart_id = fields.Many2one(
        "account.account",
        "Against",
        check_company=True,
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable',"
        " 'off_balance'))]",
        help="Where the opening balance comes from: equity, or the account your books"
        " kept Stripe's money on until now.",
    )
    error = fields.Char(readonly=True)
    line_ids = fields.One2many(
        "kash.stripe.opening.line", "wizard_id", "What It Does", readonly=True
    )

    # === COMPUTE METHODS === #

    @api.depends("found")
    def _compute_amounts(self):
        for wizard in self:
            wizard.update(wizard.account_id._opening_amounts(wizard.found))

    @api.onchange("counterpart_id")
    def _onchange_counterpart_id(self):
        """What was shown is not what would be posted now."""
        self.line_ids = [Command.clear()]
        self.error = False

    # === ACTION METHODS === #

    def _checked_account(self):
        """Return the account (sudo) once the person may record here."""
        self.ensure_one()
        self.account_id._check_may_manage()
        if not self.counterpart_id:
            raise UserError(
                self.env._("Say against which account the opening balance is recorded.")
            )
        # Lock dates are judged for this person.
        return self.account_id.sudo().with_context(kash_stripe_person=True)

    def action_preview(self):
        """Try it, look at it, and take it back."""
        account, error = self._checked_account(), False
        try:
            changes = account.env["kash.stripe.booking"]._preview_opening(
                account, self.found, self.counterpart_id
            )
        except RECORD_ERRORS as trouble:
            changes, error = [], str(trouble)
        self.write(
            {
                "error": error,
                "line_ids": [Command.clear(), *map(Command.create, changes)],
            }
        )
        return self._get_records_action(
            target="new", name=self.env._("Opening Balance")
        )

    def action_record(self):
        """Post what was shown, if Stripe still says so."""
        self._checked_account()._record_opening(self.found, self.counterpart_id)
        return {"type": "ir.actions.client", "tag": "soft_reload"}


class KashStripeOpeningLine(models.TransientModel):
    """What recording does to one account."""

    _name = "kash.stripe.opening.line"
    _inherit = "kash.stripe.effect"
    _description = "Effect of Stripe's Opening Balance"

    wizard_id = fields.Many2one("kash.stripe.opening.wizard", ondelete="cascade")
