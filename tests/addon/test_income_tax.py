# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was declared as income is taken back as it was declared, to the cent."""

from odoo import Command
from odoo.tests import tagged

from .common import KashStripeConnected


class IncomeCase(KashStripeConnected):
    """Payments taken elsewhere are income, 10 % of sales tax included."""

    def set_stage(self):
        super().set_stage()
        self.income = self.company_data["default_account_revenue"]
        names = {"sales tax": "201001", "tax on refunds": "201002"}
        self.tax_accounts = {
            name: self.other_account(
                name=name, code=code, account_type="liability_current"
            )
            for name, code in names.items()
        }
        self.tax = self.make_tax(10.0)
        self.company.sudo().write(
            {
                "kash_stripe_receipts": "income",
                "kash_stripe_income_account_id": self.income.id,
                "kash_stripe_income_tax_id": self.tax.id,
            }
        )

    # === BUILDERS === #

    def make_tax(self, amount, **vals):
        """Return a sale tax with grids and accounts of its own for refunds."""
        return self.env["account.tax"].create(
            {
                "name": f"{amount:.0f} %",
                "amount": amount,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                "invoice_repartition_line_ids": self.parts("sales", "sales tax"),
                "refund_repartition_line_ids": self.parts("refunds", "tax on refunds"),
                **vals,
            }
        )

    def parts(self, grid, account):
        """Return the lines of a repartition: a base's and a tax's."""
        ledger = self.tax_accounts[account]
        return [
            Command.create(
                {"repartition_type": "base", "tag_ids": self.tags(f"{grid} base")}
            ),
            Command.create(
                {
                    "repartition_type": "tax",
                    "account_id": ledger.id,
                    "tag_ids": self.tags(f"{grid} tax"),
                }
            ),
        ]

    def tags(self, name):
        """Return the command that sets a grid of the tax report."""
        tags = self.env["account.account.tag"]
        found = tags.search([("name", "=", name), ("applicability", "=", "taxes")])
        if not found:
            found = tags.create({"name": name, "applicability": "taxes"})
        return [Command.set(found.ids)]

    def sell(self, amount=11000, **details):
        """Take a payment that no invoice here knows of."""
        charge = self.stripe.charge_elsewhere(self.acct, amount=amount, **details)
        self.stripe.settle()
        return charge["id"]

    def next_day(self):
        """Let Stripe's next day begin."""
        self.stripe.clock.advance(days=1)

    def booked(self):
        """Sync from the emulator's beginning; every row is recorded."""
        self.stripe.settle()
        self.read_until("2025-11-22")
        self.sync()
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})

    def set_tax(self, tax):
        """Choose another tax for what is sold from now on."""
        self.company.sudo().kash_stripe_income_tax_id = tax

    def undo_all(self):
        """Take every run back, the last first."""
        runs = self.env["kash.stripe.run"].search(
            [("account_id", "=", self.account.id)]
        )
        for run in runs:
            action = run.action_undo()
            self.env[action["res_model"]].browse(action["res_id"]).action_undo()

    # === ASSERTIONS === #

    def declared(self):
        """Return (account, grid, balance) of each line of income, tax and exchange."""
        exchange = (
            self.company.income_currency_exchange_account_id,
            self.company.expense_currency_exchange_account_id,
        )
        names = {
            self.income: "income",
            **{ledger: name for name, ledger in self.tax_accounts.items()},
            **dict(zip(exchange, ("gain", "loss"), strict=True)),
        }
        lines = self.env["account.move.line"].search(
            [
                ("move_id.kash_stripe_account_id", "=", self.account.id),
                ("parent_state", "=", "posted"),
                ("account_id", "in", [ledger.id for ledger in names]),
            ]
        )
        return sorted(
            (
                names[line.account_id],
                line.tax_tag_ids.name or "",
                line.balance,
            )
            for line in lines
        )

    def assertDeclared(self, *lines):
        """Assert every line of income, tax and exchange, debit positive."""
        self.assertEqual(self.declared(), sorted(lines))

    def sums(self):
        """Return {(account, grid): balance}, without zeros."""
        found = {}
        for name, grid, balance in self.declared():
            found[name, grid] = found.get((name, grid), 0.0) + balance
        return {key: round(total, 2) for key, total in found.items() if round(total, 2)}

    def taken_back(self):
        """Return the tax that each refund took back, in their order."""
        refunds = self.rows().filtered(lambda row: row.type == "refund")
        return [-row.income_tax for row in refunds.sorted("created_at")]


