# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One bad item of a list of Stripe's stops only itself, and a person sees it."""

import hashlib
import hmac
import json
import time

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected
from .test_dispute import Disputed
from .test_opening import OpeningCase
from .test_payout import KashStripePayouts

MODELS = "odoo.addons.kash_stripe_connect.models"
INBOX = f"{MODELS}.inbox.account"
EVENT = f"{MODELS}.sync.event"


class SetAside(KashStripeConnected):
    """What could not be read of a list, as a person finds it."""

    def set_aside(self):
        """Return what the inbox holds that did not ring."""
        events = self.env["kash.stripe.event"].sudo().search([])
        return events.filtered(lambda event: event.type.startswith("listed."))

    def assertSetAside(self, object_id, *words):
        """Assert that this alone is set aside, with its reason, and counted."""
        found = self.set_aside()
        self.assertEqual(found.mapped("subject_id"), [object_id])
        for word in words:
            self.assertIn(word, found.note)
        self.assertEqual(len(self.activities("unread")), 1)
        self.assertIn("be read: 1.", self.activities("unread").summary)
        return found

    def assertDoneByItself(self):
        """Assert that what Stripe has mended since needs nobody any more."""
        self.set_aside().next_try = False
        self.run_cron("ir_cron_events")
        self.assertEqual(set(self.set_aside().mapped("state")), {"done"})
        self.assertFalse(self.activities("unread"))


@tagged("post_install", "-at_install", "-standard", "long")
class TestBadPayout(SetAside, KashStripePayouts):
    @mute_logger(INBOX, EVENT)
    def test_a_payout_without_a_day_of_arrival_keeps_no_other_away(self):
        """It is shown; and comes by itself once Stripe says it."""
        bad = self.paid_out(10000)
        self.arrive(bad)
        self.sell(5000)
        self.stripe.pay_out(self.acct.id)
        good = self.stripe.objects("payout", self.acct)[-1]
        day = self.stripe.object(bad)["arrival_date"]
        self.stripe.tamper(bad, arrival_date=None)
        self.booked()
        self.assertEqual(self.payouts().mapped("payout_id"), [good["id"]])
        self.assertSetAside(bad, "payout has no value of 'arrival_date'")
        self.booked()  # listed again, and known
        self.assertSetAside(bad)
        self.stripe.tamper(bad, arrival_date=day)
        self.assertDoneByItself()
        self.assertEqual(set(self.payouts().mapped("payout_id")), {bad, good["id"]})

    @mute_logger(INBOX, EVENT)
    def test_a_payout_that_cannot_be_written_keeps_no_other_away(self):
        """Of a status, or in a currency, that nobody knows."""
        for news, word in (
            ({"status": "teleported"}, "text ('teleported') as 'status', not one of"),
            ({"currency": "xyz"}, "no currency 'xyz'"),
        ):
            with self.subTest(**news):
                bad = self.paid_out(10000)
                self.sell(5000)
                self.stripe.pay_out(self.acct.id)
                was = {name: self.stripe.object(bad)[name] for name in news}
                self.stripe.tamper(bad, **news)
                self.booked()
                self.assertNotIn(bad, self.payouts().mapped("payout_id"))
                self.assertTrue(self.payouts())
                aside = self.set_aside().filtered(lambda e: e.state == "new")
                self.assertIn(word, aside.note)
                self.stripe.tamper(bad, **was)
                self.assertDoneByItself()

    @mute_logger(INBOX, EVENT)
    def test_what_was_done_and_is_bad_again_is_shown_again(self):
        """Else it would be skipped in silence."""
        bad = self.paid_out(10000)
        for _time in range(2):
            self.stripe.tamper(bad, automatic="yes")
            self.booked()
            self.assertSetAside(bad, "'automatic'")
            self.stripe.tamper(bad, automatic=True)
            self.assertDoneByItself()

    @mute_logger(INBOX, EVENT)
    def test_an_item_without_a_name_is_shown_all_the_same(self):
        """Nobody can ask for it again: it waits for a person."""
        bad = self.paid_out(10000)
        self.stripe.tamper(bad, id=7)
        self.booked_apart()
        found = self.set_aside()
        self.assertEqual((found.state, found.subject_id), ("failed", False))
        self.assertIn("payout has a whole number (7) as 'id'", found.note)
        self.assertEqual(len(self.activities("unread")), 1)

    @mute_logger(INBOX, EVENT)
    def test_a_bad_row_in_the_list_of_a_payout_keeps_no_other_list_away(self):
        """The payout says that its rows do not make it."""
        first = self.paid_out(10000)
        self.arrive(first)
        self.sell(5000)
        self.stripe.pay_out(self.acct.id)
        second = self.stripe.objects("payout", self.acct)[-1]["id"]
        self.arrive(second)
        [bad, _good] = self.charges()
        self.stripe.tamper(bad["id"], created="yesterday")
        self.booked_apart()
        checks = {p.payout_id: p.check_state for p in self.payouts()}
        self.assertEqual(checks, {first: "differs", second: "agrees"})
        self.assertSetAside(bad["id"], "'created'")

    @mute_logger(INBOX, EVENT)
    def test_a_list_that_stripe_refuses_keeps_no_other_list_away(self):
        """It is not asked for again each minute, either."""
        first = self.paid_out(10000)
        self.arrive(first)
        self.sell(5000)
        self.stripe.pay_out(self.acct.id)
        second = self.stripe.objects("payout", self.acct)[-1]["id"]
        self.arrive(second)
        self.stripe.tamper(first, automatic=False)
        self.account.sudo()._pull_rows()
        payouts = self.env["kash.stripe.payout"].sudo()
        self.account.sudo()._pull_payout_pages()
        payouts.search([("payout_id", "=", first)]).listed = "ready"
        self.account.sudo()._pull_payout_lists()
        checks = {p.payout_id: p.check_state for p in self.payouts()}
        self.assertEqual(checks, {first: "never", second: "agrees"})
        self.assertFalse(self.account.sudo()._payouts_to_list())
        self.account.sudo()._refresh_activities()
        self.assertSetAside(first)

    def charges(self):
        """Return Stripe's rows of payments, oldest first."""
        rows = self.stripe.objects("balance_transaction", self.acct)
        return [row for row in rows if row["type"] == "charge"]

    def booked_apart(self):
        """Sync without the proof that clearing is Stripe's: a row is not here."""
        self.read_until("2025-11-22", "rows", "payouts")
        self.sync()
        self.assertFalse(self.account.sync_error)


