# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money of no invoice here, converted: given back in full, nothing of it is left."""

from odoo import Command
from odoo.tests import tagged

from .common import KashStripeConnected


class Converted(KashStripeConnected):
    """A shop paid in dollars; its customers pay 10.00 euros, which are 13.56 then."""

    def set_stage(self):
        super().set_stage()
        self.stripe.settle_in(self.acct, ["usd"])
        self.stripe.settings.rates["eur"] = "1.35576"

    def sell(self):
        """Take a payment that no invoice here knows of; return its charge."""
        charge = self.stripe.charge_elsewhere(self.acct, amount=1000, currency="eur")
        self.booked()
        return charge["id"]

    def give_back(self, charge, amount=None):
        """Refund (a part of) it the next day; Stripe's rate is worse that way."""
        self.stripe.clock.advance(days=1)
        refund = self.stripe.refund(charge, amount)
        self.booked()
        return refund["id"]

    def booked(self):
        """Sync from the emulator's beginning; every row is recorded."""
        self.stripe.settle()
        self.read_until("2025-11-22")
        self.sync()
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})

    # === ASSERTIONS === #

    def exchange(self, until="9999-12-31"):
        """Return what the rates cost by the end of a day, in all entries."""
        company = self.company
        accounts = company.income_currency_exchange_account_id
        accounts |= company.expense_currency_exchange_account_id
        [[total]] = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", accounts.ids),
                ("parent_state", "=", "posted"),
                ("date", "<=", until),
            ],
            aggregates=["balance:sum"],
        )
        return round(total or 0.0, 2)

    def receipts(self):
        """Return the posted lines of Unallocated Stripe Receipts."""
        return self.env["account.move.line"].search(
            [
                ("account_id", "=", self.account.unallocated_account_id.id),
                ("parent_state", "=", "posted"),
            ]
        )

    def open_amount(self):
        """Return what stands open on Unallocated Stripe Receipts."""
        return round(sum(self.receipts().mapped("amount_residual")), 2)

    def assertNothingOpen(self):
        """Assert that Unallocated is at nothing in both currencies, all matched."""
        lines = self.receipts()
        self.assertEqual(sum(lines.mapped("amount_residual")), 0.0)
        self.assertEqual(sum(lines.mapped("amount_residual_currency")), 0.0)
        self.assertEqual(round(sum(lines.mapped("balance")), 2), 0.0)
        self.assertEqual(round(sum(lines.mapped("amount_currency")), 2), 0.0)
        self.assertTrue(all(lines.mapped("reconciled")))


