# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The life of a payment link, and what a press on *Pay invoice* does."""

import time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import KashStripeConnected


@tagged("post_install", "-at_install")
class TestPayLink(KashStripeConnected):
    def sessions(self):
        return self.stripe.objects("checkout.session")

    # === THE LINK === #

    def test_a_clerk_makes_copies_and_replaces_a_link(self):
        """Billing is enough; the old address dies when a new one is made."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        invoice = self.invoice().with_user(clerk)
        invoice.action_kash_stripe_create_link()
        old = invoice.kash_stripe_link_url
        invoice.action_kash_stripe_new_link()
        self.assertEqual(invoice.kash_stripe_link_state, "live")
        self.assertNotEqual(invoice.kash_stripe_link_url, old)
        self.assertEqual(
            invoice.kash_stripe_link_ids.sorted("id").mapped("state"), ["void", "live"]
        )

    def test_creating_twice_gives_the_same_link(self):
        """The customer's e-mail stays true."""
        invoice = self.invoice()
        self.assertEqual(
            invoice._kash_stripe_ensure_link(), invoice._kash_stripe_ensure_link()
        )

    def test_the_token_is_long_and_not_for_readers(self):
        """At least 128 bits, readable by billing users only."""
        reader = self.colleague("kash_reader", "account.group_account_readonly")
        link = self.invoice()._kash_stripe_ensure_link()
        self.assertGreaterEqual(len(link.sudo().token), 43)
        with self.assertRaises(AccessError):
            link.with_user(reader).read(["token"])

    def test_a_copied_invoice_has_no_link(self):
        """The token opens one invoice."""
        invoice = self.invoice()
        invoice._kash_stripe_ensure_link()
        self.assertFalse(invoice.copy().kash_stripe_link_ids)

    def test_a_link_ends_with_its_connection(self):
        """Disconnecting kills every link; reconnecting does not raise them."""
        invoice = self.invoice()
        invoice._kash_stripe_ensure_link()
        self.account.sudo()._push_disconnect()
        self.connect()
        self.assertEqual(invoice.kash_stripe_link_state, "ended")

    def test_voiding_expires_what_could_still_be_paid(self):
        """An open Checkout page must not outlive the link."""
        invoice = self.invoice()
        attempt = self.press_pay(invoice)
        invoice.action_kash_stripe_void_link()
        self.assertEqual(self.sessions()[0]["status"], "expired")
        self.assertEqual(attempt.state, "cancel")

    def test_a_session_paid_before_the_void_counts_as_paid(self):
        """Void and payment race: what Stripe says wins."""
        invoice = self.invoice()
        attempt = self.pay(invoice)
        invoice.action_kash_stripe_void_link()
        self.assertEqual(attempt.state, "done")

    def test_reasons_why_an_invoice_cannot_be_paid_by_link(self):
        """One function for page, button and link; each with its own sentence."""
        euro = self.env["res.currency"].with_context(active_test=False)
        euro = euro.search([("name", "=", "EUR")])
        euro.active = True
        free = self.invoice(0.0)
        for move, code in (
            (self.invoice(post=False), "draft"),
            (self.invoice(currency_id=euro.id), "currency"),
            (self.invoice(move_type="out_refund"), "not_invoice"),
            (free, "nothing_due"),
        ):
            with self.subTest(code=code):
                problem = move._kash_stripe_pay_problems()[move.id]
                self.assertEqual(problem.code, code)
                with self.assertRaises(UserError):
                    move._kash_stripe_ensure_link()

    def test_an_account_that_cannot_charge_makes_no_links(self):
        """Stripe would refuse the session anyway."""
        self.account.sudo().charges_enabled = False
        with self.assertRaisesRegex(UserError, "cannot take payments"):
            self.invoice()._kash_stripe_ensure_link()

    def test_searching_by_state_finds_what_the_form_shows(self):
        """The search is SQL, the form Python: they must agree."""
        moves = self.env["account.move"]
        for prepare in (
            lambda move: None,
            lambda move: move.action_kash_stripe_create_link(),
            lambda move: (
                move.action_kash_stripe_create_link(),
                move.action_kash_stripe_void_link(),
            ),
            lambda move: (move.action_kash_stripe_create_link(), move.button_draft()),
            lambda move: (self.pay(move), self.settle()),
            lambda move: (self.pay(move), self.work_off()),
        ):
            move = self.invoice()
            prepare(move)
            moves |= move
        self.env.flush_all()
        shown = {move: move.kash_stripe_link_state for move in moves}
        for state in set(shown.values()) | {"ended"}:
            with self.subTest(state=state):
                found = moves.search(
                    [
                        ("id", "in", moves.ids),
                        ("kash_stripe_link_state", "in", [state]),
                    ]
                )
                self.assertEqual(
                    set(found), {move for move, its in shown.items() if its == state}
                )

    def test_no_stored_compute_of_ours_slows_entries(self):
        """Every posting would pay for it."""
        for model in ("account.move", "account.move.line"):
            ours = [
                name
                for name, field in self.env[model]._fields.items()
                if name.startswith("kash_stripe_") and field.store and field.compute
            ]
            self.assertFalse(ours)

    # === PRESSING PAY === #

    def test_pressing_twice_leads_to_the_same_session(self):
        """Two tabs, one charge."""
        invoice = self.invoice()
        first, second = self.press_pay(invoice), self.press_pay(invoice)
        self.assertEqual(first, second)
        self.assertEqual(len(self.sessions()), 1)

    def test_a_session_asks_for_exactly_what_is_due(self):
        """One line, the residual, in minor units; never re-taxed."""
        self.press_pay(self.invoice(123.45))
        session = self.sessions()[0]
        self.assertEqual((session["amount_total"], session["currency"]), (12345, "usd"))
        self.assertEqual(session["customer_email"], "ada@example.com")
        self.assertEqual(session["billing_address_collection"], "auto")

    def test_the_billing_address_is_always_asked_for_by_setting(self):
        """Some sellers must have it; others lose who will not type it."""
        self.company.kash_stripe_billing_address = True
        self.press_pay(self.invoice())
        [session] = self.sessions()
        self.assertEqual(session["billing_address_collection"], "required")

    def test_a_changed_amount_ends_the_old_session_first(self):
        """The customer never pays yesterday's amount."""
        invoice = self.invoice(100.0)
        old = self.press_pay(invoice)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({"amount": 40.0})._create_payments()
        new = self.press_pay(invoice)
        self.assertEqual((old.state, new.amount), ("cancel", 60.0))
        self.assertEqual(
            sorted(session["status"] for session in self.sessions()),
            ["expired", "open"],
        )

    def test_pressing_after_paying_in_another_tab_asks_for_nothing(self):
        """The open session is asked again before anybody is sent there."""
        invoice = self.invoice()
        attempt = self.pay(invoice)
        started = attempt.kash_stripe_link_id.sudo()._start_payment()
        self.assertEqual((started.url, started.problem.code), (None, "to_record"))

    def test_a_request_odoo_runs_again_gets_the_same_session(self):
        """Key and parameters derive from stored facts: no clock, no chance."""
        link = self.invoice()._kash_stripe_ensure_link().sudo()
        urls = set()
        for _run in range(2):
            savepoint = self.env.cr.savepoint(flush=True)
            urls.add(link._start_payment().url)
            savepoint.close(rollback=True)
            self.env.invalidate_all()
        self.assertEqual(len(urls), 1)
        self.assertEqual(len(self.sessions()), 1)

    def test_a_session_whose_answer_was_lost_is_adopted(self):
        """Stripe made it, we never heard: the next press finds it there."""
        self.stripe.clock.set(int(time.time()))
        link = self.invoice()._kash_stripe_ensure_link().sudo()
        number = link.attempt_count + 1
        reference = link._attempt_reference(number)
        params = link._prepare_session_params(reference, link._terms())
        link.account_id._gateway().create_session(
            params=params, idempotency_key=link._idempotency_key(params, number)
        )
        link.write({"lost_starts": 1, "lost_at": fields.Datetime.now()})
        link._start_payment()
        self.assertEqual(len(self.sessions()), 1)
        self.assertEqual(
            link.transaction_ids.kash_stripe_session_id, self.sessions()[0]["id"]
        )

    def test_a_declined_card_leaves_the_attempt_open(self):
        """The customer tries another card on the same page."""
        invoice = self.invoice()
        attempt = self.press_pay(invoice)
        self.stripe.decline(attempt.kash_stripe_session_id)
        self.work_off()
        self.assertEqual(attempt.state, "draft")
        self.assertTrue(attempt.state_message)
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.settle()
        self.assertEqual(invoice.payment_state, "paid")

    def test_a_session_that_ran_out_frees_the_link(self):
        """After a day Stripe expires it; the next press makes another."""
        invoice = self.invoice()
        attempt = self.press_pay(invoice)
        self.stripe.clock.advance(days=2)
        self.work_off()
        self.assertEqual(attempt.state, "cancel")
        self.assertNotEqual(self.press_pay(invoice), attempt)
