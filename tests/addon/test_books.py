# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Record Payments In and Record Processing Fees In."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import KashStripeConnected, by_pytest_too


@tagged("post_install", "-at_install", "-standard", "long")
class TestBooks(KashStripeConnected):
    def change(self, **vals):
        """Fill the dialog and press Change."""
        form = Form(
            self.env["kash.stripe.books.wizard"].with_context(
                default_account_id=self.account.id
            )
        )
        for name, value in vals.items():
            form[name] = value
        wizard = form.save()
        wizard.action_apply()
        return wizard

    def money_comes_in(self):
        self.pay(self.invoice(100.0))
        self.settle()

    def test_changed_accounts_are_followed_by_everything(self):
        """Journal and payment method line post to the account that is shown."""
        self.change(clearing_account_id=self.other_account())
        line = self.account.journal_id.inbound_payment_method_line_ids
        self.assertEqual(line.payment_account_id.code, "101777")
        self.assertEqual(self.account.journal_id.default_account_id.code, "101777")

    def test_the_balance_moves_by_one_entry_shown_before(self):
        """The old account ends at zero, the proof goes on."""
        self.money_comes_in()
        old = self.account.clearing_account_id
        wizard = self.change(clearing_account_id=self.other_account())
        self.assertEqual(
            [(line.account_id.code, line.balance) for line in wizard.line_ids],
            [("101777", 96.8), (old.code, -96.8)],
        )
        [move] = self.env["account.move"].search(
            [("ref", "like", "Stripe's balance moves")]
        )
        self.assertEqual(move.kash_stripe_account_id, self.account)
        self.assertEqual(move.date, self.company._kash_stripe_today())
        self.assertClearingIsStripes()
        self.assertIn(old, self.account.former_clearing_ids)

    def test_money_goes_on_coming_into_the_new_account(self):
        """Nothing else has to be changed."""
        self.money_comes_in()
        self.change(clearing_account_id=self.other_account())
        self.money_comes_in()
        self.assertClearingIsStripes()

    def test_a_locked_day_is_refused_and_changes_nothing(self):
        """Odoo would silently date the entry later."""
        self.money_comes_in()
        old = self.account.clearing_account_id
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        with self.assertRaisesRegex(UserError, "locked"):
            self.change(clearing_account_id=self.other_account(), day="2025-11-22")
        self.assertEqual(self.account.clearing_account_id, old)

    def test_fees_recorded_so_far_stay(self):
        """A new fee account counts from now on and needs no entry."""
        self.money_comes_in()
        fees = self.other_account(account_type="expense", code="601777")
        wizard = self.change(fee_account_id=fees)
        self.assertFalse(wizard.line_ids)
        self.assertEqual(self.account.fee_account_id, fees)

    def test_a_reconcilable_account_cannot_hold_stripes_balance(self):
        """Bank matching would offer it."""
        with self.assertRaisesRegex(ValidationError, "current asset"):
            self.change(clearing_account_id=self.other_account(reconcile=True))

    def test_another_journals_account_cannot_hold_stripes_balance(self):
        """Its balance would be Stripe's and the bank's."""
        bank = self.company_data["default_journal_bank"].default_account_id
        bank.account_type = "asset_current"
        with self.assertRaisesRegex(ValidationError, "belongs to the journal"):
            self.change(clearing_account_id=bank)

    def test_another_stripe_accounts_clearing_is_refused(self):
        """Also one that was left: its entries of that time stand there."""
        self.money_comes_in()
        old = self.account.clearing_account_id
        self.change(clearing_account_id=self.other_account())
        other = (
            self.env["kash.stripe.account"]
            .sudo()
            .create({"company_id": self.company.id, "stripe_id": "acct_other"})
        )
        with self.assertRaisesRegex(ValidationError, "another Stripe account"):
            other.clearing_account_id = old

    def test_fees_go_to_an_expense_account_only(self):
        """Record Processing Fees In is guarded too."""
        with self.assertRaisesRegex(ValidationError, "expense"):
            self.change(fee_account_id=self.other_account())

    @by_pytest_too
    def test_another_companys_account_cannot_be_named_in_the_dialog(self):
        """By RPC either, not even to read a count through it."""
        other = (
            self.env["kash.stripe.account"]
            .sudo()
            .create(
                {
                    "company_id": self.setup_other_company()["company"].id,
                    "stripe_id": "acct_other",
                }
            )
        )
        manager = self.colleague("kash_manager", "account.group_account_manager")
        books = {
            "clearing_account_id": self.account.clearing_account_id.id,
            "fee_account_id": self.account.fee_account_id.id,
            "day": "2025-11-22",
        }
        for model, vals in (("books", books), ("disconnect", {}), ("go.live", {})):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[f"kash.stripe.{model}.wizard"].with_user(manager).create(
                    {"account_id": other.id, **vals}
                )


