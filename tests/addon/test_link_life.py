# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of a link: made, sent, opened, expired, void; and who is told."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, tagged

from .common import KashStripeConnected

EVENT = "odoo.addons.kash_stripe_connect.models.sync.event"


@tagged("post_install", "-at_install")
class TestLinkLife(KashStripeConnected, HttpCase):
    def odoo_url(self):
        return self.base_url()

    def link(self, move):
        return move._kash_stripe_ensure_link().sudo()

    def look(self, link, **headers):
        """Look at the customer's page."""
        page = self.url_open(f"/kash/pay/{link.token}", headers=headers)
        self.env.invalidate_all()
        return page

    def told(self, move):
        return " ".join(move.message_ids.mapped("body"))

    # === OPENED === #

    def test_the_page_itself_tells_that_the_link_was_opened(self):
        """First and last, once in the chatter; reloading is no news."""
        move = self.invoice()
        link = self.link(move)
        self.look(link)
        first = link.opened_at
        self.assertTrue(first)
        self.look(link)
        self.assertEqual(link.opened_last_at, first)
        link.opened_last_at = link.opened_at = first - timedelta(hours=2)
        self.look(link)
        self.assertLess(link.opened_at, link.opened_last_at)
        self.assertEqual(self.told(move).count("opened the Stripe payment link"), 1)

    def test_a_colleague_a_prefetch_and_a_probe_are_not_the_customer(self):
        """Else the clerk would think the customer had seen it."""
        link = self.link(self.invoice())
        self.look(link, **{"Sec-Purpose": "prefetch"})
        self.url_open(f"/kash/pay/{link.token}", method="HEAD")
        self.colleague("kash_clerk", "account.group_account_invoice")
        self.authenticate("kash_clerk", "kash_clerk")
        self.look(link)
        self.assertFalse(link.opened_at)

    # === EXPIRY === #

    def test_a_link_expires_at_the_end_of_its_last_day(self):
        """By the company's setting; the page says no longer valid."""
        self.company.kash_stripe_tz = "America/New_York"
        self.company.kash_stripe_link_days = 3
        move = self.invoice()
        link = self.link(move)
        zone = self.company._kash_stripe_zone()
        local = fields.Datetime.context_timestamp(
            link.with_context(tz=zone), link.expires_at
        )
        last = self.company._kash_stripe_today() + timedelta(days=4)
        self.assertEqual((local.date(), local.hour), (last, 0))
        link.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        self.assertIn("no longer valid", self.look(link).text)
        self.assertEqual(move.kash_stripe_link_state, "expired")
        self.assertIn("expired", move.kash_stripe_link_reason)
        self.assertFalse(move.kash_stripe_link_url)

    def test_an_expired_link_makes_room_for_a_new_one(self):
        """Its open payment page is closed by the job."""
        move = self.invoice()
        attempt = self.press_pay(move)
        old = self.link(move)
        old.expires_at = fields.Datetime.now() - timedelta(minutes=1)
        new = self.link(move)
        self.assertNotEqual(new, old)
        self.assertTrue(attempt.kash_stripe_to_expire)
        self.work_off()
        self.assertEqual(attempt.state, "cancel")

    def test_the_payment_page_that_waits_longest_is_closed_first(self):
        """However many are to be closed: the job takes so many at once."""
        attempts = [self.press_pay(self.invoice()) for _number in range(2)]
        for attempt in attempts:
            attempt.sudo().kash_stripe_to_expire = True
        with patch(f"{EVENT}._CHUNK", 1):
            self.work_off()
        self.assertEqual([tx.state for tx in attempts], ["cancel", "draft"])

    def test_a_number_of_days_is_not_negative(self):
        """A link cannot expire before it is sent."""
        with self.assertRaises(ValidationError):
            self.company.kash_stripe_link_days = -1

    # === HISTORY === #

    def test_the_chatter_has_the_links_history(self):
        """Made, void and by whom."""
        move = self.invoice()
        self.link(move)
        move.action_kash_stripe_void_link()
        self.assertIn("payment link made", self.told(move))
        self.assertIn(f"Voided by {self.env.user.name}", self.told(move))

    def test_sending_again_notes_when_and_to_whom(self):
        """As the Send dialog does."""
        move = self.invoice()
        move.action_kash_stripe_send_again()
        link = move._kash_stripe_current_link()
        self.assertEqual(link.sent_to, "ada@example.com")
        self.assertTrue(link.sent_at)

    def test_the_link_says_by_itself_why_it_cannot_be_paid(self):
        """Draft, cancelled, paid by other means."""
        paid, draft, cancelled = self.invoice(), self.invoice(), self.invoice()
        for move in (paid, draft, cancelled):
            self.link(move)
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        )
        register.create({})._create_payments()
        draft.button_draft()
        cancelled.button_draft()
        cancelled.button_cancel()
        for move, state, text in (
            (paid, "paid", "no amount due"),
            (draft, "waiting", "not posted"),
            (cancelled, "waiting", "is cancelled"),
        ):
            self.assertEqual(move.kash_stripe_link_state, state)
            self.assertIn(text, move.kash_stripe_link_reason)

    # === THE CLERK'S TOOLS === #

    def follow_up(self):
        """Make an invoice of each progress; return {progress: invoice}."""
        now = fields.Datetime.now()
        found = {name: self.invoice() for name in ("made", "sent", "opened", "dead")}
        found["at_stripe"] = self.invoice()
        found["held"] = self.invoice()
        found["paid"] = self.invoice()
        for move in found.values():
            self.link(move)
        self.link(found["sent"]).sent_at = now
        self.link(found["opened"]).write({"sent_at": now, "opened_at": now})
        self.pay(found["paid"])
        self.settle()
        found["dead"].action_kash_stripe_void_link()
        self.company.sudo().fiscalyear_lock_date = "2099-12-31"
        self.pay(found["held"])
        self.settle()
        self.pay(found["at_stripe"])
        self.work_off()
        return found

    def test_invoices_are_found_and_grouped_by_how_far_their_link_came(self):
        """Search, group and form tell the same; the card counts them."""
        found = self.follow_up()
        moves = self.env["account.move"].union(*found.values())
        without = self.invoice(invoice_date="2100-01-01")
        mine = [("id", "in", (moves | without).ids)]
        for progress, move in found.items():
            with self.subTest(progress):
                self.assertEqual(move.kash_stripe_link_progress, progress)
                search = [*mine, ("kash_stripe_link_progress", "=", progress)]
                self.assertEqual(moves.search(search), move)
        groups = moves._read_group(mine, ["kash_stripe_link_progress"], ["__count"])
        self.assertEqual(dict(groups), {**dict.fromkeys(found, 1), False: 1})
        described = moves.fields_get(["kash_stripe_link_progress"])
        self.assertTrue(described["kash_stripe_link_progress"]["groupable"])
        journal = self.account.journal_id
        card = journal._get_journal_dashboard_data_batched()[journal.id]
        lines = {line["progress"]: line["count"] for line in card["kash_stripe_links"]}
        self.assertEqual(lines, {"sent": 1, "opened": 1, "at_stripe": 1, "held": 1})
        action = journal.with_context(
            kash_stripe_progress="sent"
        ).action_kash_stripe_links()
        self.assertTrue(action["context"]["search_default_kash_stripe_sent"])
