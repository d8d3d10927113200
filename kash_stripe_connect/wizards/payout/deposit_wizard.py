# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class KashStripeDepositWizard(models.TransientModel):
    """Record payouts and fees by hand: which, when and where; never how much."""

    _name = "kash.stripe.deposit.wizard"
    _inherit = ["kash.stripe.account.wizard", "kash.stripe.preview.wizard"]
    _description = "Record Stripe Payouts And Fees By Hand"
    _check_company_auto = True

    company_id = fields.Many2one(related="account_id.company_id", related_sudo=False)
    currency_id = fields.Many2one(related="account_id.currency_id", related_sudo=False)
    day = fields.Date("Date", required=True)
    bank_journal_id = fields.Many2one(
        "account.journal",
        "Deposit To",
        check_company=True,
        domain="[('type', '=', 'bank'), ('company_id', '=', company_id),"
        " ('kash_stripe_account_ids', '=', False),"
        " ('kash_stripe_currency_ids', '=', False)]",
    )
    bank_note = fields.Char(compute="_compute_bank_note")
    line_ids = fields.One2many("kash.stripe.deposit.line", "wizard_id", "What Waits")
    payout_total = fields.Monetary("To the Bank", compute="_compute_totals")
    fee_total = fields.Monetary("Fees", compute="_compute_totals")

    # === DEFAULTS === #

    @api.model
    def _defaults_of(self, account):
        """Fill in exactly what waits of the account."""
        rows, fees = self._waiting(account)
        return {
            "day": account.company_id._kash_stripe_today(),
            "bank_journal_id": account.company_id.kash_stripe_payout_journal_id.id,
            "line_ids": [
                *(Command.create({"row_id": row.id, "part": "row"}) for row in rows),
                *(Command.create({"row_id": row.id, "part": "fee"}) for row in fees),
            ],
        }

    @api.model
    def _waiting(self, account):
        """Return (rows, rows whose fee alone waits) that this person may read."""
        rows = self.env["kash.stripe.balance.transaction"].sudo()
        return [
            waiting.sudo(False)._filtered_access("read")
            for waiting in rows._waiting_for_a_person(account.sudo())
        ]

    # === COMPUTE METHODS === #

    @api.depends("bank_journal_id")
    def _compute_bank_note(self):
        for wizard in self:
            journal = wizard.bank_journal_id
            by_statement = journal and wizard._without_statements() != journal
            wizard.bank_note = (
                self.env._(
                    "%(journal)s has bank statements: payouts stand in transit until"
                    " they are matched with its statement.",
                    journal=journal.name,
                )
                if by_statement
                else False
            )

    def _without_statements(self):
        """Return the bank if payouts are recorded in it; empty if its statements do."""
        journal = self.bank_journal_id
        company = self.company_id.sudo()
        if journal and company._kash_stripe_bank_reason(journal):
            return journal.browse()
        return journal

    @api.depends("line_ids.chosen")
    def _compute_totals(self):
        for wizard in self:
            chosen = wizard.line_ids.filtered("chosen")
            fees = chosen.filtered("is_fee")
            wizard.fee_total = sum(fees.mapped("amount"))
            wizard.payout_total = sum((chosen - fees).mapped("amount"))

    @api.onchange("day", "bank_journal_id", "line_ids")
    def _onchange_choice(self):
        self._forget_preview()

    # === ACTION METHODS === #

    def action_record(self):
        """Post what was shown."""
        self._check_one()
        rows, args = self._checked()
        rows._book_deposit(*args)
        return {"type": "ir.actions.act_window_close"}

    def _title(self):
        return self.env._("Record Payouts and Fees")

    def _preview(self, rows, args):
        return rows._preview_deposit(*args)

    def _checked(self):
        """Return (rows, arguments of the booking), once the person may record them.

        :raises UserError: a line is of another account
        """
        self.account_id._check_may_manage()
        rows = self.env["kash.stripe.balance.transaction"].sudo()
        chosen = self.line_ids.filtered("chosen").sudo()
        if chosen.row_id.account_id - self.account_id:
            raise UserError(self.env._("These are of another Stripe account."))
        whole = chosen.filtered(lambda line: line.part == "row").row_id
        fees = chosen.filtered(lambda line: line.part == "fee").row_id
        journal = self._without_statements().sudo()
        return rows, (self.account_id.sudo(), whole, fees, self.day, journal)


class KashStripeDepositLine(models.TransientModel):
    """One payout or fee that waits; only whether it is recorded now can be chosen."""

    _name = "kash.stripe.deposit.line"
    _inherit = "kash.stripe.wall"
    _description = "Stripe Payout Or Fee To Record By Hand"

    wizard_id = fields.Many2one("kash.stripe.deposit.wizard", ondelete="cascade")
    row_id = fields.Many2one("kash.stripe.balance.transaction", required=True)
    part = fields.Selection(
        [("row", "The row"), ("fee", "Its fee alone")], required=True
    )
    chosen = fields.Boolean("Record", default=True)
    currency_id = fields.Many2one(related="row_id.currency_id", related_sudo=False)
    booking_day = fields.Date(related="row_id.booking_day", related_sudo=False)
    transaction_id = fields.Many2one(
        related="row_id.transaction_id", related_sudo=False
    )
    is_fee = fields.Boolean(compute="_compute_what")
    what = fields.Char("What It Is", compute="_compute_what")
    amount = fields.Monetary(compute="_compute_what")

    @api.depends("row_id", "part")
    def _compute_what(self):
        self.row_id.check_access("read")
        for line in self:
            row = line.row_id.sudo()
            line.is_fee = line.part == "fee" or not row._is_payout()
            minor = row.fee if line.part == "fee" else -row.amount
            line.amount = row._to_major(minor)
            line.what = line._words(row)

    def _words(self, row):
        if self.part == "fee":
            return self.env._("Fee of %(payment)s", payment=self._payment(row))
        words = {
            "payout": self.env._("Payout"),
            "payout_failure": self.env._("Payout that came back"),
            "payout_cancel": self.env._("Payout called off"),
        }
        return words.get(row.type) or row.description or row.type

    def _payment(self, row):
        return row.transaction_id.reference or row.description or row.source_id
