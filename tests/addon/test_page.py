# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the customer's page weighs, which language it speaks, what it remembers."""

import re
from datetime import timedelta
from urllib.parse import quote

from lxml import html

from odoo import Command
from odoo.tests import HttpCase, freeze_time, tagged

from .common import KashStripeConnected

HEAVIEST = 60_000  # bytes of HTML, CSS and JavaScript


class PageCase(KashStripeConnected, HttpCase):
    def odoo_url(self):
        return self.base_url()

    def page(self, move):
        """Return the path of the invoice's pay page."""
        link = move._kash_stripe_current_link() or move._kash_stripe_ensure_link()
        return f"/kash/pay/{link.sudo().token}"

    def text(self, path, **headers):
        """Return a page's code in one line."""
        return " ".join(self.url_open(path, headers=headers).text.split())

    def says(self, path):
        """Return what a page says to people, in one line."""
        page = html.fromstring(self.url_open(path).text)
        # Odoo keeps a sign and its number together by a mark without width.
        return " ".join(page.text_content().replace("\ufeff", "").split())

    def receipt_of(self, attempt):
        """Return the path of a payment's receipt below the invoice's page."""
        return f"receipt/{quote(attempt.reference)}"

    def back(self, attempt):
        """Return the path by which the customer comes back from Stripe."""
        path = self.page(attempt.invoice_ids)
        return f"{path}/done?cs={attempt.kash_stripe_session_id}"


