# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was taken and what it cost, by method, country and customer."""

from odoo.tests import tagged

from .common import KashStripeConnected

DEBIT = "4000056655665556"
AMEX = "378282246310005"


@tagged("post_install", "-at_install", "-standard", "long")
class TestAnalysis(KashStripeConnected):
    def analysed(self, *groups, domain=()):
        """Return {group: (paid, fees, rate)} as the pivot reads it."""
        self.env.flush_all()
        found = self.env["kash.stripe.analysis"]._read_group(
            [("account_id", "=", self.account.id), *domain],
            groups,
            ["taken:sum", "fee:sum", "fee_rate:avg"],
        )
        split = len(groups)
        return {
            row[:split]: tuple(round(value or 0.0, 2) for value in row[split:])
            for row in found
        }

    def a_week(self):
        """A credit card and a debit card on invoices, one taken elsewhere, a fee."""
        self.pay(self.invoice(100.0), card=AMEX)
        self.pay(self.invoice(300.0), card=DEBIT)
        self.stripe.charge_elsewhere(self.acct, amount=5000)
        self.stripe.book(self.acct.id, type="stripe_fee", amount=-500)
        self.settle()
        self.read_until("2025-11-22")
        self.sync()

    def test_the_rate_of_a_group_is_its_fees_by_what_was_paid(self):
        """Not a mean of rates; debit cards stand apart."""
        self.a_week()
        found = self.analysed("method")
        self.assertEqual(found["American Express",], (100.0, 3.2, 3.2))
        self.assertEqual(found["Visa debit",], (300.0, 9.0, 3.0))

    def test_fees_that_are_rows_of_their_own_count(self):
        """All of what Stripe took, by all that customers paid."""
        self.a_week()
        [(paid, fees, rate)] = self.analysed().values()
        self.assertEqual((paid, fees), (450.0, 18.95))
        self.assertEqual(rate, round(100 * 18.95 / 450.0, 2))

    def test_a_refund_is_of_its_charges_method_and_customer(self):
        """Its own source does not say."""
        attempt = self.pay(self.invoice(100.0), card=AMEX)
        self.settle()
        self.stripe.refund(attempt.kash_stripe_charge_id, 4000)
        self.settle()
        lines = self.env["kash.stripe.analysis"].search(
            [("account_id", "=", self.account.id)]
        )
        self.assertEqual(sorted(lines.mapped("gross")), [-40.0, 100.0])
        self.assertEqual(set(lines.mapped("method")), {"American Express"})
        self.assertEqual(set(lines.mapped("card_country")), {"US"})
        self.assertEqual(lines.partner_id, self.customer)

    def test_it_adds_up_to_stripes_balance(self):
        """Gross less fees is net, and net is what Stripe holds."""
        self.a_week()
        lines = self.env["kash.stripe.analysis"].search(
            [("account_id", "=", self.account.id)]
        )
        balance = self.stripe.balance(self.account.stripe_id, "usd")
        held = (balance["available"] + balance["pending"]) / 100
        self.assertAlmostEqual(sum(lines.mapped("net")), held)
        gross, fees = sum(lines.mapped("gross")), sum(lines.mapped("fee"))
        self.assertAlmostEqual(gross - fees, held)

    def test_another_companys_rows_are_not_seen(self):
        """The rule of the rows holds for what is read from them."""
        self.pay(self.invoice(100.0))
        self.settle()
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.colleague(
            "kash_stranger", "account.group_account_readonly", company=company
        )
        analysis = self.env["kash.stripe.analysis"].with_user(stranger)
        self.assertFalse(analysis.search([]))
