# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From Odoo's portal to the payment page: list, *Pay overdue*, invoice; one button."""

import re

from lxml import html

from odoo import Command
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected

FORM = "//form[contains(@action, '/kash_pay')]"


@tagged("post_install", "-at_install")
class TestPortal(KashStripeConnected, HttpCase):
    def odoo_url(self):
        return self.base_url()

    def set_stage(self):
        super().set_stage()
        self.user = self.visitor("reader")
        self.customer = self.user.partner_id
        type(self).customer = self.customer

    def visitor(self, login, **values):
        """Give a customer a login to the portal."""
        return new_test_user(self.env, login, "base.group_portal", **values)

    def overdue(self, amount=100.0, **vals):
        """Make an invoice of the customer that was due long ago."""
        vals = {"partner_id": self.customer.id, **vals}
        return self.invoice(amount, invoice_date_due="2025-11-05", **vals)

    def other_provider(self):
        """Let another provider be there, too."""
        method = self.env.ref("payment.payment_method_card")
        return self.env["payment.provider"].create(
            {
                "name": "Other",
                "code": "none",
                "state": "test",
                "is_published": True,
                "company_id": self.company.id,
                "payment_method_ids": [Command.set(method.ids)],
            }
        )

    def look(self, path, login="reader"):
        """Open a page of the portal; return it parsed."""
        self.authenticate(login, login)
        return html.fromstring(self.url_open(path).text)

    def forms(self, page):
        """Return the ids of the invoices that the page's buttons of ours pay."""
        actions = page.xpath(f"{FORM}/@action")
        return [int(re.search(r"/(\d+)/kash_pay", action)[1]) for action in actions]

    def odoos(self, page):
        """Return Odoo's own ways to pay on a page."""
        return page.xpath(
            "//a[@title='Pay Now'] | //a[@data-bs-target='#pay_with']"
            " | //form[@id='o_payment_form']"
        )

    def press(self, page, move):
        """Press our button of an invoice; return where it leads."""
        [form] = page.xpath(f"//form[contains(@action, '/{move.id}/kash_pay')]")
        answer = self.url_open(
            form.get("action"), data=dict(form.form_values()), allow_redirects=False
        )
        return answer.headers["Location"]

    # === THE LIST === #

    def test_each_invoice_of_the_list_has_one_button_which_leads_to_our_page(self):
        """Not to a page with another button, or with none that works."""
        moves = self.overdue(10.0) | self.overdue(20.0)
        page = self.look("/my/invoices")
        self.assertEqual(sorted(self.forms(page)), moves.ids)
        self.assertFalse(self.odoos(page))
        there = self.press(page, moves[0])
        self.assertIn(moves[0]._kash_stripe_current_link().sudo().token, there)

    def test_looking_at_the_list_makes_no_links(self):
        """They are made on the press."""
        move = self.overdue()
        self.look("/my/invoices")
        self.assertFalse(move.kash_stripe_link_ids)

    def test_what_is_paid_or_cannot_be_paid_here_has_no_button_of_ours(self):
        """Paid at Stripe and held; voided by the clerk."""
        paid, voided = self.overdue(10.0), self.overdue(20.0)
        self.pay(paid)
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.settle()
        self.company.sudo().fiscalyear_lock_date = False
        voided._kash_stripe_ensure_link()
        voided.action_kash_stripe_void_link()
        self.assertFalse(self.forms(self.look("/my/invoices")))

    def test_with_another_provider_the_list_leads_to_the_invoice(self):
        """Both stand there."""
        self.other_provider()
        move = self.overdue()
        page = self.look("/my/invoices")
        self.assertFalse(self.forms(page))
        self.assertEqual(len(self.odoos(page)), 1)
        page = self.look(f"/my/invoices/{move.id}")
        self.assertEqual(self.forms(page), move.ids)

    # === PAY OVERDUE === #

    def test_pay_overdue_lists_each_with_its_own_button(self):
        """It used to end at "No payment method available"."""
        moves = self.overdue(10.0) | self.overdue(20.0)
        later = self.invoice(30.0, partner_id=self.customer.id)
        later.invoice_date_due = "2099-01-01"
        page = self.look("/my/invoices/overdue")
        self.assertEqual(sorted(self.forms(page)), moves.ids)
        self.assertFalse(self.odoos(page))
        said = page.text_content()
        for words in (*moves.mapped("name"), "10.00", "20.00"):
            self.assertIn(words, said)
        self.assertNotIn(later.name, said)
        self.assertIn("/kash/pay/", self.press(page, moves[1]))

    def overdue_leads_to(self):
        """Press *Pay overdue*; return where it leads, nothing for a page of its own."""
        self.authenticate("reader", "reader")
        answer = self.url_open("/my/invoices/overdue", allow_redirects=False)
        return answer.headers.get("Location", "")

    def test_a_single_overdue_invoice_is_paid_on_its_own_page(self):
        """There is nothing to choose."""
        move = self.overdue(10.0)
        there = self.overdue_leads_to()
        self.assertIn(
            f"/kash/pay/{move._kash_stripe_current_link().sudo().token}", there
        )
        self.overdue(20.0)
        self.assertFalse(self.overdue_leads_to())

    def test_a_single_overdue_invoice_that_is_not_ours_alone_is_listed(self):
        """Paid already, or another provider is there: both stand on the page."""
        self.pay(self.overdue(10.0))
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.settle()
        self.company.sudo().fiscalyear_lock_date = False
        self.assertFalse(self.overdue_leads_to())
        self.other_provider()
        self.overdue(20.0)
        self.assertFalse(self.overdue_leads_to())

    def test_what_cannot_be_paid_here_says_so_beside_the_others(self):
        """Another currency; what is on its way. Odoo refuses to mix currencies."""
        euro = self.quote("eur", {"2025-01-01": 0.9})
        ours, foreign = self.overdue(10.0), self.overdue(20.0, currency_id=euro.id)
        paid = self.overdue(30.0)
        self.pay(paid)
        self.company.sudo().fiscalyear_lock_date = "2025-11-30"
        self.settle()
        self.company.sudo().fiscalyear_lock_date = False
        page = self.look("/my/invoices/overdue")
        self.assertEqual(self.forms(page), ours.ids)
        for move, words in (
            (foreign, "cannot be paid online"),
            (paid, "was received"),
        ):
            [row] = page.xpath(f"//tr[contains(., '{move.name}')]")
            self.assertIn(words, " ".join(row.text_content().split()))

    def test_where_ours_takes_none_of_them_odoos_page_stands(self):
        """As it was."""
        self.account.sudo().charges_enabled = False
        self.overdue()
        page = self.look("/my/invoices/overdue")
        self.assertFalse(self.forms(page))
        self.assertIn("No payment method available", page.text_content())

    def test_another_provider_takes_them_together_beside_ours(self):
        """Ours stands beside it."""
        self.other_provider()
        moves = self.overdue(10.0) | self.overdue(20.0)
        page = self.look("/my/invoices/overdue")
        self.assertEqual(sorted(self.forms(page)), moves.ids)
        self.assertEqual(len(self.odoos(page)), 1)

    def test_what_is_on_its_way_is_not_asked_for_again(self):
        """A bank debit takes days; Odoo's form would add it up once more."""
        self.other_provider()
        self.give_debits()
        moves = self.overdue(10.0) | self.overdue(20.0)
        self.pay(moves[0], method="us_bank_account")
        self.work_off()
        page = self.look("/my/invoices/overdue")
        self.assertEqual(self.forms(page), moves[1].ids)
        self.assertFalse(self.odoos(page))
        [row] = page.xpath(f"//tr[contains(., '{moves[0].name}')]")
        self.assertIn("is on its way", " ".join(row.text_content().split()))

    def test_nor_by_a_form_that_was_open_before(self):
        """Another provider's, for one of them or for all."""
        other = self.other_provider()
        self.give_debits()
        move = self.overdue(10.0)
        self.pay(move, method="us_bank_account")
        self.work_off()
        self.authenticate("reader", "reader")
        asked = {
            "provider_id": other.id,
            "payment_method_id": other.payment_method_ids.id,
            "token_id": None,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/my/invoices",
            "amount": 10.0,
        }
        for path, more in (
            ("/invoice/transaction/overdue", {"payment_reference": "ALL"}),
            (f"/invoice/transaction/{move.id}", {"access_token": ""}),
        ):
            with (
                self.subTest(path),
                mute_logger("odoo.http"),
                self.assertRaises(JsonRpcException),
            ):
                self.make_jsonrpc_request(path, {**asked, **more})
        self.assertEqual(move.transaction_ids.provider_id, self.account.provider_id)

    # === TOGETHER === #

    def together(self, page):
        """Return the buttons that pay several at once."""
        return page.xpath("//form[contains(@action, '/kash_together')]")

    def press_together(self, page, **values):
        """Press the one button to pay several; return where it leads."""
        [form] = self.together(page)
        data = {**dict(form.form_values()), **values}
        answer = self.url_open(form.get("action"), data=data, allow_redirects=False)
        return answer.headers["Location"]

    def test_pay_overdue_and_pay_all_lead_to_the_page_of_all(self):
        """With what they say ticked; the link is made on the press."""
        first, _second = self.overdue(10.0), self.overdue(20.0)
        later = self.invoice(30.0, partner_id=self.customer.id)
        later.invoice_date_due = "2099-01-01"
        page = self.look("/my/invoices/overdue")
        self.assertFalse(self.customer._kash_stripe_payer_link(self.account))
        there = self.press_together(page)
        link = self.customer._kash_stripe_payer_link(self.account)
        self.assertTrue(there.endswith(f"/kash/pay/{link.token}?of=overdue"))
        self.assertIn("30.00", self.url_open(there).text)
        there = self.press_together(self.look("/my/invoices"))
        self.assertTrue(there.endswith(f"/kash/pay/{link.token}"))
        self.assertIn("60.00", self.url_open(there).text)
        self.assertFalse(first.kash_stripe_link_ids)

    def test_one_invoice_alone_has_its_own_button(self):
        self.overdue(10.0)
        for path in ("/my/invoices", "/my/invoices/overdue"):
            self.assertFalse(self.together(self.look(path)))

    def test_pressed_for_another_company_it_leads_nowhere(self):
        """Nor without the session's mark."""
        self.overdue(10.0) | self.overdue(20.0)
        other = self.setup_other_company()["company"]
        page = self.look("/my/invoices")
        for company in (other.id, 0):
            there = self.press_together(page, company=company)
            self.assertTrue(there.endswith("/my/invoices"))
        [form] = self.together(page)
        for company in ("x", 10**12):
            data = {**dict(form.form_values()), "company": company}
            answer = self.url_open(form.get("action"), data=data)
            self.assertEqual(answer.status_code, 404)
        with mute_logger("odoo.http"):
            answer = self.url_open(form.get("action"), data={"csrf_token": "x"})
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.customer._kash_stripe_payer_link(self.account))

    # === WHOSE === #

    def test_a_visitor_sees_and_pays_only_what_is_theirs(self):
        """Whoever else has a login, of whichever company."""
        move = self.overdue()
        elsewhere = self.setup_other_company()["company"]
        for login, company in (("stranger", self.company), ("other", elsewhere)):
            with self.subTest(login):
                self.visitor(
                    login,
                    company_id=company.id,
                    company_ids=[Command.set(company.ids)],
                )
                for path in ("/my/invoices", "/my/invoices/overdue"):
                    page = self.look(path, login)
                    self.assertFalse(self.forms(page))
                    self.assertFalse(self.together(page))
                    self.assertNotIn(move.name, page.text_content())
                token = self.look("/my/invoices", login).xpath(
                    "string(//script[contains(., 'csrf_token')])"
                )
                [csrf] = re.findall(r'csrf_token:\s*"([^"]+)"', token)
                answer = self.url_open(
                    f"/my/invoices/{move.id}/kash_pay",
                    data={"csrf_token": csrf},
                    allow_redirects=False,
                )
                self.assertTrue(answer.headers["Location"].endswith("/my"))
        self.assertFalse(move.kash_stripe_link_ids)
