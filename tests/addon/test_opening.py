# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The opening balance: what Stripe held before the first row, once, by a person."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import KashStripeConnected, by_pytest_too


class OpeningCase(KashStripeConnected):
    """Builders of what was there before the books begin."""

    def set_stage(self):
        super().set_stage()
        self.equity = self.other_account(
            name="Opening", code="301777", account_type="equity"
        )

    # === BUILDERS === #

    def before(self, amount=10000, **details):
        """Take a payment on 22 November, before the books begin."""
        charge = self.stripe.charge_elsewhere(self.acct, amount=amount, **details)
        self.stripe.settle()
        return charge

    def begin(self):
        """Let the books begin with 24 November in New York; two days pass."""
        self.account.sudo().mirror_start = "2025-11-24 05:00:00"
        self.read_until("2025-11-24")
        self.stripe.clock.advance(days=2)

    def dialog(self):
        """Press *Opening Balance*."""
        action = self.account.action_opening()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard.counterpart_id = self.equity
        return wizard

    def record(self):
        """Look at it, record it; return the entry."""
        wizard = self.dialog()
        wizard.action_preview()
        self.assertFalse(wizard.error)
        wizard.action_record()
        return self.account.opening_move_id

    def ledger(self, until="9999-12-31"):
        """Return the ledger with the counterpart and what is in process."""
        found = super().ledger(until)
        for role, account in {
            "equity": self.equity,
            "in_process": self.account.in_process_account_id,
        }.items():
            [[total]] = self.env["account.move.line"]._read_group(
                [
                    ("account_id", "=", account.id),
                    ("parent_state", "=", "posted"),
                    ("date", "<=", until),
                ],
                aggregates=["balance:sum"],
            )
            found[role] = round(total or 0.0, 2)
        return found

    def rewind(self):
        """Let Odoo read again: Stripe's clock of the tests is not ours."""
        self.read_until("2025-11-24")

    def by_hand(self, amount, ledger=None, **line):
        """Post an entry on clearing, of 20 November: the accountant's own."""
        ledger = ledger or self.account.clearing_account_id
        move = self.env["account.move"].create(
            {
                "date": "2025-11-20",
                "line_ids": [
                    Command.create(
                        {"account_id": ledger.id, "balance": amount, **line}
                    ),
                    Command.create({"account_id": self.equity.id, "balance": -amount}),
                ],
            }
        )
        move.action_post()
        return move

    def proofs(self, day=date(2025, 11, 24)):
        """Sync and prove a day; return {currency: its proof}."""
        self.rewind()
        self.sync()
        account = self.account.sudo()
        proofs = self.env["kash.stripe.proof"].sudo()._prove(account, [day])
        return {proof.currency_code: proof for proof in proofs}


