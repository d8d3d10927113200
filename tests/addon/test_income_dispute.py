# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A lost dispute of income that was taken elsewhere cancels the sale, by setting."""

from datetime import date

from odoo.tests import tagged

from .test_income_tax import REFUND, SALE, IncomeCase


@tagged("post_install", "-at_install", "-standard", "long")
class TestIncomeDispute(IncomeCase):
    def set_stage(self):
        super().set_stage()
        self.stripe.settings.dispute_fee = 0
        self.company.sudo().kash_stripe_lost_income = "cancel"

    # === ACTS === #

    def dispute(self, charge, amount=None):
        """Let the bank take (a part of) a payment; Odoo records it."""
        made = self.stripe.dispute(charge, amount=amount)
        self.booked()
        return made["id"]

    def lose(self, charge, amount=None):
        """Let a dispute be lost the next day; return its id."""
        made = self.dispute(charge, amount)
        self.next_day()
        self.stripe.lose_dispute(made)
        self.told()
        return made

    def told(self):
        """Let the doorbell tell what Stripe did; rows are read from the beginning."""
        self.read_until("2025-11-22")
        self.settle()
        found = self.movements()
        self.assertEqual(set(found.mapped("state")), {"booked"}, found.mapped("reason"))

    def win_appeal(self, dispute_id):
        """Let a lost dispute be appealed, and won the next day."""
        self.stripe.move_dispute(dispute_id, "appeal_needs_response")
        self.next_day()
        self.stripe.win_dispute(dispute_id)
        self.told()

    def movements(self):
        return self.env["kash.stripe.movement"].search([])

    def assertEnded(self, loss=0.0):
        """Assert that Disputed Funds is empty and matched, and what was a loss."""
        self.assertEqual(self.ledger()["disputed"], 0.0)
        self.assertEqual(self.ledger()["loss"], loss)
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", self.account.disputed_account_id.id),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertTrue(all(lines.mapped("reconciled")))
        self.assertClearingIsStripes()

    # === LOST === #

    def test_by_default_the_sale_stands_and_all_of_it_is_a_loss(self):
        """Tax included: whether it may be corrected, the company says."""
        self.company.sudo().kash_stripe_lost_income = "loss"
        self.lose(self.sell())
        self.assertDeclared(*SALE)
        self.assertEnded(loss=110.0)

    def test_lost_income_and_tax_are_taken_back_on_the_day_of_the_loss(self):
        """On the grids of credit notes; the sale's day stays as it was declared."""
        self.lose(self.sell())
        self.assertDeclared(*SALE, *REFUND)
        self.assertEnded()
        movement = self.movements()
        self.assertEqual(movement.entry_id.date, date(2025, 11, 23))
        self.assertEqual((movement.income_base, movement.income_tax), (-100.0, -10.0))
        before = self.ledger(until="2025-11-22")
        self.assertEqual((before["disputed"], before["clearing"]), (110.0, -3.49))

    def test_another_tax_by_now_is_not_what_is_taken_back(self):
        """Sold at 10 %, lost when 20 % is chosen."""
        charge = self.sell()
        self.booked()
        self.set_tax(self.make_tax(20.0))
        self.lose(charge)
        self.assertDeclared(*SALE, *REFUND)

    def test_what_is_no_income_any_more_is_taken_back_as_income(self):
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
        self.lose(charge)
        self.assertDeclared(*SALE, *REFUND)

    def test_the_place_is_where_a_person_moved_the_sale(self):
        """Account, partner and analytics."""
        charge = self.sell()
        self.booked()
        plan = self.env["account.analytic.plan"].create({"name": "Shops"})
        shop = self.env["account.analytic.account"].create(
            {"name": "Online", "plan_id": plan.id}
        )
        line, other = self.rows().income_line_id, self.income.copy({"code": "400777"})
        line.move_id.button_draft()
        line.write(
            {
                "account_id": other.id,
                "partner_id": self.customer.id,
                "analytic_distribution": {str(shop.id): 100},
            }
        )
        line.move_id.action_post()
        self.lose(charge)
        back = self.movements().income_line_id
        self.assertEqual((back.account_id, back.partner_id), (other, self.customer))
        self.assertEqual(back.analytic_distribution, {str(shop.id): 100})

    def test_an_untaxed_sale_takes_no_tax_back(self):
        """A tax was chosen since."""
        self.set_tax(False)
        charge = self.sell()
        self.booked()
        self.set_tax(self.tax)
        self.lose(charge)
        self.assertDeclared(("income", "", -110.0), ("income", "", 110.0))
        self.assertEnded()

    def test_what_the_bank_took_beyond_the_sale_is_a_loss(self):
        """Nobody had bought that."""
        self.lose(self.sell(), 11250)
        self.assertDeclared(*SALE, *REFUND)
        self.assertEnded(loss=2.5)

    def test_money_that_was_no_income_is_a_loss_as_before(self):
        """It stands on Unallocated: there is no sale to cancel."""
        self.company.sudo().kash_stripe_receipts = "unallocated"
        self.lose(self.sell())
        self.assertDeclared()
        self.assertEnded(loss=110.0)

    # === SHARES === #

    def test_refunds_first_and_then_two_disputes_are_the_whole_tax(self):
        """Lost at once; each knows of the other."""
        charge = self.sell()
        self.stripe.refund(charge, 3667)
        self.booked()
        made = [self.dispute(charge, amount) for amount in (3667, 3666)]
        self.next_day()
        for dispute_id in made:
            self.stripe.lose_dispute(dispute_id)
        self.told()
        taxes = sorted(self.movements().mapped("income_tax"))
        self.assertEqual((self.taken_back(), taxes), ([3.33], [-3.34, -3.33]))
        self.assertEqual(sum(self.sums().values()), 0.0)
        self.assertEnded()

    # === APPEAL === #

    def test_won_on_appeal_the_sale_is_declared_as_it_was(self):
        """In the same grids, though the tax is another by now."""
        charge = self.sell()
        self.booked()
        dispute = self.lose(charge)
        self.tax.amount = 20.0
        self.win_appeal(dispute)
        self.assertDeclared(
            *SALE,
            *REFUND,
            ("income", "refunds base", -100.0),
            ("tax on refunds", "refunds tax", -10.0),
        )
        self.assertEnded()

    def test_refunded_after_a_won_appeal_it_is_the_whole_tax(self):
        """What came back counts as not taken."""
        charge = self.sell()
        self.booked()
        self.win_appeal(self.lose(charge))
        self.next_day()
        self.stripe.refund(charge)
        self.booked()
        self.assertEqual(sum(self.sums().values()), 0.0)
        self.assertEqual(self.taken_back(), [10.0])

    # === CONVERTED === #

    def test_what_conversion_adds_is_a_loss_and_no_tax(self):
        """100 euros sold at 1.10, taken at 1.20: ten dollars are the rate's."""
        self.stripe.settings.conversion_spread = 0
        self.stripe.settle_in(self.acct, ["usd"])
        charge = self.sell(10000, currency="eur")
        self.booked()
        self.stripe.settings.rates["eur"] = "1.2"
        self.lose(charge)
        self.assertDeclared(*SALE, *REFUND, ("loss", "", 10.0))
        self.assertEnded()

    def test_settled_in_another_currency_the_rate_of_the_day_is_no_tax(self):
        """88 euros sold at 0.80 for a dollar, taken at 0.88."""
        self.stripe.settle_in(self.acct, ["eur"])
        self.quote("eur", {"2025-01-01": 0.8, "2025-11-23": 0.88})
        charge = self.sell(8800, currency="eur")
        self.booked()
        self.next_day()
        self.lose(charge)
        self.assertDeclared(*SALE, *REFUND, ("gain", "", -10.0))
        self.assertEqual(self.ledger()["loss"], 0.0)
        self.assertEqual(self.ledger()["disputed"], 0.0)

    # === LOCKS AND UNDO === #

    def test_it_obeys_the_lock_of_the_tax_return(self):
        """The sale had a tax."""
        dispute = self.dispute(self.sell())
        self.company.sudo().tax_lock_date = "2025-11-30"
        self.stripe.lose_dispute(dispute)
        self.settle()
        self.assertEqual(self.movements().state, "held")
        self.assertDeclared(*SALE)

    def test_without_a_tax_it_does_not(self):
        """Nothing of the tax return is touched."""
        self.set_tax(False)
        dispute = self.dispute(self.sell())
        self.company.sudo().tax_lock_date = "2025-11-30"
        self.stripe.lose_dispute(dispute)
        self.told()
        self.assertDeclared(("income", "", -110.0), ("income", "", 110.0))

    def test_the_sale_is_not_undone_after_that(self):
        """Recorded anew it might declare something else than was taken back."""
        charge = self.sell()
        self.booked()
        sale = self.rows()
        self.lose(charge)
        free, left = self.env["kash.stripe.reversal"]._undo_plan(
            self.account, sale.sudo()
        )
        self.assertFalse(free)
        self.assertEqual(list(left), [sale.entry_id])
