# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One charge over several documents, or over a part of one: what it books.

Each act is done to all kinds of charges at once; a table says what is open then.
"""

from datetime import date

from odoo import Command
from odoo.tests import tagged

from .test_cash_basis import CashBasis
from .test_undo import UndoCase


class Parts(UndoCase):
    """Builders of charges, and what is open of their documents."""

    def set_stage(self):
        super().set_stage()
        self.give_debits()
        self.cases = {}

    # === BUILDERS === #

    def note(self, amount=20.0, **vals):
        """Make a credit note that corrects no invoice here."""
        return self.invoice(amount, move_type="out_refund", **vals)

    def receipt(self, amount=20.0):
        """Record a payment by transfer that pays nothing yet."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": amount,
                "date": "2025-11-03",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment.move_id

    def instalments(self, amount, *days):
        """Make an invoice due in equal parts, so many days after November 1."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "In parts",
                "line_ids": [
                    Command.create(
                        {
                            "value": "percent",
                            "value_amount": share,
                            "nb_days": nb_days,
                        }
                    )
                    for nb_days, share in zip(days, (33.33, 33.33, 33.34), strict=True)
                ],
            }
        )
        return self.invoice(amount, invoice_payment_term_id=terms.id)

    def second_receivable(self):
        """Return another account on which customers owe."""
        return self.other_account(
            code="101212", account_type="asset_receivable", reconcile=True
        )

    def invoice_on(self, ledger, amount):
        """Make an invoice that is owed on an account of its own."""
        move = self.invoice(amount, post=False)
        move.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        ).account_id = ledger
        move.action_post()
        return move

    def ask(self, *parts):
        """Begin a payment of several documents; return the attempt.

        :param parts: (document, amount, discount) each; what is netted is negative
        """
        first = parts[0][0]
        attempt = self.press_pay(first)
        rows = [self.part_vals(*part) for part in parts]
        total = sum(vals["amount"] for vals in rows)
        attempt.sudo().write(
            {
                "amount": total,
                "invoice_ids": [
                    Command.set([v["move_id"] for v in rows if v["amount"] > 0])
                ],
                "kash_stripe_allocation_ids": [
                    Command.clear(),
                    *map(Command.create, rows),
                ],
            }
        )
        self.stripe.tamper(
            attempt.kash_stripe_session_id, amount_total=round(total * 100)
        )
        return attempt

    def part_vals(self, move, amount, discount=0.0):
        return {
            "move_id": move.id,
            "move_name": move.name,
            "company_id": move.company_id.id,
            "currency_id": move.currency_id.id,
            "amount": amount,
            "discount": discount,
            "discount_until": "2025-11-27" if discount else False,
            "line_id": self.open_item(move).id if amount < 0 else False,
            "account_id": self.open_item(move).account_id[:1].id,
        }

    def open_item(self, move):
        return move.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )

    def begin_all(self):
        """Begin a payment of each kind: {kind: (attempt, its documents)}."""
        wholly, part, own, late = (
            self.discounted_invoice(),
            self.instalments(90.0, 0, 30, 60),
            self.invoice(100.0),
            self.instalments(90.0, 0, 10, 90),
        )
        one, two, note = self.invoice(100.0), self.invoice(50.0), self.note()
        less, more = self.discounted_invoice(), self.invoice(50.0)
        here = self.invoice(80.0)
        there = self.invoice_on(self.second_receivable(), 50.0)
        asked = {
            "instalment": [(part, 30.0)],
            "overdue": [(late, 60.0)],
            "own amount": [(own, 45.0)],
            "discount": [(wholly, 98.0, 2.0)],
            "netted": [(one, 100.0), (two, 50.0), (note, -20.0)],
            "discounts": [(less, 98.0, 2.0), (more, 50.0)],
            "accounts": [(here, 80.0), (there, 50.0)],
        }
        self.cases = {
            kind: (self.ask(*parts), [move for move, *_amounts in parts])
            for kind, parts in asked.items()
        }

    # === ACTS === #

    def pay_all(self, **customer):
        for attempt, _moves in self.cases.values():
            self.stripe.pay(attempt.kash_stripe_session_id, **customer)
        self.settle()

    def charges(self):
        return {
            kind: attempt.kash_stripe_charge_id
            for kind, (attempt, _moves) in self.cases.items()
        }

    def refund_all(self, amount=None):
        for charge in self.charges().values():
            self.stripe.refund(charge, amount)
        self.settle()

    def dispute_all(self, amounts=None):
        """Let banks dispute all payments, or so much of some."""
        made = [
            self.stripe.dispute(charge, **({"amount": amounts[k]} if amounts else {}))
            for k, charge in self.charges().items()
            if not amounts or k in amounts
        ]
        self.settle()
        return [dispute["id"] for dispute in made]

    # === ASSERTIONS === #

    def open_amounts(self):
        """Return {kind: what is open of each of its documents}."""
        self.env.invalidate_all()
        return {
            kind: [self.open_of(move) for move in moves]
            for kind, (_attempt, moves) in self.cases.items()
        }

    def open_of(self, move):
        lines = self.open_item(move)
        return abs(round(sum(lines.mapped("amount_residual")), 2))

    def assertOpen(self, **changed):
        """Assert what is open of each document; kinds left out: what payment left."""
        self.assertEqual(self.open_amounts(), {**PAID, **_spaced(changed)})

    def assertNothingElse(self, credit=0.0):
        """Assert that the customer's account has nothing open but the documents."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.customer.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ]
        )
        ours = self.env["account.move"]
        for _attempt, moves in self.cases.values():
            ours = ours.concat(ours, *moves)
        others = lines.filtered(lambda line: line.move_id not in ours)
        self.assertEqual(round(sum(others.mapped("amount_residual")), 2), credit)
        self.assertClearingIsStripes()

    def paid_lines(self, kind):
        """Return [(balance, invoice it is matched with)] of a payment."""
        attempt, _moves = self.cases[kind]
        lines = self.open_item(attempt.payment_id.move_id).sorted("id")
        return [
            (line.balance, line.matched_debit_ids.debit_move_id.move_id.mapped("name"))
            for line in lines
        ]


