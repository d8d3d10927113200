# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Several invoices at once: the customer's own link, its page, and its walls."""

from datetime import timedelta
from unittest.mock import patch

from lxml import html
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.kash_stripe_connect.models.link.terms import Wish

from .test_page import PageCase

SESSIONS = "/v1/checkout/sessions"


def plain(answer):
    """Return a page's code in one line, as people see its amounts."""
    # Odoo keeps a sign and its number together by a mark without width.
    return " ".join(answer.text.replace("\ufeff", "").split())


def said(answer):
    """Return what a page says to people, in one line."""
    text = html.fromstring(answer.text).text_content()
    return " ".join(text.replace("\ufeff", "").split())


class SeveralCase(PageCase):
    def set_stage(self):
        """A day, and nothing open yet."""
        super().set_stage()
        self.today = self.company._kash_stripe_today()

    def owe(self, amount, days=10, **vals):
        """Make an invoice that was due so many days ago."""
        day = self.today - timedelta(days=days)
        vals = {"invoice_date": day, "invoice_date_due": day, **vals}
        return self.invoice(amount, **vals)

    def note(self, amount, partner=None):
        """Make a credit note of the customer that pays nothing yet."""
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": (partner or self.customer).id,
                "invoice_date": self.today - timedelta(days=3),
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Returned", "price_unit": amount, "tax_ids": []}
                    )
                ],
            }
        )
        note.action_post()
        return note

    def receipt(self, amount):
        """Let the customer have paid an amount that pays nothing yet."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": amount,
                "journal_id": self.company_data["default_journal_bank"].id,
                "date": self.today,
            }
        )
        payment.action_post()
        return payment.move_id

    def link(self, partner=None, company=None):
        """Return the customer's link, as root."""
        return (partner or self.customer)._kash_stripe_ensure_payer_link(
            company or self.company, anew=True
        )

    def path(self, link=None):
        return f"/kash/pay/{(link or self.link()).token}"

    def tick(self, moves, link=None, **form):
        """Press *Pay* with documents ticked; redirects are not followed."""
        ids = moves if isinstance(moves, list) else moves.ids
        data = [("doc", str(key)) for key in ids] + [("", "")]
        answer = self.url_open(
            f"{self.path(link)}/start",
            data=[*data, *form.items()],
            allow_redirects=False,
        )
        self.env.invalidate_all()
        return answer

    def attempt(self, link=None):
        """Return the newest attempt of the customer's link."""
        return (link or self.link()).transaction_ids.sorted("id")[-1:]

    def frozen(self, attempt):
        """Return what an attempt froze: [(document, amount, discount)]."""
        return [
            (part.move_id, part.amount, part.discount)
            for part in attempt.kash_stripe_allocation_ids.sorted("id")
        ]

    def sessions(self, status=None):
        """Return the sums that Stripe was asked for, of sessions in a status."""
        return [
            session["amount_total"]
            for session in self.stripe.objects("checkout.session")
            if status in {None, session["status"]}
        ]

    def assertNothingStarted(self, answer, sentence, status=422):
        """Assert that the page says so, and that Stripe was asked nothing."""
        self.assertEqual(answer.status_code, status)
        self.assertIn(sentence, said(answer))
        self.assertFalse(self.stripe.objects("checkout.session"))
        self.assertFalse(self.link().transaction_ids)


