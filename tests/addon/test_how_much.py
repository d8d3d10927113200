# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How much of an invoice is paid: an instalment, all, or an amount of one's own."""

from datetime import timedelta

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from odoo.addons.kash_stripe_connect.core import money

from .test_page import PageCase

SESSIONS = "/v1/checkout/sessions"


class HowMuchCase(PageCase):
    def instalments(self, amount=300.0, days=40, shares=((30, 0), (30, 30), (40, 90))):
        """Make an invoice of some days ago with instalments: (percent, after days)."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "In instalments",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": share, "nb_days": after}
                    )
                    for share, after in shares
                ],
            }
        )
        day = self.company._kash_stripe_today() - timedelta(days=days)
        return self.invoice(amount, invoice_date=day, invoice_payment_term_id=terms.id)

    def discounted(self):
        """Make an invoice over 100.00 of today with 2 % off within a week."""
        move = self.discounted_invoice().copy()
        move.invoice_date = self.company._kash_stripe_today()
        move.action_post()
        return move

    def send(self, move, **form):
        """Press *Pay invoice* with what the form holds; redirects are not followed."""
        answer = self.url_open(
            f"{self.page(move)}/start", data={"": "", **form}, allow_redirects=False
        )
        self.env.invalidate_all()
        return answer

    def asked(self, move):
        """Return what Stripe was asked for, attempt by attempt, in minor units."""
        sessions = self.stripe.objects("checkout.session")
        total = {session["id"]: session["amount_total"] for session in sessions}
        attempts = move.transaction_ids.sorted("id")
        return [total[tx.kash_stripe_session_id] for tx in attempts]

    def assertRefused(self, answer, move, sentence):
        """Assert a sentence beside the field, and that Stripe was asked nothing."""
        self.assertEqual(answer.status_code, 422)
        self.assertIn(sentence, " ".join(answer.text.split()))
        self.assertIn('id="amount_mistake"', answer.text)
        self.assertFalse(move.transaction_ids)
        self.assertFalse(self.stripe.objects("checkout.session"))


@tagged("post_install", "-at_install")
class TestInstalments(HowMuchCase):
    def test_what_is_overdue_is_asked_for_together(self):
        """Odoo's own next payment; the rest is a choice."""
        move = self.instalments()
        page = self.says(self.page(move))
        self.assertIn("What is overdue", page)
        self.send(move)
        self.assertEqual(self.asked(move), [180_00])
        [part] = move.transaction_ids.kash_stripe_allocation_ids
        self.assertEqual((part.move_id, part.amount, part.discount), (move, 180.0, 0))

    def test_the_next_one_is_asked_for_where_none_is_overdue(self):
        move = self.instalments(days=0, shares=((50, 10), (50, 40)))
        self.assertIn("Next instalment", self.says(self.page(move)))
        self.send(move)
        self.assertEqual(self.asked(move), [150_00])

    def test_the_whole_rest_is_a_choice_and_ends_the_page_of_the_other_amount(self):
        move = self.instalments()
        self.send(move, how="next")
        self.send(move, how="full")
        self.assertEqual(self.asked(move), [180_00, 300_00])
        first, second = move.transaction_ids.sorted("id")
        self.assertEqual(first.kash_stripe_session_state, "expired")
        self.assertEqual(second.kash_stripe_session_state, "open")

    def test_the_same_choice_leads_to_the_same_payment(self):
        move = self.instalments()
        self.send(move, how="full")
        self.send(move, how="full")
        self.assertEqual(self.asked(move), [300_00])

    def test_what_is_taken_pays_what_falls_due_first(self):
        """A debit on its way over the overdue part: the next one is asked for."""
        self.give_debits()
        move = self.instalments(shares=((30, 0), (30, 30), (20, 90), (20, 120)))
        attempt = self.press_pay(move)
        self.stripe.pay(attempt.kash_stripe_session_id, method="us_bank_account")
        self.work_off()
        self.assertEqual(attempt.state, "pending")
        self.assertEqual(move._kash_stripe_asked_now()[move.id].amount, 60.0)
        self.send(move)
        self.assertEqual(self.asked(move), [180_00, 60_00])

    def test_one_that_stripe_would_not_charge_is_asked_for_with_the_next(self):
        move = self.instalments(10.0, days=0, shares=((3, 10), (57, 40), (40, 70)))
        self.send(move)
        self.assertEqual(self.asked(move), [6_00])

    def test_a_rest_that_stripe_would_not_charge_is_asked_for_at_once(self):
        move = self.instalments(10.0, days=0, shares=((97, 10), (3, 40)))
        self.assertNotIn("How much", self.says(self.page(move)))
        self.send(move)
        self.assertEqual(self.asked(move), [10_00])

    def test_an_amount_that_changed_since_is_shown_before_anything_starts(self):
        """Of the choice that was made: the other one may have stayed."""
        move = self.instalments()
        for form in ({"shown": "17900"}, {"how": "full", "whole": "29900"}):
            with self.subTest(form):
                answer = self.send(move, **form)
                self.assertEqual(answer.status_code, 409)
                self.assertIn("The amount has changed", answer.text)
        self.assertFalse(move.transaction_ids)
        answer = self.send(move, how="full", shown="18000", whole="30000")
        self.assertEqual(answer.status_code, 303)

    def test_the_receipt_names_the_instalments_that_were_paid(self):
        """What falls due first, as it is matched."""
        self.company.kash_stripe_own_amount = True
        move = self.instalments()
        self.send(move, how="own", amount="120")
        attempt = move.transaction_ids
        self.stripe.pay(attempt.kash_stripe_session_id)
        self.settle()
        page = self.says(f"{self.page(move)}/{self.receipt_of(attempt)}")
        due = [line.date_maturity for line in move.line_ids if line.date_maturity]
        first, second, _third = sorted(due)
        for day, amount in ((first, "90.00"), (second, "30.00")):
            self.assertIn(f"Instalment of {day:%m/%d/%Y}: $ {amount}", page)

    def test_e_mail_and_reminder_ask_for_what_the_page_asks_for(self):
        move = self.instalments()
        link = move._kash_stripe_ensure_link().sudo()
        self.assertIn("180.00", link._mail_button("en_US"))
        self.assertNotIn("300.00", link._mail_button("en_US"))
        move.is_move_sent = True
        self.company.action_kash_stripe_reminder_rules()
        plan = self.env["kash.stripe.reminder"]._plan(
            self.company, move.invoice_date_due + timedelta(days=3)
        )
        [planned] = [one for one in plan if one.move == move]
        self.assertEqual(planned.due, 180.0)