# What is open once each was paid
PAID = {
    "instalment": [60.0],
    "overdue": [30.0],
    "own amount": [55.0],
    "discount": [0.0],
    "netted": [0.0, 0.0, 0.0],
    "discounts": [0.0, 0.0],
    "accounts": [0.0, 0.0],
}
# What is open once all of it was taken back: what was netted stays so, and what was
# granted stays granted.
TAKEN_BACK = {
    "instalment": [90.0],
    "overdue": [90.0],
    "own_amount": [100.0],
    "discount": [98.0],
    "netted": [80.0, 50.0, 0.0],
    "discounts": [98.0, 50.0],
    "accounts": [80.0, 50.0],
}
# What is open as if nobody had paid
UNPAID = {
    "instalment": [90.0],
    "overdue": [90.0],
    "own_amount": [100.0],
    "discount": [100.0],
    "netted": [100.0, 50.0, 20.0],
    "discounts": [100.0, 50.0],
    "accounts": [80.0, 50.0],
}


def _spaced(kinds):
    return {kind.replace("_", " "): amounts for kind, amounts in kinds.items()}


@tagged("post_install", "-at_install")
class TestPartsByCard(Parts):
    def set_stage(self):
        super().set_stage()
        self.begin_all()
        self.before = self.trial_balance()
        self.pay_all()

    def reopening(self):
        self.company.kash_stripe_refund_without_note = "reopen"
        self.company.kash_stripe_lost_disputes = "reopen"

    # === PAID === #

    def test_each_invoice_is_paid_by_a_line_of_its_own(self):
        """What is netted is not paid, and a discount is on its own invoice's line."""
        self.assertOpen()
        one, two, _note = self.cases["netted"][1]
        self.assertEqual(
            self.paid_lines("netted"), [(-80.0, [one.name]), (-50.0, [two.name])]
        )
        less, more = self.cases["discounts"][1]
        self.assertEqual(
            self.paid_lines("discounts"), [(-100.0, [less.name]), (-50.0, [more.name])]
        )
        self.assertEqual(self.cases["netted"][0].payment_id.amount, 130.0)
        self.assertNothingElse()

    def test_a_part_settles_what_falls_due_first(self):
        """Instalment by instalment, oldest first."""
        for kind, amounts in {
            "instalment": [0.0, 30.0, 30.0],
            "overdue": [0.0, 0.0, 30.0],
        }.items():
            with self.subTest(kind):
                lines = self.open_item(self.cases[kind][1][0])
                due = lines.sorted("date_maturity").mapped("amount_residual")
                self.assertEqual(due, amounts)

    def test_the_note_is_matched_on_the_day_of_the_charge(self):
        """What was open before that day was open."""
        note = self.cases["netted"][1][-1]
        match = self.open_item(note).matched_debit_ids
        self.assertEqual((match.amount, match.max_date), (20.0, date(2025, 11, 22)))

    def test_each_line_is_on_the_account_its_invoice_is_owed_on(self):
        attempt, moves = self.cases["accounts"]
        self.assertEqual(
            self.open_item(attempt.payment_id.move_id).sorted("id").account_id,
            self.open_item(moves[0]).account_id | self.open_item(moves[1]).account_id,
        )

    def test_the_proof_is_green(self):
        self.synced()
        self.assertProof(self.account.proof_id, "green")

    # === REFUNDED === #

    def test_given_back_without_a_credit_note_the_invoices_stay_paid(self):
        """Each refund waits for one."""
        self.refund_all()
        self.assertOpen()
        self.assertNothingElse(credit=30.0 + 60 + 45 + 98 + 130 + 148 + 130)

    def test_given_back_in_full_each_invoice_owes_what_it_had_paid(self):
        """By setting; the note stays netted."""
        self.reopening()
        self.refund_all()
        self.assertOpen(**TAKEN_BACK)
        self.assertNothingElse()

    def test_given_back_in_part_the_newest_invoice_owes_it(self):
        self.reopening()
        self.refund_all(1000)
        self.assertOpen(
            instalment=[70.0],
            overdue=[40.0],
            own_amount=[65.0],
            discount=[10.0],
            netted=[0.0, 10.0, 0.0],
            discounts=[10.0, 0.0],
            accounts=[0.0, 10.0],
        )
        self.assertNothingElse()

    def test_given_back_in_two_parts_the_second_goes_on_where_the_first_ended(self):
        self.reopening()
        for cents in (2500, 3500):
            for kind in ("netted", "accounts"):
                self.stripe.refund(self.charges()[kind], cents)
            self.settle()
        self.assertOpen(netted=[10.0, 50.0, 0.0], accounts=[10.0, 50.0])
        self.assertNothingElse()

    def test_credit_notes_of_any_of_its_invoices_are_matched_with_a_refund(self):
        """Of all of it each invoice's own; of a part the one of just that amount."""
        for kind in ("netted", "accounts"):
            first, second = self.cases[kind][1][:2]
            self.credit(first, 80.0)
            self.credit(second, 50.0)
            self.stripe.refund(self.charges()[kind])
        invoice = self.cases["discounts"][1][1]
        self.credit(invoice, 30.0)
        self.stripe.refund(self.charges()["discounts"], 3000)
        self.settle()
        refunds = self.rows().payment_id.filtered(
            lambda payment: payment.payment_type == "outbound"
        )
        self.assertEqual(refunds.mapped("is_reconciled"), [True, True, True])
        self.assertOpen()
        self.assertNothingElse()

    def credit(self, invoice, amount):
        note = invoice._reverse_moves([{"invoice_date": "2025-11-22"}])
        note.invoice_line_ids.price_unit = amount
        # Odoo takes the customer's account: it is owed back where it was owed.
        self.open_item(note).account_id = self.open_item(invoice).account_id
        note.action_post()
        return note

    def test_odoos_button_credits_no_more_than_was_charged_of_each(self):
        """What was netted with an invoice was not paid."""
        attempt, (one, two, _note) = self.cases["netted"]
        wizard = self.env["payment.refund.wizard"].create(
            {"payment_id": attempt.payment_id.id, "amount_to_refund": 60.0}
        )
        proposed = {p.move_id: (p.left, p.amount) for p in wizard.kash_stripe_part_ids}
        self.assertEqual(proposed, {one: (80.0, 10.0), two: (50.0, 50.0)})
        wizard.action_refund()
        self.settle()
        notes = (one | two).reversal_move_ids
        self.assertEqual(notes.mapped("amount_residual"), [0.0, 0.0])
        self.assertOpen()
        self.assertNothingElse()

    def test_a_refund_that_fails_pays_the_invoices_again(self):
        self.reopening()
        refunds = [
            self.stripe.refund(self.charges()[kind], 6000)["id"]
            for kind in ("netted", "discounts", "accounts")
        ]
        self.settle()
        self.assertOpen(
            netted=[10.0, 50.0, 0.0], discounts=[60.0, 0.0], accounts=[10.0, 50.0]
        )
        for refund in refunds:
            self.stripe.fail_refund(refund)
        self.settle()
        self.stripe.clock.advance(days=1)
        self.synced()
        self.assertOpen()
        self.assertNothingElse()

    # === DISPUTED === #

    def test_disputed_and_won_everything_is_as_it_was(self):
        for dispute in self.dispute_all():
            self.stripe.win_dispute(dispute)
        self.settle()
        self.assertOpen()
        self.assertNothingElse()
        self.assertEqual(self.ledger()["disputed"], 0.0)

    def test_disputed_and_lost_it_is_a_loss_and_the_invoices_stay_paid(self):
        for dispute in self.dispute_all():
            self.stripe.lose_dispute(dispute)
        self.settle()
        self.assertOpen()
        self.assertNothingElse()
        self.assertEqual(self.ledger()["loss"], 30.0 + 60 + 45 + 98 + 130 + 148 + 130)

    def test_disputed_and_lost_each_invoice_owes_what_it_had_paid(self):
        """By setting; never more than that."""
        self.reopening()
        for dispute in self.dispute_all():
            self.stripe.lose_dispute(dispute)
        self.settle()
        self.assertOpen(**TAKEN_BACK)
        self.assertNothingElse()
        self.assertEqual(self.ledger()["loss"], 0.0)

    def test_a_part_disputed_and_lost_each_invoice_owes_its_share(self):
        self.reopening()
        parts = {"netted": 6500, "discounts": 7400, "accounts": 1300, "overdue": 1000}
        for dispute in self.dispute_all(parts):
            self.stripe.lose_dispute(dispute)
        self.settle()
        self.assertOpen(
            netted=[40.0, 25.0, 0.0],
            discounts=[49.0, 25.0],
            accounts=[8.0, 5.0],
            overdue=[40.0],
        )
        self.assertNothingElse()

    def test_an_appeal_won_pays_each_invoice_again(self):
        self.reopening()
        disputes = self.dispute_all()
        for dispute in disputes:
            self.stripe.lose_dispute(dispute)
        self.settle()
        for dispute in disputes:
            self.stripe.move_dispute(dispute, "appeal_needs_response")
            self.stripe.win_dispute(dispute)
        self.settle()
        self.assertOpen()
        self.assertNothingElse()

    def test_given_back_in_part_a_dispute_takes_the_rest_of_each(self):
        """Never more than it had paid."""
        self.reopening()
        for kind in ("netted", "accounts"):
            self.stripe.refund(self.charges()[kind], 5000)
        self.settle()
        for dispute in self.dispute_all({"netted": 8000, "accounts": 4000}):
            self.stripe.lose_dispute(dispute)
        self.settle()
        self.assertOpen(netted=[80.0, 50.0, 0.0], accounts=[40.0, 50.0])
        self.assertNothingElse()

    # === UNDONE === #

    def test_undone_the_balances_are_as_before_and_recorded_again_as_after(self):
        """What was netted is open again, and netted again."""
        after, paid = self.trial_balance(), self.open_amounts()
        for run in self.runs():
            self.dialog(run).action_undo()
        self.assertEqual(self.trial_balance(), self.before)
        self.assertOpen(**UNPAID)
        self.synced()
        self.assertEqual(self.trial_balance(), after)
        self.assertEqual(self.open_amounts(), paid)
        self.assertNothingElse()


