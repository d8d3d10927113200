# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...const import PROVIDER_CODE


class LedgerJournal(models.Model):
    _inherit = "account.journal"

    kash_stripe_account_ids = fields.One2many(
        "kash.stripe.account", "journal_id", string="Stripe Accounts"
    )

    kash_stripe_currency_ids = fields.One2many(
        "kash.stripe.currency", "journal_id", string="Stripe Settlement Currencies"
    )

    @api.constrains("default_account_id", "currency_id")
    def _check_kash_stripe_currency(self):
        """A settlement currency keeps its clearing account."""
        for books in self.sudo().kash_stripe_currency_ids:
            journal = books.journal_id
            told = (journal.default_account_id, journal.currency_id)
            if told != (books.clearing_account_id, books.currency_id):
                raise ValidationError(
                    self.env._(
                        "%(journal)s holds Stripe's balance in %(currency)s on"
                        " %(account)s: both stay.",
                        journal=journal.display_name,
                        currency=books.currency_id.name,
                        account=books.clearing_account_id.display_name,
                    )
                )

    @api.constrains("default_account_id", "suspense_account_id")
    def _check_kash_stripe_clearing(self):
        """Stripe's clearing account serves the Stripe journal, and that one only."""
        accounts = self.env["kash.stripe.account"].sudo()
        used = self.default_account_id | self.suspense_account_id
        # While an account is being connected its journal is made, and not known yet.
        accounts.search(
            [("clearing_account_id", "in", used.ids), ("journal_id", "!=", False)]
        )._check_books()
        for account in accounts.search([("journal_id", "in", self.ids)]):
            if account.journal_id.default_account_id != account.clearing_account_id:
                raise ValidationError(
                    self.env._(
                        "The Stripe journal books on %(account)s. Change it as Record"
                        " Payments In on the Stripe account.",
                        account=account.clearing_account_id.display_name,
                    )
                )

    @api.constrains("active", "type", "company_id")
    def _check_kash_stripe_in_use(self):
        """A connected account's journals stay what it records in."""
        for journal in self:
            for account in journal._kash_stripe_connected():
                fits = journal.active and journal.type == "bank"
                if not fits or journal.company_id != account.company_id:
                    journal._kash_stripe_refuse_in_use(account)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_kash_stripe(self):
        for journal in self:
            for account in journal._kash_stripe_connected():
                journal._kash_stripe_refuse_in_use(account)

    def _kash_stripe_connected(self):
        """Return the connected Stripe accounts that record in these journals."""
        ours = self.sudo()
        others = ours.kash_stripe_currency_ids.account_id
        return (ours.kash_stripe_account_ids | others).filtered("connected")

    def _kash_stripe_refuse_in_use(self, account):
        raise UserError(
            self.env._(
                "What %(stripe)s takes is recorded in the journal %(journal)s: while"
                " Stripe is connected it is not archived, deleted or made another kind"
                " of journal. Disconnect Stripe first.",
                stripe=account.display_name,
                journal=self.display_name,
            )
        )

    def _kash_stripe_ledger_card(self, dashboard_data):
        """Show the ledger and Stripe, side by side, on the journal's card.

        Odoo's own *Balance* counts payments only, without the fees.
        """
        accounts = self.sudo().kash_stripe_account_ids.filtered("clearing_account_id")
        balances = accounts._clearing_balances()
        for account in accounts:
            dashboard_data[account.journal_id.id]["kash_stripe"] = (
                account._prepare_dashboard_card(balances[account.id])
            )

    def _get_available_payment_method_lines(self, payment_type):
        """Override of `account`: nobody enters Stripe's money by hand.

        A payment typed into Register Payment would move clearing without a row of
        Stripe's behind it; only the booking, which says so in its context, may.
        """
        lines = super()._get_available_payment_method_lines(payment_type)
        if self.env.context.get("kash_stripe_writer"):
            return lines
        return lines.filtered(
            lambda line: (
                line.sudo().payment_provider_id.code != PROVIDER_CODE
                and not line.journal_id.sudo().kash_stripe_currency_ids
            )
        )
