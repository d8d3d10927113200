# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two roads to pay one invoice: it is paid once, and what came twice is told."""

import random
from collections import defaultdict

from freezegun import freeze_time

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.kash_stripe_connect.models.base.records import changes

from dev.stripe_emulator import ControlError

from .common import KashStripeConnected
from .test_elsewhere import OtherRoad

EXPIRE = "/v1/checkout/sessions/*/expire"
LOG = "odoo.addons.kash_stripe_connect.models.link.payment_transaction"
ROUNDS = 10


class TwoRoads(OtherRoad, KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.provider = self.another("demo")
        self.keep_books(self.provider)
        self.capture_by_hand(self.provider)

    def open_sessions(self):
        sessions = self.stripe.objects("checkout.session")
        return [s for s in sessions if s["status"] == "open"]


@tagged("post_install", "-at_install")
class TestOpenPage(TwoRoads):
    """A page of Stripe's that is open while another provider takes the money."""

    def set_stage(self):
        super().set_stage()
        self.move = self.invoice(100.0)
        self.attempt = self.press_pay(self.move)

    def test_it_is_closed_whatever_the_other_one_says(self):
        """Pending, authorised, and done before Odoo has recorded anything."""
        for state in ("pending", "authorized", "done"):
            with self.subTest(state):
                move = self.invoice(100.0)
                attempt = self.press_pay(move)
                theirs = self.drafted(move, 100.0, reference=state)
                getattr(theirs, f"_set_{state}")()
                self.assertEqual(move.kash_stripe_due_online, 0.0)
                self.work_off()
                self.assertEqual(attempt.kash_stripe_session_state, "expired")
                self.assertEqual(attempt.state, "cancel")

    def test_what_odoo_did_not_record_in_four_days_is_not_waited_for(self):
        """Odoo does not try any longer, either."""
        theirs = self.drafted(self.move, 100.0)
        theirs._set_done()
        theirs.last_state_change = fields.Datetime.subtract(
            fields.Datetime.now(), days=5
        )
        self.assertEqual(self.move._kash_stripe_due_online(), {self.move.id: 100.0})

    def unrecorded(self, **age):
        """Let another provider have had the money for so long, in no book."""
        theirs = self.drafted(self.move, 100.0)
        theirs._set_done()
        theirs.last_state_change = fields.Datetime.subtract(
            fields.Datetime.now(), **age
        )
        self.sync()
        return theirs

    def test_what_odoo_may_still_record_is_no_reason_to_call_anybody(self):
        """It tries for four days."""
        self.unrecorded(days=3)
        self.assertFalse(self.activities("unrecorded"))

    def test_what_odoo_did_not_record_in_four_days_is_told(self):
        """The customer is asked again, and somebody has to know."""
        self.unrecorded(days=5)
        [activity] = self.activities("unrecorded")
        for named in (self.move.name, "Other demo", "$\xa0100.00", "not in the books"):
            self.assertIn(named, activity.summary)
        about = {"active_model": "account.move", "active_ids": self.move.ids}
        register = self.env["account.payment.register"].with_context(**about)
        register.create({}).action_create_payments()
        self.sync()
        self.assertFalse(self.activities("unrecorded"))

    def test_paid_here_since_it_is_told_until_it_is_given_back_there(self):
        """The invoice is settled, and the customer has paid twice."""
        theirs = self.unrecorded(days=5)
        self.stripe.pay(self.attempt.kash_stripe_session_id)
        self.settle()
        self.assertEqual(self.move.payment_state, "paid")
        self.sync()
        self.assertEqual(len(self.activities("unrecorded")), 1)
        theirs._create_child_transaction(100.0, is_refund=True)._set_done()
        self.sync()
        self.assertFalse(self.activities("unrecorded"))

    def test_several_that_are_in_no_book_are_one_activity(self):
        """Each with its invoice."""
        theirs = self.unrecorded(days=5)
        other = self.invoice(50.0)
        self.drafted(other, 50.0, reference="other-2")._set_done()
        other.transaction_ids.last_state_change = theirs.last_state_change
        self.sync()
        [activity] = self.activities("unrecorded")
        self.assertIn("not in the books: 2.", activity.summary)
        for move in (self.move, other):
            self.assertIn(move.name, activity.note)

    def test_the_other_provider_waits_for_nobody(self):
        """Whoever is at our attempt meanwhile holds its row: theirs is not written."""
        before = self.attempt.write_date, self.attempt.kash_stripe_to_expire
        self.begin(self.move, 100.0)
        self.env.flush_all()
        self.env.invalidate_all()
        after = self.attempt.write_date, self.attempt.kash_stripe_to_expire
        self.assertEqual(after, before)

    def test_a_page_that_was_begun_at_the_same_moment_is_closed(self):
        """Neither transaction saw the other."""
        theirs = self.drafted(self.move, 100.0)
        self.env.flush_all()
        # As another transaction writes it, which does not see our attempt.
        self.env.cr.execute(
            "UPDATE payment_transaction SET state = 'pending' WHERE id = %s",
            [theirs.id],
        )
        self.env.invalidate_all()
        self.run_cron("ir_cron_events")
        self.assertFalse(self.open_sessions())

    def test_the_job_looks_again_for_who_was_just_starting(self):
        """A minute later whoever pressed has Stripe's page."""
        triggers = self.env["ir.cron.trigger"].search([])
        self.begin(self.move, 100.0)
        made = self.env["ir.cron.trigger"].search([]) - triggers
        waits = [
            (at - fields.Datetime.now()).total_seconds()
            for at in made.mapped("call_at")
        ]
        self.assertTrue(any(wait <= 0 for wait in waits))
        self.assertTrue(any(30 < wait <= 60 for wait in waits))

    @mute_logger(LOG)
    def test_one_that_stripe_does_not_close_is_tried_again(self):
        """And keeps nothing else from being done."""
        self.begin(self.move, 100.0)
        self.stripe.fail_next(method="POST", path=EXPIRE, status=503, times=2)
        self.work_off()
        self.assertEqual(len(self.open_sessions()), 1)
        self.work_off()
        self.assertFalse(self.open_sessions())
        self.assertFalse(self.attempt.kash_stripe_to_expire)

    def test_one_that_still_asks_for_what_is_due_stays_open(self):
        """Something changed, and nothing of the amount."""
        self.begin(self.move, 100.0)._set_canceled()
        self.work_off()
        self.assertEqual(len(self.open_sessions()), 1)

    @freeze_time("2025-11-22 17:00:00")
    def test_a_discount_that_was_granted_is_no_misfit(self):
        """98.00 are asked for, and settle the hundred that are due."""
        move = self.discounted_invoice()
        attempt = self.press_pay(move)
        self.assertEqual(attempt.amount, 98.0)
        self.run_cron("ir_cron_events")
        self.assertEqual(attempt.kash_stripe_session_state, "open")


@tagged("post_install", "-at_install")
class TestPaidTwice(TwoRoads):
    """Both took the money: one pays the invoice, the other is given back."""

    def set_stage(self):
        super().set_stage()
        self.move = self.invoice(100.0)
        self.attempt = self.press_pay(self.move)

    def paid_here(self):
        """Let the customer pay on Stripe's page, which nobody could close in time."""
        self.stripe.pay(self.attempt.kash_stripe_session_id)

    def ours(self):
        return self.rows().filtered(lambda row: row.amount > 0).payment_id

    def test_paid_while_it_was_being_closed_it_is_the_customers_credit(self):
        """Expired in vain: nothing is lost, and the activity says what to do."""
        self.paid_here()
        self.stripe.settle()
        self.stripe.outbox.take()  # no doorbell rings
        theirs = self.finish(self.drafted(self.move, 100.0))
        self.run_cron("ir_cron_events")
        self.assertEqual(self.attempt.state, "done")
        self.read_until("2025-11-22")
        self.sync()
        self.assertEqual(self.move.payment_state, "paid")
        self.assertTrue(theirs.is_reconciled)
        self.assertFalse(self.ours().is_reconciled)
        self.assertClearingIsStripes()
        [activity] = self.activities("credit")
        for named in (self.move.name, theirs.name, self.ours().name, "$ 100.00"):
            self.assertIn(named, activity.summary.replace("\xa0", " "))
        self.assertIn(f'data-oe-id="{self.ours().id}"', activity.note)
        self.assertIn("press Refund", activity.note)

    def test_given_back_the_activity_closes_by_itself(self):
        """By the button that it names."""
        self.finish(self.drafted(self.move, 100.0))
        self.paid_here()
        self.settle()
        payment = self.ours()
        self.assertEqual(len(self.activities("credit")), 1)
        self.assertEqual(payment.amount_available_for_refund, 100.0)
        payment.action_refund_wizard()
        self.env["payment.refund.wizard"].with_context(active_id=payment.id).create(
            {}
        ).action_refund()
        self.settle()
        self.assertFalse(self.activities("credit"))
        self.assertTrue(payment.is_reconciled)
        self.assertEqual(self.move.payment_state, "paid")

    def test_matched_with_another_invoice_it_closes_too(self):
        """A person may keep the money."""
        self.finish(self.drafted(self.move, 100.0))
        self.paid_here()
        self.settle()
        other = self.invoice(100.0)
        lines = other.line_ids | self.ours().move_id.line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.sync()
        self.assertFalse(self.activities("credit"))

    def test_what_the_other_provider_took_later_is_told_as_well(self):
        """Ours paid the invoice; theirs is the credit, until it is given back there."""
        waiting = self.begin(self.move, 100.0)
        self.paid_here()
        self.settle()
        theirs = self.finish(waiting)
        self.sync()
        self.assertTrue(self.ours().is_reconciled)
        self.assertFalse(theirs.is_reconciled)
        [activity] = self.activities("credit")
        for named in (self.move.name, theirs.name, self.ours().name, "Other demo"):
            self.assertIn(named, activity.summary)
        self.assertIn(f'data-oe-id="{theirs.id}"', activity.note)
        refund = waiting._create_child_transaction(100.0, is_refund=True)
        self.finish(refund)
        self.sync()
        self.assertFalse(self.activities("credit"))

    def test_what_the_other_provider_captured_in_part_is_told_as_well(self):
        """Of what it had authorised: a capture knows its invoice by that alone."""
        waiting = self.begin(self.move, 100.0)
        self.paid_here()
        self.settle()
        theirs = self.finish(waiting._create_child_transaction(60.0))
        self.sync()
        self.assertFalse(theirs.is_reconciled)
        [activity] = self.activities("credit")
        for named in (self.move.name, theirs.name, self.ours().name, "$\xa060.00"):
            self.assertIn(named, activity.summary)

    def test_of_a_part_only_what_is_too_much_is_credit(self):
        """Forty came there, a hundred here."""
        self.finish(self.drafted(self.move, 40.0))
        self.paid_here()
        self.settle()
        self.assertEqual(self.move.payment_state, "paid")
        [activity] = self.activities("credit")
        self.assertIn("$\xa040.00 of that is", activity.summary)

    def test_several_are_one_activity_with_a_way_for_each(self):
        """Read again it is not written again."""
        other = self.invoice(50.0)
        self.pay(other)
        self.paid_here()
        for number, move in enumerate((self.move, other)):
            theirs = self.drafted(move, move.amount_total, reference=f"o-{number}")
            self.finish(theirs)
        self.settle()
        [activity] = self.activities("credit")
        self.assertIn("credit: 2.", activity.summary)
        for move in (self.move, other):
            self.assertIn(move.name, activity.note)
        self.assertEqual(activity.note.count("data-oe-id"), 2)
        told = {
            "note": self.env["kash.stripe.attention.credit"]._reason(self.account).note
        }
        self.assertFalse(changes(activity, told, told))


class Orders(TwoRoads):
    """Customers do it in many orders, each drawn from a seed.

    They do it side by side, so that each runs into the job at another step.
    """

    # What may happen to an invoice, and how often.
    STEPS = {
        "press": 6,
        "pay": 5,
        "their_page": 4,
        "their_pending": 3,
        "their_authorized": 2,
        "their_done": 3,
        "their_cancel": 1,
        "their_books": 3,
        "draft": 1,
        "credit": 1,
        "nothing": 3,
    }

    def go_through(self, orders):
        """Let so many customers pay, and look at each invoice; return the credits."""
        self.begin_orders(orders)
        for number in range(ROUNDS):
            for order, move in enumerate(self.moves):
                self.step(order, move)
            if number % 2:  # the job is late
                self.hear(number)
        self.end()
        self.stripe.settle()
        self.late = []
        self.work_off()
        self.read_until("2025-11-22")
        self.sync()
        credits = self.env["kash.stripe.credit.words"]._credits(self.account)
        for order, move in enumerate(self.moves):
            with self.subTest(seed=order, steps=self.told[order]):
                self.check(move, credits)
        self.assertEqual(len(self.activities("credit")), min(len(credits), 1))
        self.assertClearingIsStripes()
        return credits

    # === ORDERS === #

    def begin_orders(self, orders):
        self.dice = [random.Random(seed) for seed in range(orders)]
        self.told, self.late = defaultdict(list), []
        self.moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": "2025-11-01",
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Books", "price_unit": 100.0, "tax_ids": []}
                        )
                    ],
                }
                for _seed in range(orders)
            ]
        )
        self.moves.action_post()
        self.moves._kash_stripe_ensure_links()

    def step(self, order, move):
        """Let one thing happen to an invoice; what cannot happen does not."""
        dice = self.dice[order]
        [name] = dice.choices(list(self.STEPS), list(self.STEPS.values()))
        if getattr(self, f"do_{name}")(move, dice) is not False:
            self.told[order].append(name)

    def hear(self, number):
        """Let the job run; some of what Stripe tells comes late, and out of order."""
        self.stripe.settle()
        told = [*self.late, *self.stripe.outbox.take()]
        dice = random.Random(number)
        dice.shuffle(told)
        half = len(told) // 2
        self.late = told[half:]
        self.ring(told[:half])
        self.run_cron("ir_cron_events")

    def end(self):
        """What others had begun ends one way or the other."""
        for order, move in enumerate(self.moves):
            for theirs in self.theirs(move, "pending", "authorized"):
                if self.dice[order].random() < 0.5:
                    theirs._set_done()
                else:
                    theirs._set_canceled()
                self.told[order].append(f"ends {theirs.state}")
            self.do_their_books(move, None)
        self.ring(self.late)

    def theirs(self, move, *states):
        return move.transaction_ids.filtered(
            lambda tx: tx.provider_id == self.provider and tx.state in states
        )

    # === STEPS === #

    def do_press(self, move, dice):
        move._kash_stripe_current_link().sudo()._start_payment()

    def do_pay(self, move, dice):
        """The customer has every page that was ever opened for this invoice."""
        pages = move.transaction_ids.filtered("kash_stripe_session_id")
        for session in pages.mapped("kash_stripe_session_id"):
            try:
                self.stripe.pay(session)
            except ControlError:
                continue
            return True
        return False

    def do_their_page(self, move, dice):
        if self.theirs(move, "draft", "pending", "authorized", "done"):
            return False
        reference = f"other-{move.id}-{len(move.transaction_ids)}"
        return self.drafted(move, dice.choice([100.0, 40.0]), reference=reference)

    def do_their_pending(self, move, dice):
        return bool(self.theirs(move, "draft")._set_pending())

    def do_their_authorized(self, move, dice):
        return bool(self.theirs(move, "draft", "pending")._set_authorized())

    def do_their_done(self, move, dice):
        open_ones = self.theirs(move, "draft", "pending", "authorized")
        return bool(open_ones._set_done())

    def do_their_cancel(self, move, dice):
        return bool(self.theirs(move, "pending", "authorized")._set_canceled())

    def do_their_books(self, move, dice):
        waiting = self.theirs(move, "done").filtered(lambda tx: not tx.payment_id)
        waiting._post_process()
        return bool(waiting)

    def do_draft(self, move, dice):
        """Somebody changes the invoice, before any payment is in the books."""
        if move.amount_residual != 100.0:
            return False
        move.button_draft()
        return move.action_post()

    def do_credit(self, move, dice):
        if move.amount_residual != 100.0:
            return False
        return move._reverse_moves(cancel=True)

    def do_nothing(self, move, dice):
        return False

    # === WHAT MUST BE === #

    def check(self, move, credits):
        ours = move.transaction_ids.filtered(
            lambda tx: tx.provider_id != self.provider and tx.state == "done"
        )
        charges = [
            charge
            for charge in self.stripe.objects("charge")
            if charge["metadata"].get("kash_link")
            in move.kash_stripe_link_ids.mapped("ref")
        ]
        self.assertLessEqual(len(charges), 1)
        self.assertEqual(len(ours), len(charges))
        theirs = self.theirs(move, "done")
        taken = sum((ours | theirs).mapped("amount"))
        due = 0.0 if move.reversal_move_ids else 100.0
        self.assertEqual(move.amount_residual, max(due - taken, 0.0))
        mine = credits & (ours | theirs).payment_id
        too_much = sum(map(self.env["kash.stripe.credit.words"]._credit_of, mine))
        # What another provider alone took is between it and Odoo.
        self.assertEqual(too_much, max(taken - due, 0.0) if ours else 0.0)
        pages = move.transaction_ids.mapped("kash_stripe_session_id")
        for page in self.open_sessions():
            if page["id"] in pages:
                # A part of it may be asked for, since the other one gave up the rest.
                self.assertLessEqual(page["amount_total"], 100 * move.amount_residual)


@tagged("post_install", "-at_install", "-standard", "long")
class TestTwentyOrders(Orders):
    def test_each_invoice_is_paid_once_and_what_came_twice_is_told(self):
        """At Stripe one charge; what both took is one payment and one credit."""
        self.go_through(20)


@tagged("post_install", "-at_install", "-standard", "long")
class TestHundredOrders(Orders):
    def test_each_invoice_is_paid_once_and_what_came_twice_is_told(self):
        """The same by a hundred seeds, before a release."""
        credits = self.go_through(100)
        [activity] = self.activities("credit")
        self.assertIn(f"credit: {len(credits)}.", activity.summary)
        # The orders lead everywhere.
        self.assertIn(len(credits), range(5, 50))
