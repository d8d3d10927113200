# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stripe's form on our page: a session of one kind, and what the page may load."""

import base64
import hashlib
import re
import time

from odoo import fields
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import KashStripeCommon, KashStripeConnected

PAGE = "odoo.addons.kash_stripe_connect.controllers.pay"
WIRE = "odoo.addons.kash_stripe_connect.models.account.wire"
SESSIONS = "/v1/checkout/sessions"
DOMAINS = "/v1/payment_method_domains"
REFUSED = {"message": "This domain is not yours.", "type": "invalid_request_error"}


class PopupCase(KashStripeCommon, HttpCase):
    def odoo_url(self):
        return self.base_url()

    def path(self, move):
        """Return the path of the invoice's pay page."""
        link = move._kash_stripe_current_link() or move._kash_stripe_ensure_link()
        return f"/kash/pay/{link.sudo().token}"

    def start(self, move, kind="embedded"):
        """Press *Pay invoice* as the page's script does, or a form without scripts."""
        answer = self.url_open(
            f"{self.path(move)}/start",
            data={"kind": kind} if kind != "hosted" else {"": ""},
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return answer

    def dialog(self, move):
        """Return what the page's dialog says: {script, key, account}."""
        page = self.url_open(self.path(move)).text
        [dialog] = re.findall(r'<dialog class="popup".*?>', page, re.DOTALL)
        return dict(re.findall(r'data-(\w+)="([^"]*)"', dialog))

    def parameter(self, name, value):
        """Set one of the operator's parameters."""
        params = self.env["ir.config_parameter"].sudo()
        params.set_param(f"kash_stripe_connect.{name}", value)


class ConnectedPopup(PopupCase, KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.move = self.invoice(123.45)

    def attempts(self):
        return self.move.transaction_ids.sorted("id")

    def sessions(self):
        return self.stripe.objects("checkout.session")

    def tell(self):
        """Let Odoo hear what happened at Stripe."""
        self.settle()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestOneKind(ConnectedPopup):
    def test_a_script_gets_what_opens_stripes_form(self):
        """Amount and currency are the server's; the browser names a way, no more."""
        told = self.start(self.move).json()
        [session], attempt = self.sessions(), self.attempts()
        self.assertEqual(told["secret"], session["client_secret"])
        self.assertEqual((session["amount_total"], session["currency"]), (12345, "usd"))
        self.assertEqual(session["ui_mode"], "embedded_page")
        self.assertEqual(session["redirect_on_completion"], "if_required")
        base = f"{self.base_url()}{self.path(self.move)}"
        self.assertEqual(
            session["return_url"], f"{base}/done?cs={{CHECKOUT_SESSION_ID}}"
        )
        self.assertEqual(attempt.kash_stripe_session_kind, "embedded")
        self.assertEqual(self.url_open(told["follow"]).text, told["state"])

    def test_without_scripts_stripes_page_opens_at_once(self):
        """As before there was a pop-up."""
        answer = self.start(self.move, "hosted")
        [session] = self.sessions()
        self.assertEqual(
            (answer.status_code, answer.headers["Location"]), (303, session["url"])
        )
        self.assertEqual(self.attempts().kash_stripe_session_kind, "hosted")

    def test_a_pop_up_opened_again_goes_on_with_the_same_session(self):
        """Closed, reloaded, pressed twice: the secret is asked of Stripe again."""
        first, second = self.start(self.move).json(), self.start(self.move).json()
        self.assertEqual(first, second)
        self.assertEqual(len(self.sessions()), 1)

    def test_the_secret_is_kept_nowhere(self):
        """Whoever has it can pay, and see who pays: only the browser gets it."""
        with self.assertLogs("odoo", "DEBUG") as logs:
            secret = self.start(self.move).json()["secret"]
            self.tell()
        kept = [self.attempts().read(), self.attempts().kash_stripe_link_id.read()]
        events = self.env["kash.stripe.event"].sudo().search([]).read()
        self.assertNotIn(secret, str([kept, events]))
        # The test's own browser logs what it is answered.
        lines = [line for line in logs.output if "odoo.tests" not in line]
        self.assertNotIn(secret, "\n".join(lines))

    def test_who_wants_the_other_kind_ends_the_first(self):
        """One session alive; the new one has a number and a key of its own."""
        asked = len(self.stripe.requests)
        for kinds in (("embedded", "hosted"), ("hosted", "embedded")):
            with self.subTest(kinds):
                self.move = self.invoice()
                before = len(self.sessions())
                for kind in kinds:
                    self.start(self.move, kind)
                old, new = self.attempts()
                self.assertEqual((old.state, new.state), ("cancel", "draft"))
                self.assertTrue(new.reference.endswith("-2"))
                states = [s["status"] for s in self.sessions()[before:]]
                self.assertEqual(sorted(states), ["expired", "open"])
        keys = [
            request.idempotency_key
            for request in self.stripe.requests[asked:]
            if (request.method, request.path) == ("POST", SESSIONS)
        ]
        self.assertEqual(len(set(keys)), 4)

    def test_ended_in_vain_since_it_was_just_paid_the_page_turns(self):
        """The customer paid in the pop-up, and pressed in another tab."""
        self.start(self.move)
        self.stripe.pay(self.attempts().kash_stripe_session_id)
        page = self.start(self.move, "hosted")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("Pay invoice</button>", page.text)
        self.assertEqual(self.attempts().state, "done")
        self.assertEqual(len(self.stripe.objects("charge")), 1)

    def test_the_tab_whose_session_was_ended_says_so(self):
        """It follows its session, and does not ask for the money again by itself."""
        told = self.start(self.move).json()
        self.start(self.move, "hosted")
        self.assertNotEqual(self.url_open(told["follow"]).text, told["state"])
        self.assertIn("begun anew in another window", self.url_open(told["done"]).text)

    def test_the_session_of_another_link_is_not_told_of(self):
        """A number is no right."""
        told = self.start(self.invoice()).json()
        session = told["done"].split("cs=")[1]
        path = self.path(self.move)
        follow = self.url_open(f"{path}/state?cs={session}").text
        self.assertNotEqual(follow, told["state"])
        self.assertIn("Pay invoice", self.url_open(f"{path}/done?cs={session}").text)

    def test_a_pop_up_that_was_closed_is_asked_why(self):
        """Declined, or just closed: the page says so, as for who comes back by hand."""
        told = self.start(self.move).json()
        self.assertIn("Nothing was charged", self.url_open(told["closed"]).text)
        session = self.attempts().kash_stripe_session_id
        self.stripe.decline(session, card="4000000000009995")
        self.assertIn("not enough money", self.url_open(told["closed"]).text)

    def test_paid_in_the_pop_up_the_page_is_the_receipt(self):
        """The script shows what this address says."""
        told = self.start(self.move).json()
        self.stripe.pay(self.attempts().kash_stripe_session_id)
        self.assertIn("Payment complete", self.url_open(told["done"]).text)

    def test_a_lost_session_of_the_other_kind_is_closed_not_adopted(self):
        """It cannot be shown where it is asked for."""
        self.stripe.clock.set(int(time.time()))
        link = self.move._kash_stripe_ensure_link().sudo()
        params = link._prepare_session_params(
            link._attempt_reference(1), link._terms(), "embedded"
        )
        link.account_id._gateway().create_session(params=params, idempotency_key="lost")
        link.write({"lost_starts": 1, "lost_at": fields.Datetime.now()})
        self.start(self.move, "hosted")
        self.assertEqual(
            [(s["ui_mode"], s["status"]) for s in self.sessions()],
            [("embedded_page", "expired"), ("hosted_page", "open")],
        )

    # === WHAT GOES WRONG === #

    @mute_logger(PAGE)
    def test_what_stripe_refuses_as_a_pop_up_opens_on_its_page(self):
        """The key may lack the right to it: nobody is kept from paying by that."""
        self.stripe.fail_next("POST", SESSIONS, status=403)
        told = self.start(self.move).json()
        [session] = self.sessions()
        self.assertEqual((told["url"], told["secret"]), (session["url"], None))
        self.assertFalse(self.activities("start"))

    @mute_logger(PAGE)
    def test_what_keeps_it_from_starting_is_a_page_for_the_script_to_show(self):
        """Not reached, refused altogether, or nothing due."""
        self.stripe.fail_next("POST", SESSIONS, status=503, times=9)
        answer = self.start(self.move)
        self.assertEqual(answer.status_code, 503)
        self.assertIn("cannot be reached right now", answer.text)
        self.assertFalse(self.attempts())

    def test_a_foreign_page_gets_no_secret(self):
        """It could show the form as its own."""
        answer = self.url_open(
            f"{self.path(self.move)}/start",
            data={"kind": "embedded"},
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        self.assertEqual(answer.status_code, 403)
        self.assertFalse(self.sessions())

    def test_a_kind_that_nobody_knows_is_stripes_page(self):
        """Whatever is sent, somebody wants to pay."""
        self.assertEqual(self.start(self.move, "x' OR 1=1").status_code, 303)


@tagged("post_install", "-at_install")
class TestOffered(ConnectedPopup):
    def test_the_page_names_whose_form_it_is(self):
        """By own keys: the key says whose account it is."""
        dialog = self.dialog(self.move)
        self.assertEqual(dialog["key"], self.acct.publishable_key)
        self.assertEqual(dialog["script"], "https://js.stripe.com/endive/stripe.js")
        self.assertNotIn("account", dialog)

    def test_without_a_fitting_key_there_is_only_stripes_page(self):
        """None, or one of the other mode: the form would not open."""
        for key in (False, self.acct.live_publishable_key):
            with self.subTest(key):
                self.account.sudo().publishable_key = key
                self.assertNotIn("<dialog", self.url_open(self.path(self.move)).text)
                told = self.start(self.move).json()
                self.assertTrue(told["url"])

    @mute_logger(WIRE)
    def test_a_script_from_elsewhere_is_not_loaded(self):
        """It would read what is typed: https on stripe.com, or this machine."""
        for address in (
            "https://evil.example/stripe.js",
            "http://js.stripe.com/x.js",
            "https://stripe.com.evil.example/x.js",
            "javascript:alert(1)",
        ):
            with self.subTest(address):
                self.parameter("js_url", address)
                page = self.url_open(self.path(self.move))
                self.assertNotIn("<dialog", page.text)
                self.assertNotIn("evil", page.headers["Content-Security-Policy"])
                self.assertIn("Pay invoice", page.text)

    def test_nothing_of_it_where_nothing_can_be_paid(self):
        """Paid, cancelled, dead: Stripe has no business there."""
        self.pay(self.move)
        self.tell()
        page = self.url_open(self.path(self.move))
        self.assertNotIn("<dialog", page.text)
        self.assertNotIn("stripe.com", page.headers["Content-Security-Policy"])

    # === WHAT A PAGE MAY LOAD === #

    def test_each_page_says_what_it_may_load(self):
        """One style of its own, known by what it says: the seller's colours."""
        self.pay(self.move)
        path = self.path(self.move)
        done = f"{path}/done?cs={self.attempts().kash_stripe_session_id}"
        for address in (path, done, f"{path}/start", "/kash/pay/guess"):
            with self.subTest(address):
                page = self.url_open(address)
                policy = page.headers["Content-Security-Policy"]
                self.assertIn("default-src 'none'", policy)
                self.assertIn("frame-ancestors 'none'", policy)
                self.assertIn("base-uri 'none'", policy)
                styles = re.findall(r"<style>([^<]*)</style>", page.text)
                digests = [
                    base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
                    for style in styles
                ]
                self.assertEqual(re.findall(r"'sha256-([^']+)'", policy), digests)
                self.assertNotRegex(page.text, r" (style|on\w+)=")

    def test_the_page_of_an_open_invoice_may_load_stripes_form(self):
        """And lead to Stripe's page, where it cannot be shown."""
        self.parameter("api_base", "https://api.stripe.com")
        page = self.url_open(self.path(self.move))
        policy = page.headers["Content-Security-Policy"]
        self.assertIn("script-src 'self' https://js.stripe.com ", policy)
        self.assertIn("https://hooks.stripe.com", policy)
        self.assertIn("form-action 'self' https://checkout.stripe.com;", policy)

    def test_a_business_with_its_own_domain_at_stripe_is_led_there_by_a_page(self):
        """A browser would not let the form lead to an address it was not told of."""
        self.start(self.move, "hosted")
        session = self.attempts().kash_stripe_session_id
        own = "https://pay.hillstreetbooks.example/c/pay/cs_1"
        self.stripe.tamper(session, url=own)
        page = self.start(self.move, "hosted")
        self.assertEqual(page.status_code, 200)
        self.assertIn(f'href="{own}"', page.text)
        self.assertIn(f"0; url={own}", page.text)


@tagged("post_install", "-at_install")
class TestPlatformsPopup(PopupCase):
    def set_stage(self):
        super().set_stage()
        self.set_up_platform()
        self.account = self.create_account()
        self.stripe.finish_onboarding(self.account.stripe_id)
        self.account.sudo()._pull_account()
        self.move = self.invoice()

    def test_the_platforms_key_opens_the_form_for_the_account(self):
        """Direct charges: the platform's key, and whose account."""
        dialog = self.dialog(self.move)
        self.assertEqual(dialog["key"], self.platform.publishable_key)
        self.assertEqual(dialog["account"], self.account.stripe_id)

    def test_an_operator_who_gave_no_key_leaves_stripes_page(self):
        """It takes payments all the same."""
        self.parameter("platform_publishable_key", False)
        self.assertNotIn("<dialog", self.url_open(self.path(self.move)).text)
        self.assertTrue(self.start(self.move).json()["url"])


@tagged("post_install", "-at_install")
class TestWallets(KashStripeConnected):
    """Apple Pay and others show on a host that Stripe was told of."""

    def domains(self):
        return [d["domain_name"] for d in self.stripe.objects("payment_method_domain")]

    def asked(self):
        paths = [(request.method, request.path) for request in self.stripe.requests]
        return paths.count(("POST", DOMAINS))

    def refuse(self):
        self.stripe.fail_next("POST", DOMAINS, status=400, body={"error": REFUSED})

    def test_the_sync_tells_stripe_of_the_host_once(self):
        """Without port or path; the customer's press waits for none of it."""
        for _round in range(2):
            self.sync()
        self.assertEqual(self.domains(), ["127.0.0.1"])
        self.assertEqual(self.asked(), 1)
        self.assertEqual(self.account.wallet_host, "127.0.0.1")

    def test_another_host_is_told_of_too(self):
        """The database has a new address: the pop-up is there now."""
        self.sync()
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("web.base.url", "http://localhost:8069")
        self.sync()
        self.assertEqual(sorted(self.domains()), ["127.0.0.1", "localhost"])

    def test_what_stripe_refuses_is_noted_and_stops_nothing(self):
        """A restricted key lacks the box; asked again a day later, or by hand."""
        self.refuse()
        self.sync()
        self.assertFalse(self.account.sync_error)
        self.assertEqual(self.account.wallet_note, REFUSED["message"])
        self.sync()
        self.assertEqual(self.asked(), 1)
        self.account.action_sync_now()
        self.assertFalse(self.account.wallet_note)
        self.assertEqual(self.domains(), ["127.0.0.1"])

    def test_a_key_that_may_not_is_noted_alike(self):
        """Stripe names the box to tick."""
        from odoo.addons.kash_stripe_connect.core import permissions

        slugs = [one.slug for one in (*permissions.NEEDED, permissions.WEBHOOK)]
        key = self.acct.restricted_key([*slugs, "rak_connected_account_read"])
        self.connect(secret_key=key)
        self.account.sudo()._push_wallet_host()
        self.assertIn("rak_payment_method_domain_write", self.account.wallet_note)
        self.assertTrue(self.account.connected)

    def test_an_address_that_stripe_cannot_know_is_not_told_of(self):
        """A machine of one's own shows Stripe's page all the same."""
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("web.base.url", "http://odoo.local")
        self.sync()
        self.assertFalse(self.asked())
