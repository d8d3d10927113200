# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models


class KashStripeBooksWizard(models.TransientModel):
    """Change where payments and fees are recorded, and see the entry it takes."""

    _name = "kash.stripe.books.wizard"
    _inherit = "kash.stripe.account.wizard"
    _description = "Change Stripe's Accounts"
    _check_company_auto = True

    company_id = fields.Many2one(related="account_id.company_id", related_sudo=False)
    old_clearing_id = fields.Many2one(
        related="account_id.clearing_account_id",
        string="At Present In",
        related_sudo=False,
    )
    clearing_account_id = fields.Many2one(
        "account.account",
        "Record Payments In",
        required=True,
        check_company=True,
        domain="[('account_type', '=', 'asset_current'), ('reconcile', '=', False)]",
        help="Stripe's balance in the books. Not reconcilable, and no other journal's.",
    )
    fee_account_id = fields.Many2one(
        "account.account",
        "Record Processing Fees In",
        required=True,
        check_company=True,
        domain="[('internal_group', '=', 'expense')]",
        help="Counts for fees from now on; those recorded stay where they are.",
    )
    day = fields.Date("On", required=True)
    line_ids = fields.One2many(
        "kash.stripe.books.line",
        "wizard_id",
        "The Entry",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        readonly=True,
    )

    @api.model
    def _defaults_of(self, account):
        """Begin with what is."""
        return {
            "clearing_account_id": account.clearing_account_id.id,
            "fee_account_id": account.fee_account_id.id,
            "day": account.company_id._kash_stripe_today(),
        }

    @api.depends("account_id", "clearing_account_id")
    def _compute_line_ids(self):
        for wizard in self:
            account = wizard.account_id
            account._check_may_manage()
            changes = wizard.clearing_account_id != account.clearing_account_id
            parts = account.sudo()._clearing_parts() if changes else {}
            wizard.line_ids = [
                Command.clear(),
                *(
                    Command.create(vals)
                    for company, balance in parts.items()
                    for vals in wizard._prepare_lines(company, balance)
                ),
            ]

    def _prepare_lines(self, company, balance):
        """Return both lines of a company's entry (company currency)."""
        new, old = self.clearing_account_id, self.account_id.clearing_account_id
        # A branch has its parent's currency.
        part = {"company_id": company.id, "currency_id": self.account_id.currency_id.id}
        return [
            {**part, "account_id": new.id, "balance": balance},
            {**part, "account_id": old.id, "balance": -balance},
        ]

    def action_apply(self):
        """Change the accounts and post what was shown."""
        self._check_one()
        self.account_id._check_may_manage()
        shown = {
            line.company_id: line.balance
            for line in self.line_ids
            if line.account_id == self.clearing_account_id
        }
        self.account_id.sudo()._book_move_clearing(
            self.clearing_account_id, self.fee_account_id, self.day, shown=shown
        )
        return {"type": "ir.actions.act_window_close"}


class KashStripeBooksLine(models.TransientModel):
    """One line of the entry that moves the balance."""

    _name = "kash.stripe.books.line"
    _inherit = "kash.stripe.wall"
    _description = "Line of the Entry That Moves Stripe's Balance"

    wizard_id = fields.Many2one("kash.stripe.books.wizard", ondelete="cascade")
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    balance = fields.Monetary(readonly=True)
