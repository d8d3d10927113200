# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stripe settles in another currency than the books."""

from odoo.tests import tagged

from .common import KashStripeConnected


@tagged("post_install", "-at_install")
class TestCurrency(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.settle_in("eur", rate=0.8)

    def settle_in(self, code, *, rate):
        """Let Stripe convert to a currency, and Odoo know one rate of it."""
        self.stripe.settle_in(self.acct, [code])
        self.foreign = self.env.ref(f"base.{code.upper()}")
        self.foreign.active = True
        self.foreign.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {
                "currency_id": self.foreign.id,
                "name": "2025-01-01",
                "rate": rate,
                "company_id": self.company.id,
            }
        )

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
