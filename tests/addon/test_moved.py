# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Another database uuid asks a person; another address only asks where."""

import time
from contextlib import suppress

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from odoo.addons.kash_stripe_connect.core import events
from odoo.addons.kash_stripe_connect.gateway.errors import StripeUnreachable

from .common import KashStripeConnected

HERE = "moved-here"
SYNC = "odoo.addons.kash_stripe_connect.models.sync.account"


class MovedCase(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.there = self.account.database_uuid

    def move(self, uuid=HERE):
        """Let Odoo give the database another uuid, as restoring from a backup does."""
        self.env["ir.config_parameter"].set_param("database.uuid", uuid)
        self.account.invalidate_recordset()

    def answer(self, answer, user=None, **values):
        """Answer the question as the form's dialog does."""
        account = self.account.with_user(user or self.env.user)
        action = account.action_moved()
        dialog = (
            self.env[action["res_model"]]
            .with_user(user or self.env.user)
            .with_context(**action["context"])
            .create({"answer": answer, **values})
        )
        return dialog.action_answer()

    def adopt(self):
        self.answer("original", sure=True)

    def banners(self):
        """Return what is asked about the database and its address."""
        shown = self.env["kash.stripe.account"].get_banners()
        # Of https without a proxy that was declared: test_page_guard.
        return [banner for banner in shown if banner["key"] != "proxy"]

    def endpoint(self):
        [endpoint] = self.stripe.objects("webhook_endpoint")
        return endpoint

    def a_day_passes(self):
        """Let the daily look at the endpoint be due, and sync."""
        self.account.sudo().endpoint_checked_at = "2000-01-01"
        self.sync()

    def press_refund(self, attempt, amount):
        """Press Odoo's own Refund on the payment."""
        wizard = self.env["payment.refund.wizard"].with_context(
            active_model="account.payment", active_id=attempt.payment_id.id
        )
        values = {"payment_id": attempt.payment_id.id, "amount_to_refund": amount}
        wizard.create(values).action_refund()
        return attempt.child_transaction_ids

    def refund_without_answer(self, attempt, amount):
        """Press it; Stripe gives the money back, and the answer is lost."""
        self.stripe.fail_next("POST", "/v1/refunds", status=500, after=True)
        return self.press_refund(attempt, amount)


@tagged("post_install", "-at_install", "-standard", "long")
class TestMoved(MovedCase):
    # === THE QUESTION === #

    def test_changing_the_keys_is_no_answer(self):
        """The original would never hear of it, and both would ask for money."""
        self.move()
        with self.assertRaisesRegex(UserError, "moved here, or is a"):
            self.connect(self.acct)
        self.assertTrue(self.account.in_doubt)

    def test_a_database_with_another_uuid_says_so_on_each_page(self):
        """Before, everything looked well and nothing worked."""
        self.assertEqual(self.banners(), [])
        self.move()
        [banner] = self.banners()
        self.assertEqual(banner["level"], "danger")
        self.assertIn("moved here, or is a copy", banner["text"])

    def test_no_link_is_sent_while_nobody_has_answered(self):
        """Who pays by it would not be seen; the way to answer stands beside it."""
        invoice = self.invoice(100.0)
        link = invoice._kash_stripe_ensure_link()
        self.move()
        problem = invoice._kash_stripe_send_problems()[invoice.id]
        self.assertEqual(problem.code, "moved")
        alert = invoice._kash_stripe_alert(problem, "warning")
        self.assertEqual(alert["action"]["res_id"], self.account.id)
        link.invalidate_recordset()
        self.assertEqual(link.state, "waiting")

    def test_a_refund_is_not_asked_for_while_nobody_has_answered(self):
        """It says why, and Stripe is not asked."""
        attempt = self.pay(self.invoice(100.0))
        self.settle()
        self.move()
        refund = self.press_refund(attempt, 10.0)
        self.assertEqual(refund.state, "error")
        self.assertIn("moved here, or is a copy", refund.state_message)
        self.assertFalse(self.stripe.objects("refund"))

    def test_a_clerk_cannot_answer(self):
        """It is for who may connect."""
        self.move()
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            self.answer("original", user=clerk, sure=True)
        with self.assertRaises(AccessError):
            self.answer("copy", user=clerk)

    # === THE ORIGINAL === #

    def test_adopting_is_asked_twice(self):
        """Two databases that go on with one account record everything twice."""
        self.move()
        with self.assertRaisesRegex(UserError, "switched off"):
            self.answer("original")
        self.assertTrue(self.account.in_doubt)

    def test_what_was_begun_before_the_move_is_paid_after_it(self):
        """The customer had the page open all the while."""
        invoice = self.invoice(100.0)
        attempt = self.press_pay(invoice)
        self.move()
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.adopt()
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(attempt.kash_stripe_database_uuid, self.there)
        self.assertLedger({"clearing": 96.8, "fees": 3.2, "receivable": -100.0})
        self.assertEqual(self.banners(), [])

    def test_it_keeps_every_name_it_had(self):
        """Moved twice, and it still knows what it wrote at Stripe before."""
        self.move()
        self.adopt()
        self.move("moved-again")
        self.adopt()
        self.assertEqual(self.account.database_uuid, "moved-again")
        self.assertEqual(self.account._known_uuids(), {self.there, HERE, "moved-again"})
        self.assertEqual(self.endpoint()["metadata"]["kash_db"], "moved-again")

    def test_links_that_were_sent_live_on(self):
        """Moving is no new connection."""
        link = self.invoice(100.0)._kash_stripe_ensure_link()
        self.move()
        self.adopt()
        link.invalidate_recordset()
        self.assertEqual(link.state, "live")

    def test_without_an_answer_of_stripes_nothing_is_adopted(self):
        """All of it, or nothing."""
        self.move()
        self.stripe.fail_next("POST", "/v1/webhook_endpoints/*", status=503, times=3)
        with self.assertRaises(UserError), self.cr.savepoint():
            self.adopt()
        self.account.invalidate_recordset()
        self.assertTrue(self.account.in_doubt)

    # === ASKED BEFORE THE MOVE, ANSWERED AFTER IT === #

    def test_a_refund_whose_answer_was_lost_is_given_back_once(self):
        """The job runs in between, and must not call it refused."""
        attempt = self.pay(self.invoice(100.0))
        self.settle()
        refund = self.refund_without_answer(attempt, 40.0)
        self.move()
        self.run_cron("ir_cron_events")
        self.assertEqual(refund.state, "pending")
        self.adopt()
        self.run_cron("ir_cron_events")
        [made] = self.stripe.objects("refund")
        self.assertEqual(refund.state, "done")
        self.assertEqual(refund.kash_stripe_refund_id, made["id"])
        self.settle()
        self.assertEqual(attempt.child_transaction_ids, refund)
        self.assertLedger({"clearing": 56.8, "fees": 3.2, "receivable": -60.0})

    def test_a_refund_that_never_reached_stripe_keeps_its_name(self):
        """Under the database's name of then, in metadata and key."""
        attempt = self.pay(self.invoice(100.0))
        self.settle()
        self.stripe.fail_next("POST", "/v1/refunds", status=503, times=2)
        key = self.press_refund(attempt, 40.0).kash_stripe_refund_key
        self.move()
        self.adopt()
        self.run_cron("ir_cron_events")
        [made] = self.stripe.objects("refund")
        self.assertEqual(made["metadata"], {"kash_db": self.there, "kash_refund": key})

    def test_a_start_whose_answer_was_lost_makes_one_page(self):
        """The customer presses again, at the address the database moved to."""
        self.stripe.clock.set(int(time.time()))
        invoice = self.invoice(100.0)
        link = invoice._kash_stripe_ensure_link().sudo()
        self.stripe.fail_next("POST", "/v1/checkout/sessions", status=500, after=True)
        with suppress(StripeUnreachable):  # assertRaises would take back what is kept
            link._start_payment()
        self.assertEqual(link.lost_uuid, self.there)
        self.move()
        self.adopt()
        link._start_payment()
        [session] = self.stripe.objects("checkout.session")
        [attempt] = link.transaction_ids
        self.assertEqual(attempt.kash_stripe_session_id, session["id"])
        self.assertEqual(attempt.kash_stripe_database_uuid, self.there)
        self.assertEqual(session["metadata"]["kash_db"], self.there)

    def test_an_endpoint_asked_for_before_the_move_keeps_its_name_until_it_is_there(
        self,
    ):
        """As it is stored when no answer comes."""
        self.account.sudo()._push_forget_endpoint()
        path = "/v1/webhook_endpoints"
        self.stripe.fail_next("POST", path, status=503, times=2)
        self.a_day_passes()
        self.assertEqual(self.account.endpoint_uuid, self.there)

    def test_an_endpoint_whose_answer_was_lost_is_made_once(self):
        """Asked for again in the old name, then named anew."""
        account = self.account.sudo()
        account._push_forget_endpoint()
        url = account._webhook_url()
        account._gateway().create_endpoint(
            url=url,
            events=events.SUBSCRIBED,
            metadata={"kash_db": self.there},
            idempotency_key=account._endpoint_key(self.there, url),
        )
        account.endpoint_uuid = self.there
        self.move()
        self.adopt()
        self.a_day_passes()
        self.assertEqual(self.account.webhook_endpoint, self.endpoint()["id"])
        self.assertEqual(self.endpoint()["metadata"]["kash_db"], HERE)

    # === THE ORIGINAL STILL RUNS === #

    @mute_logger(SYNC)
    def test_the_former_database_asks_the_same_once_the_other_was_adopted(self):
        """It sees the other's name at its daily check, and stops."""
        self.move()
        self.adopt()
        # We are the former one now, which knows of nothing.
        self.account.sudo().write({"database_uuid": self.there, "former_uuids": False})
        self.move(self.there)
        self.assertFalse(self.account.in_doubt)
        self.a_day_passes()
        self.assertTrue(self.account.in_doubt)
        self.assertIn("Another database", self.banners()[0]["text"])
        self.assertFalse(self.account._can_charge())
        self.adopt()
        self.assertEqual(self.endpoint()["metadata"]["kash_db"], self.there)
        self.assertEqual(self.account._known_uuids(), {self.there, HERE})

    def test_a_name_taken_off_the_endpoint_is_written_again(self):
        """Somebody tidied up in the dashboard: that is no other database."""
        self.stripe.edit_metadata(self.account.webhook_endpoint, "")
        self.a_day_passes()
        self.assertFalse(self.account.in_doubt)
        self.assertEqual(self.endpoint()["metadata"]["kash_db"], self.there)

    # === A COPY === #

    def test_a_copy_forgets_every_key_and_leaves_stripe_alone(self):
        """The original goes on as it was."""
        before = self.endpoint()
        self.move()
        self.answer("copy")
        account = self.account.sudo()
        self.assertFalse(account.connected or account._webhook_secrets())
        self.assertEqual(account.provider_id.state, "disabled")
        self.assertEqual(self.endpoint(), before)
        self.assertEqual(self.banners(), [])

    def test_an_account_connected_in_this_very_database_is_not_forgotten(self):
        """Somebody uses the copy for another business."""
        other = self.setup_other_company()["company"]
        acct = self.stripe.create_account(country="US", currency="usd")
        self.move()
        second = self.connect(acct, other)
        with self.assertRaisesRegex(UserError, "in this very database"):
            self.answer("copy")
        self.assertTrue(second.connected)

    def test_who_sees_one_company_does_not_answer_for_all(self):
        """Keys of others would be lost."""
        other = self.setup_other_company()["company"]
        self.connect(self.stripe.create_account(country="US", currency="usd"), other)
        self.move()
        manager = self.colleague("kash_mgr", "account.group_account_manager")
        with self.assertRaisesRegex(UserError, "Other companies"):
            self.answer("copy", user=manager)

    # === BEFORE THIS VERSION === #

    def test_attempts_learn_their_database_from_the_account(self):
        """The system parameter may be another already."""
        attempt = self.pay(self.invoice(100.0))
        self.settle()
        refund = self.refund_without_answer(attempt, 40.0)
        link = attempt.kash_stripe_link_id.sudo()
        begun = attempt | refund
        begun.sudo().kash_stripe_database_uuid = False
        link.write({"lost_starts": 1, "lost_uuid": False})
        self.move()
        self.run_migration("19.0.1.3.0/post-begun-in.py", "19.0.1.2.0")
        self.assertEqual(set(begun.mapped("kash_stripe_database_uuid")), {self.there})
        self.assertEqual(link.lost_uuid, self.there)


@tagged("post_install", "-at_install", "-standard", "long")
class TestAddress(MovedCase, HttpCase):
    """A copy with the same uuid, or a login by another host."""

    ELSEWHERE = "intranet.example:8069"

    def odoo_url(self):
        return self.base_url()

    def log_in_by(self, host):
        """Log in as administrator by another address: Odoo is told which it was."""
        login = "kash_admin"
        self.colleague(login, "base.group_system")
        told = {"base_location": f"http://{host}"}
        self.xmlrpc_common.authenticate(self.env.cr.dbname, login, login, told)

    def test_a_login_by_another_host_stops_no_payment(self):
        """Odoo writes its address anew; Stripe still notifies the old one."""
        before = self.endpoint()
        invoice = self.invoice(100.0)
        self.log_in_by(self.ELSEWHERE)
        params = self.env["ir.config_parameter"].sudo()
        self.assertEqual(params.get_param("web.base.url"), f"http://{self.ELSEWHERE}")
        self.pay(invoice)
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")
        self.a_day_passes()
        self.assertFalse(self.account.sync_error)
        self.assertEqual(self.endpoint(), before)
        [banner] = self.banners()
        self.assertEqual(banner["level"], "warning")
        self.assertIn(self.base_url(), banner["text"])
        self.assertIn(self.ELSEWHERE, banner["text"])

    def test_the_endpoint_moves_when_a_person_says_so(self):
        """One press; the same endpoint, another address."""
        self.set_address("https://odoo.example.com")
        self.account.action_move_endpoint()
        self.assertIn("https://odoo.example.com/kash/", self.endpoint()["url"])
        self.assertEqual(self.banners(), [])

    def test_where_stripe_cannot_call_moving_means_polling(self):
        """The address is the company's own business; each minute we ask."""
        self.set_address("http://intranet.example")
        self.account.action_move_endpoint()
        self.assertFalse(self.stripe.objects("webhook_endpoint"))
        self.assertEqual(self.account.webhook_state, "polling")

    def test_keeping_it_ends_the_question_for_this_address(self):
        """A third address asks anew."""
        before = self.endpoint()
        self.set_address("https://odoo.example.com")
        self.account.action_keep_endpoint()
        self.assertEqual(self.banners(), [])
        self.a_day_passes()
        self.assertEqual(self.endpoint(), before)
        self.set_address("https://other.example.com")
        self.assertEqual(len(self.banners()), 1)

    def test_new_keys_do_not_move_it_either(self):
        """Typed by an administrator who came in by another host."""
        before = self.endpoint()
        self.set_address("http://intranet.example")
        self.connect()
        self.assertEqual(self.endpoint(), before)
        self.assertEqual(self.account.webhook_state, "webhook")

    def test_a_clerk_moves_nothing(self):
        """It is for who may connect."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        for name in ("action_move_endpoint", "action_keep_endpoint"):
            with self.subTest(name), self.assertRaises(AccessError):
                getattr(self.account.with_user(clerk), name)()

    def test_who_connects_reads_that_a_login_changes_the_address(self):
        """Unless it is frozen."""
        dialog = self.wizard()
        self.assertEqual(dialog.base_url, self.base_url())
        self.assertFalse(dialog.base_url_is_frozen)
        self.env["ir.config_parameter"].set_param("web.base.url.freeze", "True")
        self.assertTrue(self.wizard().base_url_is_frozen)

    def set_address(self, url):
        self.env["ir.config_parameter"].set_param("web.base.url", url)
        self.account.invalidate_recordset()
