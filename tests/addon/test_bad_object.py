# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One bad thing stops only itself: no object, no company keeps the others waiting."""

import logging
import time
from datetime import timedelta

import psycopg2
from psycopg2 import errors as pg

from odoo import fields
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.addons.kash_stripe_connect import guard
from odoo.addons.kash_stripe_connect.core.reasons import Reason

from .common import KashStripeConnected

MODELS = "odoo.addons.kash_stripe_connect.models"
EVENT = f"{MODELS}.sync.event"
MIRROR = f"{MODELS}.mirror.account"
SYNC = f"{MODELS}.sync.account"
REFUND = f"{MODELS}.refund.payment_transaction"
SEND = f"{MODELS}.notice.notice"
REMINDER = f"{MODELS}.reminder.reminder"


class TwoCompanies(KashStripeConnected):
    """Two companies, each with its Stripe account; the first one has the trouble."""

    def set_stage(self):
        super().set_stage()
        # The sync looks at the last hours and days: Stripe's clock must be ours.
        self.stripe.clock.set(int(time.time()) - 60)
        self.first = self.account
        self.other_company = self.setup_other_company(name="Mill Lane Tea")["company"]
        self.second = self.connect(
            self.stripe.create_account(
                country="US", currency="usd", business_name="Mill Lane Tea"
            ),
            company=self.other_company,
        )

    def other_invoice(self, amount=50.0, **vals):
        """Make an invoice of the second company."""
        return self.invoice(amount, company_id=self.other_company.id, **vals)

    def paid(self, invoice):
        """Let a customer pay; return the charge's id."""
        self.pay(invoice)
        return self.stripe.objects("charge")[-1]["id"]

    def ring_mixed(self):
        """Put what waits in Stripe's outbox into the inbox, both companies in turn."""
        heard = {account: [] for account in (self.first, self.second)}
        for delivery in self.stripe.outbox.take():
            for account in heard:
                if delivery.account == account.stripe_id:
                    heard[account].append(delivery)
        for at in range(max(map(len, heard.values()))):
            for self.account, deliveries in heard.items():
                self.ring(deliveries[at : at + 1])
        self.account = self.first

    def events(self, account, state=None):
        events = self.env["kash.stripe.event"].sudo()
        found = events.search([("account_id", "=", account.id)])
        return found.filtered(lambda event: not state or event.state == state)

    def row_of(self, charge_id):
        """Return Stripe's row of a charge, as it was mirrored."""
        rows = self.env["kash.stripe.balance.transaction"].sudo()
        return rows.search([("source_id", "=", charge_id)])

    def assertAllDone(self, account):
        self.assertEqual(set(self.events(account).mapped("state")), {"done"})


