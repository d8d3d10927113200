# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whose a charge is: told by ids known here, whatever somebody made of the metadata."""

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected

SESSION = "/v1/checkout/sessions"
EVENTS = "odoo.addons.kash_stripe_connect.models.sync.event"


@tagged("post_install", "-at_install", "-standard", "long")
class TestWhose(KashStripeConnected):
    def charge_of(self, attempt):
        """Return Stripe's charge of a paid session."""
        session = self.stripe.object(attempt.kash_stripe_session_id)
        return self.stripe.object(session["payment_intent"])["latest_charge"]

    def pay_and_edit(self, invoice, metadata):
        """Let a customer pay; somebody edits the metadata before Odoo hears of it."""
        attempt = self.pay(invoice)
        charge = self.charge_of(attempt)
        session = self.stripe.object(attempt.kash_stripe_session_id)
        self.stripe.edit_metadata(charge, metadata)
        self.stripe.edit_metadata(session["payment_intent"], metadata)
        return attempt

    def hear_of(self, kind):
        """Settle, and let only the events about one kind of object reach Odoo."""
        self.stripe.settle()
        told = self.stripe.outbox.take()
        self.ring([one for one in told if one.type.startswith(f"{kind}.")])
        self.run_cron("ir_cron_events")

    def asked(self, path=SESSION, **params):
        """Return the requests that asked for a list by these parameters."""
        return [
            request
            for request in self.stripe.requests
            if request.method == "GET"
            and request.path == path
            and params.keys() <= request.params.keys()
        ]

    def sessions_read(self):
        """Return how often a session was asked for by its id."""
        return sum(
            request.method == "GET" and request.path.startswith(f"{SESSION}/")
            for request in self.stripe.requests
        )

    def assertPaid(self, invoice):
        self.assertEqual(invoice.payment_state, "paid")
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "receivable": -100.0})
        self.assertClearingIsStripes()

    # === EDITED METADATA === #

    def test_metadata_emptied_before_the_first_news_change_nothing(self):
        """The charge is all that Odoo hears of."""
        invoice = self.invoice(100.0)
        attempt = self.pay_and_edit(invoice, "")
        self.hear_of("charge")
        self.assertEqual(attempt.kash_stripe_charge_id, self.charge_of(attempt))
        self.assertPaid(invoice)

    def test_metadata_edited_to_name_another_attempt_change_nothing(self):
        """Of the same amount, to be cruel."""
        invoice, other = self.invoice(100.0), self.invoice(100.0)
        named = self.press_pay(other)
        self.pay_and_edit(invoice, {"kash_attempt": named.reference})
        self.hear_of("charge")
        self.assertEqual(other.payment_state, "not_paid")
        self.assertPaid(invoice)

    def test_metadata_of_another_database_change_nothing(self):
        """The id of the payment intent is known here."""
        invoice = self.invoice(100.0)
        self.pay_and_edit(invoice, {"kash_db": "another"})
        self.hear_of("charge")
        self.assertPaid(invoice)

    def test_the_sync_alone_finds_the_invoice_too(self):
        """No event arrived at all."""
        invoice = self.invoice(100.0)
        self.pay_and_edit(invoice, "")
        self.stripe.settle()
        self.stripe.outbox.take()
        self.sync()
        self.assertPaid(invoice)

    def test_a_declined_card_is_told_on_the_attempt_all_the_same(self):
        """Stripe makes the intent with the first try to pay."""
        attempt = self.press_pay(self.invoice(100.0))
        charge = self.stripe.decline(attempt.kash_stripe_session_id)
        self.stripe.edit_metadata(charge["id"], "")
        self.hear_of("charge")
        self.assertEqual(attempt.state, "draft")
        self.assertTrue(attempt.state_message)

    @mute_logger(EVENTS)
    def test_nothing_is_called_elsewhere_while_stripe_does_not_say(self):
        """The event waits, and comes to its invoice later."""
        invoice = self.invoice(100.0)
        self.pay_and_edit(invoice, "")
        self.stripe.fail_next("GET", f"{SESSION}/*", status=503, times=2)
        self.hear_of("charge")
        self.assertFalse(self.rows())
        self.env["kash.stripe.event"].sudo().search([]).next_try = False
        self.run_cron("ir_cron_events")
        self.assertPaid(invoice)

    # === MADE ELSEWHERE === #

    def test_sessions_are_read_again_once_for_a_batch(self):
        """Two charges of the till, and a page that is open over as much."""
        self.press_pay(self.invoice(100.0))
        for _sale in range(2):
            self.stripe.charge_elsewhere(self.acct.id, amount=10000)
        self.hear_of("charge")
        self.assertEqual(self.sessions_read(), 1)
        self.assertFalse(self.rows().transaction_id)

    def test_money_of_another_amount_asks_nothing(self):
        """A busy till costs no request more."""
        self.press_pay(self.invoice(100.0))
        self.stripe.charge_elsewhere(self.acct.id, amount=5000)
        self.hear_of("charge")
        self.assertEqual(self.sessions_read(), 0)
        self.assertFalse(self.asked(payment_intent=""))

    def test_a_charge_without_metadata_is_asked_about_once(self):
        """A page over as much is open; afterwards it is somebody else's for good."""
        self.press_pay(self.invoice(100.0))
        self.stripe.charge_elsewhere(self.acct.id, amount=10000)
        self.hear_of("charge")
        self.assertEqual(len(self.asked(payment_intent="")), 1)
        self.read_until("2025-11-20")
        self.sync()
        self.assertEqual(len(self.asked(payment_intent="")), 1)

    def test_keys_of_ours_are_no_evidence(self):
        """Somebody copied them onto a payment of the till; Stripe is asked once."""
        invoice = self.invoice(100.0)
        attempt = self.pay(invoice)
        self.settle()
        charge = self.stripe.charge_elsewhere(self.acct.id, amount=10000)
        given = self.stripe.object(attempt.kash_stripe_charge_id)["metadata"]
        self.stripe.edit_metadata(charge["id"], given)
        self.hear_of("charge")
        row = self.rows().filtered(lambda row: row.source_id == charge["id"])
        self.assertFalse(row.transaction_id)
        self.assertEqual(attempt.kash_stripe_charge_id, self.charge_of(attempt))
        self.assertEqual(len(self.asked(payment_intent="")), 1)
        self.read_until("2025-11-20")
        self.sync()
        self.assertEqual(len(self.asked(payment_intent="")), 1)

    # === REFUNDS === #

    def refund_without_charge(self, attempt, amount):
        """Refund in the dashboard; Stripe names the intent, not the charge."""
        refund = self.stripe.refund(self.charge_of(attempt), amount)
        self.stripe.tamper(refund["id"], charge=None)
        return refund

    def test_a_refund_that_names_only_the_intent_finds_its_payment(self):
        """Child transaction, outbound payment."""
        attempt = self.pay(self.invoice(100.0))
        self.settle()
        self.refund_without_charge(attempt, 4000)
        self.settle()
        self.assertEqual(attempt.child_transaction_ids.mapped("amount"), [-40.0])
        self.assertLedger({"clearing": 56.8, "fees": 3.2, "receivable": -60.0})
        self.assertClearingIsStripes()

    def test_a_refund_that_names_only_the_intent_may_come_before_its_payment(self):
        """The newest rows are read first: a hundred lie between them."""
        attempt = self.pay(self.invoice(100.0))
        self.stripe.settle()
        for _number in range(110):
            self.stripe.book(self.acct.id, type="stripe_fee", amount=-1)
        self.refund_without_charge(attempt, 4000)
        self.stripe.settle()
        self.stripe.outbox.take()
        self.sync()
        self.assertEqual(set(self.rows().mapped("state")), {"booked"})
        self.assertEqual(attempt.child_transaction_ids.mapped("amount"), [-40.0])
        self.assertClearingIsStripes()

    def test_a_refunds_name_is_known_whatever_became_of_the_rest(self):
        """Its answer was lost, and somebody took the database's name away."""
        attempt = self.pay(self.invoice(100.0))
        self.settle()
        self.stripe.fail_next("POST", "/v1/refunds", status=500, after=True)
        wizard = self.env["payment.refund.wizard"].with_context(
            active_model="account.payment", active_id=attempt.payment_id.id
        )
        values = {"payment_id": attempt.payment_id.id, "amount_to_refund": 40.0}
        wizard.create(values).action_refund()
        [made] = self.stripe.objects("refund")
        self.stripe.edit_metadata(made["id"], {"kash_db": ""})
        self.settle()
        [refund] = attempt.child_transaction_ids
        self.assertEqual(refund.kash_stripe_refund_id, made["id"])
        self.assertEqual(refund.state, "done")
