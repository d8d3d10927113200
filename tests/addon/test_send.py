# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The payment link in Odoo's own sends: single, batch, scheduled."""

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.kash_stripe_connect.const import LINK

from .common import KashStripeConnected


@tagged("post_install", "-at_install")
class TestSend(KashStripeConnected):
    # === ACTS === #

    def dialog(self, move, user=None):
        """Open the Send dialog of one invoice."""
        context = {"active_model": "account.move", "active_ids": move.ids}
        wizard = self.env["account.move.send.wizard"].with_user(user or self.env.user)
        return wizard.with_context(**context).create({})

    def box(self, move):
        return (self.dialog(move).extra_edi_checkboxes or {}).get(LINK)

    def batch(self, moves, user=None, **values):
        """Open the batch dialog."""
        context = {"active_model": "account.move", "active_ids": moves.ids}
        wizard = self.env["account.move.send.batch.wizard"].with_context(**context)
        form = Form(wizard.with_user(user or self.env.user))
        for name, value in values.items():
            form[name] = value
        return form.save()

    def run_sends(self):
        """Let Odoo's scheduled action send what waits."""
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("account.ir_cron_account_move_send").method_direct_trigger()
        self.env.invalidate_all()

    def mails(self, move):
        """Return what was mailed about the invoice."""
        return move.message_ids.filtered(
            lambda message: message.message_type == "comment"
        )

    def link(self, move):
        return move._kash_stripe_current_link().sudo()

    def told(self, move):
        """Return the chatter of the invoice as one text."""
        return " ".join(move.message_ids.mapped("body"))

    # === THE DIALOG === #

    def test_the_box_is_ticked_by_the_companys_default(self):
        """On, off, and never where it makes no sense."""
        self.assertTrue(self.box(self.invoice())["checked"])
        self.company.kash_stripe_send_link = False
        self.assertFalse(self.box(self.invoice())["checked"])
        self.assertIsNone(self.box(self.invoice(move_type="out_refund")))

    def test_the_reason_stands_at_a_box_that_cannot_be_ticked(self):
        """Nothing due; and a locked day, with the date."""
        box = self.box(self.invoice(0.0))
        self.assertTrue(box["readonly"])
        self.assertFalse(box["checked"])
        self.assertIn("no amount due", box["label"])
        self.company.sudo().fiscalyear_lock_date = "2099-12-31"
        dialog = self.dialog(self.invoice(invoice_date="2100-01-01"))
        self.assertIn("locked", dialog.extra_edi_checkboxes[LINK]["label"])
        self.assertIn("12/31/2099", dialog.alerts[LINK]["message"])
        self.assertIn("Lock Dates", dialog.alerts[LINK]["message"])

    def test_the_mail_has_one_button_with_an_absolute_address(self):
        """And the link knows when it went to whom."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        move = self.invoice()
        self.dialog(move, clerk).action_send_and_print()
        body = self.mails(move).body
        self.assertEqual(body.count(f'href="{self.link(move).url}"'), 2)
        self.assertTrue(self.link(move).url.startswith("http"))
        self.assertEqual(body.count("Pay invoice"), 1)
        self.assertIn("background-color", body)
        self.assertEqual(self.link(move).sent_to, "ada@example.com")
        self.assertTrue(self.link(move).sent_at)
        self.assertEqual(self.link(move).sent_message_id, self.mails(move))

    def test_unticked_there_is_no_link(self):
        """Nor any trace of one."""
        move = self.invoice()
        dialog = self.dialog(move)
        dialog.extra_edi_checkboxes = {LINK: {"checked": False}}
        dialog.action_send_and_print()
        self.assertTrue(self.mails(move))
        self.assertFalse(move.kash_stripe_link_ids)
        self.assertNotIn("/kash/pay/", self.mails(move).body)

    def test_sent_again_the_link_stays_the_same(self):
        """The customer's first e-mail stays true."""
        move = self.invoice()
        for _time in range(2):
            self.dialog(move).action_send_and_print()
        self.assertEqual(len(move.kash_stripe_link_ids), 1)

    def test_an_edited_body_gets_no_second_button(self):
        """One written with a link that died meanwhile gets the living one."""
        move = self.invoice()
        link = move._kash_stripe_ensure_link().sudo()
        body = f'<p>Please <a href="{link.url}">pay</a></p>'
        move.action_kash_stripe_new_link()
        dialog = self.dialog(move)
        dialog.body = body
        dialog.action_send_and_print()
        sent = self.mails(move).body
        self.assertNotIn(link.token, sent)
        self.assertEqual(sent.count(self.link(move).token), 1)

    def test_the_button_speaks_the_customers_language(self):
        """The clerk's is another."""
        self.env["res.lang"]._activate_lang("fr_FR")
        view = self.env.ref("kash_stripe_connect.mail_pay_button")
        view.update_field_translations(
            "arch_db", {"fr_FR": {"Pay invoice": "Payer la facture"}}
        )
        self.customer.lang = "fr_FR"
        move = self.invoice()
        self.dialog(move).action_send_and_print()
        self.assertIn("Payer la facture", self.mails(move).body)

    def test_the_qr_code_on_the_pdf_leads_to_the_link(self):
        """Where the company wants it, and the invoice has a link."""
        self.company.kash_stripe_link_qr = True
        move = self.invoice()
        self.assertFalse(move.display_link_qr_code)
        self.dialog(move).action_send_and_print()
        move.invalidate_recordset(["display_link_qr_code"])
        self.assertTrue(move.display_link_qr_code)
        self.assertEqual(move._get_portal_payment_link(), self.link(move).url)
        html = move.invoice_pdf_report_id.raw.decode(errors="replace")
        self.assertIn(self.link(move).token, html)

    # === REFUSED === #

    def test_what_changed_since_the_dialog_opened_refuses_the_send(self):
        """Nothing is sent, nothing is marked."""
        move = self.invoice()
        dialog = self.dialog(move)
        self.account.sudo().charges_enabled = False
        with self.assertRaisesRegex(UserError, "cannot take payments"):
            dialog.action_send_and_print()
        self.assertFalse(self.mails(move))
        self.assertFalse(move.kash_stripe_link_ids)

    def test_a_box_ticked_by_rpc_is_judged_by_the_server(self):
        """The dialog's values are not believed."""
        self.company.sudo().fiscalyear_lock_date = "2025-10-31"
        move = self.invoice()
        self.company.sudo().sale_lock_date = "2099-12-31"
        self.company.kash_stripe_lock_sale = True
        dialog = self.dialog(move)
        dialog.extra_edi_checkboxes = {LINK: {"checked": True}}
        for fallback in (False, True):
            with self.assertRaisesRegex(UserError, "12/31/2099"):
                dialog.action_send_and_print(allow_fallback_pdf=fallback)
        self.assertFalse(self.mails(move))

    def test_refused_is_not_sent_as_a_proforma_either(self):
        """Odoo's fallback is for documents that cannot be made."""
        move = self.invoice()
        self.account.sudo().charges_enabled = False
        self.env["account.move.send"]._generate_and_send_invoices(
            move, allow_fallback_pdf=True, extra_edis={LINK}
        )
        self.assertFalse(self.mails(move))
        self.assertIn("cannot take payments", self.told(move))

    @mute_logger("odoo.addons.mail.models.mail_render_mixin")
    def test_a_template_somebody_broke_marks_nothing_as_sent(self):
        """Odoo says what is wrong with it."""
        move = self.invoice()
        template = self.env.ref("account.email_template_edi_invoice")
        template.body_html = '<t t-if="object.ref" t-out="object.no_such_field"/>'
        move.ref = "one that the template did not expect"
        with self.assertRaises(UserError):
            self.dialog(move).action_send_and_print()
        with self.assertRaises(UserError):
            self.batch(move | self.invoice()).action_send_and_print()
        self.assertFalse(move.kash_stripe_link_ids)

    def test_an_address_that_is_none_refuses_the_send(self):
        """A mark of sent would be a lie."""
        for address, text in (("", "no e-mail address"), ("ada", "is no e-mail")):
            with self.subTest(address):
                self.customer.email = address
                move = self.invoice()
                self.batch(move | self.invoice()).action_send_and_print()
                self.run_sends()
                self.assertFalse(move.kash_stripe_link_ids)
                self.assertIn(text, self.told(move))

    def test_what_the_mail_server_refused_was_not_sent(self):
        """It speaks after the send is over; a retry that works counts again."""
        move = self.invoice()
        self.dialog(move).action_send_and_print()
        mail = self.mails(move).sudo().mail_ids
        said = {"success_pids": [], "success_emails": []}
        mail._postprocess_sent_message(
            **said, failure_type="mail_smtp", failure_reason="mailbox full"
        )
        self.assertFalse(self.link(move).sent_at)
        self.assertEqual(move.kash_stripe_link_sent_problem, "mailbox full")
        self.assertEqual(move.kash_stripe_link_progress, "made")
        mail._postprocess_sent_message(**said)
        self.assertTrue(self.link(move).sent_at)
        self.assertFalse(self.link(move).sent_problem)

    # === BATCH AND SCHEDULED === #

    def test_a_batch_sends_each_invoice_its_own_link(self):
        """And one that cannot have any goes without."""
        moves = self.invoice(10.0) | self.invoice(20.0)
        free = self.invoice(0.0)
        dialog = self.batch(moves | free)
        self.assertEqual(dialog.summary_data[LINK]["count"], 2)
        self.assertIn(free.name, dialog.alerts["kash_stripe_without"]["message"])
        dialog.action_send_and_print()
        self.run_sends()
        for move in moves:
            self.assertEqual(self.mails(move).body.count(self.link(move).token), 3)
            self.assertTrue(self.link(move).sent_at)
        self.assertTrue(self.mails(free))
        self.assertFalse(free.kash_stripe_link_ids)

    def test_an_unticked_batch_sends_no_links(self):
        """For every invoice in it."""
        moves = self.invoice() | self.invoice()
        self.batch(moves, kash_stripe_link=False).action_send_and_print()
        self.run_sends()
        self.assertFalse(moves.kash_stripe_link_ids)
        self.assertEqual(len(self.mails(moves)), 2)

    def test_a_ticked_batch_sends_links_against_the_default(self):
        """Off in the settings, on for this once."""
        self.company.kash_stripe_send_link = False
        moves = self.invoice() | self.invoice()
        self.batch(moves, kash_stripe_link=True).action_send_and_print()
        self.run_sends()
        self.assertEqual(len(moves.kash_stripe_link_ids), 2)

    def test_a_batch_says_each_reason_once(self):
        """With the numbers of its invoices, the many counted."""
        moves = self.env["account.move"].concat(*(self.invoice() for _ in range(7)))
        self.company.sudo().fiscalyear_lock_date = self.company._kash_stripe_today()
        told = self.batch(moves).alerts["kash_stripe_refused"]["message"]
        self.assertEqual(told.count("is locked"), 1)
        self.assertIn("and 2 more: Today", told)

    def test_in_a_batch_one_is_refused_and_the_others_go(self):
        """Paid by bank between the dialog and the job: its chatter says so."""
        paid, other = self.invoice(10.0), self.invoice(20.0)
        self.batch(paid | other).action_send_and_print()
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=paid.ids
        )
        register.create({})._create_payments()
        self.run_sends()
        self.assertFalse(self.mails(paid))
        self.assertIn("no amount due", self.told(paid))
        self.assertFalse(paid.sending_data)
        self.assertTrue(self.mails(other))
        self.assertTrue(self.link(other).sent_at)

    def written(self, user):
        """Return what was written to a user, as one text."""
        messages = self.env["mail.message"].sudo()
        messages = messages.search([("partner_ids", "in", user.partner_id.ids)])
        return " ".join(messages.mapped("body"))

    def test_who_pressed_is_told_in_writing_what_was_refused(self):
        """The bubble is seen by nobody who went home."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        moves = self.invoice(10.0) | self.invoice(20.0)
        self.batch(moves, clerk).action_send_and_print()
        self.account.sudo().charges_enabled = False
        self.run_sends()
        self.assertFalse(self.mails(moves))
        told = self.written(clerk)
        for move in moves:
            self.assertEqual(told.count(f">{move.name}<"), 1)
        self.assertEqual(told.count("cannot take payments"), 2)

    @mute_logger(
        "odoo.addons.mail.models.mail_render_mixin",
        "odoo.addons.kash_stripe_connect.models.send.account_move",
    )
    def test_what_cannot_be_sent_keeps_no_other_back_and_is_told(self):
        """Its chatter says why, who pressed is written to, and it waits no longer."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        broken, other = self.invoice(10.0), self.invoice(20.0)
        self.batch(broken | other, clerk).action_send_and_print()
        template = self.env.ref("account.email_template_edi_invoice")
        template.body_html = '<t t-if="object.ref" t-out="object.no_such_field"/>'
        broken.ref = "one that the template did not expect"
        self.run_sends()
        self.assertTrue(self.mails(other))
        self.assertTrue(self.link(other).sent_at)
        self.assertFalse(self.mails(broken))
        self.assertIn("could not be sent", self.told(broken))
        self.assertIn(broken.name, self.written(clerk))
        self.assertNotIn(other.name, self.written(clerk))
        self.assertNotIn("Traceback", self.written(clerk) + self.told(broken))
        self.assertFalse((broken | other).filtered("sending_data"))
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        triggers = self.env["ir.cron.trigger"].sudo()
        self.assertTrue(triggers.search([("cron_id", "=", queue.id)]))

    @mute_logger("odoo.addons.kash_stripe_connect.models.send.account_move")
    def test_what_failed_together_is_looked_at_first(self):
        """Odoo's job takes the oldest; newer ones that wait may wait."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        old, new = (
            self.invoice(10.0, invoice_date=day) for day in ("2025-10-01", "2025-11-01")
        )
        self.batch(old | new, clerk).action_send_and_print()
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["account.move"]._kash_stripe_send_one_by_one(1)
        self.env.invalidate_all()
        self.assertFalse(old.sending_data)
        self.assertTrue(new.sending_data)

    def test_sent_by_default_an_invoice_goes_without_rather_than_not(self):
        """Nobody asked for the link: its chatter says why there is none."""
        move = self.invoice()
        self.account.sudo().charges_enabled = False
        self.env["account.move.send"]._generate_and_send_invoices(move)
        self.assertTrue(self.mails(move))
        self.assertIn("Sent without a Stripe payment link", self.told(move))