@tagged("post_install", "-at_install")
class TestPage(PageCase):
    # === WEIGHT === #

    def test_it_weighs_less_than_sixty_kilobytes(self):
        """With styles and scripts, as they are sent: a phone on a train opens it."""
        page = self.url_open(self.page(self.invoice()))
        paths = re.findall(r'(?:href|src)="(/web/assets/[^"]+)"', page.text)
        self.assertEqual(len(paths), 2)
        parts = [page, *(self.url_open(path) for path in paths)]
        self.assertEqual({part.status_code for part in parts}, {200})
        self.assertLess(sum(len(part.content) for part in parts), HEAVIEST)

    def test_it_keeps_nothing_of_who_looks(self):
        """No cookie: nothing to consent to."""
        page = self.url_open(self.page(self.invoice()))
        self.assertNotIn("Set-Cookie", page.headers)

    def test_every_page_has_one_main_part(self):
        """A screen reader leads there."""
        move = self.invoice()
        paths = [self.page(move), "/kash/pay/guess"]
        for path in paths:
            with self.subTest(path):
                self.assertEqual(self.url_open(path).text.count("<main"), 1)

    # === LOOKS === #

    def test_the_button_has_the_colour_of_the_sellers_documents(self):
        """Written on in what reads better."""
        self.company.primary_color = "#ffd700"
        page = self.text(self.page(self.invoice()))
        self.assertIn("--paint: #ffd700; --ink: #000000", page)

    def test_what_is_no_colour_does_not_reach_the_page(self):
        """It would stand in the page's own code."""
        self.company.primary_color = "red; background: url(//evil.example)"
        page = self.text(self.page(self.invoice()))
        self.assertNotIn("evil.example", page)
        self.assertIn("--paint: #1f4e79", page)

    # === LANGUAGE === #

    def test_without_a_language_of_the_customer_the_browsers_counts(self):
        """The first of those it asks for that is active here; a dialect is one."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = False
        asked = {"Accept-Language": "de;q=0.9, fr-CA;q=0.8, en;q=0.2"}
        page = self.text(self.page(self.invoice()), **asked)
        self.assertIn('lang="fr-FR"', page)

    def test_else_the_companys(self):
        """One that is not active is not spoken."""
        self.customer.lang = False
        page = self.text(self.page(self.invoice()), **{"Accept-Language": "xx, fr"})
        self.assertIn('lang="en-US"', page)

    # === WHAT IT SAYS OF THE INVOICE === #

    def test_an_invoice_past_its_day_is_overdue(self):
        """By the seller's calendar."""
        today = self.company._kash_stripe_today()
        for due, shown in ((today - timedelta(days=1), True), (today, False)):
            with self.subTest(due):
                page = self.text(self.page(self.invoice(invoice_date_due=due)))
                self.assertEqual("Overdue" in page, shown)

    def test_each_payment_and_credit_is_named(self):
        """What lessened the amount, and when."""
        move = self.invoice(100.0)
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        ).create({"amount": 30.0, "payment_date": "2025-11-12"})._create_payments()
        note = self.invoice(20.0, move_type="out_refund")
        lines = (move | note).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        lines.reconcile()
        page = self.text(self.page(move))
        self.assertIn("Payment, 11/12/2025", page)
        self.assertIn(f"Credit note {note.name}", page)
        self.assertIn("50.00", page)

    def test_instalments_stand_each_with_its_day(self):
        """What is open of each, too."""
        term = self.env["account.payment.term"].create(
            {
                "name": "halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": days}
                    )
                    for days in (0, 30)
                ],
            }
        )
        move = self.invoice(100.0, invoice_payment_term_id=term.id)
        page = self.text(self.page(move))
        self.assertIn("Instalments", page)
        self.assertEqual(page.count("Due 1"), 2)

    def test_lines_say_how_they_come_to_their_amount_or_nothing(self):
        """Discount and small prices are shown; what would not add up is left out."""
        self.env.ref("product.decimal_price").digits = 4
        lines = [(2.0, 50.0, 20.0), (1000.0, 0.0125, 0.0)]
        move = self.invoice(
            invoice_line_ids=[
                Command.create(
                    {
                        "name": "Books",
                        "quantity": quantity,
                        "price_unit": price,
                        "discount": discount,
                        "tax_ids": [],
                    }
                )
                for quantity, price, discount in lines
            ]
        )
        page = self.says(self.page(move))
        self.assertIn("2 × 50.0000, 20.00 % off", page)
        self.assertIn("1,000 × 0.0125", page)
        self.assertNotIn("Rounding", page)

    def test_a_language_from_right_to_left_is_laid_out_so(self):
        """The phone reads it from the page."""
        self.env["res.lang"]._activate_lang("ar_001")
        self.customer.lang = "ar_001"
        page = self.text(self.page(self.invoice()))
        self.assertIn('lang="ar-001" dir="rtl"', page)

    # === ADDRESSES === #

    def test_an_address_that_is_cut_or_too_long_says_so(self):
        """Mail programs break lines; nobody is sent to Odoo's own page."""
        path = self.page(self.invoice())
        for wrong in ("/kash/pay", f"{path}/x/y", f"{path}/donkey"):
            with self.subTest(wrong):
                answer = self.url_open(wrong)
                self.assertEqual(answer.status_code, 404)
                self.assertIn("leads nowhere", answer.text)

    def test_the_address_of_the_button_leads_back_to_the_page(self):
        """A phone that opens its tabs again looks at where it was."""
        path = self.page(self.invoice())
        answer = self.url_open(f"{path}/start", allow_redirects=False)
        self.assertEqual((answer.status_code, answer.headers["Allow"]), (405, "POST"))
        self.assertIn("Nothing was charged", answer.text)
        self.assertIn(f'href="{path}"', answer.text)

    # === ANOTHER CUSTOMER === #

    def test_an_invoice_given_to_another_customer_has_another_link(self):
        """The first one still has the address, and is no party to it any more."""
        move = self.invoice()
        path = self.page(move)
        move.button_draft()
        move.partner_id = self.customer.copy({"name": "Grace Writer"})
        move.action_post()
        page = self.text(path)
        self.assertIn("no longer valid", page)
        self.assertNotIn("Grace", page)

    def test_another_contact_of_the_same_customer_changes_nothing(self):
        """The business owes it, whoever opens its mail."""
        move = self.invoice()
        path = self.page(move)
        contact = self.customer.create(
            {"name": "Accounts", "parent_id": self.customer.id}
        )
        move.button_draft()
        move.partner_id = contact
        move.action_post()
        self.assertIn("Pay invoice", self.text(path))