@tagged("post_install", "-at_install")
class TestPageOfAll(SeveralCase):
    def test_it_lists_what_is_open_with_age_and_sums(self):
        late = self.owe(100.0, days=12)
        soon = self.owe(50.0, days=-5)
        note = self.note(20.0)
        self.owe(70.0, post=False)
        page = self.says(self.path())
        for fact in (late.name, "12 days overdue", soon.name, note.name, "Credit note"):
            self.assertIn(fact, page)
        self.assertIn("Sum of what is ticked $ 130.00", page)
        self.assertIn("Open in all $ 150.00", page)
        self.assertIn("Overdue of it $ 100.00", page)
        self.assertNotIn("70.00", page)

    def test_what_is_ticked_is_one_charge_with_one_allocation_a_document(self):
        """Invoices 100 and 50 and a note of 20: 130, the oldest first."""
        second, first, note = self.owe(50.0, 5), self.owe(100.0, 9), self.note(20.0)
        answer = self.tick(first | second | note, shown="13000")
        self.assertEqual(answer.status_code, 303)
        attempt = self.attempt()
        self.assertEqual(attempt.amount, 130.0)
        self.assertEqual(
            self.frozen(attempt),
            [(first, 100.0, 0.0), (second, 50.0, 0.0), (note, -20.0, 0.0)],
        )
        credit = attempt.kash_stripe_allocation_ids.line_id
        self.assertEqual(credit.move_id, note)
        self.assertEqual(attempt.invoice_ids, first | second)
        self.assertEqual(attempt.partner_id, self.customer)
        self.assertEqual(self.sessions(), [130_00])

    def test_what_is_not_ticked_is_not_paid(self):
        first, second = self.owe(100.0), self.owe(50.0)
        self.note(20.0)
        self.tick(second)
        self.assertEqual(self.frozen(self.attempt()), [(second, 50.0, 0.0)])
        self.assertFalse(first.transaction_ids)

    def test_credits_are_netted_the_oldest_first_and_never_beyond_the_invoices(self):
        """An unmatched receipt is a credit as well."""
        move = self.owe(100.0)
        note, receipt = self.note(80.0), self.receipt(30.0)
        answer = self.tick(move | note | receipt)
        self.assertNothingStarted(answer, "Your credits cover all that is ticked")
        more = self.owe(7.0)
        self.tick(move | more | note | receipt, shown="0")
        self.assertFalse(self.link().transaction_ids)
        big = self.owe(200.0)
        self.tick(move | more | big | note | receipt)
        frozen = self.frozen(self.attempt())
        self.assertEqual(frozen[-2:], [(note, -80.0, 0.0), (receipt, -30.0, 0.0)])
        self.assertEqual(self.attempt().amount, 197.0)

    def test_a_discount_is_granted_for_its_invoice(self):
        move = self.discounted_invoice().copy()
        move.invoice_date = self.today
        move.action_post()
        other = self.owe(50.0)
        self.tick(move | other)
        self.assertIn((move, 98.0, 2.0), self.frozen(self.attempt()))
        self.assertEqual(self.attempt().amount, 148.0)

    def test_small_invoices_are_paid_together(self):
        """None of them could be charged by itself."""
        moves = self.owe(0.3) | self.owe(0.4)
        self.assertEqual(self.tick(moves).status_code, 303)
        self.assertEqual(self.sessions(), [70])

    def test_each_chosen_invoice_has_a_link_first_which_was_not_sent(self):
        first, second = self.owe(100.0), self.owe(50.0)
        self.tick(first)
        link = first._kash_stripe_current_link()
        self.assertTrue(link)
        self.assertFalse(link.sent_at)
        self.assertFalse(second.kash_stripe_link_ids)

    def test_paid_all_is_received_and_every_document_is_on_the_receipt(self):
        first, second, note = self.owe(100.0), self.owe(50.0), self.note(20.0)
        self.tick(first | second | note)
        attempt = self.attempt()
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.work_off()
        page = self.says(f"{self.path()}/{self.receipt_of(attempt)}")
        for fact in (
            f"Invoice {first.name} $ 100.00",
            f"Invoice {second.name} $ 50.00",
            f"Credit {note.name} $ -20.00",
        ):
            self.assertIn(fact, page)
        self.assertIn("The payment was received.", self.says(self.path()))
        free = note.line_ids._kash_stripe_free_credit()
        self.assertEqual(set(free.values()), {0.0})

    def test_the_page_says_when_nothing_is_open(self):
        self.assertIn("There is no amount due", self.says(self.path()))

    def test_overdue_ones_alone_are_ticked_where_the_address_says_so(self):
        """From *Pay overdue* of the portal."""
        self.owe(100.0, days=3)
        self.owe(50.0, days=-3)
        path = self.path()
        self.assertIn("ticked $ 150.00", self.says(path))
        self.assertIn("ticked $ 100.00", self.says(f"{path}?of=overdue"))

    def test_what_was_begun_is_ticked_while_somebody_may_be_paying(self):
        """The button leads to the same payment, as the page says."""
        _first, second = self.owe(100.0), self.owe(50.0)
        self.tick(second)
        page = self.says(self.path())
        self.assertIn("somebody may be paying", page)
        self.assertIn("Sum of what is ticked $ 50.00", page)

    def test_branches_are_listed_together_and_paid_one_after_the_other(self):
        """A payment is in the books of one company."""
        branch = self.env["res.company"].create(
            {"name": "Harbour Branch", "parent_id": self.company.id}
        )
        self.env.user.company_ids += branch
        receivable = self.company_data["default_account_receivable"]
        self.customer.with_company(branch).property_account_receivable_id = receivable
        ours, theirs = self.owe(100.0, days=20), self.owe(50.0, company=branch)
        page = self.says(self.path())
        self.assertIn("Open in all $ 150.00", page)
        self.assertIn("Sum of what is ticked $ 100.00", page)
        answer = self.tick(ours | theirs)
        self.assertNothingStarted(answer, "These invoices are of different branches")
        self.tick(theirs)
        [part] = self.attempt().kash_stripe_allocation_ids
        self.assertEqual(part.company_id, branch)

    def test_a_debit_on_its_way_says_by_when_it_is_known(self):
        self.give_debits()
        first, second = self.owe(100.0), self.owe(50.0)
        attempt = self.press_pay(first)
        self.stripe.pay(attempt.kash_stripe_session_id, method="us_bank_account")
        self.work_off()
        self.assertTrue(attempt.kash_stripe_known_by)
        day = f"{attempt.kash_stripe_known_by:%m/%d/%Y}"
        page = self.says(self.path())
        self.assertIn(f"usually known by {day}", page)
        self.assertIn(second.name, page)

    def test_an_invoice_paid_with_others_says_paid_on_its_own_page(self):
        """Without the receipt, which names the others."""
        first, second = self.owe(100.0), self.owe(50.0)
        self.tick(first | second)
        attempt = self.attempt()
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.settle()
        page = self.says(self.page(first))
        self.assertIn("Paid. Thank you!", page)
        self.assertNotIn("Receipt", page)
        self.assertNotIn(second.name, page)
        self.assertIn("Your invoices", self.says(self.path()))

    @mute_logger("odoo.addons.kash_stripe_connect.controllers.pay")
    def test_a_page_of_a_lost_account_keeps_its_invoice_a_day_and_no_longer(self):
        first, second = self.owe(100.0), self.owe(50.0)
        begun = self.press_pay(first)
        accounts = self.env["kash.stripe.account"].sudo()
        gone = accounts.create(
            {"company_id": self.company.id, "stripe_id": "acct_gone"}
        )
        begun.sudo().kash_stripe_account_id = gone
        answer = self.tick(first | second)
        self.assertIn(f"is still open for {first.name}, and", said(answer))
        self.assertFalse(self.attempt())
        self.tick(second)
        self.assertEqual(self.attempt().amount, 50.0)
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = create_date"
            " - interval '26 hours' WHERE id = %s",
            [begun.id],
        )
        self.env.invalidate_all()
        self.tick(first | second)
        self.assertEqual(self.attempt().amount, 150.0)
        self.assertEqual(begun.state, "cancel")

    def test_its_other_pages_do_not_speak_of_one_invoice(self):
        answer = self.url_open(f"{self.path()}/start")
        self.assertEqual(answer.status_code, 405)
        self.assertIn("Open the invoices", said(answer))
        self.assertNotIn("the invoice ", said(answer))

    def test_its_name_and_description_at_stripe_say_what_it_is_for(self):
        moves = self.owe(100.0) | self.owe(50.0)
        self.tick(moves)
        [request] = [
            one for one in self.stripe.requests if one.path == SESSIONS and one.params
        ][-1:]
        text = str(request.params)
        for move in moves:
            self.assertIn(move.name, text)

    def halves(self, amount, days):
        """Make an invoice of so many days ago, due in halves: then, and much later."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50, "nb_days": after}
                    )
                    for after in (0, 60)
                ],
            }
        )
        day = self.today - timedelta(days=days)
        return self.invoice(amount, invoice_date=day, invoice_payment_term_id=terms.id)

    def test_instalments_are_paid_whole_there(self):
        """A statement is over what is open."""
        self.tick(self.halves(80.0, 0))
        self.assertEqual(self.sessions(), [80_00])

    def test_one_in_instalments_is_as_old_as_the_first_that_is_open(self):
        """And what of it is overdue is named, summed and ticked as such."""
        move, later = self.halves(80.0, 10), self.halves(30.0, -5)
        page = self.says(self.path())
        self.assertIn("10 days overdue", page)
        self.assertIn("Of it overdue: $ 40.00", page)
        self.assertIn("Overdue of it $ 40.00", page)
        self.assertTrue(move._kash_stripe_is_overdue())
        self.assertFalse(later._kash_stripe_is_overdue())
        self.assertIn("ticked $ 80.00", self.says(f"{self.path()}?of=overdue"))


@tagged("post_install", "-at_install")
class TestSumIsShown(SeveralCase):
    def test_another_sum_is_shown_before_money_moves(self):
        """Without scripts, who unticks sees the new sum, ticked as it was."""
        first, second = self.owe(100.0), self.owe(50.0)
        answer = self.tick(second, shown="15000")
        self.assertNothingStarted(answer, "$ 50.00", status=409)
        self.assertIn('name="shown" value="5000"', answer.text)
        box = f'value="{first.id}" data-minor="10000" checked'
        self.assertNotIn(box, plain(answer))
        self.assertEqual(self.tick(second, shown="5000").status_code, 303)

    def test_what_was_paid_meanwhile_is_shown_before_money_moves(self):
        first, second = self.owe(100.0), self.owe(50.0)
        self.pay(second)
        self.work_off()
        answer = self.tick(first | second, shown="15000")
        self.assertEqual(answer.status_code, 422)
        text = plain(answer)
        self.assertIn("What can be paid has changed", said(answer))
        self.assertIn('name="shown" value="10000"', text)
        self.assertFalse(self.link().transaction_ids)

    def test_what_was_credited_meanwhile_is_shown_before_money_moves(self):
        first, second = self.owe(100.0), self.owe(50.0)
        note = self.note(20.0)
        lines = (second | note).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        lines.reconcile()
        answer = self.tick(first | second, shown="15000")
        self.assertNothingStarted(answer, "$ 130.00", status=409)

    def test_a_note_that_is_gone_is_shown_before_money_moves(self):
        move, note = self.owe(100.0), self.note(20.0)
        note.button_draft()
        answer = self.tick(move | note, shown="8000")
        self.assertNothingStarted(answer, "What can be paid has changed")

    def test_nothing_ticked_is_asked_about(self):
        self.owe(100.0)
        answer = self.tick([])
        self.assertNothingStarted(answer, "Please tick what you would like to pay")

    def test_what_is_no_number_is_no_tick(self):
        self.owe(100.0)
        for bad in ("x", "-1", "9" * 30, "1 OR 1=1", "\u0663"):
            with self.subTest(bad):
                answer = self.tick([bad])
                self.assertNothingStarted(answer, "Nothing was started")

    def test_less_than_stripe_charges_is_said(self):
        move, note = self.owe(20.0), self.note(19.8)
        answer = self.tick(move | note)
        self.assertNothingStarted(answer, "less than can be charged: at least $ 0.50")

    def test_the_pop_up_gets_the_page_with_the_sum(self):
        self.owe(100.0)
        second = self.owe(50.0)
        answer = self.tick(second, shown="15000", kind="embedded")
        self.assertNothingStarted(answer, "$ 50.00", status=409)
        answer = self.tick(second, shown="5000", kind="embedded")
        self.assertIn("secret", answer.json())


@tagged("post_install", "-at_install")
class TestReasons(SeveralCase):
    def listed(self, move):
        """Assert that an invoice is listed without a box; return what is said."""
        page = self.url_open(self.path()).text
        self.assertIn(move.name, page)
        self.assertNotIn(f'value="{move.id}"', page)
        answer = self.tick(move)
        self.assertNothingStarted(answer, "Nothing was started")
        return self.says(self.path())

    def test_another_currency_is_listed_and_not_ticked(self):
        self.owe(10.0)
        euro = self.quote("eur", {"2025-01-01": 0.9})
        move = self.owe(80.0, currency_id=euro.id)
        self.assertIn("It is in another currency", self.listed(move))

    def test_too_much_is_listed_and_not_ticked(self):
        self.owe(10.0)
        move = self.owe(2_000_000.0)
        self.assertIn("more than can be charged", self.listed(move))

    def test_paused_is_listed_and_not_ticked_however_small(self):
        self.owe(10.0)
        for amount in (80.0, 0.2):
            move = self.owe(amount)
            move.sudo().kash_stripe_collecting_paused = True
            with self.subTest(amount):
                self.assertIn("It is not asked for now", self.listed(move))

    def test_void_is_listed_and_not_ticked(self):
        """What a person voided is not made anew."""
        self.owe(10.0)
        move = self.owe(80.0)
        move._kash_stripe_ensure_link().action_void()
        self.assertIn("cannot be paid online at the moment", self.listed(move))

    def test_without_a_link_it_needs_an_open_period_and_with_one_it_does_not(self):
        sent, bare = self.owe(10.0), self.owe(80.0)
        sent._kash_stripe_ensure_link()
        path = self.path()
        self.company.fiscalyear_lock_date = self.today
        self.assertIn("cannot be paid online at the moment", self.listed(bare))
        self.assertIn(f'value="{sent.id}"', self.url_open(path).text)

    def test_nothing_is_listed_while_the_account_takes_nothing(self):
        move = self.owe(10.0)
        path = self.path()
        self.company.sudo().kash_stripe_service_until = "2020-01-01"
        page = self.says(path)
        self.assertIn("cannot be paid online at the moment", page)
        self.assertNotIn("Sum of what is ticked", page)
        answer = self.url_open(
            f"{path}/start", data={"doc": move.id}, allow_redirects=False
        )
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.sessions())


@tagged("post_install", "-at_install")
class TestWalls(SeveralCase):
    def set_stage(self):
        super().set_stage()
        self.stranger = self.env["res.partner"].create({"name": "Bob Other"})

    def test_a_forged_id_starts_nothing_and_tells_nothing(self):
        """Of another customer, company, a draft, a note, another's note, a bill."""
        mine = self.owe(100.0)
        other = self.setup_other_company()["company"]
        foreign = self.env["account.move"].with_company(other)
        abroad = foreign.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 66.0, "tax_ids": []})
                ],
            }
        )
        abroad.action_post()
        for forged in (
            self.owe(77.0, partner_id=self.stranger.id),
            self.owe(77.0, post=False),
            self.note(77.0, partner=self.stranger),
            abroad,
        ):
            with self.subTest(forged):
                answer = self.tick(mine | forged)
                self.assertNothingStarted(answer, "Nothing was started")
                self.assertNotIn("77.00", answer.text)
                self.assertNotIn("66.00", answer.text)
                self.assertNotIn("Bob Other", answer.text)
                self.assertFalse(forged.sudo().kash_stripe_link_ids)

    def test_an_invoices_page_takes_no_ticks(self):
        """Its token pays that invoice, whatever is sent with it."""
        mine, more = self.owe(100.0), self.owe(50.0)
        self.url_open(
            f"{self.page(mine)}/start",
            data=[("doc", str(more.id)), ("doc", str(mine.id))],
            allow_redirects=False,
        )
        self.assertEqual(self.frozen(mine.transaction_ids), [(mine, 100.0, 0.0)])
        self.assertFalse(more.transaction_ids)

    def test_an_invoices_page_never_shows_another_invoice_nor_the_page_of_all(self):
        """It may have been forwarded; of what was paid together, nothing."""
        first, second = self.owe(100.0), self.owe(50.0)
        link = self.link()
        self.tick(first | second)
        attempt = self.attempt()
        session, page = attempt.kash_stripe_session_id, self.page(first)
        paths = [page, f"{page}/done?cs={session}", f"{page}/done"]
        pages = [self.url_open(path).text for path in paths]
        self.stripe.pay(session)
        pages += [self.url_open(path).text for path in paths]
        self.settle()
        pages += [self.url_open(path).text for path in paths]
        for text in pages:
            self.assertNotIn(second.name, text)
            self.assertNotIn(link.token, text)
            self.assertNotIn("150.00", text)
        receipt = f"{self.page(first)}/{self.receipt_of(attempt)}"
        self.assertEqual(self.url_open(receipt).status_code, 404)

    def test_the_page_of_all_shows_no_other_customers(self):
        self.owe(100.0)
        theirs = self.owe(77.0, partner_id=self.stranger.id)
        self.assertNotIn(theirs.name, self.url_open(self.path()).text)

    def test_a_contact_of_the_customer_is_the_customer(self):
        """The commercial partner owes what was billed to its contacts."""
        child = self.env["res.partner"].create(
            {"name": "Invoice desk", "type": "invoice", "parent_id": self.customer.id}
        )
        self.customer.is_company = True
        move = self.owe(100.0, partner_id=child.id)
        self.assertEqual(self.link(child), self.link())
        self.assertIn(move.name, self.says(self.path()))

    def test_an_invoice_given_to_another_customer_is_not_paid_by_this_one(self):
        """Its open page at Stripe is closed by the job."""
        first, second = self.owe(100.0), self.owe(50.0)
        self.tick(first | second)
        attempt = self.attempt()
        second.button_draft()
        second.partner_id = self.stranger
        second.action_post()
        self.run_cron("ir_cron_events")
        self.assertEqual(attempt.kash_stripe_session_state, "expired")


