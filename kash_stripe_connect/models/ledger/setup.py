# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, models
from odoo.exceptions import UserError

from ...const import PROVIDER_CODE


class KashStripeBooksSetup(models.AbstractModel):
    """The journal, the ledger accounts and the provider that an account needs."""

    _name = "kash.stripe.books.setup"
    _description = "Set-up of Stripe Books"

    def _ensure_books(self):
        """Give the account its ledger accounts, journal and provider, as needed.

        :raises UserError: the company has no chart of accounts yet
        """
        for record in self:
            company = record.company_id
            if not company.root_id.chart_template:
                raise UserError(
                    self.env._(
                        "%(company)s has no chart of accounts yet. Choose one in"
                        " Invoicing ▸ Configuration ▸ Settings, then connect Stripe.",
                        company=company.name,
                    )
                )
            account = record.with_company(company)
            account._ensure_in_use()
            account._ensure_ledger_accounts()
            account._ensure_journal()
            account._ensure_provider()

    def _ensure_in_use(self):
        """Bring back what was archived while Stripe was not connected."""
        for records in (
            self._ledger_accounts(),
            self.journal_id | self.currency_ids.journal_id,
        ):
            records.filtered(lambda record: not record.active).action_unarchive()

    def _named(self, name):
        """Mark what belongs to Stripe's test mode."""
        return name if self.livemode else f"{name} TEST"

    def _ensure_ledger_accounts(self):
        self.ensure_one()
        vals = {}
        if not self.clearing_account_id:
            vals["clearing_account_id"] = self._create_ledger_account(
                self.env._("Stripe Clearing"), "asset_current", self._bank_code()
            ).id
        if not self.fee_account_id:
            vals["fee_account_id"] = self._create_ledger_account(
                self.env._("Stripe Processing Fees"), "expense", self._expense_code()
            ).id
        if vals:
            self.write(vals)

    def _create_ledger_account(
        self, name, account_type, start_code, *, reconcile=False
    ):
        accounts = self.env["account.account"]
        root = self.company_id.root_id
        return accounts.with_company(root).create(
            {
                "name": self._named(name),
                "account_type": account_type,
                "code": accounts.with_company(root)._search_new_account_code(
                    start_code
                ),
                "reconcile": reconcile,
                "company_ids": [Command.link(root.id)],
            }
        )

    def _bank_code(self):
        """Return the code to search a free one after: next to the bank accounts."""
        accounts = self.env["account.account"].with_company(self.company_id.root_id)
        prefix = self.company_id.root_id.bank_account_code_prefix or ""
        return prefix.ljust(self._code_digits(accounts), "0")

    def _expense_code(self):
        """Return the code to search a free one after: the last expense account's."""
        accounts = self.env["account.account"].with_company(self.company_id.root_id)
        last = accounts.search(
            [
                *accounts._check_company_domain(self.company_id.root_id),
                ("account_type", "=", "expense"),
            ],
            order="code desc",
            limit=1,
        )
        return last.code or "6".ljust(self._code_digits(accounts), "0")

    def _code_digits(self, accounts):
        any_account = accounts.search(
            accounts._check_company_domain(self.company_id.root_id), limit=1
        )
        return len(any_account.code or "") or 6

    def _ensure_journal(self):
        self.ensure_one()
        if self.journal_id:
            self._align_journal()
            return
        journal = self.env["account.journal"].create(
            {
                "name": self._named("Stripe"),
                "type": "bank",
                "code": self._free_journal_code(),
                "company_id": self.company_id.id,
                "default_account_id": self.clearing_account_id.id,
            }
        )
        # Odoo adds manual methods: nobody may enter Stripe money by hand here.
        (
            journal.inbound_payment_method_line_ids
            | journal.outbound_payment_method_line_ids
        ).unlink()
        self.journal_id = journal

    def _free_journal_code(self):
        """Return ``STRP`` (test mode: ``STRPT``), or Odoo's next free code."""
        journals = self.env["account.journal"].with_context(active_test=False)
        wish = "STRP" if self.livemode else "STRPT"
        taken = journals.search_count(
            [*journals._check_company_domain(self.company_id), ("code", "=", wish)],
            limit=1,
        )
        if taken:
            return journals._get_next_journal_default_code("bank", self.company_id)
        return wish

    def _ensure_provider(self):
        """Make the company's provider point to the Stripe journal, journal first.

        Enabling a provider without a journal would seize the first bank journal.
        """
        self.ensure_one()
        provider = self.provider_id or self._find_provider() or self._create_provider()
        self.provider_id = provider
        provider = provider._kash_stripe_as_writer()
        provider.journal_id = self.journal_id
        self._align_journal()
        provider.state = "enabled" if self.livemode else "test"
        provider.is_published = False

    def _find_provider(self):
        """Return the company's provider that no other Stripe account of it uses."""
        return self.env["payment.provider"].search(
            [
                ("code", "=", PROVIDER_CODE),
                ("company_id", "=", self.company_id.id),
                ("kash_stripe_account_ids", "=", False),
            ],
            limit=1,
        )

    def _create_provider(self):
        template = self.env.ref("kash_stripe_connect.payment_provider_kash_stripe")
        return template._kash_stripe_as_writer().copy(
            {"company_id": self.company_id.id, "name": template.name}
        )

    def _align_journal(self):
        """Keep journal and method line on the clearing account.

        A payment is posted to its method line's account and nowhere else; without one
        Odoo would post it to Outstanding Receipts, or not at all.
        """
        for account in self.filtered("journal_id"):
            clearing = account.clearing_account_id
            account.journal_id.default_account_id = clearing
            account._method_line().with_context(
                kash_stripe_writer=True
            ).payment_account_id = clearing

    def _method_line(self):
        """Return the one payment method line of the Stripe journal."""
        self.ensure_one()
        return self.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == self.provider_id
        )