SALE = (("income", "sales base", -100.0), ("sales tax", "sales tax", -10.0))
REFUND = (
    ("income", "refunds base", 100.0),
    ("tax on refunds", "refunds tax", 10.0),
)


@tagged("post_install", "-at_install")
class TestIncomeTax(IncomeCase):
    # === AS IT WAS DECLARED === #

    def test_another_tax_by_now_is_not_what_is_taken_back(self):
        """Sold at 10 %, refunded when 20 % is chosen: 10.00, never 18.33."""
        charge = self.sell()
        self.booked()
        self.set_tax(self.make_tax(20.0))
        self.stripe.refund(charge)
        self.booked()
        self.assertDeclared(*SALE, *REFUND)
        self.assertClearingIsStripes()

    def test_a_tax_whose_rate_was_edited_gives_back_what_it_took(self):
        """The same record, another rate."""
        charge = self.sell()
        self.booked()
        self.tax.amount = 20.0
        self.stripe.refund(charge)
        self.booked()
        self.assertDeclared(*SALE, *REFUND)

    def test_no_tax_is_taken_back_that_was_never_declared(self):
        """Sold without a tax; one was chosen since."""
        self.set_tax(False)
        charge = self.sell()
        self.booked()
        self.set_tax(self.tax)
        self.stripe.refund(charge)
        self.booked()
        self.assertDeclared(("income", "", -110.0), ("income", "", 110.0))

    def test_a_tax_that_is_no_longer_chosen_is_taken_back(self):
        """And one in the archive works."""
        charge = self.sell()
        self.booked()
        self.set_tax(False)
        self.tax.active = False
        self.stripe.refund(charge)
        self.booked()
        self.assertDeclared(*SALE, *REFUND)

    def test_receipts_that_are_no_income_any_more_are_taken_back_as_income(self):
        """Neither setting nor account is needed: the entry knows."""
        charge = self.sell()
        self.booked()
        self.company.sudo().write(
            {
                "kash_stripe_receipts": "unallocated",
                "kash_stripe_income_account_id": False,
                "kash_stripe_income_tax_id": False,
            }
        )
        self.stripe.refund(charge)
        self.booked()
        self.assertDeclared(*SALE, *REFUND)
        self.assertEqual(self.ledger()["unallocated"], 0.0)

    def test_a_row_with_an_entry_of_its_own_is_taken_back_the_same(self):
        """Both cases, where the company wants an entry for each row."""
        self.company.sudo().kash_stripe_grain = "row"
        taxed = self.sell()
        self.booked()
        self.set_tax(False)
        plain = self.sell(5500)
        self.booked()
        self.set_tax(self.make_tax(20.0))
        self.stripe.refund(taxed)
        self.stripe.refund(plain)
        self.booked()
        self.assertDeclared(*SALE, *REFUND, ("income", "", -55.0), ("income", "", 55.0))
        self.assertEqual(len(self.rows().entry_id), 4)

    def test_both_cases_on_one_day_keep_lines_of_their_own(self):
        """What was declared with a tax, and what without one."""
        taxed = self.sell()
        self.booked()
        self.set_tax(False)
        self.next_day()
        plain = self.sell(5500)
        self.booked()
        self.set_tax(self.make_tax(20.0))
        self.next_day()
        self.stripe.refund(taxed)
        self.stripe.refund(plain)
        self.booked()
        self.assertDeclared(*SALE, *REFUND, ("income", "", -55.0), ("income", "", 55.0))
        self.assertEqual(len(self.rows().entry_id), 3)

    def test_account_partner_and_analytics_are_those_of_the_entry(self):
        """Wherever a person moved the line since."""
        charge = self.sell()
        self.booked()
        plan = self.env["account.analytic.plan"].create({"name": "Shops"})
        shop = self.env["account.analytic.account"].create(
            {"name": "Online", "plan_id": plan.id}
        )
        line = self.rows().income_line_id
        other = self.income.copy({"code": "400777"})
        line.move_id.button_draft()
        line.write(
            {
                "account_id": other.id,
                "partner_id": self.customer.id,
                "analytic_distribution": {str(shop.id): 100},
            }
        )
        line.move_id.action_post()
        self.stripe.refund(charge)
        self.booked()
        back = self.rows().income_line_id - line
        self.assertEqual(back.account_id, other)
        self.assertEqual(back.partner_id, self.customer)
        self.assertEqual(back.analytic_distribution, {str(shop.id): 100})
        amounts = (line | back).analytic_line_ids.mapped("amount")
        self.assertEqual(sorted(amounts), [-100.0, 100.0])

    def test_a_group_of_taxes_gives_each_back_what_it_had(self):
        """State and county, though the county's rate changed between."""
        state, county = self.make_tax(6.0), self.make_tax(4.0)
        group = self.env["account.tax"].create(
            {
                "name": "6 % + 4 %",
                "amount_type": "group",
                "type_tax_use": "sale",
                "company_id": self.company.id,
                "children_tax_ids": [Command.set((state | county).ids)],
            }
        )
        self.set_tax(group)
        charge = self.sell()
        self.booked()
        county.amount = 14.0
        self.stripe.refund(charge)
        self.booked()
        taxes = self.rows().entry_id.line_ids.filtered("tax_line_id")
        self.assertEqual(
            {
                tax.name: sorted(lines.mapped("balance"))
                for tax, lines in taxes.grouped("tax_line_id").items()
            },
            {"6 %": [-6.0, 6.0], "4 %": [-4.0, 4.0]},
        )

    def test_a_tax_of_nothing_keeps_its_grid(self):
        """Exempt sales are declared too."""
        self.set_tax(self.make_tax(0.0))
        charge = self.sell()
        self.booked()
        self.set_tax(self.tax)
        self.stripe.refund(charge)
        self.booked()
        self.assertDeclared(
            ("income", "sales base", -110.0), ("income", "refunds base", 110.0)
        )

    # === LINES === #

    def test_sale_and_refund_of_one_day_do_not_share_a_line(self):
        """The tax report asks for both."""
        charge = self.sell()
        self.stripe.refund(charge)
        self.booked()
        self.assertEqual(len(self.rows().entry_id), 1)
        self.assertDeclared(*SALE, *REFUND)

    def test_refunds_of_one_day_are_summed(self):
        """As sales are: a shop has many."""
        charges = [self.sell(), self.sell(), self.sell(2200)]
        self.booked()
        self.next_day()
        for charge in charges:
            self.stripe.refund(charge)
        self.booked()
        self.assertDeclared(
            ("income", "sales base", -220.0),
            ("sales tax", "sales tax", -22.0),
            ("income", "refunds base", 220.0),
            ("tax on refunds", "refunds tax", 22.0),
        )

    def test_every_row_knows_the_line_it_was_summed_in(self):
        """And what of it is its own."""
        self.sell(11000)
        self.sell(2200)
        self.booked()
        line = self.rows().income_line_id
        self.assertEqual((line.account_id, line.balance), (self.income, -120.0))
        figures = sorted((row.income_base, row.income_tax) for row in self.rows())
        self.assertEqual(figures, [(20.0, 2.0), (100.0, 10.0)])

    # === CENTS === #

    def test_the_cents_of_a_day_are_spread_over_its_sales(self):
        """Three times 0.05 hold 0.01 of tax, which none of them holds alone."""
        for _sale in range(3):
            self.sell(50)
        self.sell(5)
        self.booked()
        line = self.rows().income_line_id
        taxes = self.rows().mapped("income_tax")
        self.assertEqual(round(sum(taxes), 2), 0.14)
        self.assertEqual(sorted(taxes), [0.0, 0.04, 0.05, 0.05])
        self.assertEqual(round(sum(self.rows().mapped("income_base")), 2), 1.41)
        self.assertEqual(line.balance, -1.41)

    def test_all_refunds_of_a_day_take_back_what_the_day_declared(self):
        """To the cent, though each has a rounding of its own."""
        charges = [self.sell(amount) for amount in (999, 1001, 333, 77, 77)]
        self.booked()
        for charge in charges:
            self.next_day()
            self.stripe.refund(charge)
        self.booked()
        sums = self.sums()
        self.assertEqual(
            sums["sales tax", "sales tax"], -sums["tax on refunds", "refunds tax"]
        )
        self.assertEqual(sums["income", "sales base"], -sums["income", "refunds base"])

    def test_three_thirds_take_back_the_whole(self):
        """3.33, 3.34 and 3.33 are 10.00."""
        charge = self.sell()
        for amount in (3667, 3667, 3666):
            self.booked()
            self.next_day()
            self.stripe.refund(charge, amount)
        self.booked()
        self.assertEqual(self.taken_back(), [3.33, 3.34, 3.33])
        self.assertEqual(sum(self.sums().values()), 0.0)

    def test_three_thirds_of_one_day_take_back_the_whole(self):
        """In one line, the sale in another."""
        charge = self.sell()
        for amount in (3667, 3667, 3666):
            self.stripe.refund(charge, amount)
            self.stripe.clock.advance(seconds=1)
        self.booked()
        self.assertEqual(self.taken_back(), [3.33, 3.34, 3.33])
        self.assertDeclared(*SALE, *REFUND)

    # === WHAT TAKES A REFUND BACK === #

    def test_a_refund_that_failed_gives_back_what_it_took(self):
        """Of the refunds' grid, at whatever rate the tax stands by then."""
        charge = self.sell()
        refund = self.stripe.refund(charge, 3667)
        self.booked()
        self.tax.amount = 20.0
        self.next_day()
        self.stripe.fail_refund(refund["id"])
        self.booked()
        self.assertDeclared(
            *SALE,
            ("income", "refunds base", 33.34),
            ("tax on refunds", "refunds tax", 3.33),
            ("income", "refunds base", -33.34),
            ("tax on refunds", "refunds tax", -3.33),
        )

    def test_refunded_again_after_a_failure_it_is_the_whole_tax(self):
        """What came back counts as not taken."""
        charge = self.sell()
        first = self.stripe.refund(charge, 3667)
        self.stripe.refund(charge, 3667)
        self.booked()
        self.next_day()
        self.stripe.fail_refund(first["id"])
        self.booked()
        self.next_day()
        self.stripe.refund(charge, 7333)
        self.booked()
        self.assertEqual(sum(self.sums().values()), 0.0)
        self.assertEqual(self.sums()["tax on refunds", "refunds tax"], 10.0)

    def test_sale_refund_and_failure_of_one_day(self):
        """Three lines of income, none of them netted."""
        charge = self.sell()
        refund = self.stripe.refund(charge)
        self.stripe.clock.advance(seconds=1)
        self.stripe.fail_refund(refund["id"])
        self.booked()
        self.assertDeclared(
            *SALE,
            *REFUND,
            ("income", "refunds base", -100.0),
            ("tax on refunds", "refunds tax", -10.0),
        )

    def test_a_bank_debit_that_fails_takes_its_tax_back(self):
        """It never was paid."""
        charge = self.sell(method="us_bank_account")
        self.booked()
        self.set_tax(False)
        self.next_day()
        self.stripe.fail_debit(charge)
        self.booked()
        self.assertDeclared(*SALE, *REFUND)

    # === CONVERTED === #

    def test_what_conversion_adds_is_a_loss_and_no_tax(self):
        """100 euros sold at 1.10, given back at 1.20: ten dollars are the rate's."""
        self.stripe.settings.conversion_spread = 0
        self.stripe.settle_in(self.acct, ["usd"])
        charge = self.sell(10000, currency="eur")
        self.booked()
        self.stripe.settings.rates["eur"] = "1.2"
        self.next_day()
        self.stripe.refund(charge)
        self.booked()
        self.assertDeclared(*SALE, *REFUND, ("loss", "", 10.0))
        self.assertClearingIsStripes()

    def test_what_conversion_spares_is_a_gain(self):
        """Half of it at 1.00."""
        self.stripe.settings.conversion_spread = 0
        self.stripe.settle_in(self.acct, ["usd"])
        charge = self.sell(10000, currency="eur")
        self.booked()
        self.stripe.settings.rates["eur"] = "1"
        self.next_day()
        self.stripe.refund(charge, 5000)
        self.booked()
        self.assertDeclared(
            *SALE,
            ("income", "refunds base", 50.0),
            ("tax on refunds", "refunds tax", 5.0),
            ("gain", "", -5.0),
        )

    def test_settled_in_another_currency_the_rate_of_the_day_is_no_tax(self):
        """88 euros sold at 0.80 for a dollar, given back at 0.88."""
        self.stripe.settle_in(self.acct, ["eur"])
        self.quote("eur", {"2025-01-01": 0.8, "2025-11-23": 0.88})
        charge = self.sell(8800, currency="eur")
        self.booked()
        self.next_day()
        self.stripe.refund(charge)
        self.booked()
        self.assertDeclared(*SALE, *REFUND, ("gain", "", -10.0))

    def test_without_an_account_for_the_rate_the_refund_stops_and_says_so(self):
        """Nothing is guessed, and the sync goes on."""
        self.stripe.settings.conversion_spread = 0
        self.stripe.settle_in(self.acct, ["usd"])
        charge = self.sell(10000, currency="eur")
        self.booked()
        self.company.sudo().expense_currency_exchange_account_id = False
        self.stripe.settings.rates["eur"] = "1.2"
        self.stripe.refund(charge)
        self.read_until("2025-11-22")
        self.sync()
        refund = self.rows().filtered(lambda row: row.type == "refund")
        self.assertEqual(refund.state, "stopped")
        self.assertIn("exchange differences", refund.reason)
        self.assertFalse(self.account.sudo().sync_error)

    # === LOCKS === #

    def test_a_refund_of_a_taxed_sale_obeys_the_lock_of_the_tax_return(self):
        """Although no tax is chosen any more."""
        charge = self.sell()
        self.booked()
        self.set_tax(False)
        self.company.sudo().tax_lock_date = "2025-11-30"
        self.stripe.refund(charge)
        self.read_until("2025-11-22")
        self.sync()
        refund = self.rows().filtered(lambda row: row.type == "refund")
        self.assertEqual(refund.state, "held")

    def test_a_refund_of_an_untaxed_sale_does_not(self):
        """Although a tax is chosen by now."""
        self.set_tax(False)
        charge = self.sell()
        self.booked()
        self.set_tax(self.tax)
        self.company.sudo().tax_lock_date = "2025-11-30"
        self.stripe.refund(charge)
        self.booked()
        self.assertDeclared(("income", "", -110.0), ("income", "", 110.0))

    def test_rows_that_are_no_income_do_not_either(self):
        """A payout carries no tax."""
        self.company.sudo().tax_lock_date = "2025-11-30"
        self.stripe.book(self.acct.id, type="stripe_fee", amount=-500)
        self.booked()