@tagged("post_install", "-at_install")
class TestOneAtATime(SeveralCase):
    def test_a_page_over_the_same_invoice_is_closed_before_another_is_opened(self):
        first, second = self.owe(100.0), self.owe(50.0)
        alone = self.press_pay(first)
        self.tick(first | second)
        self.assertEqual(alone.kash_stripe_session_state, "expired")
        self.assertEqual(self.sessions("open"), [150_00])
        self.press_pay(second)
        self.assertEqual(self.attempt().kash_stripe_session_state, "expired")
        self.assertEqual(self.sessions("open"), [50_00])

    def test_a_page_over_another_invoice_stays(self):
        first, second, third = self.owe(100.0), self.owe(50.0), self.owe(30.0)
        self.press_pay(third)
        self.tick(first | second)
        self.assertEqual(sorted(self.sessions("open")), [30_00, 150_00])

    def test_the_same_ticks_lead_to_the_same_payment_and_others_to_another(self):
        first, second = self.owe(100.0), self.owe(100.0)
        self.tick(first)
        self.tick(first)
        self.assertEqual(self.sessions(), [100_00])
        self.tick(second)
        self.assertEqual(self.sessions("open"), [100_00])
        self.assertEqual(self.frozen(self.attempt()), [(second, 100.0, 0.0)])

    @mute_logger("odoo.addons.kash_stripe_connect.controllers.pay")
    @freeze_time("2025-11-22 17:00:00", tick=True)
    def test_a_lost_page_over_the_same_sum_of_others_is_not_taken_for_this_one(self):
        """Stripe made it, and never said so; then something else was ticked."""
        first, second = self.owe(100.0), self.owe(100.0)
        self.stripe.fail_next("POST", SESSIONS, status=500, after=True)
        self.assertEqual(self.tick(first).status_code, 503)
        self.assertEqual(self.tick(second).status_code, 303)
        self.assertEqual(self.sessions("open"), [100_00])
        self.assertEqual(self.sessions("expired"), [100_00])
        self.assertEqual(self.frozen(self.attempt()), [(second, 100.0, 0.0)])

    def test_a_press_that_starts_nothing_ends_nobodys_page(self):
        """Credits cover all that is ticked here; the invoice's own page is open."""
        move = self.owe(100.0)
        self.press_pay(move)
        answer = self.tick(move | self.note(100.0))
        self.assertIn("Your credits cover all that is ticked", said(answer))
        self.assertEqual(self.sessions("open"), [100_00])
        wish = Wish(moves=(move.id, 10**9))
        started = self.link()._start_payment(wish=wish)
        self.assertEqual(started.problem.code, "changed")
        self.assertEqual(self.sessions("open"), [100_00])

    def test_the_rows_of_link_and_invoices_are_taken_in_order_of_their_ids(self):
        """As every other road takes them: nobody waits for somebody who waits."""
        first, second = self.owe(100.0), self.owe(50.0)
        second._kash_stripe_ensure_link()
        link = self.link()
        statements = []
        with self.watched(statements):
            link._start_payment(wish=link._ticks(None, False, link._listed_items()))
        rows = (link | (first | second).kash_stripe_link_ids.sudo()).ids
        [lock] = [s for s in statements if "NO KEY UPDATE" in s and "pay_link" in s]
        self.assertIn("ORDER BY id", lock)
        for key in rows:
            self.assertIn(str(key), lock)
        [touched] = [s for s in statements if "SET epoch = epoch" in s]
        self.assertGreater(statements.index(touched), statements.index(lock))

    def watched(self, statements):
        """Write down what is asked of the database meanwhile."""
        cr, execute = self.env.cr, self.env.cr.execute

        def watch(query, params=None, **kw):
            result = execute(query, params, **kw)
            statements.append(cr._obj.query.decode())
            return result

        return patch.object(cr, "execute", watch)


