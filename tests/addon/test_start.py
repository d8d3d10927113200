# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A payment that cannot be started: said before, or told to who can act on it."""

from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected

PAGE = "odoo.addons.kash_stripe_connect.controllers.pay"
SESSIONS = "/v1/checkout/sessions"


class Start(KashStripeConnected, HttpCase):
    def odoo_url(self):
        return self.base_url()

    def link(self, move):
        """Return the (sudo) link of an invoice, made if there is none."""
        current = move._kash_stripe_current_link()
        return (current or move._kash_stripe_ensure_link()).sudo()

    def page(self, move):
        """Return the pay page as a customer sees it."""
        return self.url_open(f"/kash/pay/{self.link(move).token}").text

    def press(self, move):
        """Press *Pay invoice* and stay: redirects are not followed."""
        answer = self.url_open(
            f"/kash/pay/{self.link(move).token}/start",
            data={"": ""},
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return answer

    def sessions(self):
        return self.stripe.objects("checkout.session")

    def problem(self, move):
        """Return the code of what keeps a link from being sent, None for nothing."""
        found = move._kash_stripe_send_problems().get(move.id)
        return found and found.code


@tagged("post_install", "-at_install")
class TestRefusedStart(Start):
    # === AN ADDRESS === #

    def test_an_address_stripe_refuses_does_not_keep_the_customer_from_paying(self):
        """It starts without, as the next attempt; a correct one is sent again."""
        self.customer.email = "test@test"
        move = self.invoice()
        self.assertEqual(self.press(move).status_code, 303)
        link, [session] = self.link(move), self.sessions()
        self.assertIsNone(session["customer_email"])
        self.assertEqual(link.refused_address, "test@test")
        self.assertEqual(link.attempt_count, 2)
        self.assertTrue(link.transaction_ids.reference.endswith("-2"))
        self.stripe.pay(session["id"])
        self.settle()
        self.assertEqual(move.payment_state, "paid")

    def test_the_business_is_told_once_of_an_address_stripe_refuses(self):
        """Until somebody corrects it."""
        self.customer.email = "test@test"
        moves = [self.invoice(), self.invoice(80.0)]
        for move in moves:
            self.press(move)
        [activity] = self.activities("address")
        self.assertIn("refuses: 1 (test@test)", activity.summary)
        self.assertEqual(activity.user_id, self.company.kash_stripe_responsible_id)
        self.customer.email = "ada@example.com"
        self.account.sudo()._refresh_activities()
        self.assertFalse(self.activities("address"))
        self.stripe.clock.advance(hours=25)
        self.work_off()
        self.press(moves[0])
        emails = [session["customer_email"] for session in self.sessions()]
        self.assertIn("ada@example.com", emails)

    def test_a_request_odoo_runs_again_asks_for_the_same(self):
        """What was refused and what went through: one session."""
        self.customer.email = "test@test"
        move = self.invoice()
        link = self.link(move)
        self.env.flush_all()
        savepoint = self.env.cr.savepoint(flush=True)
        link._start_payment()
        savepoint.close(rollback=True)
        self.env.invalidate_all()
        link._start_payment()
        self.assertEqual(len(self.sessions()), 1)

    # === EVERY REFUSED START === #

    @mute_logger(PAGE)
    def test_every_refused_start_makes_an_activity_with_stripes_words(self):
        """Counted; the customer's page alone helps nobody."""
        move = self.invoice()
        for status, words in (
            (400, "Amount must be divisible"),
            (401, "Expired API Key"),
            (403, "lacks the capability"),
        ):
            error = {"message": words, "type": "invalid_request_error"}
            self.stripe.fail_next(
                "POST", SESSIONS, status=status, body={"error": error}
            )
            self.assertEqual(self.press(move).status_code, 502)
            [activity] = self.activities("start")
            self.assertIn(words, activity.summary)
            self.assertIn(move.name, activity.summary)
            self.assertIn(words, self.link(move).refused_reason)
        self.assertIn(f"to start: 3 ({move.name})", activity.summary)
        self.assertEqual(activity.user_id, self.company.kash_stripe_responsible_id)
        self.assertEqual(self.press(move).status_code, 303)
        self.assertFalse(self.activities("start"))
        self.assertFalse(self.link(move).refused_reason)

    @mute_logger(PAGE)
    def test_a_start_nobody_waits_for_any_more_closes_its_activity(self):
        """The customer has paid otherwise."""
        move = self.invoice()
        self.stripe.fail_next("POST", SESSIONS, status=400)
        self.press(move)
        self.assertTrue(self.activities("start"))
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        register.create({})._create_payments()
        self.account.sudo()._refresh_activities()
        self.assertFalse(self.activities("start"))


@tagged("post_install", "-at_install")
class TestAmount(Start):
    """What Stripe's table says, before a link is sent."""

    def test_less_than_stripe_charges_is_said_before_a_link_is_sent(self):
        """A rest of thirty cents; half a dollar is enough."""
        move = self.invoice(0.3)
        self.assertEqual(self.problem(move), "too_small")
        with self.assertRaisesRegex(UserError, r"0\.30 is less .* at least .*0\.50"):
            move._kash_stripe_ensure_link()
        self.assertIn("0.50", move.kash_stripe_link_reason)
        self.assertIsNone(self.problem(self.invoice(0.5)))

    def test_more_than_stripe_charges_is_said_before_a_link_is_sent(self):
        """Eight digits."""
        self.assertEqual(self.problem(self.invoice(1_000_000.0)), "too_large")
        self.assertIsNone(self.problem(self.invoice(999_999.99)))

    def test_a_rest_below_the_least_is_no_longer_asked_for(self):
        """The link was sent for all of it; the page starts nothing Stripe refuses."""
        move, whole = self.invoice(100.3), self.invoice(100.0)
        for one in (move, whole):
            self.link(one)
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        register.create({"amount": 100.0})._create_payments()
        self.assertEqual(self.link(move).state, "waiting")
        self.assertIn("cannot be paid online", self.page(move))
        self.assertEqual(self.press(move).status_code, 200)
        self.assertFalse(self.sessions())
        waiting = self.env["account.move"].search(
            [
                ("id", "in", (move | whole).ids),
                ("kash_stripe_link_state", "in", ["waiting"]),
            ]
        )
        self.assertEqual(waiting, move)

    def test_where_money_is_converted_the_lower_least_counts(self):
        """An account may hold both currencies: Stripe has the last word."""
        self.account.sudo().default_currency = "gbp"
        pounds = self.env.ref("base.GBP")
        pounds.active = True
        pounds.rate_ids = [(5,), (0, 0, {"name": "2020-01-01", "rate": 0.8})]
        self.assertIsNone(self.problem(self.invoice(0.4)))
        self.assertEqual(self.problem(self.invoice(0.3)), "too_small")