@tagged("post_install", "-at_install")
class TestPaidPage(PageCase):
    def set_stage(self):
        super().set_stage()
        self.move = self.invoice(100.0)
        self.path = self.page(self.move)

    def test_who_has_paid_here_is_thanked_and_finds_the_receipt(self):
        """Not told to contact somebody for details."""
        attempt = self.pay(self.move)
        self.settle()
        page = self.text(self.path)
        self.assertIn("Paid. Thank you", page)
        self.assertNotIn("There is no amount due", page)
        receipt = self.text(f"{self.path}/{self.receipt_of(attempt)}")
        for fact in (
            "Payment receipt",
            "no tax invoice",
            "100.00",
            self.move.name,
            attempt.reference,
            "Visa •••• 4242",
        ):
            self.assertIn(fact, receipt)

    def test_a_receipt_has_the_sellers_data_for_the_tax(self):
        """Name, address, tax ID, registry, each once; the title names the file."""
        self.company.write(
            {"street": "12 Hill Street", "vat": "US-99", "company_registry": "REG-77"}
        )
        attempt = self.pay(self.move)
        self.settle()
        receipt = self.says(f"{self.path}/{self.receipt_of(attempt)}")
        for fact in ("12 Hill Street", "US-99", "Company ID: REG-77", "This is a test"):
            self.assertEqual(receipt.count(fact), 1, fact)
        self.assertIn(f"Payment receipt {attempt.reference} · ", receipt)

    @freeze_time("2025-11-22 17:00:00")
    def test_a_receipt_names_the_discount_of_each_invoice(self):
        """98.00 paid, 2.00 granted."""
        self.move = self.discounted_invoice()
        self.path = self.page(self.move)
        attempt = self.pay(self.move)
        self.settle()
        receipt = self.says(f"{self.path}/{self.receipt_of(attempt)}")
        self.assertIn("Discount granted: $ 2.00 $ 98.00", receipt)

    def test_a_dead_link_still_leads_to_the_receipt_and_to_nothing_else(self):
        """Whoever paid may need it in a year."""
        attempt = self.pay(self.move)
        self.settle()
        self.move.action_kash_stripe_void_link()
        page = self.text(self.path)
        self.assertIn("no longer valid", page)
        self.assertIn(attempt.reference, page)
        self.assertNotIn("Books", page)
        receipt = self.url_open(f"{self.path}/{self.receipt_of(attempt)}")
        self.assertEqual(receipt.status_code, 200)

    def test_a_dead_link_has_no_receipt_of_what_came_by_another(self):
        """It may be in other hands."""
        self.move.action_kash_stripe_new_link()
        attempt = self.pay(self.move)
        self.settle()
        self.assertNotIn(attempt.reference, self.text(self.path))
        old = self.url_open(f"{self.path}/{self.receipt_of(attempt)}")
        self.assertEqual(old.status_code, 404)

    def test_another_invoices_receipt_is_not_found(self):
        """A number is no right."""
        attempt = self.pay(self.invoice(50.0))
        self.settle()
        page = self.url_open(f"{self.path}/{self.receipt_of(attempt)}")
        self.assertEqual(page.status_code, 404)

    def test_what_was_begun_and_not_paid_has_no_receipt(self):
        """Nothing was received."""
        attempt = self.press_pay(self.move)
        page = self.url_open(f"{self.path}/{self.receipt_of(attempt)}")
        self.assertEqual(page.status_code, 404)

    def test_an_open_page_notices_that_it_was_paid_elsewhere(self):
        """It asks for a word, and shows itself anew if that has changed."""
        self.press_pay(self.move)
        page = self.url_open(self.path).text
        [follow] = re.findall(r'data-follow="([^"]+)"', page)
        [shown] = re.findall(r'data-state="([^"]+)"', page)
        self.assertEqual(self.url_open(follow).text, shown)
        self.stripe.pay(self.move.transaction_ids.kash_stripe_session_id)
        self.settle()
        self.assertNotEqual(self.url_open(follow).text, shown)

    def test_a_page_where_nothing_is_under_way_asks_for_nothing(self):
        """Tabs stay open for weeks."""
        self.assertNotIn("data-follow", self.url_open(self.path).text)

    def test_looking_whether_it_has_changed_does_not_count_as_opening_it(self):
        """The clerk would believe that the customer came back."""
        self.url_open(f"{self.path}/state")
        self.assertFalse(self.move._kash_stripe_current_link().sudo().opened_at)

    # === TAKEN BACK, OR NEVER COME === #

    def debit(self):
        """Pay the invoice by a bank debit, which is on its way; return its charge."""
        self.give_debits()
        self.attempt = self.press_pay(self.move)
        charge = self.stripe.pay(
            self.attempt.kash_stripe_session_id, method="us_bank_account"
        )
        self.settle()
        return charge["id"]

    def test_what_is_on_its_way_is_called_so(self):
        """It has not been received, and may still fail."""
        self.debit()
        page = self.text(self.path)
        self.assertIn("On its way", page)
        self.assertNotIn("Received", page)
        self.assertNotIn("Nothing due", page)

    def test_a_debit_that_failed_can_be_paid_again(self):
        """Nothing came: "do not pay again" would be wrong."""
        charge = self.debit()
        self.stripe.fail_debit(charge)
        self.settle()
        page = self.text(self.back(self.attempt))
        self.assertIn("Nothing was charged", page)
        self.assertIn("Pay invoice", page)
        self.assertNotIn("do not pay again", page)

    def test_a_payment_that_does_not_fit_is_not_asked_for_again(self):
        """The money came, in another amount."""
        attempt = self.pay(self.move)
        self.stripe.settle()
        self.stripe.tamper(self.stripe.objects("charge")[-1]["id"], amount=9000)
        self.stripe.tamper(attempt.kash_stripe_session_id, amount_total=9000)
        self.work_off()
        self.assertIn("do not pay again", self.says(self.back(attempt)))

    def test_a_debit_that_the_bank_took_back_has_no_receipt(self):
        """The invoice is due again."""
        charge = self.debit()
        self.stripe.succeed_debit(charge)
        self.settle()
        self.assertIn("Paid. Thank you", self.text(self.path))
        self.stripe.return_debit(charge)
        self.settle()
        page = self.text(self.path)
        self.assertIn("Pay invoice", page)
        self.assertNotIn("Receipt", page)
        receipt = self.url_open(f"{self.path}/{self.receipt_of(self.attempt)}")
        self.assertEqual(receipt.status_code, 404)

    def test_a_receipt_says_what_was_given_back(self):
        """Whoever got everything back is not thanked."""
        attempt = self.pay(self.move)
        self.settle()
        self.stripe.refund(attempt.kash_stripe_charge_id, 4000)
        self.settle()
        self.assertIn("Paid. Thank you", self.says(self.path))
        receipt = f"{self.path}/{self.receipt_of(attempt)}"
        self.assertIn("Refunded $ -40.00", self.says(receipt))
        self.stripe.refund(attempt.kash_stripe_charge_id)
        self.settle()
        self.assertNotIn("Paid. Thank you", self.says(self.path))
        self.assertIn("Refunded $ -100.00", self.says(receipt))

    @freeze_time("2025-11-22 17:00:00")
    def test_a_discount_is_no_money_received(self):
        """98.00 came, 2.00 were granted; held, so that it is not in the books yet."""
        move = self.discounted_invoice()
        self.pay(move)
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.settle()
        page = self.says(self.page(move))
        self.assertIn("Received $ -98.00", page)
        self.assertIn("Discount $ -2.00", page)

    def test_a_number_with_signs_of_an_address_keeps_its_receipt(self):
        """People choose how their invoices are numbered."""
        self.move = self.invoice(post=False)
        self.move.name = "R#1?/2025/00012"
        self.move.action_post()
        self.path = self.page(self.move)
        attempt = self.pay(self.move)
        self.settle()
        page = self.url_open(self.path).text
        [link] = re.findall(r'href="([^"]+/receipt/[^"]+)"', page)
        self.assertIn(attempt.reference, self.text(link))

    def test_what_the_business_reads_is_in_its_language(self):
        """Though the customer's browser brings another with the way back."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        attempt = self.press_pay(self.move)
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.url_open(self.back(attempt))
        self.assertEqual(attempt.state, "done")
        said = " ".join(self.move.message_ids.mapped("body"))
        self.assertIn("confirmed", said)