@tagged("post_install", "-at_install", "-standard", "long")
class TestBadRow(SetAside):
    def synced(self):
        self.stripe.settle()
        self.stripe.outbox.take()
        self.read_until("2025-11-22")
        self.sync()
        self.assertFalse(self.account.sync_error)

    def sold(self, *invoices):
        """Let customers pay; return the rows of their payments."""
        for invoice in invoices:
            self.pay(invoice)
        self.stripe.settle()
        return [
            self.stripe.object(charge["balance_transaction"])
            for charge in self.stripe.objects("charge", self.acct)
        ]

    @mute_logger(INBOX, EVENT)
    def test_a_row_without_its_moment_keeps_no_other_away(self):
        """It cannot be mirrored; the page it stands on is."""
        paid, stuck = self.invoice(80.0), self.invoice(100.0)
        [_good, bad] = self.sold(paid, stuck)
        self.stripe.tamper(bad["id"], created=None)
        self.synced()
        self.assertEqual(paid.payment_state, "paid")
        self.assertSetAside(bad["id"], "'created'")
        self.stripe.tamper(bad["id"], created=bad["created"])
        self.assertDoneByItself()
        self.assertEqual(stuck.payment_state, "paid")
        self.assertClearingIsStripes()

    def test_a_fee_line_without_currency_stops_its_row_alone(self):
        """It killed the page."""
        paid, stuck = self.invoice(80.0), self.invoice(100.0)
        [_good, bad] = self.sold(paid, stuck)
        [line] = bad["fee_details"]
        lacking = {name: line[name] for name in line if name != "currency"}
        self.stripe.tamper(bad["id"], fee_details=[lacking])
        self.synced()
        self.assertEqual(paid.payment_state, "paid")
        row = self.rows().filtered(lambda row: row.txn_id == bad["id"])
        self.assertEqual((row.state, row.changed), ("stopped", True))
        self.assertIn("fee line has no field 'currency'", row.reason)
        self.stripe.tamper(bad["id"], fee_details=[line])
        row.action_retry()
        self.assertEqual(stuck.payment_state, "paid")
        self.assertClearingIsStripes()

    def test_an_amount_that_is_text_stops_its_row_with_what_was_found(self):
        """*unsupported operand* is no sentence for people."""
        paid, stuck = self.invoice(80.0), self.invoice(100.0)
        [_good, bad] = self.sold(paid, stuck)
        self.stripe.tamper(bad["id"], amount="10000")
        self.synced()
        self.assertEqual(paid.payment_state, "paid")
        row = self.rows().filtered(lambda row: row.txn_id == bad["id"])
        self.assertEqual(row.state, "stopped")
        self.assertIn("has text ('10000') as 'amount', not a whole number", row.reason)

    @mute_logger(f"{MODELS}.mirror.account", "odoo.sql_db")
    def test_letters_no_database_holds_stop_nothing(self):
        """A description is merely shown; what decides must be letters of a text."""
        paid, other = self.invoice(80.0), self.invoice(100.0)
        [first, second] = self.sold(paid, other)
        self.stripe.tamper(first["id"], description="a\0b \ud800")
        self.stripe.tamper(second["id"], type="charge\0")
        self.synced()
        self.assertEqual(paid.payment_state, "paid")
        rows = {row.txn_id: row for row in self.rows()}
        self.assertFalse(rows[first["id"]].description)
        self.assertEqual(rows[second["id"]].state, "stopped")
        self.assertIn("'type', not letters that", rows[second["id"]].reason)

    @mute_logger(f"{MODELS}.mirror.balance_transaction")
    def test_a_row_that_is_still_bad_keeps_no_other_from_being_tried_again(self):
        """Both were stopped, one has been mended at Stripe."""
        paid, stuck = self.invoice(80.0), self.invoice(100.0)
        [good, bad] = self.sold(paid, stuck)
        for told in (good, bad):
            self.stripe.tamper(told["id"], fee="much")
        self.synced()
        rows = self.rows()
        self.assertEqual(rows.mapped("state"), ["stopped"] * 2)
        self.stripe.tamper(good["id"], fee=good["fee"])
        rows.action_retry()
        self.assertEqual(paid.payment_state, "paid")
        still = rows.filtered(lambda row: row.state == "stopped")
        self.assertEqual(still.txn_id, bad["id"])
        self.assertIn("text ('much') as 'fee'", still.reason)
        with self.assertRaisesRegex(UserError, "as 'fee'"):
            still.action_retry()

    @mute_logger(INBOX, EVENT)
    def test_a_session_of_another_shape_keeps_no_other_away(self):
        """Who paid without our hearing of it is found in the list."""
        self.stripe.clock.set(int(time.time()))  # they are looked for by ours
        first, second = self.invoice(80.0), self.invoice(100.0)
        bad = self.pay(first).kash_stripe_session_id
        good = self.pay(second)
        self.stripe.outbox.take()
        self.stripe.tamper(bad, payment_status=7)
        self.account.sudo()._pull_sessions()
        self.assertEqual(good.state, "done")
        self.account.sudo()._refresh_activities()
        self.assertSetAside(bad, "session has a whole number (7)")

    @mute_logger(INBOX, EVENT)
    def test_an_old_session_of_another_shape_keeps_no_other_away(self):
        """These are asked for one by one."""
        bad, good = self.pay(self.invoice(80.0)), self.pay(self.invoice(100.0))
        self.stripe.outbox.take()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = '2025-01-01' WHERE id IN %s",
            [(bad.id, good.id)],
        )
        self.env.invalidate_all()
        self.stripe.tamper(bad.kash_stripe_session_id, currency=[1])
        self.account.sudo()._pull_sessions()
        self.assertEqual(good.state, "done")
        self.account.sudo()._refresh_activities()
        self.assertSetAside(bad.kash_stripe_session_id, "'currency'")


