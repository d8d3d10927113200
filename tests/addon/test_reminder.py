# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Late payers are reminded politely, and never when they should not be."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KashStripeConnected

REMINDER = "odoo.addons.kash_stripe_connect.models.reminder.reminder"


@tagged("post_install", "-at_install")
class TestReminder(KashStripeConnected):
    def set_stage(self):
        super().set_stage()
        self.company.kash_stripe_reminders = True

    def setUp(self):
        super().setUp()
        self.today = self.company._kash_stripe_today()

    def overdue(self, days=3, amount=100.0, **vals):
        """Make an invoice that was due ``days`` ago and sent to the customer."""
        due = self.today - timedelta(days=days)
        values = {"invoice_date": due, "invoice_date_due": due, **vals}
        move = self.invoice(amount, invoice_payment_term_id=False, **values)
        move.is_move_sent = True
        return move

    def remind(self):
        self.run_cron("ir_cron_reminders")

    def reminders(self, state="sent"):
        return self.env["kash.stripe.reminder"].search(
            [("state", "=", state)], order="id"
        )

    def mails(self):
        return (
            self.env["mail.mail"]
            .sudo()
            .search([("model", "=", "kash.stripe.reminder")], order="id")
        )

    def plan(self, day=None):
        """Return {invoice: obstacle} of a day."""
        plan = self.env["kash.stripe.reminder"]._plan(self.company, day or self.today)
        return {item.move: item.obstacle for item in plan}

    # === WHO GETS WHAT === #

    def test_one_mail_lists_all_invoices_of_a_customer_with_their_links(self):
        """Made at need; the chatter of each invoice tells of it."""
        moves = self.overdue() | self.overdue(days=10, amount=50.0)
        self.remind()
        [mail] = self.mails()
        self.assertEqual(mail.recipient_ids, self.customer)
        for move in moves:
            self.assertIn(move.name, mail.body_html)
            self.assertIn(move.kash_stripe_link_url, mail.body_html)
            button = move._kash_stripe_current_link().sudo()._mail_anchor()
            self.assertEqual(mail.body_html.count(str(button).strip()), 1)
            self.assertIn("Payment reminder", move.message_ids[0].body)

    def test_a_reminder_sends_the_link(self):
        """It counts as sent, and to whom."""
        move = self.overdue()
        self.remind()
        link = move._kash_stripe_current_link()
        self.assertTrue(link.sent_at)
        self.assertEqual(link.sent_to, self.customer.email)

    def test_no_reminder_while_today_is_locked(self):
        """What would be paid could not be recorded."""
        move = self.overdue()
        self.company.sudo().fiscalyear_lock_date = self.today
        self.assertEqual(self.plan(), {move: "no_link"})

    def test_a_rule_reminds_once(self):
        """The job runs every day, and somebody presses its button besides."""
        self.overdue()
        self.remind()
        self.remind()
        self.assertEqual(len(self.mails()), 1)

    def test_never_more_than_one_mail_a_week_for_all_invoices(self):
        """The second invoice waits, and is not forgotten."""
        self.overdue()
        self.remind()
        second = self.overdue()
        self.assertEqual(self.plan(), {second: "this_week"})
        self.remind()
        self.assertEqual(len(self.mails()), 1)
        week = self.today + timedelta(days=7)
        self.assertIsNone(self.plan(week)[second])

    def test_the_customer_reads_their_own_language(self):
        """The clerk's language is none of their business."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        template = self.env.ref("kash_stripe_connect.mail_template_reminder_after")
        template.with_context(lang="fr_FR").subject = "Rappel"
        self.overdue()
        self.remind()
        self.assertEqual(self.mails().subject, "Rappel")

    def test_it_goes_to_the_invoices_address(self):
        """Accounts payable pays, not the reception."""
        payable = self.env["res.partner"].create(
            {
                "name": "Accounts Payable",
                "email": "ap@example.com",
                "parent_id": self.customer.id,
            }
        )
        self.overdue(partner_id=payable.id)
        self.remind()
        self.assertEqual(self.mails().recipient_ids, payable)

    def test_nothing_is_sent_until_the_company_switches_it_on(self):
        """The ready-made rules are there to be looked at."""
        self.company.kash_stripe_reminders = False
        self.overdue()
        self.remind()
        self.assertFalse(self.mails())
        self.assertEqual(
            self.company.kash_stripe_reminder_rule_ids.mapped("offset"),
            [-3, 3, 10, 30],
        )

    # === WHO DOES NOT, AND WHY === #

    def test_an_invoice_is_left_alone_while_it_should_be(self):
        """Each reason, alone, keeps just its invoice back."""
        for prepare, expected in (
            (self.stop_invoice, "stopped"),
            (self.stop_customer, "customer_stopped"),
            (self.never_send, "never_sent"),
            (self.lose_address, "no_address"),
            (self.break_address, "no_address"),
            (self.give_back, "refunded"),
            (self.dispute, "dispute_open"),
            (self.lose_dispute, "dispute_lost"),
            (self.hold_payment, "to_record"),
            (self.process_debit, "processing"),
            (self.end_service, "no_link"),
        ):
            with self.subTest(expected=expected, how=prepare.__name__):
                customer = self.customer.copy({"email": "ada@example.com"})
                move = self.overdue(partner_id=customer.id)
                self.assertIsNone(self.plan()[move])
                prepare(move)
                self.assertEqual(self.plan().get(move), expected)
                self.company.sudo().write(
                    {"fiscalyear_lock_date": False, "kash_stripe_service_until": False}
                )
                move.button_draft()

    def stop_invoice(self, move):
        move.action_kash_stripe_stop_reminders()

    def stop_customer(self, move):
        move.partner_id.action_kash_stripe_stop_reminders()

    def never_send(self, move):
        move.is_move_sent = False

    def lose_address(self, move):
        move.partner_id.email = False

    def break_address(self, move):
        move.partner_id.email = "ada at example"

    def give_back(self, move):
        """Refund a part of what was paid; somebody opened the invoice again."""
        self.pay_all(move)
        move.line_ids.remove_move_reconcile()
        move.transaction_ids._refund(amount_to_refund=40.0)

    def dispute(self, move):
        """A part payment of it is disputed; here somebody opened it again."""
        self.pay_all(move)
        move.line_ids.remove_move_reconcile()
        made = self.stripe.dispute(move.transaction_ids.kash_stripe_charge_id)
        self.settle()
        return made

    def lose_dispute(self, move):
        self.stripe.lose_dispute(self.dispute(move)["id"])
        self.settle()

    def hold_payment(self, move):
        attempt = self.pay(move)
        self.company.sudo().fiscalyear_lock_date = "2099-12-31"
        self.settle()
        self.assertEqual(attempt.kash_stripe_row_ids.state, "held")

    def pay_all(self, move):
        self.pay(move)
        self.settle()

    def process_debit(self, move):
        self.give_debits()
        attempt = self.press_pay(move)
        session_id = attempt.kash_stripe_session_id
        self.stripe.pay(session_id, method="us_bank_account")
        self.work_off()

    def end_service(self, move):
        self.company.sudo().kash_stripe_service_until = "2020-01-01"

    def test_without_address_it_is_listed_and_nothing_is_marked_as_sent(self):
        """Mended tomorrow, it goes out tomorrow."""
        self.customer.email = False
        move = self.overdue()
        self.remind()
        self.assertIn("no valid e-mail", self.reminders("not_sent").reason)
        self.customer.email = "ada@example.com"
        self.remind()
        self.assertEqual(self.reminders().line_ids.move_id, move)
        self.assertFalse(self.reminders("not_sent"))

    def test_a_rule_may_remind_without_a_link(self):
        """Of an invoice Stripe cannot charge, by the company's choice."""
        self.company.sudo().kash_stripe_service_until = "2020-01-01"
        move = self.overdue()
        self.assertEqual(self.plan(), {move: "no_link"})
        self.company.kash_stripe_reminder_rule_ids.only_with_link = False
        self.remind()
        self.assertIn(move.name, self.mails().body_html)
        self.assertNotIn("Pay invoice", self.mails().body_html)

    # === RESUMING === #

    def test_a_refund_pauses_until_a_person_resumes(self):
        """And the button says so."""
        move = self.overdue()
        self.give_back(move)
        self.assertTrue(move.kash_stripe_reminders_rest)
        self.assertIn("refunded", move.kash_stripe_reminder_text)
        move.action_kash_stripe_resume_reminders()
        self.assertFalse(move.kash_stripe_reminders_rest)
        self.assertNotEqual(self.plan().get(move), "refunded")

    def test_resuming_is_the_buttons_alone(self):
        """A date written by RPC would hide refunds and disputes, unsaid."""
        move = self.overdue()
        self.give_back(move)
        clerk = self.colleague("clerk", "account.group_account_invoice")
        mine = move.with_user(clerk).sudo(False)
        forged = {"kash_stripe_reminders_resumed_at": "2099-01-01"}
        with self.assertRaises(AccessError):
            mine.write(forged)
        with self.assertRaises(AccessError):
            mine.create({"move_type": "out_invoice", **forged})
        by_default = {f"default_{name}": value for name, value in forged.items()}
        made = mine.with_context(**by_default).create({"move_type": "out_invoice"})
        self.assertFalse(made.sudo().kash_stripe_reminders_resumed_at)
        self.assertTrue(move.kash_stripe_reminders_rest)
        mine.action_kash_stripe_resume_reminders()
        self.assertFalse(move.kash_stripe_reminders_rest)

    def test_a_lost_dispute_pauses_until_a_person_resumes(self):
        """The button of an open one settles nothing."""
        move = self.overdue()
        made = self.dispute(move)
        move.action_kash_stripe_resume_reminders()
        self.assertEqual(self.plan(), {move: "dispute_open"})
        self.stripe.lose_dispute(made["id"])
        self.settle()
        self.assertEqual(self.plan(), {move: "dispute_lost"})
        move.action_kash_stripe_resume_reminders()
        self.assertNotEqual(self.plan().get(move), "dispute_lost")

    def test_a_stopped_customer_is_reminded_again_once_resumed(self):
        """Both buttons do what they say."""
        move = self.overdue()
        self.customer.action_kash_stripe_stop_reminders()
        self.remind()
        self.assertFalse(self.mails())
        self.customer.action_kash_stripe_resume_reminders()
        self.remind()
        self.assertEqual(self.reminders().line_ids.move_id, move)

    # === TROUBLE === #

    @mute_logger(REMINDER)
    def test_a_broken_template_marks_nothing_as_sent(self):
        """The other customers get theirs; the account's chatter says why."""
        template = self.env.ref("kash_stripe_connect.mail_template_reminder_after")
        template.subject = "{{ object.no_such_field }}"
        self.overdue()
        other = self.customer.copy({"email": "bea@example.com"})
        fine = self.overdue(days=30, partner_id=other.id)
        self.remind()
        self.assertEqual(self.reminders().line_ids.move_id, fine)
        self.assertIn("no_such_field", self.reminders("not_sent").reason)
        self.assertIn("could not be made", self.account.message_ids[0].body)

    def test_what_the_mail_server_refuses_was_not_sent(self):
        """It is tried again, and the week does not count."""
        move = self.overdue()
        self.remind()
        self.mails()._postprocess_sent_message(
            [], [], failure_reason="No such user", failure_type="mail_smtp"
        )
        self.assertEqual(self.reminders("not_sent").reason, "No such user")
        self.assertIn("not delivered", move.message_ids[0].body)
        self.assertEqual(self.plan(), {move: None})
        self.assertFalse(move.kash_stripe_link_sent_at)
        self.assertEqual(move.kash_stripe_link_sent_problem, "No such user")

    def test_a_voided_link_is_not_made_anew_by_the_job(self):
        """Who voided it meant it; one made by a person is reminded of again."""
        move = self.overdue()
        move._kash_stripe_ensure_link()
        move.action_kash_stripe_void_link()
        self.remind()
        self.assertIn("voided", self.reminders("not_sent").reason)
        self.assertEqual(move.kash_stripe_link_ids.mapped("state"), ["void"])
        move.action_kash_stripe_create_link()
        self.assertEqual(self.plan(), {move: None})

    # === PREVIEW AND RIGHTS === #

    def test_the_preview_shows_what_the_job_would_do_and_sends_nothing(self):
        """On any day, with the reasons."""
        move = self.overdue(days=2)
        stopped = self.overdue(days=2)
        stopped.action_kash_stripe_stop_reminders()
        clerk = self.colleague("clerk", "account.group_account_invoice")
        previews = self.env["kash.stripe.reminder.preview"].with_user(clerk)
        preview = previews.with_company(self.company).new()
        preview._onchange_ahead()
        self.assertFalse(preview.line_ids)
        preview.ahead = 1
        preview._onchange_ahead()
        shown = preview.line_ids
        self.assertEqual(shown.filtered("goes").move_id, move)
        self.assertEqual(shown.filtered("reason").move_id, stopped)
        self.assertFalse(self.mails())

    def test_the_preview_is_of_the_persons_own_company(self):
        """Whatever company a request names: not theirs, or not switched on."""
        other = self.env["res.company"].create({"name": "Another Shop"})
        clerk = self.colleague("clerk", "account.group_account_invoice")
        previews = self.env["kash.stripe.reminder.preview"].with_user(clerk)
        request = ({"company_id": other.id, "ahead": 0}, ["ahead"], {"ahead": {}})
        with self.assertRaises(AccessError):
            previews.onchange(*request)
        clerk.company_ids += other
        previews.with_context(allowed_company_ids=self.company.ids).onchange(*request)
        self.assertFalse(other.sudo().kash_stripe_reminder_rule_ids)

    def test_only_managers_change_the_rules(self):
        """A clerk sees them."""
        clerk = self.colleague("clerk", "account.group_account_invoice")
        rule = self.company.kash_stripe_reminder_rule_ids[0].with_user(clerk)
        self.assertTrue(rule.name)
        with self.assertRaises(AccessError):
            rule.days = 5

    def test_planning_asks_the_same_few_questions_of_any_number_of_invoices(self):
        """A company with ten thousand open invoices has a night, not a week."""
        self.overdue()
        self.plan()
        counts = []
        for _more in range(2):
            for _invoice in range(5):
                self.overdue()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.plan()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)
