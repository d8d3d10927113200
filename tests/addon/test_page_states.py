# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the customer's page says in each state: what is, what next, and by when."""

import re
from datetime import date, timedelta

from lxml import html

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.kash_stripe_connect.core import declines
from odoo.addons.kash_stripe_connect.models.payment import words

from .test_page import PageCase

CONTROLLER = "odoo.addons.kash_stripe_connect.controllers.pay"


class StateCase(PageCase):
    def set_stage(self):
        super().set_stage()
        self.move = self.invoice(100.0)
        self.path = self.page(self.move)

    def title(self, path):
        """Return the title of a page, in one line."""
        page = html.fromstring(self.url_open(path).text)
        return " ".join(page.findtext(".//title").split())

    def press(self, move, **sent):
        """Press *Pay invoice* and stay: redirects are not followed."""
        return self.url_open(
            f"{self.page(move)}/start", data={"": "", **sent}, allow_redirects=False
        )

    def shown(self, path):
        """Return what the page's button sends back."""
        [amount] = re.findall(r'name="shown" value="(\d+)"', self.url_open(path).text)
        return amount

    def assertSays(self, path, *sentences, title):
        """Each page says what it says in its title, too."""
        page = self.says(path)
        for sentence in sentences:
            self.assertIn(sentence, page)
        self.assertEqual(self.title(path), f"{title} · {self.company.name}")