@tagged("post_install", "-at_install")
class TestBegunBefore(SeveralCase):
    """What is left to the payer of one invoice stays payable beside this page."""

    def set_stage(self):
        super().set_stage()
        self.give_debits()

    def verify_later(self, move):
        """Type a bank account for one invoice that a micro-deposit has to verify."""
        attempt = self.press_pay(move)
        self.stripe.ask_verification(attempt.kash_stripe_session_id)
        self.work_off()
        self.assertEqual(attempt.kash_stripe_step, "verify")
        return attempt

    def test_another_payment_needs_the_payers_word(self):
        first, second = self.owe(100.0), self.owe(50.0)
        begun = self.verify_later(first)
        page = self.says(self.path())
        self.assertIn("What was begun for what is ticked, I will not pay, too", page)
        self.assertIn(f"{first.name}: The bank account you began", page)
        self.assertNotIn("required", self.url_open(self.path()).text)
        self.assertNotIn(begun.kash_stripe_step_url, self.url_open(self.path()).text)
        answer = self.tick(first | second)
        self.assertIn(f"A payment was begun for {first.name} that", said(answer))
        self.assertFalse(self.attempt())
        self.tick(first | second, instead="yes")
        self.assertEqual(self.attempt().amount, 150.0)

    def test_what_is_not_of_it_is_paid_without(self):
        first, second = self.owe(100.0), self.owe(50.0)
        self.verify_later(first)
        self.tick(second)
        self.assertEqual(self.frozen(self.attempt()), [(second, 50.0, 0.0)])