@tagged("post_install", "-at_install", "-standard", "long")
class TestPartsByDebit(Parts):
    def set_stage(self):
        super().set_stage()
        self.begin_all()
        self.before = self.trial_balance()
        self.pay_all(method="us_bank_account")

    def test_on_its_way_nothing_is_paid_and_all_of_it_is_taken(self):
        self.assertOpen(**UNPAID)
        self.assertEqual(
            self.ledger()["in_process"], -(30.0 + 60 + 45 + 98 + 130 + 148 + 130)
        )
        for kind, amounts in UNPAID.items():
            _attempt, moves = self.cases[kind.replace("_", " ")]
            due = [moves[0]._kash_stripe_due_online()[moves[0].id]]
            left = amounts[0] - {"instalment": 30, "overdue": 60, "own_amount": 45}.get(
                kind, amounts[0]
            )
            self.assertEqual(due, [left], kind)
        note = self.cases["netted"][1][-1]
        self.assertEqual(
            self.open_item(note)._kash_stripe_free_credit(),
            {self.open_item(note).id: 0.0},
        )

    def test_collected_each_invoice_is_paid_by_its_own_line(self):
        self.stripe.clock.advance(days=4)
        self.settle()
        self.assertOpen()
        self.assertEqual(self.ledger()["in_process"], 0.0)
        one, two, _note = self.cases["netted"][1]
        self.assertEqual(
            self.paid_lines("netted"), [(-80.0, [one.name]), (-50.0, [two.name])]
        )
        self.assertNothingElse()

    def test_failed_all_of_them_are_open_again(self):
        for charge in self.charges().values():
            self.stripe.fail_debit(charge, "insufficient_funds")
        self.settle()
        self.assertOpen(**UNPAID)
        self.assertEqual(self.ledger()["in_process"], 0.0)
        self.assertNothingElse()
        one, *_others, note = self.cases["netted"][1]
        self.assertEqual(one._kash_stripe_due_online(), {one.id: 100.0})
        self.assertEqual(
            self.open_item(note)._kash_stripe_free_credit(),
            {self.open_item(note).id: 20.0},
        )

    def test_returned_by_the_bank_each_owes_what_it_had_paid(self):
        """Whatever the setting says of disputes: it never was paid."""
        self.stripe.clock.advance(days=4)
        self.settle()
        for charge in self.charges().values():
            self.stripe.return_debit(charge, "insufficient_funds", by="dispute")
        self.settle()
        self.assertOpen(**TAKEN_BACK)
        self.assertNothingElse()

    def test_taken_back_by_a_row_alone_each_owes_what_it_had_paid(self):
        """It stands in a day's entry, and comes onto each invoice's account."""
        self.stripe.clock.advance(days=4)
        self.settle()
        for charge in self.charges().values():
            self.stripe.return_debit(charge, by="reversal")
        self.stripe.clock.advance(days=1)
        self.settle()
        self.assertOpen(**TAKEN_BACK)
        self.assertNothingElse()

    def test_collected_and_undone_and_recorded_again(self):
        self.stripe.clock.advance(days=4)
        self.settle()
        after = self.trial_balance()
        self.stripe.clock.advance(days=1)
        self.synced()
        self.assertEqual(self.trial_balance(), after)
        self.assertOpen()


