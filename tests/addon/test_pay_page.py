# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The customer's pages, over HTTP and without a login."""

import odoo.http
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected, by_pytest_too

PAGE = "odoo.addons.kash_stripe_connect.controllers.pay"


@tagged("post_install", "-at_install")
class TestPayPage(KashStripeConnected, HttpCase):
    def odoo_url(self):
        return self.base_url()

    def set_stage(self):
        super().set_stage()
        self.company.write({"email": "office@example.com", "phone": "+1 555 0100"})

    def page(self, move):
        """Return the path of the invoice's pay page."""
        link = move._kash_stripe_current_link() or move._kash_stripe_ensure_link()
        return f"/kash/pay/{link.sudo().token}"

    def press(self, move, **headers):
        """Press *Pay invoice* and stay: redirects are not followed."""
        return self.url_open(
            f"{self.page(move)}/start",
            data={"": ""},
            headers=headers,
            allow_redirects=False,
        )

    # === THE PAGE === #

    @by_pytest_too
    def test_it_shows_seller_number_lines_dates_total_and_amount_due(self):
        """Everything a customer checks before paying."""
        move = self.invoice(100.0, invoice_date_due="2025-12-01")
        text = self.url_open(self.page(move)).text
        for fact in (
            self.company.name,
            move.name,
            "Books",
            "100.00",
            "11/01/2025",
            "12/01/2025",
            "Pay invoice",
            "office@example.com",
        ):
            self.assertIn(fact, text)

    def test_it_is_private_to_the_customer(self):
        """Not cached, not indexed, in no other site's referrer."""
        headers = self.url_open(self.page(self.invoice())).headers
        self.assertEqual(headers["Cache-Control"], "no-store")
        self.assertEqual(headers["Referrer-Policy"], "same-origin")
        self.assertIn("noindex", headers["X-Robots-Tag"])

    def test_looking_creates_nothing(self):
        """Mail scanners look at every link."""
        self.url_open(self.page(self.invoice()))
        self.assertFalse(self.stripe.objects("checkout.session"))

    def test_it_speaks_the_customers_language(self):
        """The customer's, not the server's."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        page = self.url_open(self.page(self.invoice()), allow_redirects=False)
        self.assertEqual(page.status_code, 200)
        self.assertIn('lang="fr-FR"', page.text)

    def test_an_unknown_token_is_not_found(self):
        """Nothing tells a wrong token from a page that never was."""
        for path in ("", "/done", "/state", "/receipt/X/1", "/invoice.pdf"):
            page = self.url_open(f"/kash/pay/guess{path}")
            self.assertEqual(page.status_code, 404)
            self.assertIn("It may have been cut short", page.text)

    def test_a_void_link_shows_nothing_of_the_invoice(self):
        """Seller and contact only."""
        move = self.invoice()
        path = self.page(move)
        move.action_kash_stripe_void_link()
        text = self.url_open(path).text
        self.assertIn("no longer valid", text)
        self.assertIn(self.company.name, text)
        self.assertNotIn(move.name, text)

    def test_a_link_of_an_ended_connection_is_void(self):
        """Disconnecting kills every link sent."""
        path = self.page(self.invoice())
        self.account.sudo()._push_disconnect()
        self.assertIn("no longer valid", self.url_open(path).text)

    def test_documents_that_cannot_be_paid_have_their_own_page(self):
        """With the reason, and whom to contact."""
        for act, text in (
            ("button_draft", "being changed"),
            ("button_cancel", "was cancelled"),
        ):
            with self.subTest(act):
                move = self.invoice()
                path = self.page(move)
                move.button_draft()
                getattr(move, act)() if act != "button_draft" else None
                page = self.url_open(path).text
                self.assertIn(text, page)
                self.assertIn(f"Please contact {self.company.name}", page)

    def test_a_company_whose_service_ended_has_its_own_page(self):
        """Nothing of the invoice, no word of a subscription, and no way to start."""
        move = self.invoice(100.0)
        path = self.page(move)
        self.company.sudo().kash_stripe_service_until = "2026-01-01"
        text = self.url_open(path).text
        self.assertIn("switched off at present", text)
        self.assertIn(self.company.name, text)
        self.assertNotIn(move.name, text)
        self.assertEqual(self.press(move).status_code, 200)
        self.assertFalse(move.transaction_ids)
        self.company.sudo().kash_stripe_service_until = False
        self.assertIn("Pay invoice", self.url_open(path).text)

    def test_links_of_documents_of_the_wrong_kind_say_so(self):
        """However they came to have one: reason and contact, no button."""
        euro = self.env["res.currency"].with_context(active_test=False)
        euro = euro.search([("name", "=", "EUR")])
        euro.active = True
        for move, text in (
            (self.invoice(currency_id=euro.id), "does not take"),
            (self.invoice(move_type="out_refund"), "nothing is paid on"),
            (self.invoice(0.0), "There is no amount due"),
        ):
            with self.subTest(text):
                link = self.env["kash.stripe.pay.link"].sudo()
                link = link.create(
                    {
                        "move_id": move.id,
                        "company_id": self.company.id,
                        "account_id": self.account.id,
                        "epoch": self.account.epoch,
                    }
                )
                page = self.url_open(f"/kash/pay/{link.token}").text
                self.assertIn(text, page)
                self.assertIn(f"Please contact {self.company.name}", page)
                self.assertNotIn("Pay invoice", page)

    def test_a_paid_invoice_says_there_is_no_amount_due(self):
        """In the words promised."""
        move = self.invoice()
        path = self.page(move)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({})._create_payments()
        self.assertIn(
            f"There is no amount due. Please contact {self.company.name} for details.",
            " ".join(self.url_open(path).text.split()),
        )

    def test_the_pdf_comes_by_the_links_own_route(self):
        """Voiding the link closes it; the portal's token is not involved."""
        move = self.invoice()
        path = self.page(move)
        self.assertEqual(self.url_open(f"{path}/invoice.pdf").status_code, 200)
        move.action_kash_stripe_void_link()
        self.assertEqual(self.url_open(f"{path}/invoice.pdf").status_code, 404)

    # === PAYING === #

    def test_pressing_leads_to_stripe_and_back_to_payment_complete(self):
        """Page, Stripe, page: the customer's whole way."""
        move = self.invoice(100.0)
        to_stripe = self.press(move)
        self.assertEqual(to_stripe.status_code, 303)
        self.assertTrue(to_stripe.headers["Location"].startswith(self.stripe.url))
        attempt = move.transaction_ids
        self.stripe.pay(attempt.kash_stripe_session_id)
        back = self.url_open(
            f"{self.page(move)}/done?cs={attempt.kash_stripe_session_id}"
        )
        self.assertIn("Payment complete", back.text)
        self.assertIn("Visa •••• 4242", back.text)
        self.assertEqual(attempt.state, "done")
        self.assertFalse(attempt.payment_id)

    def test_coming_back_without_paying_says_nothing_was_charged(self):
        """The query string is never believed."""
        move = self.invoice()
        attempt = self.press_pay(move)
        text = self.url_open(
            f"{self.page(move)}/done?cs={attempt.kash_stripe_session_id}"
        ).text
        self.assertIn("Nothing was charged", text)
        self.assertEqual(attempt.state, "draft")

    def test_another_links_session_shows_nothing_of_it(self):
        """A session is looked up among the link's own attempts only."""
        paid, other = self.invoice(100.0), self.invoice(50.0)
        attempt = self.pay(paid)
        text = self.url_open(
            f"{self.page(other)}/done?cs={attempt.kash_stripe_session_id}"
        ).text
        self.assertNotIn(paid.name, text)
        self.assertIn("Pay invoice", text)

    def test_a_second_post_of_a_held_payment_asks_for_nothing(self):
        """Paid at Stripe, not in the books: the customer owes nothing."""
        move = self.invoice()
        self.pay(move)
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.settle()
        self.assertIn("Paid. Thank you", self.url_open(self.page(move)).text)
        again = self.press(move)
        self.assertEqual(again.status_code, 200)
        self.assertIn("Paid. Thank you", again.text)
        self.assertEqual(len(self.stripe.objects("checkout.session")), 1)

    def test_a_session_that_ran_out_says_nothing_was_charged(self):
        """Not "on its way": nothing is."""
        move = self.invoice()
        attempt = self.press_pay(move)
        self.stripe.clock.advance(days=2)
        text = self.url_open(
            f"{self.page(move)}/done?cs={attempt.kash_stripe_session_id}"
        ).text
        self.assertIn("Nothing was charged", text)
        self.assertEqual(attempt.state, "cancel")

    def test_a_proxy_that_ends_tls_does_not_make_us_foreign(self):
        """Odoo believes to be called by http, the browser knows better."""
        origin = self.base_url().replace("http://", "https://")
        self.assertEqual(self.press(self.invoice(), Origin=origin).status_code, 303)

    def test_the_cores_public_poll_creates_no_payment(self):
        """Anybody can ask it about the payment of their session."""
        move = self.invoice(100.0)
        attempt = self.pay(move)
        self.work_off()
        self.authenticate(None, None)
        self.session["__payment_monitored_tx_id__"] = attempt.id
        odoo.http.root.session_store.save(self.session)
        self.make_jsonrpc_request("/payment/status/poll", {"csrf_token": "unused"})
        self.assertEqual((attempt.state, attempt.is_post_processed), ("done", True))
        self.assertFalse(attempt.payment_id)

    def test_a_foreign_site_cannot_start_a_payment(self):
        """The token is the authority; a form elsewhere is not the customer."""
        move = self.invoice()
        for headers in (
            {"Origin": "https://evil.example.com"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "null"},
        ):
            with self.subTest(headers):
                self.assertEqual(self.press(move, **headers).status_code, 403)
        self.assertFalse(self.stripe.objects("checkout.session"))

    @mute_logger(PAGE)
    def test_stripe_down_says_try_again_in_a_minute(self):
        """Kindly, and with nothing charged."""
        move = self.invoice()
        self.stripe.fail_next(
            method="POST", path="/v1/checkout/sessions", status=503, times=5
        )
        page = self.press(move)
        self.assertEqual(page.status_code, 503)
        self.assertIn("try again in a minute", page.text)

    @mute_logger(PAGE)
    def test_a_press_after_a_broken_answer_goes_through(self):
        """Stripe repeats a 500 under its key for a day: the next press has its own."""
        move = self.invoice()
        self.stripe.fail_next(
            method="POST", path="/v1/checkout/sessions", status=500, times=1
        )
        self.assertEqual(self.press(move).status_code, 503)
        self.assertFalse(move.transaction_ids)
        self.assertEqual(self.press(move).status_code, 303)

    @mute_logger(PAGE)
    def test_stripe_refusing_does_not_show_its_words_to_the_customer(self):
        """They are for the business: the log has them."""
        move = self.invoice()
        self.stripe.fail_next(
            method="POST", path="/v1/checkout/sessions", status=400, times=1
        )
        page = self.press(move)
        self.assertEqual(page.status_code, 502)
        self.assertIn("cannot be started", page.text)

    # === PORTAL === #

    def portal(self, move):
        return self.url_open(
            f"/my/invoices/{move.id}?access_token={move._portal_ensure_token()}"
        )

    def test_the_portal_leads_to_our_page(self):
        """No other provider: our page is the portal's way to pay."""
        move = self.invoice()
        page = self.portal(move)
        self.assertIn(f"/my/invoices/{move.id}/kash_pay", page.text)
        self.assertNotIn('data-bs-target="#pay_with"', page.text)

    def test_the_portal_does_not_undo_a_void(self):
        """The clerk voided it on purpose."""
        move = self.invoice()
        self.page(move)
        move.action_kash_stripe_void_link()
        self.assertNotIn("kash_pay", self.portal(move).text)

    def test_the_portal_obeys_the_switch_of_online_payment(self):
        """Odoo's own setting counts for ours too."""
        self.env["ir.config_parameter"].set_param(
            "account_payment.enable_portal_payment", False
        )
        self.assertNotIn("kash_pay", self.portal(self.invoice()).text)

    def test_the_portal_asks_for_nothing_that_stripe_has(self):
        """Paid but held: the portal knows too."""
        move = self.invoice()
        self.pay(move)
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.settle()
        page = self.portal(move).text
        self.assertNotIn("kash_pay", page)
        self.assertIn("Your payment was received", page)