@tagged("post_install", "-at_install")
class TestOpening(OpeningCase):
    # === THE PROMISE === #

    def test_clearing_holds_what_stripe_holds_from_the_first_day_on(self):
        """What was there before is given by the account the person picks."""
        self.before(10000)
        self.begin()
        self.stripe.charge_elsewhere(self.acct, amount=5000)
        self.stripe.settle()
        move = self.record()
        self.sync()
        self.assertLedger(
            {
                "clearing": 144.05 + 1.0,
                "fees": 1.75,
                "unallocated": -50.0,
                "equity": -96.8,
            }
        )
        self.assertClearingIsStripes()
        self.assertEqual(move.date, date(2025, 11, 23))
        self.assertEqual(self.account.opening_minor, 9680)
        self.assertEqual(self.account.opening_day, date(2025, 11, 23))

    @by_pytest_too
    def test_the_preview_shows_each_account_and_posts_nothing(self):
        """Before, change and after, as recording will leave them."""
        self.before(10000)
        self.begin()
        wizard = self.dialog()
        wizard.action_preview()
        shown = {line.account: line.change for line in wizard.effect_ids}
        self.assertEqual(sorted(shown.values()), [-96.8, 96.8])
        self.assertEqual(wizard.part_ids.mapped("opening"), [96.8])
        self.assertLedger({})
        self.assertFalse(self.account.opening_move_id)

    def test_payouts_in_transit_and_pending_debits_stand_apart(self):
        """Paid out and not arrived; counted by Stripe and not yet sure."""
        self.stripe.settings.payout_days = 10
        self.before(10000)
        self.stripe.add_bank_account(self.acct.id)
        self.account.sudo().mirror_start = "2025-11-29 05:00:00"
        self.read_until("2025-11-29")
        self.stripe.settings.debit_days = 30
        self.stripe.clock.advance(days=6)
        self.stripe.charge_elsewhere(self.acct, amount=20000, method="us_bank_account")
        self.stripe.settle()
        held = self.stripe.balance(self.acct.id, "usd")
        in_transit = sum(
            payout["amount"]
            for payout in self.stripe.objects("payout", self.acct.id)
            if payout["status"] != "paid"
        )
        self.assertTrue(in_transit)
        self.stripe.clock.advance(days=4)
        self.record()
        ledger = self.ledger()
        total = (held["available"] + held["pending"]) / 100
        self.assertEqual(ledger["clearing"], total)
        self.assertEqual(ledger["in_transit"], in_transit / 100)
        self.assertEqual(ledger["in_process"], -200.0)
        self.assertEqual(ledger["equity"], round(200.0 - total - in_transit / 100, 2))

    def test_what_clearing_holds_already_is_not_recorded_twice(self):
        """The accountant had entered a part by hand."""
        self.before(10000)
        self.begin()
        self.by_hand(90.0)
        self.record()
        # The builder counts the addon's own entries on clearing.
        self.assertLedger({"clearing": 6.8, "equity": -96.8})
        self.assertEqual(self.account.opening_minor, 9680)
        self.assertEqual(self.account.opening_held_minor, 9000)

    # === THE PROOF === #

    def test_what_was_entered_by_hand_before_is_no_difference(self):
        """The opening counts on it: both together are what Stripe held."""
        self.before(10000)
        self.begin()
        self.by_hand(90.0)
        self.record()
        proof = self.proofs()["usd"]
        self.assertFalse(proof.difference_ids)
        self.assertEqual((proof.colour, proof.ledger_minor), ("green", 9680))

    def test_what_was_entered_by_hand_and_comes_to_nothing_is_no_difference(self):
        """Two entries that cancel were there when the opening was made."""
        self.before(10000)
        self.begin()
        self.by_hand(90.0)
        self.by_hand(-90.0)
        self.record()
        proof = self.proofs()["usd"]
        self.assertFalse(proof.difference_ids)
        self.assertEqual(proof.colour, "green")

    def test_what_was_entered_by_hand_and_taken_back_later_is_one_line(self):
        """It leads to the entry that the opening counted on."""
        self.before(10000)
        self.begin()
        by_hand = self.by_hand(90.0)
        self.record()
        by_hand._reverse_moves([{"date": by_hand.date}], cancel=True)
        proof = self.proofs()["usd"]
        line = proof.difference_ids
        self.assertEqual((proof.colour, line.kind), ("amber", "opening"))
        self.assertEqual((line.amount, line.record), (9000, by_hand))

    def test_what_is_entered_by_hand_later_has_a_line_of_its_own(self):
        """The opening knew nothing of it."""
        self.before(10000)
        self.begin()
        self.by_hand(90.0)
        self.record()
        later = self.by_hand(5.0)
        line = self.proofs()["usd"].difference_ids
        self.assertEqual((line.kind, line.amount, line.record), ("no_row", -500, later))

    def test_an_opening_of_nothing_that_takes_off_what_was_there_is_green(self):
        """Stripe held nothing, the books did."""
        self.begin()
        self.by_hand(90.0)
        self.record()
        proof = self.proofs()["usd"]
        self.assertEqual((proof.colour, proof.ledger_minor), ("green", 0))

    # === NOT RECORDED YET === #

    def test_an_opening_not_recorded_yet_is_named_and_opens_its_dialog(self):
        """The program offers exactly that figure: it is no riddle."""
        self.before(10000)
        self.begin()
        proof = self.proofs()["usd"]
        line = proof.difference_ids
        self.assertEqual((proof.colour, line.kind), ("amber", "no_opening"))
        self.assertEqual((line.step, line.amount), ("mirror", 9680))
        self.assertFalse(self.activities("unexplained"))
        action = line.sudo(False).action_open()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(wizard.part_ids.opening, 96.8)
        wizard.counterpart_id = self.equity
        wizard.action_record()
        self.assertEqual((proof.colour, proof.ledger_minor), ("green", 9680))

    def test_money_without_a_row_is_red_beside_an_opening_not_recorded(self):
        """What was held is measured once: later differences are none of it."""
        self.before(10000)
        self.begin()
        self.proofs()
        self.stripe.charge_elsewhere(self.acct, amount=5000)
        self.stripe.settle()
        self.sync()
        proof = self.account.proof_id
        self.assertEqual((proof.colour, proof.unexplained_mirror), ("red", 4825))
        self.assertEqual(proof.difference_ids.mapped("kind"), ["no_opening"])

    def test_before_its_date_an_opening_is_recorded_on_a_later_one(self):
        """A day before the books began has no riddle either."""
        self.before(10000)
        self.begin()
        move = self.record()
        proof = self.proofs(date(2025, 11, 22))["usd"]
        line = proof.difference_ids
        self.assertEqual(
            (proof.colour, line.kind, line.amount), ("amber", "later", 9680)
        )
        self.assertEqual(line.action_open()["res_id"], move.id)

    def test_an_opening_that_was_reversed_is_not_recorded(self):
        """Its name leads to the dialog again."""
        self.before(10000)
        self.begin()
        move = self.record()
        move._reverse_moves([{"date": move.date}], cancel=True)
        proof = self.proofs()["usd"]
        named = proof.difference_ids.mapped(lambda line: (line.kind, line.amount))
        self.assertEqual((proof.colour, named), ("amber", [("no_opening", 9680)]))

    # === ONCE === #

    def test_a_second_opening_is_refused(self):
        """And so is an import that would make the first one wrong."""
        self.before()
        self.begin()
        self.record()
        with self.assertRaisesRegex(UserError, "Reverse"):
            self.account.action_opening()
        with self.assertRaisesRegex(UserError, "Reverse"):
            self.account.sudo()._open_import(date(2025, 11, 1))
        self.assertTrue(self.account.opening_stands)

    def test_after_its_entry_was_reversed_it_is_recorded_anew(self):
        """The books are as if the first had not been."""
        self.before()
        self.begin()
        move = self.record()
        move._reverse_moves([{"date": move.date}], cancel=True)
        self.assertFalse(self.account.opening_stands)
        self.assertEqual(self.account.sudo()._opening(date(2025, 11, 24)), 0)
        second = self.record()
        self.assertNotEqual(second, move)
        self.assertLedger({"clearing": 193.6, "equity": -96.8})

    def test_nothing_is_offered_where_stripe_held_nothing(self):
        """Most accounts that were made for this."""
        self.begin()
        self.stripe.charge_elsewhere(self.acct, amount=5000)
        self.stripe.settle()
        answer = self.account.action_opening()
        self.assertIn("Nothing to record", answer["params"]["message"])

    # === GUARDS === #

    def test_where_the_day_before_is_locked_it_stands_on_the_first_day(self):
        """Odoo would have dated it otherwise in silence."""
        self.before()
        self.begin()
        self.company.sudo().fiscalyear_lock_date = "2025-11-23"
        self.assertEqual(self.record().date, date(2025, 11, 24))

    def test_where_both_days_are_locked_it_is_refused(self):
        """Held, not re-dated."""
        self.before()
        self.begin()
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        with self.assertRaisesRegex(UserError, "locked"):
            self.account.action_opening()

    def test_nobodys_open_items_give_an_opening_balance(self):
        """Nor does clearing itself."""
        self.before()
        self.begin()
        wizard = self.dialog()
        for refused in (
            self.company_data["default_account_receivable"],
            self.company_data["default_account_payable"],
            self.account.clearing_account_id,
        ):
            wizard.counterpart_id = refused
            wizard.action_preview()
            self.assertIn("cannot give", wizard.error)
            with self.assertRaisesRegex(UserError, "cannot give"):
                wizard.action_record()

    def test_it_waits_until_everything_is_read(self):
        """A half read history would count as opening balance."""
        self.before()
        self.begin()
        self.account.sudo()._open_import(date(2025, 11, 1))
        with self.assertRaisesRegex(UserError, "already"):
            self.account.action_opening()

    def test_money_that_moves_meanwhile_changes_nothing(self):
        """Balance and rows move together."""
        self.before()
        self.begin()
        wizard = self.dialog()
        self.stripe.charge_elsewhere(self.acct, amount=7000)
        self.stripe.settle()
        self.rewind()
        wizard.action_record()
        self.assertEqual(self.rows().amount, 7000)
        self.assertEqual(self.account.opening_minor, 9680)

    def test_what_undoes_something_of_before_stands_in_suspense(self):
        """There is nothing here it could take back."""
        charge = self.before()
        self.begin()
        self.record()
        self.stripe.refund(charge["id"])
        self.stripe.settle()
        self.rewind()
        self.sync()
        self.assertEqual(self.ledger()["suspense"], 100.0)
        self.assertClearingIsStripes()

    def test_it_is_for_accounting_managers(self):
        """It says what the company owned."""
        clerk = self.colleague("clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.account.with_user(clerk).action_opening()
