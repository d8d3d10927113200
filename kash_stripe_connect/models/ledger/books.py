# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class KashStripeCurrency(models.Model):
    """A currency that Stripe settles in beside the company's: a journal of its own."""

    _name = "kash.stripe.currency"
    _inherit = "kash.stripe.opening"
    _description = "Stripe Settlement Currency"
    _rec_name = "currency_id"

    account_id = fields.Many2one(
        "kash.stripe.account",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    journal_id = fields.Many2one("account.journal", required=True, readonly=True)
    clearing_account_id = fields.Many2one(
        "account.account", required=True, readonly=True
    )

    _currency_unique = models.UniqueIndex("(account_id, currency_id)")

    def _stripe_account(self):
        return self.account_id

    @api.model
    def _ensure(self, account, currency):
        """Return the books of a settlement currency, made at first use."""
        found = account.currency_ids.filtered(lambda b: b.currency_id == currency)
        return found or self.create(self._prepare_books_vals(account, currency))

    @api.model
    def _prepare_books_vals(self, account, currency):
        account = account.with_company(account.company_id)
        clearing = account._create_ledger_account(
            self.env._("Stripe Clearing %(currency)s", currency=currency.name),
            "asset_current",
            account._bank_code(),
        )
        clearing.currency_id = currency
        journals = self.env["account.journal"]
        journal = journals.create(
            {
                "name": account._named(f"Stripe {currency.name}"),
                "type": "bank",
                "code": journals._get_next_journal_default_code(
                    "bank", account.company_id
                ),
                "company_id": account.company_id.id,
                "currency_id": currency.id,
                "default_account_id": clearing.id,
            }
        )
        # A provider has one journal: here Odoo's manual method carries the payments. It
        # is offered to nobody, see account_journal.
        line = journal.inbound_payment_method_line_ids[:1]
        line.write({"name": "Stripe", "payment_account_id": clearing.id})
        lines = journal.inbound_payment_method_line_ids - line
        (lines | journal.outbound_payment_method_line_ids).unlink()
        return {
            "account_id": account.id,
            "currency_id": currency.id,
            "journal_id": journal.id,
            "clearing_account_id": clearing.id,
        }
