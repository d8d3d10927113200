# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How a company wants Stripe's movements written."""

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import KashStripeConnected


@tagged("post_install", "-at_install")
class TestLedgerSettings(KashStripeConnected):
    def booked(self):
        """Sync from the emulator's beginning; return the ledger."""
        self.stripe.settle()
        self.read_until("2025-11-22")
        self.sync()
        self.assertClearingIsStripes()
        return self.ledger()

    def elsewhere(self, amount=12100, **details):
        """Take a payment that no invoice here knows of."""
        return self.stripe.charge_elsewhere(self.acct, amount=amount, **details)

    def tax(self, **vals):
        """Return a tax of 21 % with an account of its own."""
        return self.env["account.tax"].create(
            {
                "name": "21%",
                "amount": 21.0,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                **vals,
            }
        )

    def take_income(self, **vals):
        """Let payments taken elsewhere be income."""
        self.income = self.company_data["default_account_revenue"]
        self.company.sudo().write(
            {
                "kash_stripe_receipts": "income",
                "kash_stripe_income_account_id": self.income.id,
                **vals,
            }
        )

    def lines(self, account):
        """Return the posted lines of our entries on an account."""
        return self.rows().entry_id.line_ids.filtered(
            lambda line: line.account_id == account
        )

    # === GRAIN === #

    def test_one_entry_a_row_where_the_company_wants_it(self):
        """The same sums, more entries."""
        self.company.sudo().kash_stripe_grain = "row"
        self.elsewhere(10000)
        self.elsewhere(5000)
        self.booked()
        self.assertEqual(len(self.rows().entry_id), 2)
        self.assertLedger({"clearing": 145.05, "fees": 4.95, "unallocated": -150.0})

    # === INCOME === #

    def test_income_taken_elsewhere_is_summed_by_the_day(self):
        """No line a charge: a shop sells a thousand books a day."""
        self.take_income()
        self.elsewhere(10000)
        self.elsewhere(5000)
        self.booked()
        line = self.lines(self.income)
        self.assertEqual(line.mapped("balance"), [-150.0])

    def test_its_sales_tax_is_included_to_the_cent(self):
        """10.00 at 21 %: 8.26 and 1.74; 8.26 × 21 % would be 1.73."""
        self.take_income(kash_stripe_income_tax_id=self.tax().id)
        self.elsewhere(1000)
        self.booked()
        entry = self.rows().entry_id
        base = entry.line_ids.filtered("tax_ids")
        tax = entry.line_ids.filtered("tax_line_id")
        self.assertEqual((base.balance, tax.balance), (-8.26, -1.74))

    def test_income_keeps_its_tax_whatever_its_account_proposes(self):
        """A revenue account with a tax of its own, as many charts have them."""
        self.take_income(kash_stripe_income_tax_id=self.tax().id)
        self.income.tax_ids = self.tax(name="6%", amount=6.0)
        self.elsewhere(1000)
        self.booked()
        base = self.rows().entry_id.line_ids.filtered("tax_ids")
        self.assertEqual(base.tax_ids, self.company.kash_stripe_income_tax_id)

    def test_rules_of_analytics_hold_for_fees_and_income(self):
        """A cost centre of what Stripe takes, as for any other cost."""
        plan = self.env["account.analytic.plan"].create({"name": "Stripe"})
        centre = self.env["account.analytic.account"].create(
            {"name": "Online", "plan_id": plan.id}
        )
        self.env["account.analytic.distribution.model"].create(
            {
                "account_prefix": self.account.fee_account_id.code,
                "analytic_distribution": {str(centre.id): 100},
            }
        )
        self.elsewhere(10000)
        self.booked()
        fees = self.lines(self.account.fee_account_id)
        self.assertEqual(fees.analytic_line_ids.mapped("amount"), [-3.2])

    def test_a_refund_of_income_takes_the_income_back(self):
        """With its tax."""
        self.take_income(kash_stripe_income_tax_id=self.tax().id)
        charge = self.elsewhere(1000)
        self.booked()
        self.stripe.refund(charge["id"])
        self.booked()
        entries = self.rows().entry_id
        self.assertEqual(len(entries), 2)
        self.assertAlmostEqual(sum(self.lines(self.income).mapped("balance")), 0.0)
        taxes = entries.line_ids.filtered("tax_line_id")
        self.assertAlmostEqual(sum(taxes.mapped("balance")), 0.0)

    def test_a_refund_of_what_stood_unallocated_goes_there_although_it_is_income_now(
        self,
    ):
        """Each row is undone where it stands."""
        charge = self.elsewhere(1000)
        self.booked()
        self.take_income()
        self.stripe.refund(charge["id"])
        self.booked()
        self.assertEqual(self.ledger()["unallocated"], 0.0)
        self.assertFalse(self.lines(self.income))

    def test_income_wants_an_income_account(self):
        """Said where it is chosen."""
        with self.assertRaisesRegex(ValidationError, "income account"):
            self.company.sudo().kash_stripe_receipts = "income"

    def test_a_tax_due_on_payment_is_refused(self):
        """There is no payment it could become due with."""
        tax = self.tax(
            tax_exigibility="on_payment",
            cash_basis_transition_account_id=self.other_account(reconcile=True).id,
        )
        with self.assertRaisesRegex(ValidationError, "due on payment"):
            self.take_income(kash_stripe_income_tax_id=tax.id)

    def test_a_sales_lock_holds_income_with_tax_only(self):
        """The lock of the sales tax return counts for entries with taxes."""
        self.take_income(kash_stripe_income_tax_id=self.tax().id)
        self.company.sudo().tax_lock_date = "2025-11-30"
        self.elsewhere(1000)
        self.read_until("2025-11-22")
        self.stripe.settle()
        self.sync()
        self.assertEqual(self.rows().mapped("state"), ["held"])

    # === TAX ON FEES === #

    def reverse_charge(self):
        """Return a purchase tax that adds and takes off the same."""
        account = self.other_account().id
        parts = [
            Command.create({"repartition_type": "base"}),
            Command.create(
                {
                    "repartition_type": "tax",
                    "factor_percent": 100,
                    "account_id": account,
                }
            ),
            Command.create(
                {
                    "repartition_type": "tax",
                    "factor_percent": -100,
                    "account_id": self.other_account(
                        code="209999", account_type="liability_current"
                    ).id,
                }
            ),
        ]
        return self.tax(
            type_tax_use="purchase",
            invoice_repartition_line_ids=parts,
            refund_repartition_line_ids=parts,
        )

    def test_reverse_charge_adds_and_takes_off_the_tax_of_fees(self):
        """Clearing is what Stripe holds, all the same; of linked payments too."""
        self.company.sudo().write(
            {
                "kash_stripe_fee_tax_id": self.reverse_charge().id,
                "kash_stripe_fee_tax": "reverse",
            }
        )
        self.elsewhere(10000)
        self.pay(self.invoice(100.0))
        self.settle()
        self.booked()
        entries = self.rows().entry_id | self.rows().fee_move_id
        self.assertEqual(len(entries), 2)
        for entry in entries:
            taxes = entry.line_ids.filtered("tax_line_id").sorted("balance")
            self.assertEqual(taxes.mapped("balance"), [-0.67, 0.67])

    def test_another_tax_is_no_reverse_charge(self):
        """It would take more off clearing than Stripe did."""
        with self.assertRaisesRegex(ValidationError, "reverse charge"):
            self.company.sudo().write(
                {
                    "kash_stripe_fee_tax_id": self.tax(type_tax_use="purchase").id,
                    "kash_stripe_fee_tax": "reverse",
                }
            )

    def test_a_tax_that_stripe_charged_awaits_its_invoice(self):
        """An asset until the invoice is entered."""
        self.company.sudo().kash_stripe_fee_tax = "asset"
        self.stripe.book(self.acct, type="tax_fee", amount=-210)
        self.booked()
        self.assertLedger({"clearing": -2.1, "fee_tax": 2.1})

    def test_a_tax_that_stripe_charged_may_be_a_cost(self):
        """With the fees, named by its type."""
        self.company.sudo().kash_stripe_fee_tax = "cost"
        self.stripe.book(self.acct, type="tax_fee", amount=-210)
        self.booked()
        self.assertLedger({"clearing": -2.1, "fees": 2.1})