@tagged("post_install", "-at_install")
class TestLifeOfTheLink(SeveralCase):
    def test_a_customer_has_one_at_an_account(self):
        self.owe(100.0)
        self.assertEqual(self.link(), self.link())

    @mute_logger("odoo.sql_db")
    def test_it_is_of_one_invoice_or_of_one_customer(self):
        link = self.link()
        vals = {
            "company_id": self.company.id,
            "account_id": self.account.id,
            "epoch": self.account.epoch,
        }
        links = self.env["kash.stripe.pay.link"].sudo()
        with self.assertRaises(ValidationError):
            links.create(vals)
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            link.move_id = self.owe(10.0)
            link.flush_recordset()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            links.create({**vals, "partner_id": self.customer.id})

    def test_an_invoice_that_was_deleted_leaves_a_link_of_nothing(self):
        move = self.owe(100.0)
        link = move._kash_stripe_ensure_link().sudo()
        move.button_draft()
        move.with_context(force_delete=True).unlink()
        self.env.invalidate_all()
        self.assertFalse(link.move_id)
        self.assertEqual(link.state, "void")

    def test_void_kills_it_and_its_open_page(self):
        move, link = self.owe(100.0), self.link()
        self.tick(move)
        link.sudo(False).action_void()
        self.assertEqual(link.state, "void")
        self.assertFalse(self.sessions("open"))
        page = self.says(self.path(link))
        self.assertIn("no longer valid", page)
        self.assertNotIn(move.name, page)
        self.assertNotEqual(self.link(), link)

    def test_what_a_person_voided_nothing_but_a_person_makes_anew(self):
        """Not the portal's button, nor an e-mail; what ran out is another thing."""
        link = self.link()
        link.sudo(False).action_void()
        with self.assertRaisesRegex(UserError, "was voided"):
            self.customer._kash_stripe_ensure_payer_link(self.company)
        self.assertFalse(self.customer._kash_stripe_ensure_payer_links(self.company))
        fresh = self.link()
        fresh.expires_at = "2020-01-01"
        fresh._void_expired()
        self.assertTrue(fresh.voided_at)
        self.assertTrue(self.customer._kash_stripe_ensure_payer_link(self.company))

    def test_a_branchs_clerk_sends_statements_and_is_told_whose_the_link_is(self):
        branch = self.env["res.company"].create(
            {"name": "Harbour Branch", "parent_id": self.company.id}
        )
        self.owe(100.0)
        clerk = self.colleague("kash_clerk_b", "account.group_account_invoice")
        clerk.write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        customer = self.customer.with_user(clerk).with_company(branch)
        customer = customer.with_context(allowed_company_ids=branch.ids)
        with self.assertRaisesRegex(UserError, "choose that company above"):
            customer.action_kash_stripe_payer_link()
        self.assertFalse(self.customer._kash_stripe_payer_link(self.account))
        told = customer.action_kash_stripe_send_statement()
        self.assertIn("ada@example.com", told["params"]["message"])

    def test_an_invoices_link_is_replaced_on_the_invoice(self):
        link = self.owe(100.0)._kash_stripe_ensure_link()
        with self.assertRaisesRegex(UserError, "Its own form"):
            link.action_renew()

    def test_a_new_one_replaces_it(self):
        link = self.link()
        link.sudo(False).action_renew()
        self.assertEqual(link.state, "void")
        self.assertEqual(len(self.customer._kash_stripe_payer_link(self.account)), 1)
        self.assertNotEqual(self.link(), link)

    def test_disconnecting_ends_it(self):
        link = self.link()
        self.account.sudo()._push_disconnect()
        self.assertEqual(link.state, "ended")
        self.assertIn("no longer valid", self.says(self.path(link)))
        with self.assertRaises(UserError):
            self.link()

    def test_it_expires_as_the_others_do(self):
        self.company.kash_stripe_link_days = 3
        link = self.link()
        self.assertTrue(link.expires_at)
        link.expires_at = "2020-01-01"
        self.assertEqual(link.state, "expired")
        self.assertIn("expired", self.says(self.path(link)))
        self.assertNotEqual(self.link(), link)

    def test_its_state_says_whether_anything_is_due(self):
        link = self.link()
        self.assertEqual(link.state, "paid")
        self.owe(100.0)
        link.invalidate_recordset()
        self.assertEqual(link.state, "live")
        self.company.sudo().kash_stripe_service_until = "2020-01-01"
        link.invalidate_recordset()
        self.assertEqual(link.state, "waiting")

    def test_that_it_was_opened_is_noted_on_the_customer(self):
        link = self.link()
        self.url_open(self.path(link))
        self.env.invalidate_all()
        self.assertTrue(link.opened_at)
        notes = self.customer.message_ids.mapped("body")
        self.assertTrue(any("opened the Stripe payment link" in n for n in notes))

    def test_who_bills_makes_it_and_others_do_not(self):
        clerk = self.colleague("kash_clerk_l", "account.group_account_invoice")
        action = self.customer.with_user(clerk).action_kash_stripe_payer_link()
        link = self.env["kash.stripe.pay.link"].browse(action["res_id"])
        self.assertEqual(link.partner_id, self.customer)
        for group in ("base.group_user", "account.group_account_readonly"):
            other = self.colleague(f"kash_{group[-5:]}_l", group)
            with self.subTest(group), self.assertRaises(AccessError):
                self.customer.with_user(other).action_kash_stripe_payer_link()
            with self.assertRaises(AccessError):
                link.with_user(other).action_renew()