@tagged("post_install", "-at_install", "-standard", "long")
class TestConverted(Converted):
    def test_refunded_in_full_the_rest_is_the_rates_doing(self):
        """13.56 came, 13.83 went: 0.27 are a loss of the refund's day."""
        charge = self.sell()
        self.assertEqual(self.ledger()["unallocated"], -13.56)
        self.give_back(charge)
        self.assertNothingOpen()
        self.assertEqual(self.exchange(), 0.27)
        self.assertEqual(self.exchange(until="2025-11-22"), 0.0)
        self.assertEqual(self.ledger(until="2025-11-22")["unallocated"], -13.56)
        self.assertEqual(self.ledger(until="2025-11-23")["unallocated"], 0.0)
        self.assertClearingIsStripes()

    def test_what_closes_it_is_an_entry_of_the_stripe_journal(self):
        """And moves no clearing: Stripe knows nothing of it."""
        self.give_back(self.sell())
        refund = self.rows().filtered(lambda row: row.type == "refund")
        entry = refund.rest_move_id
        self.assertEqual(entry.journal_id, self.account.journal_id)
        self.assertEqual(sorted(entry.line_ids.mapped("balance")), [-0.27, 0.27])
        self.assertNotIn(self.account.clearing_account_id, entry.line_ids.account_id)

    def test_at_a_better_rate_it_is_a_gain(self):
        """The euro fell meanwhile."""
        charge = self.sell()
        self.stripe.settings.conversion_spread = 0
        self.stripe.settings.rates["eur"] = "1.3"
        self.give_back(charge)
        self.assertNothingOpen()
        self.assertEqual(self.exchange(), -0.56)

    def test_refunded_in_part_it_is_left_alone_until_it_is_the_whole(self):
        """Who knows what becomes of the rest."""
        charge = self.sell()
        self.give_back(charge, 500)
        self.assertEqual(self.open_amount(), -6.64)
        self.assertEqual(self.exchange(), 0.0)
        self.give_back(charge, 500)
        self.assertNothingOpen()
        self.assertEqual(self.exchange(until="2025-11-23"), 0.0)
        self.assertEqual(self.exchange(until="2025-11-24"), 0.28)

    def test_sold_and_refunded_on_one_day(self):
        """One entry of that day, and what closes it."""
        made = self.stripe.charge_elsewhere(self.acct, amount=1000, currency="eur")
        self.stripe.settle()
        self.stripe.refund(made["id"])
        self.booked()
        self.assertNothingOpen()
        self.assertEqual(self.exchange(until="2025-11-22"), 0.27)

    def test_a_refund_that_failed_takes_it_back(self):
        """The money is here again; refunded once more, it is closed once more."""
        charge = self.sell()
        refund = self.give_back(charge)
        self.stripe.clock.advance(days=1)
        self.stripe.fail_refund(refund)
        self.booked()
        self.assertEqual(self.ledger()["unallocated"], -13.56)
        self.assertEqual(self.open_amount(), -13.56)
        found = [self.exchange(until=f"2025-11-{day}") for day in (22, 23, 24)]
        self.assertEqual(found, [0.0, 0.27, 0.0])
        self.give_back(charge)
        self.assertNothingOpen()
        self.assertEqual(self.exchange(), 0.27)

    def test_it_leaves_the_account_and_partner_of_the_charges_line(self):
        """A person moved it: the refund followed it there, and so does the rest."""
        charge = self.sell()
        line, other = self.receipts(), self.other_account(reconcile=True)
        line.move_id.button_draft()
        line.write({"account_id": other.id, "partner_id": self.customer.id})
        line.move_id.action_post()
        self.give_back(charge)
        lines = self.env["account.move.line"].search([("account_id", "=", other.id)])
        self.assertEqual(len(lines), 3)
        self.assertEqual(lines.partner_id, self.customer)
        self.assertEqual(round(sum(lines.mapped("balance")), 2), 0.0)
        self.assertTrue(all(lines.mapped("reconciled")))

    def test_what_a_person_matched_otherwise_is_left_alone(self):
        """The receipt paid something: what was given back is theirs to sort out."""
        charge = self.sell()
        line = self.receipts()
        vals = [
            {"account_id": line.account_id.id, "debit": 13.56},
            {"account_id": self.other_account().id, "credit": 13.56},
        ]
        used = self.env["account.move"].create(
            {"line_ids": [Command.create(each) for each in vals]}
        )
        used.action_post()
        (line | used.line_ids[0]).reconcile()
        self.give_back(charge)
        self.assertEqual(self.exchange(), 0.0)
        self.assertEqual(self.open_amount(), 13.83)

    def test_without_an_account_for_it_the_refund_stops_and_says_so(self):
        """Nothing is guessed, and the sync goes on."""
        charge = self.sell()
        self.company.sudo().expense_currency_exchange_account_id = False
        self.stripe.refund(charge)
        self.stripe.settle()
        self.read_until("2025-11-22")
        self.sync()
        refund = self.rows().filtered(lambda row: row.type == "refund")
        self.assertEqual(refund.state, "stopped")
        self.assertIn("exchange differences", refund.reason)
        self.assertFalse(self.account.sudo().sync_error)

    def test_what_is_undone_is_shown_with_it(self):
        """Two entries: the refund's, and what closed the rest."""
        self.give_back(self.sell())
        refund = self.rows().filtered("rest_move_id")
        _lines, count = self.env["kash.stripe.reversal"]._preview_undo(refund)
        self.assertEqual(count, 2)

    def test_what_somebody_took_back_is_not_taken_back_again(self):
        """The run keeps the refund, and says that a person changed it."""
        self.give_back(self.sell())
        refund = self.rows().filtered("rest_move_id")
        refund.rest_move_id._reverse_moves(cancel=True)
        free, _left = self.env["kash.stripe.reversal"]._undo_plan(self.account, refund)
        self.assertFalse(free)

    def test_recorded_again_a_rest_that_stands_is_not_closed_twice(self):
        """Only the refund's entry was reversed."""
        self.give_back(self.sell())
        cost = self.exchange()
        refund = self.rows().filtered("rest_move_id")
        refund.entry_id._reverse_moves(cancel=True)
        refund.action_record_again()
        self.assertEqual(self.exchange(), cost)
        self.assertEqual(self.open_amount(), 0.0)

    def test_undo_and_sync_close_it_again(self):
        """The same at every date, whichever run is taken back."""
        charge = self.sell()
        self.give_back(charge)
        for kind in ("charge", "refund"):
            with self.subTest(kind=kind):
                run = self.rows().filtered(lambda row, k=kind: row.type == k).run_id
                action = run.action_undo()
                self.env[action["res_model"]].browse(action["res_id"]).action_undo()
                self.booked()
                self.assertNothingOpen()
                self.assertEqual(self.exchange(until="2025-11-22"), 0.0)
                self.assertEqual(self.exchange(), 0.27)


@tagged("post_install", "-at_install", "-standard", "long")
class TestConvertedAbroad(Converted):
    """The shop is paid in Canadian dollars; its books are in another currency."""

    def set_stage(self):
        super().set_stage()
        self.stripe.settle_in(self.acct, ["cad"])
        self.stripe.settings.rates.update(eur="1.35576", cad="1")
        self.quote("cad", {"2025-01-01": 1.25, "2025-11-23": 1.3})

    def test_nothing_is_left_in_either_currency(self):
        """13.56 CAD came when they were 10.85, 13.83 CAD went, which are 10.64."""
        charge = self.sell()
        self.assertEqual(self.ledger()["unallocated"], -10.85)
        self.give_back(charge)
        lines = self.receipts()
        self.assertTrue(all(lines.mapped("reconciled")))
        self.assertEqual(sum(lines.mapped("amount_residual")), 0.0)
        self.assertEqual(sum(lines.mapped("amount_residual_currency")), 0.0)
        self.assertEqual(round(sum(lines.mapped("balance")), 2), 0.0)
        self.assertEqual(round(sum(lines.mapped("amount_currency")), 2), 0.0)
        self.assertEqual(self.exchange(), -0.21)
        self.assertEqual(self.exchange(until="2025-11-22"), 0.0)