@tagged("post_install", "-at_install", "-standard", "long")
class TestBooksInUse(KashStripeConnected):
    """While Stripe is connected, nothing that it records with is taken away."""

    def line(self):
        return self.account.journal_id.inbound_payment_method_line_ids

    def broken(self):
        """Archive the journal, empty its line's provider, archive clearing."""
        self.line().payment_provider_id = False
        self.account.journal_id.action_archive()
        self.account.clearing_account_id.action_archive()

    def test_the_journal_stays_in_use(self):
        """Archived, nothing could be recorded, and customers would go on paying."""
        journal = self.account.journal_id
        for act in (journal.action_archive, journal.unlink):
            with self.assertRaises(UserError):
                act()
        with self.assertRaisesRegex(UserError, "Disconnect Stripe first"):
            journal.active = False
        with self.assertRaises(UserError):
            journal.type = "cash"

    def test_the_line_keeps_its_provider_and_its_journal(self):
        """Payments go through it, and through no other."""
        for name in ("payment_provider_id", "journal_id"):
            with self.assertRaisesRegex(UserError, "Disconnect Stripe first"):
                self.line()[name] = False

    def test_a_line_that_payments_went_through_stays_too(self):
        """Odoo takes such a line off its journal instead of deleting it."""
        self.pay(self.invoice(100.0))
        self.settle()
        self.account.sudo().provider_id._kash_stripe_set_state("disabled")
        with self.assertRaises(UserError):
            self.line().unlink()
        self.assertTrue(self.line())

    def test_what_is_there_may_be_written_again(self):
        """As forms and imports do; and its name is its owner's."""
        line = self.line()
        line.write(
            {"name": "Stripe", "payment_provider_id": line.payment_provider_id.id}
        )
        self.assertEqual(line.name, "Stripe")

    def test_the_accounts_that_are_recorded_on_stay_in_use(self):
        """An entry on an archived account cannot be posted."""
        for ledger in (self.account.clearing_account_id, self.account.fee_account_id):
            for act in (ledger.action_archive, ledger.unlink):
                with self.assertRaisesRegex(UserError, "disconnect Stripe first"):
                    act()

    def test_the_provider_stays(self):
        """Somebody may delete one that was made for another company."""
        with self.assertRaises(UserError):
            self.account.sudo().provider_id.unlink()

    def test_books_of_another_currency_stay_in_use(self):
        """Its payments go through the first line of its own journal."""
        self.env.ref("base.EUR").active = True
        books = self.account.sudo()._books_of("eur").sudo(False)
        for act in (
            books.journal_id.action_archive,
            books.journal_id.inbound_payment_method_line_ids.unlink,
            books.clearing_account_id.action_archive,
        ):
            with self.assertRaises(UserError):
                act()

    def test_once_disconnected_they_are_the_accountants(self):
        """And connecting again brings them back."""
        self.account.sudo()._push_disconnect()
        self.broken()
        self.account = self.connect()
        self.assertTrue(self.account.journal_id.active)
        self.assertTrue(self.account.clearing_account_id.active)
        self.assertEqual(self.line().payment_provider_id, self.account.provider_id)
        self.pay(self.invoice(100.0))
        self.settle()
        self.assertClearingIsStripes()

    def test_what_was_broken_before_takes_no_payments_and_says_why(self):
        """An earlier version let it pass."""
        link = self.invoice()._kash_stripe_ensure_link()
        self.env.cr.execute(
            "UPDATE account_journal SET active = FALSE WHERE id = %s",
            [self.account.journal_id.id],
        )
        self.env.invalidate_all()
        problem = link.sudo()._start_payment().problem
        self.assertEqual(problem.code, "cannot_record")
        self.assertIn("archived", problem.text)
        self.account.journal_id.action_unarchive()
        self.assertFalse(link.sudo()._start_payment().problem)
