# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..core import money


class KashStripeAccount(models.Model):
    """Record Payments In and Record Processing Fees In: guarded, and how to change."""

    _inherit = "kash.stripe.account"

    clearing_account_id = fields.Many2one(
        "account.account",
        "Record Payments In",
        readonly=True,
        check_company=True,
        tracking=True,
        help="Stripe's balance in the books. Not reconcilable, and no other journal's.",
    )
    fee_account_id = fields.Many2one(
        "account.account",
        "Record Processing Fees In",
        readonly=True,
        check_company=True,
        tracking=True,
    )
    former_clearing_ids = fields.Many2many(
        "account.account",
        "kash_stripe_account_former_clearing_rel",
        string="Former Clearing Accounts",
        readonly=True,
        help="Held Stripe's balance before; entries of that time stand there.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("clearing_account_id", "fee_account_id", "journal_id")
    def _check_books(self):
        for account in self:
            ledger = account.clearing_account_id and account.fee_account_id
            if account.journal_id and not ledger:
                raise ValidationError(
                    self.env._("Stripe's money and fees need an account each.")
                )
            account._check_clearing_account()
            if account.fee_account_id.internal_group not in {False, "expense"}:
                raise ValidationError(
                    self.env._("Record Processing Fees In must be an expense account.")
                )

    def _check_clearing_account(self):
        self.ensure_one()
        clearing = self.clearing_account_id
        if not clearing:
            return
        if clearing.account_type != "asset_current" or clearing.reconcile:
            raise ValidationError(
                self.env._(
                    "%(account)s cannot hold Stripe's balance: choose a current asset"
                    " account that does not allow reconciliation.",
                    account=clearing.display_name,
                )
            )
        self._check_clearing_is_free(clearing)
        siblings = self.sudo().search(
            [
                ("id", "!=", self.id),
                "|",
                ("clearing_account_id", "=", clearing.id),
                ("former_clearing_ids", "in", clearing.ids),
            ],
            limit=1,
        )
        if siblings:
            raise ValidationError(
                self.env._(
                    "%(account)s already holds the balance of another Stripe account.",
                    account=clearing.display_name,
                )
            )
        journal = self._journal_using(clearing)
        if journal:
            raise ValidationError(
                self.env._(
                    "%(account)s belongs to the journal %(journal)s.",
                    account=clearing.display_name,
                    journal=journal.display_name,
                )
            )

    def _journal_using(self, ledger):
        """Return another journal that books on ``ledger`` by itself."""
        lines = self.env["account.payment.method.line"].search(
            [
                ("payment_account_id", "=", ledger.id),
                ("journal_id", "not in", [False, self.journal_id.id]),
            ],
            limit=1,
        )
        return lines.journal_id or self.env["account.journal"].search(
            [
                ("id", "!=", self.journal_id.id),
                "|",
                ("default_account_id", "=", ledger.id),
                ("suspense_account_id", "=", ledger.id),
            ],
            limit=1,
        )

    def _check_clearing_is_free(self, clearing):
        """Refuse what the company or a currency has reserved."""
        company = self.company_id
        reserved = company.account_journal_suspense_account_id | (
            company.transfer_account_id
        )
        foreign = clearing.currency_id and clearing.currency_id != company.currency_id
        if clearing in reserved or foreign:
            raise ValidationError(
                self.env._(
                    "%(account)s serves another purpose, or another currency than"
                    " %(currency)s.",
                    account=clearing.display_name,
                    currency=company.currency_id.name,
                )
            )

    # === BALANCE === #

    def _clearing_balances(self):
        """Return {account id: what its clearing account holds}, in one query."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", self.clearing_account_id.ids),
                ("parent_state", "=", "posted"),
            ],
            ["account_id"],
            ["balance:sum"],
        )
        held = {clearing.id: balance for clearing, balance in groups}
        return {
            account.id: account.currency_id.round(
                held.get(account.clearing_account_id.id, 0.0)
            )
            for account in self
        }

    def _prepare_dashboard_card(self, clearing):
        """Return what the journal's card shows (formatted amounts).

        :param clearing: what the clearing account holds (company currency)
        """
        self.ensure_one()
        difference = self.currency_id.round(clearing - self.stripe_balance)
        today = self._net_of_today()
        return {
            "today": self.currency_id.format(today) if today else False,
            "clearing": self.currency_id.format(clearing),
            "stripe": self.currency_id.format(self.stripe_balance),
            "difference": self.currency_id.format(difference),
            "agrees": self.currency_id.is_zero(difference + today),
            "asked": bool(self.stripe_balance_at),
        }

    def _net_of_today(self):
        """Return what came or went today and is recorded once the day is over."""
        self.ensure_one()
        [[minor]] = self.env["kash.stripe.balance.transaction"]._read_group(
            [
                ("account_id", "=", self.id),
                ("state", "=", "new"),
                ("transaction_id", "=", False),
                ("booking_day", ">=", self.company_id._kash_stripe_today()),
            ],
            aggregates=["net:sum"],
        )
        code = self.currency_id.name
        return float(money.to_major(int(minor or 0), code))

    # === CHANGE === #

    def _clearing_parts(self):
        """Return {company: what it has on the clearing account}, without zeros.

        Branches post on their parent's account: each of them moves its own part.
        """
        self.ensure_one()
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_id", "=", self.clearing_account_id.id),
                ("parent_state", "=", "posted"),
            ],
            ["company_id"],
            ["balance:sum"],
        )
        return {
            company: company.currency_id.round(balance)
            for company, balance in groups
            if not company.currency_id.is_zero(balance)
        }

    def _book_move_clearing(self, clearing, fee_account, day, *, shown):
        """Change both accounts; move the balance by one entry (one a company).

        :param shown: {company: balance} of the entry a person saw and agreed to
        :raises UserError: the day is locked, or an account does not fit; nothing is
            changed then
        """
        self.ensure_one()
        old = self.clearing_account_id
        parts = self._clearing_parts() if clearing != old else {}
        self._check_as_shown(parts, shown)
        self._check_new_clearing(clearing, old)
        self._check_move_day(parts, day)
        self._check_move_is_open(parts, day)
        moves = self.env["account.move"].create(
            [
                self._prepare_clearing_move_vals(company, old, clearing, balance, day)
                for company, balance in parts.items()
            ]
        )
        self.write(
            {"clearing_account_id": clearing.id, "fee_account_id": fee_account.id}
        )
        if clearing != old:
            self.former_clearing_ids = [
                Command.link(old.id),
                Command.unlink(clearing.id),
            ]
        self._align_journal()
        moves._post(soft=False)
        self._check_posted_on(moves, day)
        return moves

    def _check_as_shown(self, parts, shown):
        same = {company.id: balance for company, balance in parts.items()} == {
            company.id: company.currency_id.round(balance)
            for company, balance in shown.items()
        }
        if not same:
            raise UserError(
                self.env._("The balance changed meanwhile. Please look at it again.")
            )

    def _check_new_clearing(self, clearing, old):
        """What is there already would be taken for Stripe's."""
        if clearing == old:
            return
        [[balance]] = self.env["account.move.line"]._read_group(
            [("account_id", "=", clearing.id), ("parent_state", "=", "posted")],
            aggregates=["balance:sum"],
        )
        if not self.currency_id.is_zero(balance or 0.0):
            raise UserError(
                self.env._(
                    "%(account)s holds %(balance)s already: Stripe's balance needs an"
                    " account of its own.",
                    account=clearing.display_name,
                    balance=self.currency_id.format(balance),
                )
            )

    def _check_move_day(self, parts, day):
        """Money cannot leave before it came, nor in the future."""
        last = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.clearing_account_id.id),
                ("parent_state", "=", "posted"),
            ],
            order="date desc",
            limit=1,
        )
        today = self.company_id._kash_stripe_today()
        if parts and not last.date <= day <= max(today, last.date):
            raise UserError(
                self.env._(
                    "Choose a day from %(first)s, when money last moved there, to"
                    " today.",
                    first=format_date(self.env, last.date),
                )
            )

    def _check_move_is_open(self, parts, day):
        for company in parts:
            locks = company._kash_stripe_locks(day, self.journal_id)
            if locks:
                raise UserError(
                    self.env._(
                        "%(day)s is locked in %(company)s: %(locks)s. Choose a later"
                        " day.",
                        day=format_date(self.env, day),
                        company=company.name,
                        locks=company._format_lock_dates(locks),
                    )
                )

    @api.model
    def _check_posted_on(self, moves, day):
        """Odoo dates an entry later rather than refuse it: that must not pass."""
        if any(move.date != day for move in moves):
            raise UserError(
                self.env._(
                    "Odoo would post on another day than %(day)s: nothing was changed.",
                    day=format_date(self.env, day),
                )
            )

    def _prepare_clearing_move_vals(self, company, old, new, balance, day):
        label = self.env._(
            "Stripe's balance moves from %(old)s to %(new)s",
            old=old.display_name,
            new=new.display_name,
        )
        lines = ((new, balance), (old, -balance))
        return {
            "journal_id": self.journal_id.id,
            "company_id": company.id,
            "date": day,
            "ref": label,
            "kash_stripe_account_id": self.id,
            "line_ids": [
                Command.create(
                    {"account_id": ledger.id, "balance": amount, "name": label}
                )
                for ledger, amount in lines
            ],
        }
