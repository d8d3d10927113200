# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.translate import LazyTranslate

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


class KashStripeAccount(models.Model):
    """Where money stands that is no customer's payment: accounts made at first use."""

    _inherit = "kash.stripe.account"

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