@tagged("post_install", "-at_install")
class TestStatement(SeveralCase):
    def clerk(self):
        return self.colleague("kash_clerk_s", "account.group_account_invoice")

    def mails(self):
        """Return the e-mails about links of customers."""
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", "kash.stripe.pay.link")], order="id")
        )

    def test_the_customer_gets_what_is_open_its_age_the_sum_and_the_button(self):
        late, note = self.owe(100.0, days=12), self.note(20.0)
        soon = self.owe(50.0, days=-5)
        customer = self.customer.with_user(self.clerk())
        answer = customer.action_kash_stripe_send_statement()
        self.assertIn("ada@example.com", answer["params"]["message"])
        mail, link = self.mails(), self.link()
        self.assertEqual(mail.recipient_ids, self.customer)
        body = plain_body(mail)
        for fact in (
            late.name,
            "days overdue: 12",
            soon.name,
            note.name,
            "Open in all $ 130.00",
            "Overdue of it $ 100.00",
            link.url,
        ):
            self.assertIn(fact, body)
        self.assertEqual(link.sent_to, "ada@example.com")
        notes = self.customer.message_ids.mapped("body")
        self.assertTrue(any("Statement sent to ada@example.com" in n for n in notes))

    def test_it_goes_to_the_invoice_contact_in_its_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        desk = self.env["res.partner"].create(
            {
                "name": "Invoice desk",
                "type": "invoice",
                "email": "desk@example.com",
                "lang": "fr_FR",
                "parent_id": self.customer.id,
            }
        )
        self.customer.is_company = True
        self.owe(1234.5)
        self.customer.action_kash_stripe_send_statement()
        self.assertEqual(self.mails().recipient_ids, desk)
        self.assertIn("1 234,50", plain_body(self.mails()))

    def test_what_a_person_does_not_ask_for_is_listed_outside_the_sums(self):
        """Paused, void; and what a payment on its way covers is not listed."""
        self.owe(100.0, days=12)
        paused, void, taken = self.owe(50.0), self.owe(30.0), self.owe(7.0)
        paused.sudo().kash_stripe_collecting_paused = True
        void._kash_stripe_ensure_link().action_void()
        self.pay(taken)
        self.work_off()
        self.customer.action_kash_stripe_send_statement()
        body = plain_body(self.mails())
        self.assertIn(f"{paused.name} Not asked for now", body)
        self.assertIn(f"{void.name} Not asked for online", body)
        self.assertNotIn(taken.name, body)
        self.assertIn("Open in all $ 100.00", body)
        self.assertIn("Overdue of it $ 100.00", body)

    def test_it_is_refused_with_the_reason(self):
        """Nothing open; no address; a locked day; and nobody is mailed."""
        with self.assertRaisesRegex(UserError, "nothing open"):
            self.customer.action_kash_stripe_send_statement()
        self.owe(100.0)
        self.customer.email = False
        with self.assertRaisesRegex(UserError, "no e-mail address"):
            self.customer.action_kash_stripe_send_statement()
        self.customer.email = "ada@example.com"
        self.company.sudo().fiscalyear_lock_date = self.today
        with self.assertRaisesRegex(UserError, "is locked"):
            self.customer.action_kash_stripe_send_statement()
        self.assertFalse(self.mails())

    def test_what_the_mail_server_refused_was_not_sent(self):
        self.owe(100.0)
        self.customer.action_kash_stripe_send_statement()
        link = self.link()
        self.assertTrue(link.sent_at)
        self.mails()._postprocess_sent_message(
            [], [], "No such box", "mail_email_invalid"
        )
        self.assertFalse(link.sent_at)
        self.assertEqual(link.sent_problem, "No such box")

    def test_an_invoices_link_sends_no_statement(self):
        link = self.owe(100.0)._kash_stripe_ensure_link()
        with self.assertRaisesRegex(UserError, "link of a customer"):
            link.action_send_statement()

    # === IN OTHER E-MAILS === #

    def remind(self, **rule):
        """Let the job remind of what was due three days ago; return its e-mail."""
        self.company.sudo().kash_stripe_reminders = True
        rules = self.env["kash.stripe.reminder.rule"].search(
            [("company_id", "=", self.company.id)]
        )
        rules.write(rule)
        self.env["account.move"].search([]).is_move_sent = True
        self.run_cron("ir_cron_reminders")
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", "kash.stripe.reminder")], order="id")[-1:]
        )

    def test_a_reminder_ends_with_all_that_is_open_by_its_rule(self):
        due, later = self.owe(100.0, days=3), self.owe(50.0, days=-40)
        mail = self.remind(with_all=True)
        body, link = plain_body(mail), self.link()
        for fact in (due.name, later.name, "Open in all $ 150.00", link.url):
            self.assertIn(fact, body)
        self.assertEqual(link.sent_to, "ada@example.com")

    def test_a_reminder_demands_nothing_that_a_person_does_not_ask_for(self):
        """Neither paused, nor void, nor where reminders are stopped."""
        self.owe(100.0, days=3)
        paused, void, stopped = self.owe(50.0), self.owe(30.0), self.owe(7.0)
        paused.sudo().kash_stripe_collecting_paused = True
        void._kash_stripe_ensure_link().action_void()
        stopped.kash_stripe_reminders_stopped = True
        body = plain_body(self.remind(with_all=True))
        for move in (paused, void, stopped):
            self.assertNotIn(move.name, body)
        self.assertIn("Open in all $ 100.00", body)

    def test_without_the_rules_wish_it_does_not(self):
        self.owe(100.0, days=3)
        mail = self.remind()
        self.assertNotIn("Open in all", plain_body(mail))
        self.assertFalse(self.customer._kash_stripe_payer_link(self.account))

    def test_a_reminder_to_anybody_else_has_no_link_to_all(self):
        """The contact of an order is not who owes."""
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "email": "b@example.com", "parent_id": self.customer.id}
        )
        self.customer.is_company = True
        self.owe(100.0, days=3, partner_id=buyer.id)
        mail = self.remind(with_all=True)
        self.assertEqual(mail.recipient_ids, buyer)
        self.assertNotIn("Open in all", plain_body(mail))

    def mail_of(self, move):
        """Send an invoice with its link; return its message."""
        wizard = (
            self.env["account.move.send.wizard"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"sending_methods": ["email"]})
        )
        wizard.action_send_and_print()
        messages = move.message_ids.filtered("partner_ids")
        return messages.sorted("id")[-1:]

    def delivered(self, move):
        """Send an invoice; return {partner: the e-mail that the mail server gets}."""
        message = self.mail_of(move)
        mails = self.env["mail.mail"].sudo()
        mails = mails.search([("mail_message_id", "=", message.id)])
        given = [one for mail in mails for one in mail._prepare_outgoing_list()]
        return {one["partner_id"]: one["body"] for one in given}

    def test_an_invoices_e_mail_has_the_link_to_all_by_setting_only(self):
        first, second = self.owe(100.0), self.owe(50.0)
        self.assertNotIn("See and pay all", self.delivered(first)[self.customer])
        self.company.kash_stripe_mail_all = True
        body = self.delivered(second)[self.customer]
        self.assertIn("See and pay all", body)
        link = self.link()
        self.assertIn(link.token, body)
        self.assertIn(second._kash_stripe_current_link().sudo().token, body)
        self.assertEqual(link.sent_to, "ada@example.com")
        self.assertTrue(link.sent_at)

    def test_the_link_to_all_is_neither_followers_nor_whose_the_portal_page_is(self):
        """They may see this invoice: not what else its customer owes."""
        self.company.kash_stripe_mail_all = True
        follower = self.env["res.partner"].create(
            {"name": "Follower", "email": "f@example.com"}
        )
        self.owe(100.0)
        move = self.owe(50.0)
        move.message_subscribe(follower.ids)
        bodies = self.delivered(move)
        token = self.link().token
        self.assertIn(token, bodies.pop(self.customer))
        self.assertIn(follower, bodies)
        self.assertNotIn(token, "".join(bodies.values()))
        self.assertNotIn(token, "".join(move.message_ids.mapped("body")))
        mails = self.env["mail.mail"].sudo().search([("res_id", "=", move.id)])
        self.assertNotIn(token, "".join(mails.mapped("body_html")))
        answer = self.url_open(move.get_portal_url())
        self.assertEqual(answer.status_code, 200)
        self.assertNotIn(token, answer.text)
        chatter = self.make_jsonrpc_request(
            "/mail/chatter_fetch",
            {
                "thread_model": "account.move",
                "thread_id": move.id,
                "token": move.access_token,
            },
        )
        self.assertTrue(chatter["messages"])
        self.assertNotIn(token, str(chatter))

    def test_nor_where_nothing_else_is_open_or_somebody_else_reads_it(self):
        self.company.kash_stripe_mail_all = True
        only = self.delivered(self.owe(100.0))
        self.assertNotIn("See and pay all", only[self.customer])
        buyer = self.env["res.partner"].create(
            {"name": "Buyer", "email": "b@example.com", "parent_id": self.customer.id}
        )
        self.customer.is_company = True
        move = self.owe(50.0, partner_id=buyer.id)
        self.assertNotIn("See and pay all", self.delivered(move)[buyer])


def plain_body(mail):
    """Return what an e-mail says, in one line."""
    text = html.fromstring(mail.body_html).text_content()
    return " ".join(text.replace("\ufeff", "").replace("\u202f", " ").split())