@tagged("post_install", "-at_install", "-standard", "long")
class TestPartsMeanwhile(Parts):
    """What is not there any more as it was frozen."""

    def set_stage(self):
        super().set_stage()
        self.one, self.two = self.invoice(100.0), self.invoice(50.0)
        self.credit_item = self.note()
        self.attempt = self.ask(
            (self.one, 100.0), (self.two, 50.0), (self.credit_item, -20.0)
        )
        self.cases = {"netted": (self.attempt, [self.one, self.two, self.credit_item])}

    def transferred(self, invoice, amount):
        """Let the customer pay an invoice by transfer, too."""
        entry = self.receipt(amount)
        invoice.js_assign_outstanding_line(self.open_item(entry).id)

    def asked(self):
        """Return what a person is asked on the invoices."""
        return (self.one | self.two).activity_ids.mapped("summary")

    def test_paid_meanwhile_its_share_is_the_customers_credit(self):
        """The note stays what it is; a person is asked to give it back or match it."""
        self.transferred(self.one, 100.0)
        self.pay_all()
        self.assertEqual(self.open_amounts()["netted"], [0.0, 0.0, 20.0])
        self.assertNothingElse(credit=-80.0)
        [summary] = self.activities("credit").mapped("summary")
        self.assertIn("80.00", summary)
        self.assertNotIn(self.two.name, summary)

    def test_paid_in_part_meanwhile_only_the_rest_is_matched(self):
        self.transferred(self.one, 40.0)
        self.pay_all()
        self.assertEqual(self.open_amounts()["netted"], [0.0, 0.0, 20.0])
        self.assertNothingElse(credit=-20.0)

    def test_a_note_used_meanwhile_is_due_and_told(self):
        other = self.invoice(20.0)
        other.js_assign_outstanding_line(self.open_item(self.credit_item).id)
        self.pay_all()
        self.assertEqual(self.open_amounts()["netted"], [20.0, 0.0, 0.0])
        self.assertNothingElse()
        [summary] = self.asked()
        self.assertIn(f"20.00 of {self.credit_item.name}", summary)

    def test_a_note_of_a_locked_period_is_matched_on_the_open_day(self):
        """Nothing of the closed one changes."""
        self.company.fiscalyear_lock_date = "2025-11-15"
        self.pay_all()
        self.assertEqual(self.open_amounts()["netted"], [0.0, 0.0, 0.0])
        match = self.open_item(self.credit_item).matched_debit_ids
        self.assertEqual(match.max_date, date(2025, 11, 22))

    def test_a_free_credit_is_credit_no_more_once_it_was_disputed(self):
        """Of each invoice by itself: the other is a loss."""
        self.transferred(self.one, 100.0)
        self.pay_all()
        made = self.stripe.dispute(self.attempt.kash_stripe_charge_id)
        self.settle()
        self.stripe.lose_dispute(made["id"])
        self.settle()
        self.assertEqual(self.open_amounts()["netted"], [0.0, 0.0, 20.0])
        self.assertNothingElse()
        self.assertEqual(self.ledger()["loss"], 50.0)

    def test_a_free_credit_is_given_back_first(self):
        self.transferred(self.one, 100.0)
        self.pay_all()
        self.stripe.refund(self.attempt.kash_stripe_charge_id, 8000)
        self.settle()
        self.assertEqual(self.open_amounts()["netted"], [0.0, 0.0, 20.0])
        self.assertNothingElse()

    def test_a_receipt_is_netted_like_a_note(self):
        entry = self.receipt(30.0)
        invoice, other = self.invoice(60.0), self.invoice(40.0)
        attempt = self.ask((invoice, 60.0), (other, 40.0), (entry, -30.0))
        self.cases = {"netted": (attempt, [invoice, other, entry])}
        self.pay_all()
        self.assertEqual(self.open_amounts()["netted"], [0.0, 0.0, 0.0])
        self.assertEqual(
            self.paid_lines("netted"), [(-30.0, [invoice.name]), (-40.0, [other.name])]
        )

    def test_a_note_over_two_invoices_pays_the_first_and_part_of_the_second(self):
        first, second, note = self.invoice(20.0), self.invoice(50.0), self.note(30.0)
        attempt = self.ask((first, 20.0), (second, 50.0), (note, -30.0))
        self.cases = {"netted": (attempt, [first, second, note])}
        self.pay_all()
        self.assertEqual(self.open_amounts()["netted"], [0.0, 0.0, 0.0])
        self.assertEqual(self.paid_lines("netted"), [(-40.0, [second.name])])

    def test_settled_in_another_currency_each_invoice_has_its_line(self):
        """In the books' currency; only clearing is in Stripe's."""
        self.stripe.settle_in(self.acct, ["eur"])
        self.quote("eur", {"2025-01-01": 0.8})
        self.pay_all()
        self.assertEqual(self.open_amounts()["netted"], [0.0, 0.0, 0.0])
        self.assertEqual(
            self.paid_lines("netted"),
            [(-80.0, [self.one.name]), (-50.0, [self.two.name])],
        )
        self.assertEqual(self.ledger()["receivable"], -130.0)