@tagged("post_install", "-at_install")
class TestDiscount(HowMuchCase):
    def test_the_discounted_amount_is_asked_for_and_the_full_price_is_a_choice(self):
        move = self.discounted()
        self.send(move)
        self.send(move, how="full")
        self.assertEqual(self.asked(move), [98_00, 100_00])
        parts = move.transaction_ids.sorted("id").kash_stripe_allocation_ids
        self.assertEqual(parts.mapped("discount"), [2.0, 0.0])

    def test_an_own_amount_never_has_a_discount(self):
        """Not even the amount that is asked for with one."""
        self.company.kash_stripe_own_amount = True
        move = self.discounted()
        self.send(move, how="own", amount="98.00")
        self.assertEqual(self.asked(move), [98_00])
        self.assertEqual(move.transaction_ids.kash_stripe_allocation_ids.discount, 0)


@tagged("post_install", "-at_install")
class TestOwnAmount(HowMuchCase):
    def set_stage(self):
        super().set_stage()
        self.company.write({"kash_stripe_own_amount": True, "kash_stripe_own_least": 5})

    def test_a_customer_says_how_much_and_the_page_asks_for_the_rest_later(self):
        move = self.invoice(100.0)
        answer = self.send(move, how="own", amount=" 12.50 ")
        self.assertEqual(answer.status_code, 303)
        self.assertEqual(self.asked(move), [12_50])
        self.stripe.pay(move.transaction_ids.kash_stripe_session_id)
        self.settle()
        self.assertEqual(move.amount_residual, 87.5)
        self.assertIn("$ 87.50", self.says(self.page(move)))

    def test_the_pop_up_asks_for_the_same(self):
        move = self.invoice(100.0)
        answer = self.send(move, how="own", amount="30", kind="embedded")
        self.assertIn("secret", answer.json())
        self.assertEqual(self.asked(move), [30_00])

    def test_it_is_read_as_the_customers_language_writes_it(self):
        """And a point or a comma that can mean one thing only, means that."""
        self.env["res.lang"]._activate_lang("de_DE")
        for lang, typed, amount in (
            ("en_US", "1,234.50", "1234.50"),
            ("en_US", "12,50", "12.50"),
            ("de_DE", "1.234,50", "1234.50"),
            ("de_DE", "12.50", "12.50"),
            ("de_DE", "12,5", "12.5"),
        ):
            with self.subTest(lang=lang, typed=typed):
                link = self.invoice()._kash_stripe_ensure_link().sudo()
                read = link.with_context(lang=lang)._read_amount(typed)
                self.assertEqual(str(read), amount)

    def test_bad_amounts_get_a_sentence_beside_the_field(self):
        """Before anything is sent to Stripe; and what was typed stands there again."""
        move = self.invoice(100.0)
        for typed, sentence in (
            ("", "Please type the amount"),
            ("0", "an amount above zero"),
            ("0.00", "an amount above zero"),
            ("0.20", "at least $ 5.00"),
            ("4.99", "at least $ 5.00"),
            ("100.01", "$ 100.00 at most"),
            ("9" * 20, "$ 100.00 at most"),
            ("10.005", "no such amount in USD"),
            ("-10", "cannot be read as an amount"),
            ("1e1", "cannot be read as an amount"),
            ("NaN", "cannot be read as an amount"),
            ("ten", "cannot be read as an amount"),
            ("1.2.3", "cannot be read as an amount"),
            ("٣", "cannot be read as an amount"),
            ("<script>", "cannot be read as an amount"),
        ):
            with self.subTest(typed):
                answer = self.send(move, how="own", amount=typed)
                self.assertRefused(answer, move, sentence)
                self.assertNotIn("<script>", answer.text)

    def test_the_pop_up_gets_the_page_with_the_sentence(self):
        move = self.invoice(100.0)
        answer = self.send(move, how="own", amount="0", kind="embedded")
        self.assertRefused(answer, move, "an amount above zero")

    def test_without_scripts_an_amount_beside_another_choice_is_asked_about(self):
        move = self.invoice(100.0)
        answer = self.send(move, how="next", amount="20")
        self.assertRefused(answer, move, "please choose one of them")

    def test_a_rest_below_the_least_is_paid_as_a_whole(self):
        move = self.invoice(3.0)
        self.send(move, how="own", amount="3")
        self.assertEqual(self.asked(move), [3_00])

    def test_it_is_off_by_default(self):
        """Who sends one all the same is shown what there is."""
        self.company.kash_stripe_own_amount = False
        move = self.invoice(100.0)
        self.assertNotIn("Another amount", self.says(self.page(move)))
        answer = self.send(move, how="own", amount="20")
        self.assertRefused(answer, move, "Please choose one of these amounts")

    def test_what_is_left_must_be_payable_too(self):
        """Stripe charges no less than 0.50: the rest would stay open for ever."""
        move = self.invoice(100.0)
        for typed in ("99.51", "99.99"):
            with self.subTest(typed):
                answer = self.send(move, how="own", amount=typed)
                self.assertRefused(answer, move, "leave at least $ 0.50")
        self.send(move, how="own", amount="99.50")
        self.assertEqual(self.asked(move), [99_50])

    def test_an_amount_that_became_too_much_is_not_started(self):
        """Somebody paid in another window meanwhile."""
        move = self.invoice(100.0)
        self.send(move, how="own", amount="60")
        self.stripe.pay(move.transaction_ids.kash_stripe_session_id)
        self.work_off()
        answer = self.send(move, how="own", amount="60")
        self.assertEqual(answer.status_code, 422)
        self.assertIn("$ 40.00 at most", " ".join(answer.text.split()))
        self.assertEqual(len(move.transaction_ids), 1)

    def test_two_parts_of_one_invoice_are_two_payments(self):
        move = self.invoice(100.0)
        for typed in ("60", "40"):
            self.send(move, how="own", amount=typed)
            last = move.transaction_ids.sorted("id")[-1]
            self.stripe.pay(last.kash_stripe_session_id)
            self.settle()
        self.assertEqual(move.amount_residual, 0.0)
        self.assertEqual(move.payment_state, "paid")

    def test_a_least_below_nothing_is_refused(self):
        with self.assertRaises(ValidationError):
            self.company.kash_stripe_own_least = -1

    def test_an_open_page_over_a_part_is_closed_when_less_is_due(self):
        """By the job: it would take more than is owed."""
        move = self.invoice(100.0)
        self.send(move, how="own", amount="60")
        attempt = move.transaction_ids
        self.assertFalse(attempt._kash_stripe_misfits())
        self.pay_by_hand(move, 50.0)
        self.assertEqual(attempt._kash_stripe_misfits(), attempt)

    def pay_by_hand(self, move, amount):
        """Register a payment that came another way."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"amount": amount})
        )
        return wizard._create_payments()

    def test_money_is_whole_minor_units(self):
        """What is asked for is what was typed, to the cent."""
        link = self.invoice(100.0)._kash_stripe_ensure_link().sudo()
        wish, mistake = link._read_wish("own", "19.99")
        self.assertIsNone(mistake)
        terms = link._terms(wish=wish)
        self.assertEqual(link._minor(terms.amount), money.to_minor("19.99", "usd"))


@tagged("post_install", "-at_install")
class TestThousandths(HowMuchCase):
    """A dinar has a thousand fils, and Stripe charges whole tens of them."""

    def set_stage(self):
        super().set_stage()
        self.company.kash_stripe_foreign_invoices = True
        self.dinar = self.quote("kwd", {"2020-01-01": 0.3})

    def in_dinars(self, move):
        """Make a draft over the same in dinars, and post it."""
        fresh = move.copy({"currency_id": self.dinar.id})
        fresh.invoice_date = move.invoice_date
        fresh.action_post()
        return fresh

    def test_an_instalment_stripe_cannot_say_is_asked_for_with_those_after_it(self):
        """Thirds of 100.000: 33.333, 33.333 and 33.334."""
        thirds = ((33.333, 10), (33.333, 40), (33.334, 70))
        move = self.in_dinars(self.instalments(100.0, days=0, shares=thirds))
        self.assertEqual(self.url_open(self.page(move)).status_code, 200)
        self.assertEqual(self.send(move).status_code, 303)
        self.assertEqual(self.asked(move), [100_000])

    def test_a_discounted_amount_it_cannot_say_is_told_when_it_is_pressed(self):
        """10.050 less 2 % is 9.849; the whole of it can be paid."""
        draft = self.discounted_invoice().copy({"currency_id": self.dinar.id})
        draft.invoice_date = self.company._kash_stripe_today()
        draft.invoice_line_ids.price_unit = 10.05
        draft.action_post()
        self.assertEqual(self.url_open(self.page(draft)).status_code, 200)
        answer = self.send(draft, shown="9849")
        self.assertIn("There is no such amount at Stripe", answer.text)
        self.assertFalse(draft.transaction_ids)
        self.send(draft, how="full")
        self.assertEqual(self.asked(draft), [10_050])
