# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What strangers and a slow Stripe may cost: seconds, not a server."""

import base64
import io
import random
import re
import time
from unittest.mock import patch

from freezegun import freeze_time
from PIL import Image

from odoo.models import BaseModel
from odoo.tests import tagged
from odoo.tools import config, mute_logger

from .test_page import PageCase

PAGE = "odoo.addons.kash_stripe_connect.controllers.pay"
VISIT = "odoo.addons.kash_stripe_connect.controllers.visit"
SESSIONS = "/v1/checkout/sessions"
LONGEST = 8  # seconds that a customer's request may hold a worker
OFFICE, OTHER = "93.184.216.34", "93.184.216.35"
HEAVIEST_LOGO = 30_000
MOST_READ = 20  # columns of a record, of fifty to a hundred and twenty


class GuardCase(PageCase):
    def press(self, move, **headers):
        """Press *Pay invoice* and stay: redirects are not followed."""
        answer = self.url_open(
            f"{self.page(move)}/start",
            data={"": ""},
            headers=headers,
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return answer

    def timed(self, act):
        """Return what an act returns and the seconds it took, by our own clock."""
        begun = time.monotonic()
        return act(), time.monotonic() - begun

    def hits(self):
        return self.env["kash.stripe.hit"].sudo().search([])


@tagged("post_install", "-at_install", "-standard", "long")
class TestSlowStripe(GuardCase):
    @mute_logger(PAGE)
    @freeze_time("2025-11-22 17:00:00", tick=True)
    def test_a_press_waits_eight_seconds_at_most_and_finds_what_it_lost(self):
        """Stripe made the session, and never said so: the next press takes that one."""
        move = self.invoice()
        self.stripe.fail_next("POST", SESSIONS, timeout=30, times=2)
        page, took = self.timed(lambda: self.press(move))
        self.assertLess(took, LONGEST)
        self.assertEqual(page.status_code, 503)
        self.assertIn("cannot be reached right now. Nothing was charged", page.text)
        self.assertFalse(move.transaction_ids)
        [lost] = self.stripe.objects("checkout.session")
        self.stripe.fail_no_more()
        self.assertEqual(self.press(move).status_code, 303)
        self.assertEqual(move.transaction_ids.kash_stripe_session_id, lost["id"])

    @mute_logger(PAGE)
    def test_every_call_of_a_press_is_of_the_same_eight_seconds(self):
        """One that would look for what was lost, ask, and ask again."""
        move = self.invoice()
        link = move._kash_stripe_ensure_link().sudo()
        link.write({"lost_starts": 1, "lost_at": "2025-11-22 16:00:00"})
        for method in ("GET", "POST"):
            self.stripe.fail_next(method, f"{SESSIONS}*", timeout=4, times=9)
        page, took = self.timed(lambda: self.press(move))
        self.assertLess(took, LONGEST)
        self.assertEqual(page.status_code, 503)

    @mute_logger(PAGE)
    def test_a_stripe_that_asks_for_patience_is_not_given_a_workers(self):
        """It may ask for twenty seconds of a job's."""
        move = self.invoice()
        link = move._kash_stripe_ensure_link().sudo()
        link.write({"lost_starts": 1, "lost_at": "2025-11-22 16:00:00"})
        self.stripe.fail_next("GET", SESSIONS, status=429, retry_after=19)
        page, took = self.timed(lambda: self.press(move))
        self.assertLess(took, 4)
        self.assertEqual(page.status_code, 503)


@tagged("post_install", "-at_install")
class TestLimits(GuardCase):
    def fill(self, move, kind, count, *, link=True, address=None):
        """Let so many requests have been counted, of a link or an address."""
        hits = self.env["kash.stripe.hit"].sudo()
        token = move._kash_stripe_ensure_link().sudo().token
        keys = [hits._key(kind, token)] if link else []
        keys += [hits._key(kind, address)] if address else []
        vals = {"moment": self.env.cr.now()}
        hits.create([{"key": key, **vals} for key in keys] * count)

    def proxied(self, address):
        """Return the headers of a proxy that passes a visitor's request on."""
        return {"X-Forwarded-For": address, "X-Forwarded-Host": "pay.example.com"}

    def declared(self):
        """Say that a proxy stands before Odoo, as an operator does."""
        return patch.dict(config.options, proxy_mode=True)

    def test_a_link_pressed_without_end_is_asked_to_wait(self):
        """A page of ours that says so; looking at the invoice goes on."""
        move = self.invoice()
        self.fill(move, "start", 39)
        self.assertEqual(self.press(move).status_code, 303)
        page = self.press(move)
        self.assertEqual(page.status_code, 429)
        self.assertEqual(page.headers["Retry-After"], "600")
        self.assertIn("Please wait some minutes", page.text)
        self.assertIn("Nothing was charged", page.text)
        self.assertEqual(self.url_open(self.page(move)).status_code, 200)
        self.assertEqual(self.press(self.invoice()).status_code, 303)

    def test_a_pdf_opened_without_end_is_asked_to_wait(self):
        """It is dear while it is made."""
        move = self.invoice()
        self.fill(move, "pdf", 40)
        self.assertEqual(
            self.url_open(f"{self.page(move)}/invoice.pdf").status_code, 429
        )
        self.assertEqual(self.press(move).status_code, 303)

    def test_who_comes_back_without_end_is_shown_what_is_known(self):
        """Each time would be a request to Stripe, of which the business has so many."""
        move = self.invoice()
        attempt = self.pay(move)
        self.fill(move, "return", 60)
        asked = len(self.stripe.requests)
        back = f"{self.page(move)}/done?cs={attempt.kash_stripe_session_id}"
        self.assertIn("Payment processing", self.url_open(back).text)
        self.assertEqual(len(self.stripe.requests), asked)
        self.hits().unlink()
        self.assertIn("Payment complete", self.url_open(back).text)

    def test_one_too_many_is_not_counted(self):
        """Who keeps pressing waits no longer for it, and fills no disk."""
        move = self.invoice()
        self.fill(move, "start", 40)
        self.press(move)
        self.assertEqual(len(self.hits()), 40)

    def test_an_address_is_counted_behind_a_declared_proxy(self):
        """Whatever links it presses."""
        move = self.invoice()
        self.fill(move, "start", 400, link=False, address=OFFICE)
        with self.declared():
            self.assertEqual(self.press(move, **self.proxied(OFFICE)).status_code, 429)
            self.assertEqual(self.press(move, **self.proxied(OTHER)).status_code, 303)

    def test_an_office_behind_one_address_pays_on(self):
        """Hundreds of invoices in ten minutes."""
        move = self.invoice()
        self.fill(move, "start", 399, link=False, address=OFFICE)
        with self.declared():
            self.assertEqual(self.press(move, **self.proxied(OFFICE)).status_code, 303)

    def test_behind_an_undeclared_proxy_the_link_alone_is_counted(self):
        """All the world would be one visitor; the operator's log says so, once."""
        moves = [self.invoice(), self.invoice()]
        self.fill(moves[0], "start", 400, link=False, address="127.0.0.1")
        with self.assertLogs(VISIT, "WARNING") as log:
            for move in moves:
                answer = self.press(move, **self.proxied(OFFICE))
                self.assertEqual(answer.status_code, 303)
        [said] = log.output
        self.assertIn("proxy_mode", said)

    def test_what_is_counted_leads_back_to_nobody_and_is_forgotten(self):
        """A hash of this database's, outside of the database's log."""
        move = self.invoice()
        with self.declared():
            self.press(move, **self.proxied(OFFICE))
        hits = self.hits()
        self.assertEqual(len(hits), 2)
        for hit in hits:
            self.assertRegex(hit.key, "^[0-9a-f]{64}$")
        self.env.cr.execute(
            "SELECT relpersistence FROM pg_class WHERE relname = 'kash_stripe_hit'"
        )
        self.assertEqual(self.env.cr.fetchone(), ("u",))
        hits[0].moment = "2025-11-22 17:00:00"
        self.env.flush_all()
        hits._gc_hits()
        self.assertEqual(hits.exists(), hits[1])

    def test_the_operator_sees_that_the_proxy_was_not_declared(self):
        """Who can mend it, and nobody else: https is a proxy's work, never Odoo's."""
        banners = self.env["kash.stripe.account"]
        admin = self.colleague("kash_admin", "base.group_system")
        clerk = self.colleague("kash_clerk", "account.group_account_manager")

        def said(user):
            return str(banners.with_user(user).get_banners())

        self.assertNotIn("proxy_mode", said(admin))
        params = self.env["ir.config_parameter"].sudo()
        params.set_param("web.base.url", "https://odoo.example.com")
        self.account.sudo().kept_base_url = "https://odoo.example.com"
        self.assertIn("proxy_mode", said(admin))
        self.assertNotIn("proxy_mode", said(clerk))
        with self.declared():
            self.assertNotIn("proxy_mode", said(admin))


@tagged("post_install", "-at_install")
class TestTrouble(GuardCase):
    def broken(self, template):
        """Let a page fail in a way nobody has foreseen."""
        view = self.env.ref(f"kash_stripe_connect.{template}")
        view.arch = '<t t-name="x"><p t-out="1 / 0" /></t>'

    def test_what_nobody_foresaw_has_a_page_of_ours(self):
        """Its traceback is in the log, once, and nowhere else."""
        path = self.page(self.invoice())
        self.broken("pay_invoice")
        with self.assertLogs("odoo.http", level="ERROR") as log:
            page = self.url_open(path)
        self.assertEqual(page.status_code, 500, page.text)
        self.assertIn("This page does not work right now", page.text)
        said = page.text.partition("<main>")[2]
        for word in ("Traceback", "ZeroDivision", "Odoo"):
            self.assertNotIn(word, said)
        self.assertEqual(len(log.records), 1)
        self.assertIn("ZeroDivisionError", log.output[0])
        self.assertNotIn("Set-Cookie", page.headers)

    def test_a_sentence_for_the_bookkeeper_is_not_the_customers(self):
        """An operator's setting that is refused, with the address in it."""
        params = self.env["ir.config_parameter"].sudo()
        move = self.invoice()
        params.set_param("kash_stripe_connect.api_base", "https://evil.example.com")
        with self.assertLogs("odoo.http", "ERROR") as log:
            page = self.press(move)
        self.assertEqual(page.status_code, 500)
        self.assertNotIn("evil.example.com", page.text)
        self.assertIn("Traceback", log.output[0])

    def test_nothing_tells_what_a_token_looks_like(self):
        """Wrong, too short, too long or odd: one page, byte for byte, for one look."""
        shapes = ["x", "a" * 43, "a" * 42 + "é", "9" * 500, "%00", "..%2f", "'--"]
        rests = ["done", "state", "invoice.pdf", "logo/1", "receipt/1", "x/y"]
        pages = set()
        for path in [*shapes, *(f"guess/{rest}" for rest in rests)]:
            answer = self.url_open(f"/kash/pay/{path}")
            self.assertEqual(answer.status_code, 404, path)
            pages.add(answer.content)
            with self.assertQueryCount(1):
                self.env["kash.stripe.pay.link"]._find(path)
        self.assertEqual(len(pages), 1)
        self.assertFalse(self.hits())

    def test_what_is_too_much_for_a_stranger_says_nothing_of_the_invoice(self):
        """The page of a limit knows the seller, and no number."""
        move = self.invoice()
        hits = self.env["kash.stripe.hit"].sudo()
        token = move._kash_stripe_ensure_link().sudo().token
        key, now = hits._key("start", token), self.env.cr.now()
        hits.create([{"key": key, "moment": now}] * 40)
        self.assertNotIn(move.name, self.press(move).text)


@tagged("post_install", "-at_install")
class TestReading(GuardCase):
    def test_a_look_reads_no_record_as_a_whole(self):
        """A name that is missing among those read ahead makes Odoo read all columns."""
        path = self.page(self.invoice())
        self.url_open(path)
        self.env.invalidate_all()
        read = {}
        fetch = BaseModel.fetch

        def watched(records, names=None):
            read.setdefault(records._name, []).append(len(names or records._fields))
            return fetch(records, names)

        with patch.object(BaseModel, "fetch", watched):
            self.assertIn("Pay invoice", self.url_open(path).text)
        self.assertIn("account.move", read)
        whole = {name: most for name in read if (most := max(read[name])) > MOST_READ}
        self.assertFalse(whole)


@tagged("post_install", "-at_install")
class TestLogo(GuardCase):
    def image(self, size, kind="PNG"):
        """Return an image that nothing can be left out of."""
        dice = random.Random(1)
        picture = Image.frombytes("RGB", size, dice.randbytes(size[0] * size[1] * 3))
        out = io.BytesIO()
        picture.save(out, kind)
        return base64.b64encode(out.getvalue())

    def address(self, move):
        """Return where the page has the seller's logo; None without one."""
        found = re.search(
            r'<img[^>]+src="([^"]+)"', self.url_open(self.page(move)).text
        )
        return found and found[1]

    def test_the_logo_is_scaled_and_kept_by_the_browser(self):
        """Whatever the company has put there."""
        move = self.invoice()
        for kind in ("PNG", "JPEG"):
            self.company.logo = self.image((900, 300), kind)
            address = self.address(move)
            logo = self.url_open(address)
            self.assertEqual(logo.status_code, 200)
            self.assertLessEqual(len(logo.content), HEAVIEST_LOGO)
            size = Image.open(io.BytesIO(logo.content)).size
            self.assertEqual(size, (240, 80))
            self.assertIn("immutable", logo.headers["Cache-Control"])
            self.assertNotIn("Set-Cookie", logo.headers)
        self.company.logo = self.image((300, 300))
        self.assertNotEqual(self.address(move), address)

    def test_an_old_address_of_the_logo_is_not_kept(self):
        """A mark that was guessed would stay for a year."""
        self.company.logo = self.image((90, 30))
        answer = self.url_open(f"{self.page(self.invoice())}/logo/guessed")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")

    def test_odoos_own_logo_is_not_shown(self):
        """The seller's name stands there."""
        self.company.logo = False
        move = self.invoice()
        self.assertIsNone(self.address(move))
        answer = self.url_open(f"{self.page(move)}/logo/x")
        self.assertEqual(answer.status_code, 404)


@tagged("post_install", "-at_install")
class TestKeptPdf(GuardCase):
    def set_stage(self):
        super().set_stage()
        self.move = self.invoice()
        self.path = f"{self.page(self.move)}/invoice.pdf"

    def kept(self):
        """Return the files that are kept of the invoice's link."""
        files = self.env["ir.attachment"].sudo()
        return files.search([("res_model", "=", "kash.stripe.pay.link")])

    def opened(self):
        answer = self.url_open(self.path)
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        return answer.content

    def test_it_is_made_once(self):
        """What is marked stays marked: nobody has made it again."""
        self.opened()
        self.kept().raw = b"%PDF once"
        self.assertEqual(self.opened(), b"%PDF once")
        self.assertEqual(len(self.kept()), 1)

    def test_an_invoice_that_changes_has_another(self):
        """Changed, paid in part, or sold by a company that has moved."""
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.move.ids
        )
        for change in (
            lambda: register.create({"amount": 30.0})._create_payments(),
            lambda: self.customer.write({"street": "1 Mill Lane"}),
            lambda: self.company.write({"street": "2 Mill Lane"}),
        ):
            self.opened()
            before = self.kept()
            change()
            self.env.cr.execute("UPDATE res_partner SET write_date = NOW() + '1s'")
            self.env.invalidate_all()
            self.opened()
            self.assertNotEqual(self.kept(), before)
            self.assertEqual(len(self.kept()), 1)

    def test_one_that_is_taken_back_to_draft_is_gone(self):
        """So is its file."""
        self.opened()
        self.move.button_draft()
        self.assertFalse(self.kept())
        self.assertEqual(self.url_open(self.path).status_code, 404)

    def test_what_was_sent_is_what_the_page_has(self):
        """Odoo keeps it: the customer has the same."""
        self.env["ir.attachment"].create(
            {
                "name": "sent.pdf",
                "raw": b"%PDF sent",
                "res_model": "account.move",
                "res_id": self.move.id,
                "res_field": "invoice_pdf_report_file",
            }
        )
        self.env.invalidate_all()
        self.assertEqual(self.opened(), b"%PDF sent")
        self.assertFalse(self.kept())

    def test_nobody_else_gets_what_is_kept(self):
        """Neither a stranger nor a colleague of another company."""
        self.opened()
        address = f"/web/content/{self.kept().id}"
        self.assertEqual(self.url_open(address).status_code, 404)
        far = self.setup_other_company()["company"]
        groups = "account.group_account_manager"
        stranger = self.colleague("kash_far", groups, company=far)
        self.authenticate(stranger.login, stranger.login)
        self.assertEqual(self.url_open(address).status_code, 404)

    def test_what_is_old_is_forgotten(self):
        """Templates change, and nobody looks at it any more."""
        self.opened()
        links = self.env["kash.stripe.pay.link"].sudo()
        links._gc_pdfs()
        self.assertTrue(self.kept())
        self.env.cr.execute(
            "UPDATE ir_attachment SET create_date = create_date - INTERVAL '8 days'"
            " WHERE id IN %s",
            [tuple(self.kept().ids)],
        )
        self.env.invalidate_all()
        links._gc_pdfs()
        self.assertFalse(self.kept())
