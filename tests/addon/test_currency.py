# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stripe settles in another currency than the books."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import KashStripeCommon, KashStripeConnected


@tagged("post_install", "-at_install")
class TestCurrency(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.settle_in("eur", rate=0.8)

    def settle_in(self, code, *, rate):
        """Let Stripe convert to a currency that Odoo has, too."""
        self.stripe.settle_in(self.acct, [code])
        self.know(code, rate=rate)

    def know(self, code, *, rate):
        """Let Odoo have a currency, and know one rate of it."""
        self.foreign = self.quote(code, {"2025-01-01": rate})

    def booked(self):
        """Sync from the emulator's beginning."""
        self.stripe.settle()
        self.read_until("2025-11-22")
        self.sync()

    def clearing(self):
        """Return what the currency's clearing account holds, in that currency."""
        books = self.account.currency_ids.filtered(
            lambda books: books.currency_id == self.foreign
        )
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", books.clearing_account_id.id),
                ("parent_state", "=", "posted"),
            ]
        )
        return self.foreign.round(sum(lines.mapped("amount_currency")))

    def assertForeignClearingIsStripes(self):
        """Assert that clearing holds what Stripe holds, in the settlement currency."""
        code = self.foreign.name.lower()
        balance = self.stripe.balance(self.account.stripe_id, code)
        minor = balance["available"] + balance["pending"]
        text = self.rows()[:1]._text_of(minor)
        self.assertEqual(self.foreign.format(self.clearing()), text)

    def test_a_payment_is_worth_the_receivable_it_settles(self):
        """The invoice is paid to the cent; no exchange difference arises."""
        move = self.invoice(100.0)
        self.pay(move)
        self.settle()
        payment = self.rows().payment_id
        self.assertEqual(payment.currency_id, self.foreign)
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(self.ledger()["receivable"], -100.0)
        self.assertForeignClearingIsStripes()
        partials = move.line_ids.matched_credit_ids
        self.assertFalse(partials.exchange_move_id)

    def test_its_fee_follows_stripes_rate(self):
        """3.50 % of what was settled is 3.50 % of what was paid."""
        self.pay(self.invoice(100.0))
        self.settle()
        row = self.rows()
        expected = round(100.0 * row.fee / row.amount, 2)
        self.assertEqual(self.ledger()["fees"], expected)

    def test_a_refund_gives_back_what_the_customer_paid(self):
        """At the refund's own rate of Stripe; the receivable is in our currency."""
        attempt = self.pay(self.invoice(100.0))
        self.settle()
        self.stripe.settings.rates["usd"] = "0.95"
        self.stripe.refund(attempt.kash_stripe_charge_id)
        self.settle()
        self.assertEqual(self.ledger()["receivable"], 0.0)
        self.assertForeignClearingIsStripes()

    def test_other_rows_take_odoos_rate_of_their_day(self):
        """80 euros at 0.8 are 100 dollars."""
        self.stripe.book(self.acct, type="stripe_fee", amount=-8000, currency="eur")
        self.booked()
        self.assertEqual(self.ledger()["fees"], 100.0)
        self.assertForeignClearingIsStripes()

    def test_a_payout_and_its_failure_match_in_their_currency(self):
        """Nothing stays in transit."""
        for amount, kind in ((-8000, "payout"), (8000, "payout_failure")):
            self.stripe.book(
                self.acct, type=kind, amount=amount, currency="eur", source="po_1"
            )
            self.stripe.clock.advance(days=1)
        self.booked()
        self.assertTrue(all(self.rows().entry_line_id.mapped("reconciled")))
        self.assertEqual(self.ledger()["in_transit"], 0.0)

    def test_no_rate_stops_the_row_with_the_reason(self):
        """Odoo would take one for one."""
        self.foreign.rate_ids.unlink()
        self.stripe.book(self.acct, type="stripe_fee", amount=-8000, currency="eur")
        self.booked()
        row = self.rows()
        self.assertEqual(row.state, "stopped")
        self.assertIn("no rate of EUR", row.reason)

    def test_a_currency_that_odoo_has_not_enabled_stops_the_row(self):
        """Enable it, and press Try Again."""
        self.foreign.active = False
        self.stripe.book(self.acct, type="stripe_fee", amount=-8000, currency="eur")
        self.booked()
        row = self.rows()
        self.assertIn("not enabled", row.reason)
        self.foreign.active = True
        row.action_retry()
        self.assertEqual(row.state, "booked")

    def test_a_currency_without_cents(self):
        """Yen are yen."""
        self.settle_in("jpy", rate=150.0)
        self.stripe.book(self.acct, type="stripe_fee", amount=-1500, currency="jpy")
        self.booked()
        self.assertEqual(self.ledger()["fees"], 10.0)
        self.assertEqual(self.clearing(), -1500.0)

    def test_a_currency_of_three_decimals(self):
        """A dinar has a thousand fils."""
        self.settle_in("kwd", rate=0.3)
        self.stripe.book(self.acct, type="stripe_fee", amount=-3000, currency="kwd")
        self.booked()
        self.assertEqual(self.ledger()["fees"], 10.0)
        self.assertEqual(self.clearing(), -3.0)

    def test_a_debit_settled_in_another_currency_ends_with_nothing_in_process(self):
        """Pending, then collected."""
        self.give_debits()
        move = self.invoice(500.0)
        attempt = self.press_pay(move)
        self.stripe.pay(attempt.kash_stripe_session_id, method="us_bank_account")
        self.settle()
        self.assertEqual(self.ledger()["in_process"], -500.0)
        self.stripe.clock.advance(days=4)
        self.settle()
        self.assertEqual(self.ledger()["in_process"], 0.0)
        self.assertEqual(move.payment_state, "paid")
        self.assertForeignClearingIsStripes()

    def test_history_in_a_currency_that_is_no_more_is_imported(self):
        """Croatia has the euro; its kuna of before are rows all the same."""
        self.settle_in("eur", rate=0.9)
        fee = self.stripe.book(
            self.acct, type="stripe_fee", amount=-7500, currency="eur"
        )
        self.stripe.tamper(fee["id"], currency="hrk")
        self.know("hrk", rate=7.5)
        self.booked()
        row = self.rows()
        self.assertEqual((row.state, row.reason), ("booked", False))
        self.assertEqual(self.ledger()["fees"], 10.0)
        self.assertEqual(self.clearing(), -75.0)

    def test_a_row_finer_than_the_books_names_currency_and_remedy(self):
        """It can be recorded as soon as Odoo counts as Stripe does."""
        self.settle_in("huf", rate=350.0)
        self.foreign.rounding = 1.0
        self.stripe.book(self.acct, type="stripe_fee", amount=-700050, currency="huf")
        self.booked()
        row = self.rows()
        self.assertEqual(row.state, "stopped")
        self.assertIn("Odoo rounds HUF to 1", row.reason)
        self.assertIn("Rounding Factor of HUF to 0.01", row.reason)
        self.assertEqual(len(self.activities("stopped")), 1)
        self.foreign.rounding = 0.01
        row.action_retry()
        self.assertEqual(row.state, "booked")
        self.assertEqual(self.clearing(), -7000.5)

    def test_a_row_in_coarse_books_names_currency_and_remedy(self):
        """Connected when they were not, or before it was asked about."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_currency SET rounding = 1 WHERE id = %s",
            [self.company.currency_id.id],
        )
        self.env.invalidate_all()
        self.stripe.settle_in(self.acct, ["usd"])
        self.stripe.book(self.acct, type="stripe_fee", amount=-8050, currency="usd")
        self.booked()
        row = self.rows()
        self.assertEqual(row.state, "stopped")
        self.assertIn("Rounding Factor of USD to 0.01", row.reason)


@tagged("post_install", "-at_install", "-standard", "long")
class TestCoarseCurrency(KashStripeCommon):
    """Books that round more than Stripe does."""

    def company_in(self, currency, rounding):
        """Make a company whose books are in a currency, as somebody rounds it."""
        currency.write({"active": True, "rounding": rounding})
        other = self.setup_other_company(
            name=f"Books in {currency.name}", currency_id=currency.id
        )
        return other["company"]

    def assertRefused(self, company, account, code):
        """Assert that the dialog to connect says what is wrong, and the remedy."""
        dialogs = self.env["kash.stripe.connect.wizard"].with_company(company)
        wizard = dialogs.create(
            {
                "way": "keys",
                "company_id": company.id,
                "secret_key": account.secret_key,
                "publishable_key": account.publishable_key,
            }
        )
        wizard.action_connect()
        self.assertIn(f"Odoo rounds {code} to 1", wizard.error)
        self.assertIn(f"Rounding Factor of {code} to 0.01", wizard.error)
        connected = [("stripe_id", "=", account.id)]
        self.assertFalse(self.env["kash.stripe.account"].sudo().search(connected))
        return wizard

    def test_it_is_said_before_anything_is_connected(self):
        """Every row would stop later."""
        for name, country in (("HUF", "HU"), ("ISK", "US")):
            with self.subTest(currency=name):
                currency = self.env.ref(f"base.{name}")
                company = self.company_in(currency, rounding=1.0)
                self.assertEqual(company.currency_id, currency)
                account = self.stripe.create_account(country=country)
                wizard = self.assertRefused(company, account, name)
                currency.rounding = 0.01
                wizard.secret_key = account.secret_key
                wizard.action_connect()
                self.assertFalse(wizard.error)

    def test_what_stripe_settles_in_counts_as_well(self):
        """The books are in dollars, the account's money is not."""
        self.env.ref("base.HUF").write({"active": True, "rounding": 1.0})
        account = self.stripe.create_account(country="HU", currency="huf")
        self.assertRefused(self.company, account, "HUF")

    def test_no_account_is_made_at_stripe_for_such_books(self):
        """It would be of no use, and could not be taken back."""
        self.set_up_platform()
        company = self.company_in(self.env.ref("base.HUF"), rounding=1.0)
        before = self.stripe.objects("account")
        with self.assertRaisesRegex(UserError, "Rounding Factor of HUF to 0.01"):
            self.create_account(company)
        self.assertEqual(self.stripe.objects("account"), before)
