# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

from ...core import money

_lt = LazyTranslate(__name__)

# role → (field, name, type of account). Balance-sheet accounts are reconcilable, so
# that what was put there and what took it away can be matched.
LEDGER = {
    "unallocated": (
        "unallocated_account_id",
        _lt("Unallocated Stripe Receipts"),
        "liability_current",
    ),
    "disputed": ("disputed_account_id", _lt("Stripe Disputed Funds"), "asset_current"),
    "in_transit": (
        "transit_account_id",
        _lt("Stripe Payouts in Transit"),
        "asset_current",
    ),
    "suspense": ("suspense_account_id", _lt("Stripe Suspense"), "asset_current"),
    "in_process": (
        "in_process_account_id",
        _lt("Stripe Payments in Process"),
        "liability_current",
    ),
    "fee_tax": (
        "fee_tax_account_id",
        _lt("Stripe Fee Tax awaiting invoice"),
        "asset_current",
    ),
    "loss": ("loss_account_id", _lt("Stripe Dispute Losses"), "expense"),
}
LEDGER_FIELDS = [field for field, _name, _type in LEDGER.values()]


class LedgerAccount(models.Model):
    """The ledger accounts and books of a Stripe account, guarded, and what they say."""

    _name = "kash.stripe.account"
    _inherit = [
        "kash.stripe.account",
        "kash.stripe.books.change",
        "kash.stripe.books.setup",
    ]

    currency_ids = fields.One2many(
        "kash.stripe.currency", "account_id", "Other Currencies", readonly=True
    )

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

    unallocated_account_id = fields.Many2one(
        "account.account",
        "Unallocated Receipts",
        readonly=True,
        check_company=True,
        help="Payments taken at Stripe that are of no invoice here, one line each.",
    )
    disputed_account_id = fields.Many2one(
        "account.account",
        "Disputed Funds",
        readonly=True,
        check_company=True,
        help="What Stripe holds back while a customer's bank disputes a payment.",
    )
    transit_account_id = fields.Many2one(
        "account.account",
        "Payouts in Transit",
        readonly=True,
        check_company=True,
        help="Paid out by Stripe and not yet on the bank statement.",
    )
    suspense_account_id = fields.Many2one(
        "account.account",
        "Suspense",
        readonly=True,
        check_company=True,
        help="Movements at Stripe that nobody has a rule for yet.",
    )

    in_process_account_id = fields.Many2one(
        "account.account",
        "Payments in Process",
        readonly=True,
        check_company=True,
        help="Bank debits that Stripe counts on and that may still fail.",
    )
    fee_tax_account_id = fields.Many2one(
        "account.account",
        "Fee Tax",
        readonly=True,
        check_company=True,
        help="Tax that Stripe charged on its fees, until its invoice is entered.",
    )
    loss_account_id = fields.Many2one(
        "account.account",
        "Dispute Losses",
        readonly=True,
        check_company=True,
        help="Payments that were disputed and lost.",
    )

    def _books_of(self, currency_code):
        """Return whose journal and clearing account a settlement currency has.

        This account's for the company's currency, else those made at first use.

        :param currency_code: Stripe's, in lower case
        """
        self.ensure_one()
        if currency_code == self.currency_id.name.lower():
            return self
        currency = self.env["res.currency"].search(
            [("name", "=", currency_code.upper())], limit=1
        )
        return self.env["kash.stripe.currency"]._ensure(self, currency)

    def _books_in(self, currency_code):
        """Return (journal, clearing account) of a settlement currency."""
        books = self._books_of(currency_code)
        return books.journal_id, books.clearing_account_id

    def _clearing_accounts(self):
        """Return every account that ever held a balance of these at Stripe."""
        return (
            self.clearing_account_id
            | self.former_clearing_ids
            | self.currency_ids.clearing_account_id
        )

    def _ledger_accounts(self):
        """Return every ledger account that is recorded on."""
        found = self.clearing_account_id | self.currency_ids.clearing_account_id
        return found.union(self.fee_account_id, *(self[n] for n in LEDGER_FIELDS))

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

    @api.constrains(*LEDGER_FIELDS)
    def _check_ledger(self):
        """Each of them serves one purpose, and no journal's."""
        for account in self:
            for field, _name, account_type in LEDGER.values():
                account._check_ledger_account(account[field], account_type)

    def _check_ledger_account(self, ledger, account_type):
        if not ledger:
            return
        matched = account_type != "expense"
        if ledger.account_type != account_type or (matched and not ledger.reconcile):
            raise ValidationError(
                self.env._(
                    "%(account)s does not fit: Stripe needs one of another type there,"
                    " that allows reconciliation.",
                    account=ledger.display_name,
                )
            )
        if self.env["account.journal"].search_count(
            [("default_account_id", "=", ledger.id)], limit=1
        ):
            raise ValidationError(
                self.env._(
                    "%(account)s belongs to a journal.", account=ledger.display_name
                )
            )

    def _ledger_account(self, role):
        """Return the ledger account of a role, made if there is none yet."""
        self.ensure_one()
        if role == "clearing":
            return self.clearing_account_id
        if role == "fees":
            return self.fee_account_id
        if role == "in_transit" and self._transfer_account():
            return self._transfer_account()
        field, name, account_type = LEDGER[role]
        if not self[field]:
            account = self.with_company(self.company_id)
            is_cost = account_type == "expense"
            self[field] = account._create_ledger_account(
                str(name),
                account_type,
                account._expense_code() if is_cost else account._bank_code(),
                reconcile=not is_cost,
            )
        return self[field]

    def _transfer_account(self):
        """Return the company's own transfer account, if payouts in transit stand there.

        One that cannot be reconciled would keep them there for good.
        """
        self.ensure_one()
        company = self.company_id.sudo()
        transfer = company.transfer_account_id
        wanted = company.kash_stripe_transit == "transfer" and transfer.reconcile
        return transfer if wanted else transfer.browse()