@tagged("post_install", "-at_install")
class TestUnpaidStates(StateCase):
    # === DECLINED === #

    def test_a_declined_card_is_explained_on_the_way_back(self):
        """What the payer can do; and that nothing was charged."""
        attempt = self.press_pay(self.move)
        for card, sentence in (
            ("4000000000009995", "There was not enough money"),
            ("4000000000000069", "The card has expired"),
            ("4000000000000127", "did not match"),
            ("4000000000000119", "Please try again in a few minutes"),
        ):
            with self.subTest(card):
                self.stripe.decline(attempt.kash_stripe_session_id, card=card)
                self.assertSays(
                    f"{self.path}/done",
                    "Nothing was charged",
                    sentence,
                    "Pay invoice",
                    title=f"Payment declined: invoice {self.move.name}",
                )
        self.assertEqual(attempt.state, "draft")

    def test_a_stolen_card_is_declined_as_any_other(self):
        """Word for word: who holds it learns nothing."""
        pages = set()
        for card in ("4000000000000002", "4000000000009979", "4000000000009987"):
            move = self.invoice(100.0)
            attempt = self.press_pay(move)
            self.stripe.decline(attempt.kash_stripe_session_id, card=card)
            page = self.says(f"{self.page(move)}/done")
            self.assertIn("gave no reason", page)
            pages.add(page.replace(move.name, ""))
        self.assertEqual(len(pages), 1)

    def test_a_decline_is_known_without_the_way_back(self):
        """The tab was closed; the mail's link says what happened."""
        attempt = self.press_pay(self.move)
        self.stripe.decline(attempt.kash_stripe_session_id, card="4000000000009995")
        self.work_off()
        self.assertEqual(attempt.kash_stripe_unpaid_code, "insufficient_funds")
        self.assertIn("Not enough money", attempt.kash_stripe_unpaid_text)
        asked = len(self.stripe.requests)
        self.assertIn("There was not enough money", self.says(self.path))
        self.assertEqual(len(self.stripe.requests), asked)

    def test_the_clerk_reads_on_the_attempt_what_the_page_says(self):
        """In words, on the form, and in the list for whoever wants it there."""
        asked = self.press_pay(self.move)
        self.stripe.ask_authentication(asked.kash_stripe_session_id)
        self.work_off()
        self.url_open(f"{self.path}/done")
        self.env.invalidate_all()
        self.assertIn("asks the customer", asked.kash_stripe_unpaid_text)
        for kind in ("form", "list"):
            arch = asked.get_view(view_type=kind)["arch"]
            for name in ("kash_stripe_unpaid_text", "kash_stripe_known_by"):
                self.assertIn(f'name="{name}"', arch)

    def test_a_declined_page_turns_when_another_card_pays(self):
        """The state that it shows is no longer true."""
        attempt = self.press_pay(self.move)
        self.stripe.decline(attempt.kash_stripe_session_id)
        page = self.url_open(f"{self.path}/done").text
        [shown] = re.findall(r'data-state="([^"]+)"', page)
        self.assertIn("declined", shown)
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.settle()
        self.assertFalse(attempt.kash_stripe_unpaid_code)
        self.assertNotEqual(self.url_open(f"{self.path}/state").text, shown)
        self.assertIn("Paid. Thank you", self.says(self.path))

    def test_a_debit_that_failed_says_why(self):
        """Days later, from the reminder's link."""
        self.give_debits()
        attempt = self.press_pay(self.move)
        charge = self.stripe.pay(
            attempt.kash_stripe_session_id, method="us_bank_account"
        )
        self.settle()
        self.stripe.fail_debit(charge["id"], code="account_closed")
        self.settle()
        self.assertSays(
            self.path,
            "Nothing was charged",
            "it is closed, or its number is not right",
            title=f"Payment declined: invoice {self.move.name}",
        )

    def test_every_advice_has_a_sentence(self):
        """Nobody sees a page without one."""
        link = self.move._kash_stripe_current_link()
        self.assertEqual(set(link._advice_texts()), set(declines.EVERY_ADVICE))
        self.assertEqual(set(words.ADVICE), set(declines.EVERY_ADVICE))

    # === A STEP IS LEFT === #

    def test_a_question_of_the_bank_that_was_left_is_named(self):
        """Nothing is charged before it is answered; the same payment goes on."""
        attempt = self.press_pay(self.move)
        self.stripe.ask_authentication(attempt.kash_stripe_session_id)
        self.assertSays(
            f"{self.path}/done",
            "Your bank asks you to confirm the payment",
            "Nothing was charged yet",
            "for a day",
            title=f"Confirm your payment: invoice {self.move.name}",
        )
        again = self.press(self.move)
        self.assertEqual(again.status_code, 303)
        self.assertIn(attempt.kash_stripe_session_id, again.headers["Location"])

    def test_a_question_that_was_answered_wrongly_is_a_decline(self):
        """There is no charge to tell of it: the intent does, by its event alone."""
        attempt = self.press_pay(self.move)
        self.stripe.ask_authentication(attempt.kash_stripe_session_id)
        self.stripe.fail_authentication(attempt.kash_stripe_session_id)
        self.work_off()
        self.assertIn("wanted you to confirm", self.says(self.path))

    # === SOMEBODY IS PAYING === #

    def test_a_payment_just_begun_may_be_under_way(self):
        """Whether anybody types there nobody knows; paying again is the same one."""
        self.press(self.move)
        self.assertSays(
            self.path,
            "somebody may be paying right now",
            "nothing is charged twice",
            title=f"Payment begun: invoice {self.move.name}",
        )
        self.assertIn("data-follow", self.url_open(self.path).text)

    def test_after_ten_minutes_nobody_is_believed_to_type(self):
        """The page asks as it did before."""
        attempt = self.press_pay(self.move)
        self.env.flush_all()
        begun = fields.Datetime.now() - timedelta(minutes=11)
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s WHERE id = %s",
            [begun, attempt.id],
        )
        self.env.invalidate_all()
        self.assertEqual(
            self.title(self.path),
            f"Pay invoice {self.move.name} · {self.company.name}",
        )

    def test_who_comes_back_unpaid_is_not_told_of_somebody_else(self):
        """It was they who had gone there."""
        self.press(self.move)
        self.assertSays(
            f"{self.path}/done",
            "Nothing was charged so far. You can try again whenever you like",
            title=f"Nothing was charged: invoice {self.move.name}",
        )
        self.assertNotIn("somebody may be paying", self.says(f"{self.path}/done"))

    @mute_logger(CONTROLLER)
    def test_who_comes_back_unpaid_while_stripe_is_down_sees_the_invoice(self):
        """Nobody knows better; it is not *on its way*."""
        attempt = self.press_pay(self.move)
        self.stripe.fail_next(
            method="GET",
            path=f"/v1/checkout/sessions/{attempt.kash_stripe_session_id}",
            status=503,
            times=5,
        )
        page = self.says(f"{self.path}/done")
        self.assertIn("Pay invoice", page)
        self.assertNotIn("on its way", page)

    def test_who_goes_back_after_paying_in_another_tab_has_paid(self):
        """Stripe's way back names no session: the open one is asked for."""
        attempt = self.press_pay(self.move)
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.assertIn("Payment complete", self.says(f"{self.path}/done"))

    # === ANOTHER AMOUNT === #

    def test_another_amount_than_the_page_showed_is_asked_for_again(self):
        """Both are named, and nothing is started; then it is."""
        shown = self.shown(self.path)
        self.assertEqual(shown, "10000")
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.move.ids
        ).create({"amount": 30.0})._create_payments()
        answer = self.press(self.move, shown=shown)
        page = " ".join(html.fromstring(answer.text).text_content().split())
        self.assertEqual(answer.status_code, 409)
        self.assertIn("Amount changed", page)
        self.assertRegex(page, r"it was \$.100\.00, and it is \$.70\.00 now")
        self.assertFalse(self.stripe.objects("checkout.session"))
        again = self.press(self.move, shown=self.shown(self.path))
        self.assertEqual(again.status_code, 303)

    def test_what_is_no_amount_is_not_asked_about(self):
        """A page of an earlier version sends none; a number out of range is none."""
        for sent in ("", "x", "-1", "9" * 40, "1.0"):
            with self.subTest(sent):
                self.assertEqual(self.press(self.move, shown=sent).status_code, 303)

    def test_what_was_paid_meanwhile_is_no_change_of_the_amount(self):
        """Thanks, and no question."""
        shown = self.shown(self.path)
        self.pay(self.move)
        self.settle()
        answer = self.press(self.move, shown=shown)
        self.assertEqual(answer.status_code, 200)
        self.assertIn("Paid. Thank you", answer.text)