@tagged("post_install", "-at_install", "-standard", "long")
class TestBadRefund(SetAside):
    def paid_twice(self):
        """Let two invoices be paid, and be in the books."""
        attempts = [self.pay(self.invoice(100.0)) for _time in range(2)]
        self.settle()
        return attempts

    def give_back(self, attempt, amount=40.0):
        """Ask for a refund; return its transaction."""
        return attempt._refund(amount_to_refund=amount)

    @mute_logger(INBOX, EVENT)
    def test_a_pending_refund_of_another_shape_keeps_no_other_away(self):
        """Each is asked for by itself."""
        bad, good = (self.give_back(attempt) for attempt in self.paid_twice())
        (bad | good).sudo().write({"state": "pending"})
        self.stripe.outbox.take()
        self.stripe.tamper(bad.kash_stripe_refund_id, metadata=["x"])
        self.account.sudo()._pull_pending_refunds()
        self.assertEqual(good.state, "done")
        self.account.sudo()._refresh_activities()
        self.assertSetAside(bad.kash_stripe_refund_id, "'metadata'")

    @mute_logger(INBOX, EVENT)
    def test_nothing_is_given_back_twice_where_the_list_cannot_be_read(self):
        """The refund whose answer was lost may be the one we cannot read."""
        [attempt, _other] = self.paid_twice()
        self.stripe.fail_next("POST", "/v1/refunds", status=500, after=True)
        refund = self.give_back(attempt)
        self.assertEqual(refund.state, "pending")
        [made] = self.stripe.objects("refund", self.acct)
        self.stripe.tamper(made["id"], metadata=["x"])
        refund.sudo()._kash_stripe_push_refund()
        self.assertEqual(refund.state, "pending")
        self.assertIn("'metadata'", refund.state_message)
        self.assertEqual(len(self.stripe.objects("refund", self.acct)), 1)
        self.stripe.tamper(made["id"], metadata=made["metadata"])
        refund.sudo()._kash_stripe_push_refund()
        self.assertEqual(refund.kash_stripe_refund_id, made["id"])


