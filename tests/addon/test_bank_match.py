# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Payouts on the bank statement: found, proposed, matched."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_payout import KashStripePayouts


@tagged("post_install", "-at_install")
class TestBankMatch(KashStripePayouts):
    def set_stage(self):
        super().set_stage()
        self.bank = self.company_data["default_journal_bank"]
        self.arrive(self.paid_out(10000))
        self.booked()

    def payout(self):
        self.env.invalidate_all()
        return self.payouts()[:1]

    def bank_line(self, amount=96.8, label="STRIPE TRANSFER", days=0, **vals):
        """Import a line of the bank's statement, some days after the arrival."""
        return self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank.id,
                "date": self.payout().arrival_date + timedelta(days=days),
                "payment_ref": label,
                "amount": amount,
                **vals,
            }
        )

    def proposed(self, payout=None):
        return (payout or self.payout()).bank_line_ids

    def match(self, line, user=None):
        return (
            line.with_user(user or self.env.user)
            .with_context(kash_stripe_payout_id=self.payout().id)
            .action_kash_stripe_match()
        )

    # === PROPOSED === #

    def test_a_line_of_the_same_amount_about_that_day_is_proposed(self):
        """Others are not."""
        near = self.bank_line(label="ACH CREDIT", days=2)
        self.bank_line(96.81)
        self.bank_line(label="ACH CREDIT", days=20)
        self.assertEqual(self.proposed(), near)

    def test_a_line_that_names_stripe_is_proposed_weeks_later(self):
        """Banks can be slow; the name speaks for it."""
        late = self.bank_line(label="Stripe Inc", days=20)
        self.assertEqual(self.proposed(), late)

    def test_the_banks_reference_outdoes_everything(self):
        """Only the line that carries it is proposed then."""
        self.bank_line()
        traced = self.bank_line(label=f"ACH {self.payout().trace}", days=3)
        self.assertEqual(self.proposed(), traced)

    # === MATCHED === #

    def test_a_person_matches_a_proposal(self):
        """Nothing of the payout stays in transit; the line is reconciled."""
        keeper = self.colleague("keeper", "account.group_account_manager")
        line = self.bank_line()
        self.match(line, user=keeper)
        self.assertTrue(line.is_reconciled)
        self.assertTrue(self.payout().transit_line_ids.reconciled)
        self.assertFalse(self.payout().in_transit)
        self.assertFalse(self.proposed())

    def test_by_itself_only_when_asked_to(self):
        """Off, it is proposed and no more."""
        line = self.bank_line()
        self.sync()
        self.assertFalse(line.is_reconciled)
        self.company.sudo().kash_stripe_match_bank = True
        self.sync()
        self.assertTrue(line.is_reconciled)

    def test_two_lines_that_fit_are_left_to_a_person(self):
        """Never guessed."""
        self.company.sudo().kash_stripe_match_bank = True
        lines = self.bank_line() | self.bank_line(days=1)
        self.sync()
        self.assertEqual(lines.mapped("is_reconciled"), [False, False])
        self.assertEqual(self.proposed(), lines)

    def test_two_payouts_that_fit_are_left_to_a_person(self):
        """The same amount on the next day."""
        self.arrive(self.paid_out(10000))
        self.company.sudo().kash_stripe_match_bank = True
        line = self.bank_line()
        self.booked()
        self.assertEqual(set(self.payouts().mapped("total")), {96.8})
        self.assertFalse(line.is_reconciled)

    def test_an_amount_alone_is_not_enough_to_match_by_itself(self):
        """A customer may have paid as much that day."""
        self.company.sudo().kash_stripe_match_bank = True
        line = self.bank_line(label="WIRE A. READER")
        self.sync()
        self.assertFalse(line.is_reconciled)
        self.assertEqual(self.proposed(), line)

    def test_a_payout_that_came_back_is_matched_with_the_banks_return(self):
        """First what arrived, then what the bank took again."""
        self.company.sudo().kash_stripe_match_bank = True
        arrived = self.bank_line()
        self.sync()
        self.stripe.fail_payout(self.payout().payout_id)
        self.booked()
        back = self.bank_line(-96.8, label="STRIPE RETURN", days=4)
        self.sync()
        self.assertTrue(arrived.is_reconciled and back.is_reconciled)
        self.assertEqual(self.ledger()["in_transit"], 0.0)
        self.assertFalse(self.payout().in_transit)

    def test_a_payout_in_another_currency_is_matched_in_it(self):
        """Nothing stays in transit, though the rate of the bank's day is another."""
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].create(
            [
                {"name": day, "currency_id": euro.id, "rate": rate}
                for day, rate in (("2025-11-01", 0.8), ("2025-12-01", 0.9))
            ]
        )
        bank = self.bank.copy({"currency_id": euro.id})
        self.stripe.book(self.acct, type="stripe_fee", amount=8000, currency="eur")
        self.stripe.add_bank_account(self.acct.id, currency="eur")
        payout_id = self.stripe.payout(self.acct.id, 8000, "eur")["id"]
        self.arrive(payout_id)
        self.stripe.settle()
        self.read_until("2025-11-22", "rows", "payouts")
        self.sync()
        payout = self.payouts().filtered(lambda p: p.payout_id == payout_id)
        self.assertEqual(payout.transit_line_ids.amount_currency, 80.0)
        line = self.bank_line(80.0, journal_id=bank.id, days=5)
        payout._book_match(payout.transit_line_ids, line.sudo())
        self.assertTrue(line.is_reconciled)
        self.assertTrue(payout.transit_line_ids.reconciled)

    # === REFUSED === #

    def test_a_line_of_a_locked_day_is_left_alone(self):
        """Its entry would be changed."""
        line = self.bank_line()
        # Odoo refuses to lock open statement lines; an import may come in between.
        self.env.cr.execute(
            "UPDATE res_company SET fiscalyear_lock_date = %s WHERE id = %s",
            [line.date, self.company.id],
        )
        self.company.invalidate_recordset(["fiscalyear_lock_date"])
        with self.assertRaisesRegex(UserError, "locked"):
            self.match(line)
        self.company.sudo().kash_stripe_match_bank = True
        self.sync()
        self.assertFalse(self.account.sync_error)
        self.assertFalse(line.is_reconciled)

    def test_a_line_that_is_not_proposed_is_refused(self):
        """The button is for what stands in the list."""
        with self.assertRaisesRegex(UserError, "not of that payout"):
            self.match(self.bank_line(12.0))

    def test_matching_is_for_those_who_keep_the_books(self):
        """A clerk sees the proposal and cannot press."""
        clerk = self.colleague("clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.match(self.bank_line(), user=clerk)
