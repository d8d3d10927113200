# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class PayoutCompany(models.Model):
    """How payouts reach the bank in the books: by itself, by statement, or by hand."""

    _inherit = "res.company"

    kash_stripe_move_payouts = fields.Selection(
        [("auto", "By itself"), ("hand", "By hand, in the deposit dialog")],
        string="Move Stripe Money to the Bank",
        required=True,
        default="auto",
        help="By hand: payouts wait until somebody records them, with a date and a bank"
        " of their choice.",
    )
    kash_stripe_record_fees = fields.Selection(
        [("auto", "By itself"), ("hand", "By hand, in the deposit dialog")],
        string="Record Stripe Fees",
        required=True,
        default="auto",
        help="By hand: payments are recorded in full, their fees wait until somebody"
        " records them.",
    )
    kash_stripe_transit = fields.Selection(
        [
            ("own", "On an account of its own"),
            ("transfer", "On the company's transfer account"),
        ],
        string="Money in Transit",
        required=True,
        default="own",
        help="Where payouts stand between Stripe and the bank. A change counts for"
        " payouts recorded from then on.",
    )
    kash_stripe_match_bank = fields.Boolean(
        string="Match Payouts with the Bank by Themselves",
        help="Bank statement lines that name a payout and are of exactly its amount, if"
        " nothing else fits either of them. Off: they are only proposed.",
    )
    kash_stripe_no_statements = fields.Boolean(
        string="No Bank Statements",
        help="Payouts that were paid are recorded in the bank journal by themselves, on"
        " the day of their arrival.",
    )
    kash_stripe_payout_journal_id = fields.Many2one(
        "account.journal",
        string="Payouts Arrive In",
        check_company=True,
        domain="[('type', '=', 'bank'), ('kash_stripe_account_ids', '=', False),"
        " ('kash_stripe_currency_ids', '=', False)]",
        help="The bank journal Stripe pays out to. It must have no bank statements:"
        " those would record the same money again.",
    )

    @api.constrains("kash_stripe_no_statements", "kash_stripe_payout_journal_id")
    def _check_kash_stripe_no_statements(self):
        """The money of a payout is recorded once: by us, or by the statement."""
        for company in self.filtered("kash_stripe_no_statements"):
            reason = company._kash_stripe_bank_reason(
                company.kash_stripe_payout_journal_id
            )
            if reason:
                raise ValidationError(reason)

    def _kash_stripe_bank_reason(self, journal):
        """Return why payouts cannot be recorded straight in ``journal``."""
        self.ensure_one()
        if not journal:
            return self.env._("Choose the bank journal that Stripe pays out to.")
        stripes = journal.sudo()
        if journal.type != "bank" or (
            stripes.kash_stripe_account_ids or stripes.kash_stripe_currency_ids
        ):
            return self.env._(
                "%(journal)s is no bank that Stripe could pay out to.",
                journal=journal.display_name,
            )
        if not journal.default_account_id:
            return self.env._(
                "%(journal)s has no bank account.", journal=journal.display_name
            )
        lines = self.env["account.bank.statement.line"].sudo()
        if lines.search_count([("journal_id", "=", journal.id)], limit=1):
            return self.env._(
                "%(journal)s has bank statements: they record what arrives, and payouts"
                " are matched with them.",
                journal=journal.display_name,
            )
        return None