@tagged("post_install", "-at_install", "-standard", "long")
class TestBadObject(TwoCompanies):
    # === EVENTS === #

    @mute_logger(EVENT)
    def test_a_charge_of_another_shape_keeps_nobody_elses_money_back(self):
        """The job was rolled back for all companies, until Odoo switched it off."""
        bad, good = self.invoice(100.0), self.invoice(80.0)
        other = self.other_invoice()
        charge = self.paid(bad)
        self.paid(other)
        self.paid(good)
        self.stripe.settle()
        self.stripe.tamper(charge, amount="ten")
        self.ring_mixed()
        self.run_cron("ir_cron_events")
        self.assertAllDone(self.second)
        self.assertEqual(good.payment_state, "paid")
        self.assertEqual(other.payment_state, "paid")
        stuck = self.events(self.first, "new")
        self.assertTrue(stuck)
        self.assertEqual(set(stuck.mapped("attempts")), {1})
        [note] = set(stuck.mapped("note"))
        self.assertIn("charge has text ('ten') as 'amount'", note)
        self.assertTrue(self.events(self.first, "done"))

    def test_a_detail_of_another_shape_does_not_stop_the_money(self):
        """Which card it was is shown, no more."""
        invoice, other = self.invoice(100.0), self.other_invoice()
        charge = self.paid(invoice)
        self.paid(other)
        self.stripe.settle()
        self.stripe.tamper(charge, payment_method_details="card")
        self.ring_mixed()
        self.run_cron("ir_cron_events")
        self.assertAllDone(self.first)
        self.assertAllDone(self.second)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertFalse(self.row_of(charge).method)

    @mute_logger(EVENT)
    def test_an_event_that_never_can_be_done_is_given_up_and_counted(self):
        """A person sees it, and may try it again."""
        charge = self.paid(self.invoice(100.0))
        self.stripe.settle()
        self.stripe.tamper(charge, metadata=["x"])
        self.ring_mixed()
        events = self.events(self.first)
        events.attempts = 47
        self.run_cron("ir_cron_events")
        failed = self.events(self.first, "failed")
        self.assertTrue(failed)
        self.assertIn("'metadata'", failed[0].note)

    @mute_logger(EVENT, MIRROR, "odoo.sql_db")
    def test_what_the_database_refuses_stops_only_its_own_object(self):
        """Two refunds whose names collide: the second one violates a constraint."""
        invoice, other = self.invoice(100.0), self.other_invoice()
        charge = self.paid(invoice)
        self.stripe.settle()
        self.ring_mixed()
        self.run_cron("ir_cron_events")
        wrong = self.stripe.refund(charge, 500)["id"]
        # Stripe lists the newest first: it is there before the other one comes.
        right = self.stripe.refund(charge, 1000)["id"]
        self.stripe.tamper(wrong, id=f"re_other{right[-8:]}")
        self.paid(other)
        self.stripe.settle()
        self.ring_mixed()
        self.run_cron("ir_cron_events")
        self.assertAllDone(self.second)
        self.assertEqual(other.payment_state, "paid")
        stuck = self.events(self.first, "new")
        self.assertEqual(set(stuck.mapped("subject_id")), {wrong})
        self.assertIn("reference", stuck[0].note.lower())
        refunds = self.env["payment.transaction"].search([("operation", "=", "refund")])
        self.assertEqual(refunds.mapped("kash_stripe_refund_id"), [right])
        broken = self.first.row_ids.filtered(lambda row: row.state == "stopped")
        self.assertEqual((broken.amount, broken.changed), (-500, True))
        self.assertEqual(len(self.activities("stopped")), 1)

    # === SYNC === #

    @mute_logger(SYNC, MIRROR, "odoo.sql_db")
    def test_a_number_no_column_holds_stops_its_row_alone(self):
        """The page is mirrored, and the other company is synced in the same run."""
        bad, good = self.invoice(100.0), self.invoice(80.0)
        other = self.other_invoice()
        charge = self.paid(bad)
        for invoice in (good, other):
            self.paid(invoice)
        self.stripe.settle()
        self.stripe.outbox.take()
        txn = self.stripe.object(charge)["balance_transaction"]
        self.stripe.tamper(txn, amount=10**20, net=10**20, fee=0)
        self.sync_both()
        self.assertEqual(good.payment_state, "paid")
        self.assertEqual(other.payment_state, "paid")
        row = self.row_of(charge)
        self.assertEqual((row.state, row.changed, row.amount), ("stopped", True, 0))
        self.assertIn("NumericValueOutOfRange", row.reason)
        self.assertEqual(len(self.activities("stopped")), 1)

    def test_a_row_whose_charge_is_of_another_shape_stops_alone(self):
        """It comes inside the row, and all charges of a page are applied together."""
        bad, good = self.invoice(100.0), self.invoice(80.0)
        charge = self.paid(bad)
        self.paid(good)
        self.stripe.settle()
        self.stripe.outbox.take()
        self.stripe.tamper(charge, created="yesterday")
        self.sync_both()
        self.assertEqual(good.payment_state, "paid")
        row = self.row_of(charge)
        self.assertEqual(row.state, "stopped")
        self.assertIn("'created'", row.reason)

    @mute_logger(SYNC, f"{MODELS}.ledger.booking", MIRROR)
    def test_an_account_nobody_can_sync_keeps_no_other_waiting(self):
        """A zone that is none breaks whatever is done for a company."""
        other = self.other_invoice()
        self.paid(self.invoice(100.0))
        self.paid(other)
        self.stripe.settle()
        self.stripe.outbox.take()
        self.lose_zone()
        self.sync_both()
        self.assertEqual(other.payment_state, "paid")
        self.assertTrue(self.second.sudo().synced_at)
        self.assertIn("see Odoo's log", self.first.sudo().sync_error)
        self.assertEqual(self.first.sudo().sync_failures, 1)

    @mute_logger(SYNC, f"{MODELS}.inbox.account", f"{MODELS}.leave.account")
    def test_a_session_of_another_shape_keeps_no_company_connected(self):
        """The other pages are closed; this one is told of."""
        bad, good = self.press_pay(self.invoice(100.0)), self.press_pay(self.invoice())
        self.stripe.tamper(bad.kash_stripe_session_id, payment_status=7)
        self.first.action_disconnect()
        self.assertFalse(self.first.connected)
        self.assertEqual(good.state, "cancel")
        said = " ".join(self.first.sudo().message_ids.mapped("body"))
        self.assertIn("could not be closed", said)

    @mute_logger(EVENT)
    def test_a_status_nobody_knows_is_no_payment(self):
        """What was neither *pending* nor *failed* counted as paid."""
        invoice, other = self.invoice(100.0), self.invoice(80.0)
        charge = self.paid(invoice)
        self.paid(other)
        self.stripe.settle()
        self.stripe.tamper(charge, status="teleported")
        self.ring_mixed()
        self.run_cron("ir_cron_events")
        self.assertEqual(invoice.payment_state, "not_paid")
        self.assertEqual(invoice.transaction_ids.state, "draft")
        self.assertEqual(other.payment_state, "paid")
        self.sync_both()
        row = self.row_of(charge)
        self.assertEqual(row.state, "stopped")
        self.assertIn("'status', not one of succeeded, pending, failed", row.reason)

    @mute_logger(SYNC, f"{MODELS}.inbox.account")
    def test_a_moment_at_the_end_of_time_keeps_no_page_away(self):
        """Where the day begins earlier than in Greenwich it is of no year at all."""
        self.company.kash_stripe_tz = "Asia/Tokyo"
        bad, good = self.invoice(100.0), self.invoice(80.0)
        charge = self.paid(bad)
        self.paid(good)
        self.stripe.settle()
        self.stripe.outbox.take()
        txn = self.stripe.object(charge)["balance_transaction"]
        self.stripe.tamper(txn, created=253402300799)
        self.sync_both()
        self.assertFalse(self.first.sudo().sync_error)
        self.assertEqual(good.payment_state, "paid")
        self.assertEqual(len(self.activities("unread")), 1)

    @mute_logger(SYNC, f"{MODELS}.account.account", "odoo.sql_db")
    def test_a_proof_that_cannot_be_made_keeps_no_event_and_no_activity_back(self):
        """Two amounts fit into a column each, and their sum does not."""
        for invoice in (self.invoice(100.0), self.invoice(80.0)):
            charge = self.paid(invoice)
            self.stripe.settle()
            txn = self.stripe.object(charge)["balance_transaction"]
            self.stripe.tamper(txn, amount=9 * 10**18, net=9 * 10**18, fee=0)
        self.stripe.outbox.take()
        self.sync_both()
        self.assertIn("NumericValueOutOfRange", self.first.sudo().sync_error)
        self.assertIn("stopped: 2.", self.activities("stopped").summary)
        good = self.invoice(50.0)
        self.paid(good)
        self.stripe.settle()
        self.ring_mixed()
        self.run_cron("ir_cron_events")
        self.assertAllDone(self.first)
        self.assertEqual(good.payment_state, "paid")

    def sync_both(self):
        """Let the scheduled sync run now, the first company before the second."""
        self.first.sudo().next_sync_at = "2000-01-01"
        self.second.sudo().next_sync_at = "2000-01-02"
        self.run_cron("ir_cron_sync")

    def lose_zone(self):
        """Give the first company a time zone that was taken out of the world."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET kash_stripe_tz = 'Mars/Phobos' WHERE id = %s",
            [self.company.id],
        )
        self.env.invalidate_all()

    # === EXPIRIES AND REFUNDS, WHICH THE EVENT JOB ASKS FOR === #

    @mute_logger(EVENT, REFUND, f"{MODELS}.payment.payment_transaction")
    def test_a_session_that_cannot_be_expired_keeps_no_event_waiting(self):
        """It is asked for before the inbox is worked off."""
        attempt = self.press_pay(self.invoice(100.0))
        other = self.other_invoice()
        self.paid(other)
        self.stripe.settle()
        self.stripe.tamper(attempt.kash_stripe_session_id, payment_intent=7)
        attempt.sudo().kash_stripe_to_expire = True
        self.ring_mixed()
        self.run_cron("ir_cron_events")
        self.assertEqual(other.payment_state, "paid")
        self.assertTrue(attempt.kash_stripe_to_expire)

    # === NOTICES === #

    @mute_logger(SEND)
    def test_a_notice_nobody_knows_how_to_tell_fails_alone(self):
        """Its kind is of an addon that is gone; the others go out in the same run."""
        for company in (self.company, self.other_company):
            company.kash_stripe_notify_partner_ids = self.customer
        notices = self.tell(self.first, "po_1") | self.tell(self.first, "po_2")
        notices |= self.tell(self.second, "po_3")
        bad = notices.sorted("id")[0]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE kash_stripe_notice SET kind = 'martian' WHERE id = %s", [bad.id]
        )
        self.env.invalidate_all()
        self.run_cron("ir_cron_notices")
        self.assertEqual(bad.state, "failed")
        self.assertIn("KeyError", bad.note)
        self.assertEqual(set((notices - bad).mapped("state")), {"sent"})

    def tell(self, account, key):
        """Let a failed payout be news of an account."""
        notices = self.env["kash.stripe.notice"].sudo()
        fact = {
            "kind": "payout_failed",
            "key": key,
            "happened_at": fields.Datetime.now(),
            "amount": 250.0,
            "currency": self.company.currency_id,
            "record": account,
            "reason": "The bank account has been closed.",
        }
        notices._apply_news(account.sudo(), [fact])
        found = notices.search([("account_id", "=", account.id)])
        found.send_after = "2000-01-01"
        return found

    # === REMINDERS === #

    @mute_logger(REMINDER)
    def test_a_rule_that_cannot_be_reckoned_keeps_no_other_company_waiting(self):
        """So many days before today there was no calendar."""
        for company in (self.company, self.other_company):
            company.kash_stripe_reminders = True
        rules = self.env["kash.stripe.reminder.rule"].sudo()
        rules.search([("company_id", "=", self.company.id)])[-1:].days = 10**6
        today = self.other_company._kash_stripe_today()
        due = {"invoice_date_due": today - timedelta(days=3), "invoice_date": today}
        move = self.other_invoice(invoice_payment_term_id=False, **due)
        move.is_move_sent = True
        self.run_cron("ir_cron_reminders")
        reminders = self.env["kash.stripe.reminder"].sudo().search([])
        self.assertEqual(reminders.line_ids.move_id, move)
        self.assertEqual(reminders.state, "sent")
        self.assertIn("reminders could not be made", self.first.message_ids[0].body)

    # === DIALOGS === #

    @mute_logger("odoo.addons.kash_stripe_connect.wizards.connect.connect_wizard")
    def test_a_dialog_says_that_the_log_knows_more(self):
        """A person at a button is no programmer."""
        self.lose_zone()
        self.first.sudo()._push_disconnect()
        new = self.stripe.create_account(country="US", business_name="Hill Street 2")
        wizard = self.wizard(way="keys", secret_key=new.secret_key)
        wizard.publishable_key = new.publishable_key
        wizard.action_connect()
        self.assertIn("see Odoo's log", wizard.error)


@tagged("post_install", "-at_install", "-standard", "long")
class TestGuard(AccountTestInvoicingCommon):
    """The one function that every guard uses."""

    logger_name = "odoo.addons.kash_stripe_connect.tests"

    def assertPassedOn(self, error):
        with self.assertRaises(type(error)) as raised, guard.alone(self.env):
            raise error
        self.assertIs(raised.exception, error)

    def test_what_odoo_must_see_is_passed_on(self):
        """It runs the transaction again, or ends the worker."""
        for error in (
            pg.SerializationFailure(),
            pg.DeadlockDetected(),
            pg.LockNotAvailable(),
            psycopg2.OperationalError("server closed the connection"),
            psycopg2.InterfaceError("connection already closed"),
            ConcurrencyError("x"),
            MemoryError(),
            Exception("CPU time limit exceeded."),
            guard.NotTrouble(),
            KeyboardInterrupt(),
            SystemExit(),
        ):
            with self.subTest(error=repr(error)):
                self.assertPassedOn(error)

    def test_what_a_rendering_wrapped_is_passed_on_itself(self):
        """Odoo makes a UserError of whatever happens while it renders an e-mail."""
        limit = Exception("CPU time limit exceeded.")
        with self.assertRaises(Exception) as raised, guard.alone(self.env):
            try:
                raise limit
            except Exception as error:
                message = "Failed to render"
                raise UserError(message) from error
        self.assertIs(raised.exception, limit)

    def test_everything_else_stops_the_object_alone(self):
        """Its writes are undone, those of before stay, and the cursor is sound."""
        partner = self.partner_a
        for error in (
            UserError("no"),
            AttributeError("get"),
            KeyError("x"),
            Exception("some other text"),
            pg.UniqueViolation(),
            psycopg2.DataError(),
        ):
            with self.subTest(error=repr(error)):
                partner.name = "Before"
                with guard.alone(self.env) as trouble:
                    partner.name = "Within"
                    raise error
                self.assertIs(trouble.error, error)
                self.assertEqual(partner.name, "Before")

    @mute_logger("odoo.sql_db")
    def test_a_database_error_leaves_the_transaction_usable(self):
        """The database itself refused: the savepoint is given up, not the job."""
        with guard.alone(self.env) as trouble:
            self.env.cr.execute("SELECT 1 / 0")
        self.assertIsInstance(trouble.error, psycopg2.DataError)
        self.env.cr.execute("SELECT 1")
        self.assertEqual(self.env.cr.fetchone(), (1,))

    @mute_logger("odoo.sql_db")
    def test_turns_pass_on_what_broke_outside_of_a_turn(self):
        """Nobody could go on: the transaction is given up."""
        savepoint = self.env.cr.savepoint(flush=False)
        with (
            self.assertRaises(psycopg2.DataError),
            guard.by_turns(self.env, commits=False),
        ):
            self.env.cr.execute("SELECT 1 / 0")
        savepoint.close(rollback=True)

    def test_only_the_culprits_stand_alone(self):
        """All others are worked on together, in their order."""
        done, stopped = [], []

        def work(numbers):
            if {3, 6} & set(numbers):
                raise LookupError(numbers)
            done.extend(numbers)

        guard.apart(
            self.env,
            list(range(9)),
            work,
            lambda one, error: stopped.append((one, type(error))),
        )
        self.assertEqual(done, [0, 1, 2, 4, 5, 7, 8])
        self.assertEqual(stopped, [([3], LookupError), ([6], LookupError)])

    def test_a_traceback_stands_once_in_the_log_for_each_reason(self):
        """The job runs each minute; the line without it says whose trouble it was."""
        logs, reasons = [], []
        for number in range(3):
            with guard.alone(self.env) as trouble:
                [].pop(number)
            with self.assertLogs(self.logger_name) as found:
                reasons.append(self.reason(trouble.error, f"thing {number}"))
            logs.append(found.output[0])
        self.assertEqual(["Traceback" in log for log in logs], [True, False, False])
        self.assertIn("thing 2", logs[2])
        self.assertEqual(
            set(reasons), {"Something unforeseen (IndexError): see Odoo's log."}
        )

    def test_what_was_said_for_people_is_shown_as_it_is(self):
        """And what the program says to itself is not."""
        for error in (UserError("Mend it."), Reason("Mend it.")):
            with self.assertLogs(self.logger_name, "WARNING"):
                self.assertEqual(self.reason(error, "thing"), "Mend it.")

    def reason(self, error, what):
        logger = logging.getLogger(self.logger_name)
        return guard.reason_of(self.env, error, what, logger)