@tagged("post_install", "-at_install", "-standard", "long")
class TestBadDispute(SetAside, Disputed):
    @mute_logger(INBOX, EVENT)
    def test_a_dispute_of_another_shape_keeps_no_other_away(self):
        """It was left out without a word."""
        other = self.pay(self.invoice(80.0))
        self.settle()
        bad = self.stripe.dispute(self.charge_id)
        good = self.stripe.dispute(other.kash_stripe_charge_id)
        self.stripe.tamper(bad["id"], amount="ten")
        self.look()
        self.assertFalse(self.account.sync_error)
        self.assertTrue(self.found(good))
        self.assertFalse(self.found(bad))
        self.assertSetAside(bad["id"], "dispute has text ('ten') as 'amount'")
        self.stripe.tamper(bad["id"], amount=10000)
        self.assertDoneByItself()
        self.assertTrue(self.found(bad))


@tagged("post_install", "-at_install", "-standard", "long")
class TestBadOpening(SetAside, OpeningCase):
    @mute_logger(INBOX, EVENT)
    def test_a_payout_of_another_shape_does_not_keep_the_books_from_beginning(self):
        """The others stand in transit; a person sees the one that does not."""
        self.before()
        self.stripe.clock.advance(days=5)
        self.stripe.add_bank_account(self.acct.id)
        bad = self.stripe.payout(self.acct.id, 1000)
        now = "2025-11-28 05:00:00"
        self.account.sudo().mirror_start = now
        self.read_until(now)
        self.stripe.clock.advance(days=1)
        self.stripe.tamper(bad["id"], arrival_date="soon")
        wizard = self.dialog()
        others = sum(p["amount"] for p in self.stripe.objects("payout", self.acct))
        self.assertEqual(wizard.part_ids.transit_amount, (others - 1000) / 100)
        self.account.sudo()._refresh_activities()
        self.assertSetAside(bad["id"], "'arrival_date'")


@tagged("post_install", "-at_install", "-standard", "long")
class TestThinEvent(KashStripeConnected, HttpCase):
    def odoo_url(self):
        return self.base_url()

    def set_stage(self):
        super().set_stage()
        self.set_up_platform()

    def test_a_thin_event_about_nothing_is_ignored(self):
        """Refused, Stripe would send it for days."""
        stored = self.env["kash.stripe.event"].sudo()
        for at, related in enumerate((None, {}, "acct_1", ["x"], {"id": 7})):
            with self.subTest(related=related):
                answer = self.post_thin(f"evt_thin_{at}", related)
                self.assertEqual(answer.status_code, 200)
                event = stored.search([("event_id", "=", f"evt_thin_{at}")])
                self.assertEqual(event.state, "ignored")
                self.assertTrue(event.note)

    def post_thin(self, event_id, related):
        """Post a notification of Accounts v2, signed as Stripe does."""
        body = json.dumps(
            {
                "id": event_id,
                "object": "v2.core.event",
                "type": "v2.core.account[requirements].updated",
                "livemode": False,
                "created": "2025-11-22T17:00:00.000Z",
                "related_object": related,
            }
        ).encode()
        secret = self.secret("webhook_secret", self.env["kash.stripe.platform"])
        signed = int(time.time())
        mac = hmac.new(secret.encode(), b"%d." % signed + body, hashlib.sha256)
        header = f"t={signed},v1={mac.hexdigest()}"
        return self.url_open(
            "/kash/webhook/platform",
            data=body,
            headers={"Content-Type": "application/json", "Stripe-Signature": header},
        )