@tagged("post_install", "-at_install", "-standard", "long")
class TestPartsTaxedWhenPaid(Parts, CashBasis):
    """Invoice 100.00 and note 50.00, a fifth of it tax that is due once paid."""

    def set_stage(self):
        super().set_stage()
        line = {"name": "Books", "price_unit": 40.0, "tax_ids": self.tax.ids}
        self.back = self.invoice(
            move_type="out_refund", invoice_line_ids=[Command.create(line)]
        )
        attempt = self.ask((self.owed, 100.0), (self.back, -50.0))
        self.cases = {"taxed": (attempt, [self.owed, self.back])}
        self.before = self.trial_balance()

    def test_the_tax_of_what_is_netted_is_of_the_charges_day(self):
        """Nothing is due before it, and of both documents from then on."""
        self.pay_all()
        self.assertDue(d1121=0.0, d1122=10.0)
        self.assertNothingElse()

    def test_undone_nothing_of_it_was_ever_due(self):
        self.pay_all()
        after = self.trial_balance()
        self.stripe.clock.advance(days=1)
        for run in self.runs():
            self.dialog(run).action_undo()
        self.assertEqual(self.trial_balance(), self.before)
        self.assertEqual(self.open_amounts(), {"taxed": [100.0, 50.0]})
        self.synced()
        self.assertEqual(self.trial_balance(), after)
        self.assertDue(d1121=0.0, d1122=10.0)

    def test_taken_back_only_the_tax_of_what_was_charged_is(self):
        self.company.sudo().kash_stripe_lost_disputes = "reopen"
        self.pay_all()
        self.weeks_later()
        for dispute in self.dispute_all():
            self.stripe.lose_dispute(dispute)
        self.settle()
        self.assertEqual(self.open_amounts(), {"taxed": [50.0, 0.0]})
        self.assertDue(d1130=10.0, d1205=0.0)