@tagged("post_install", "-at_install")
class TestOtherStates(StateCase):
    # === ON ITS WAY === #

    @freeze_time("2025-11-21 17:00:00")
    def test_a_debit_on_its_way_says_by_when(self):
        """Business days as Stripe names them, from the day at Stripe."""
        self.give_debits()
        attempt = self.press_pay(self.move)
        self.stripe.pay(attempt.kash_stripe_session_id, method="us_bank_account")
        self.settle()
        day = attempt.kash_stripe_known_by
        self.assertGreater(day, attempt._kash_stripe_paid_day() + timedelta(days=3))
        written = day.strftime("%m/%d/%Y")
        self.assertSays(
            self.path,
            "is being processed by your bank",
            f"is usually known by {written}",
            title=f"Payment processing: invoice {self.move.name}",
        )
        self.assertIn(f"is usually known by {written}", self.says(self.back(attempt)))

    def test_who_paid_here_reads_when_and_how(self):
        """In the first lines, and what comes next: nothing."""
        attempt = self.pay(self.move)
        self.settle()
        self.assertSays(
            self.path,
            "Paid. Thank you!",
            f"on {attempt._kash_stripe_paid_day().strftime('%m/%d/%Y')}",
            "Visa •••• 4242",
            "nothing more for you to do",
            title=f"Paid: invoice {self.move.name}",
        )

    # === DEAD === #

    def test_a_replaced_link_names_the_newest_mail_to_whom_got_it(self):
        """And not the invoice."""
        self.mail(self.move)
        self.move.action_kash_stripe_new_link()
        self.assertSays(
            self.path,
            "Please contact",
            title="Link no longer valid",
        )
        self.mail(self.move)
        self.assertSays(
            self.path,
            "replaced by a newer one",
            f"The newest e-mail from {self.company.name}",
            title="Link replaced",
        )
        self.assertNotIn(self.move.name, self.says(self.path))

    def test_another_customers_mail_is_not_spoken_of(self):
        """The invoice is somebody else's by now."""
        self.mail(self.move)
        self.move.button_draft()
        self.move.partner_id = self.customer.copy(
            {"name": "Grace Writer", "email": "grace@example.com"}
        )
        self.move.action_post()
        self.move._kash_stripe_ensure_link()
        self.mail(self.move)
        self.assertSays(self.path, "Please contact", title="Link no longer valid")

    def mail(self, move):
        """Note that the newest link went out to the customer."""
        link = move._kash_stripe_current_link().sudo()
        link._apply_sent({move.id: move.partner_id.ids}, {})

    def test_an_expired_link_says_until_when_it_worked(self):
        """And who has a new one."""
        link = self.move._kash_stripe_current_link().sudo()
        link.expires_at = "2025-11-11 05:00:00"
        self.assertSays(
            self.path,
            "This link has expired",
            "until 11/10/2025 and is no longer valid",
            f"Please contact {self.company.name} for a new one",
            title="Link expired",
        )
        self.assertNotIn(self.move.name, self.says(self.path))

    # === NOT NOW === #

    def test_a_seller_who_cannot_take_payments_says_so(self):
        """The link works again: nobody throws it away."""
        self.account.sudo().charges_enabled = False
        self.assertSays(
            self.path,
            "takes no payments here for now",
            "this link works again as soon as it can",
            title=f"Not payable online: invoice {self.move.name}",
        )
        self.assertEqual(self.press(self.move).status_code, 200)
        self.assertFalse(self.stripe.objects("checkout.session"))

    def test_an_invoice_being_changed_turns_when_it_is_posted_again(self):
        """The page follows by itself."""
        self.move.button_draft()
        page = self.url_open(self.path).text
        [shown] = re.findall(r'data-state="([^"]+)"', page)
        self.assertSays(
            self.path, "Once that is done, this page shows it", title="Being changed"
        )
        self.move.action_post()
        self.assertNotEqual(self.url_open(f"{self.path}/state").text, shown)

    def test_an_open_invoice_says_by_when(self):
        """Beside the amount."""
        self.move = self.invoice(100.0, invoice_date_due=date(2025, 12, 1))
        self.assertSays(
            self.page(self.move),
            "Amount due by 12/01/2025",
            title=f"Pay invoice {self.move.name}",
        )
