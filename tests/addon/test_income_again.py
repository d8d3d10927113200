# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Income that was taken out of the books, written anew, or booked before."""

from odoo import Command
from odoo.tests import tagged

from .test_income_tax import REFUND, SALE, IncomeCase


@tagged("post_install", "-at_install", "-standard", "long")
class TestIncomeAgain(IncomeCase):
    # === TAKEN OUT OF THE BOOKS === #

    def test_undo_and_sync_declare_the_same(self):
        """Though the tax was changed: each refund follows its sale."""
        charge = self.sell()
        self.next_day()
        self.stripe.refund(charge, 3667)
        self.booked()
        before = self.declared()
        self.undo_all()
        self.assertEqual(self.sums(), {})
        self.assertFalse(any(self.rows().mapped("income_base")))
        self.assertFalse(any(self.rows().mapped("income_taxes")))
        self.booked()
        standing = self.env["account.move.line"].search(
            [("move_id", "in", self.rows().entry_id.ids)]
        )
        again = sorted(standing.filtered("tax_tag_ids").mapped("balance"))
        self.assertEqual(again, sorted(balance for *_names, balance in before))

    def test_a_refund_whose_run_was_undone_is_recorded_as_before(self):
        """The sale stands, and knows what it declared."""
        charge = self.sell()
        self.booked()
        self.stripe.refund(charge)
        self.booked()
        before = self.sums()
        self.set_tax(self.make_tax(20.0))
        run = self.rows().filtered(lambda row: row.type == "refund").run_id
        action = run.action_undo()
        self.env[action["res_model"]].browse(action["res_id"]).action_undo()
        self.booked()
        self.assertEqual(self.sums(), before)

    def test_recorded_as_stripe_says_it_declares_what_stripe_says(self):
        """The facts of before are forgotten with the entry."""
        charge = self.sell()
        self.booked()
        txn = self.stripe.object(charge)["balance_transaction"]
        row = self.rows().filtered(lambda row: row.type == "charge")
        self.stripe.tamper(txn, amount=22000, net=22000 - row.fee)
        self.read_until("2025-11-22")
        self.sync()
        self.assertTrue(row.changed)
        row.action_record_as_stripe_says()
        self.assertEqual((row.income_base, row.income_tax), (200.0, 20.0))

    def test_what_a_person_took_out_of_the_books_is_not_taken_back_as_tax(self):
        """The money stands open: whoever took it out says where it belongs."""
        charge = self.sell()
        self.booked()
        entry = self.rows().entry_id
        entry.button_draft()
        entry.button_cancel()
        self.stripe.refund(charge)
        self.booked()
        self.assertDeclared()
        self.assertEqual(self.ledger()["unallocated"], 110.0)

    def replace_line(self):
        """Let a person write the entry's line of income anew."""
        line = self.rows().income_line_id
        entry, balance = line.move_id, line.balance
        entry.button_draft()
        entry.line_ids = [
            Command.delete(line.id),
            Command.create({"account_id": self.income.id, "balance": balance}),
        ]
        entry.action_post()
        self.assertFalse(self.rows().income_line_id)

    def test_a_line_that_a_person_wrote_anew_is_taken_back_where_income_goes(self):
        """The row knows the amount; the account is the one that is chosen."""
        self.set_tax(False)
        charge = self.sell()
        self.booked()
        self.replace_line()
        self.set_tax(self.tax)
        self.stripe.refund(charge)
        self.booked()
        self.assertDeclared(("income", "", -110.0), ("income", "", 110.0))

    def test_without_any_account_for_it_the_refund_stops_and_says_so(self):
        """The sync goes on."""
        self.set_tax(False)
        charge = self.sell()
        self.booked()
        self.replace_line()
        self.company.sudo().kash_stripe_receipts = "unallocated"
        self.company.sudo().kash_stripe_income_account_id = False
        self.stripe.refund(charge)
        self.read_until("2025-11-22")
        self.sync()
        refund = self.rows().filtered(lambda row: row.type == "refund")
        self.assertEqual(refund.state, "stopped")
        self.assertIn("income account", refund.reason)
        self.assertFalse(self.account.sudo().sync_error)

    # === UPGRADE === #

    def migrate(self):
        """Run the script as an upgrade does."""
        self.run_migration("19.0.1.1.0/post-income.py", "19.0.1.0.0")

    def forget(self):
        """Let the rows be as they were before the upgrade."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE kash_stripe_balance_transaction SET income_line_id = NULL,"
            " income_base = NULL, income_taxes = NULL, own_amount = NULL"
        )
        self.env.invalidate_all()

    def remembered(self):
        """Return what each row knows of its income."""
        return {
            row.txn_id: (row.income_line_id, row.income_base, row.income_taxes)
            for row in self.rows()
        }

    def test_the_upgrade_fills_what_was_booked_before(self):
        """From the entries; a second run changes nothing."""
        self.sell()
        self.sell(2200)
        self.next_day()
        self.set_tax(False)
        self.sell(5500)
        self.stripe.book(self.acct.id, type="stripe_fee", amount=-500)
        self.booked()
        before = self.remembered()
        self.forget()
        self.migrate()
        self.assertEqual(self.remembered(), before)
        self.migrate()
        self.assertEqual(self.remembered(), before)

    def test_what_was_booked_before_the_upgrade_is_taken_back_as_declared(self):
        """The road of the issue, across it."""
        charge = self.sell()
        self.booked()
        self.forget()
        self.migrate()
        self.set_tax(self.make_tax(20.0))
        self.stripe.refund(charge)
        self.booked()
        self.assertDeclared(*SALE, *REFUND)

    def test_the_upgrade_divides_a_line_that_sale_and_refund_shared(self):
        """A sale of 110.00 less a refund of 55.00 stood as 50.00 and 5.00."""
        charge = self.sell()
        self.stripe.refund(charge, 5500)
        self.booked()
        self.forget()
        part = self.tax.invoice_repartition_line_ids[-1]
        shared = [
            {"account_id": self.income.id, "tax_ids": self.tax.ids, "balance": -50.0},
            {
                "account_id": part.account_id.id,
                "tax_repartition_line_id": part.id,
                "balance": -5.0,
            },
            {"account_id": self.account.clearing_account_id.id, "balance": 55.0},
        ]
        plain = self.env["account.move"].with_context(skip_invoice_sync=True)
        entry = plain.create({"line_ids": [Command.create(vals) for vals in shared]})
        self.rows().sudo().entry_id = entry
        self.migrate()
        figures = [(row.income_base, row.income_tax) for row in self.rows()]
        self.assertEqual(sorted(figures), [(-50.0, -5.0), (100.0, 10.0)])
        self.assertEqual(self.rows().income_line_id, entry.line_ids[0])
