# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The payment link in Odoo's own sends: single, batch, scheduled."""

import zipfile
from pathlib import Path

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import Form, tagged
from odoo.tools import html2plaintext, mute_logger

from odoo.addons.kash_stripe_connect.const import LINK
from odoo.addons.kash_stripe_connect.models.send.mail_body import TO_BE_MADE

from .common import KashStripeCommon, KashStripeConnected

# E-mails to customers, in the addon's data.
CUSTOMERS = ("mail_template_data.xml", "_reminders.xml", "_receipt.xml")
WHEELS = Path(__file__).resolve().parents[1] / "upgrade/wheels"


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

    # === WHAT IS SEEN IS WHAT IS SENT === #

    def bank_invoice(self):
        """Make an invoice that names the bank account to pay to."""
        bank = self.env["res.partner.bank"].create(
            {
                "acc_number": "BANK-4711",
                "partner_id": self.company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        return self.invoice(partner_bank_id=bank.id)

    def form(self, move, user=None):
        """Open the Send dialog as a browser does."""
        context = {"active_model": "account.move", "active_ids": move.ids}
        wizard = self.env["account.move.send.wizard"].with_user(user or self.env.user)
        return Form(wizard.with_context(**context))

    def tick(self, form, checked):
        """Tick the box in the dialog, or take the tick out."""
        boxes = dict(form.extra_edi_checkboxes)
        form.extra_edi_checkboxes = {**boxes, LINK: {**boxes[LINK], "checked": checked}}

    def test_the_button_comes_first_with_amount_and_due_date(self):
        """Who reads on a phone sees what is asked, and until when, at once."""
        move = self.invoice(100.0, invoice_date_due="2099-12-24")
        self.dialog(move).action_send_and_print()
        body = self.mails(move).body
        order = ["100.00", "due on 12/24/2099", "Pay invoice", "Dear"]
        places = [body.index(words) for words in order]
        self.assertEqual(places, sorted(places))

    def test_nothing_else_in_the_mail_asks_to_be_pressed(self):
        """Odoo's own button leads to the portal; without a link it stands there."""
        move, plain = self.invoice(), self.invoice()
        self.dialog(move).action_send_and_print()
        dialog = self.dialog(plain)
        dialog.extra_edi_checkboxes = {LINK: {"checked": False}}
        dialog.action_send_and_print()
        for one, shown in ((move, False), (plain, True)):
            mail = self.mails(one).sudo().mail_ids.body_html
            self.assertEqual("View Invoice" in mail, shown)
            self.assertIn("Powered by", mail)

    def test_a_discount_is_named_with_its_last_day_and_what_comes_after(self):
        """What the page will ask for, today and later."""
        move = self.discounted_invoice()
        move.invoice_payment_term_id.discount_days = 36500
        move.button_draft()
        move.invoice_payment_term_id = move.invoice_payment_term_id
        move.action_post()
        self.dialog(move).action_send_and_print()
        said = " ".join(html2plaintext(self.mails(move).body).split())
        self.assertRegex(said, r"98\.00 \W*until \d+/\d+/\d+, later .*100\.00")

    def test_the_clerk_sees_what_the_customer_gets(self):
        """Word for word; the address is put in when the e-mail is sent."""
        move = self.invoice()
        dialog = self.dialog(move)
        seen = dialog.body
        self.assertIn("Pay invoice", seen)
        dialog.action_send_and_print()
        token = self.link(move).token
        self.assertEqual(
            html2plaintext(seen).replace(TO_BE_MADE, token),
            html2plaintext(self.mails(move).body),
        )

    def test_the_dialog_tells_nobody_the_address_of_a_living_link(self):
        """It is computed as root, for whichever invoice was named."""
        move = self.invoice()
        token = move._kash_stripe_ensure_link().sudo().token
        dialog = self.dialog(move)
        self.assertNotIn(token, dialog.body)
        dialog.action_send_and_print()
        self.assertIn(token, self.mails(move).body)

    def test_with_a_link_no_bank_transfer_is_asked_for(self):
        """Two ways at once would be paid twice; the PDF still names the account."""
        move = self.bank_invoice()
        dialog = self.dialog(move)
        self.assertNotIn("communication", dialog.body)
        self.assertNotIn("BANK-4711", dialog.body)
        self.assertIn("earliest convenience", dialog.body)

    def test_the_box_changes_the_e_mail_before_ones_eyes(self):
        """Ticked: the button; unticked: the bank account, as Odoo writes it."""
        move = self.bank_invoice()
        with self.form(move) as form:
            self.tick(form, checked=False)
            self.assertIn("BANK-4711", form.body)
            self.assertNotIn("Pay invoice", form.body)
            self.tick(form, checked=True)
            self.assertNotIn("BANK-4711", form.body)
            self.assertEqual(form.body.count("Pay invoice"), 1)

    def test_edited_words_stay_whatever_becomes_of_the_box(self):
        """The clerk wrote them."""
        move = self.bank_invoice()
        with self.form(move) as form:
            form.body = form.body.replace("Dear", "Hello dear")
            self.tick(form, checked=False)
            self.assertIn("Hello dear", form.body)
            self.assertNotIn("Pay invoice", form.body)
            self.assertNotIn(TO_BE_MADE, form.body)
            self.tick(form, checked=True)
            self.assertIn("Hello dear", form.body)
            self.assertEqual(form.body.count("Pay invoice"), 1)

    def test_a_template_that_a_clerk_saves_has_no_invoices_button(self):
        """Another invoice's e-mail would show this one's amount, and lead nowhere."""
        move = self.bank_invoice()
        wizard = self.dialog(move)
        self.assertIn(TO_BE_MADE, wizard.body)
        wizard.template_name = "Mine"
        wizard.create_mail_template()
        self.assertIn("Dear", wizard.template_id.body_html)
        self.assertNotIn(TO_BE_MADE, wizard.template_id.body_html)
        self.assertNotIn("Pay invoice", wizard.template_id.body_html)
        self.assertEqual(wizard.body.count("Pay invoice"), 1)

    def test_a_template_may_place_the_link_itself(self):
        """By Odoo's field, or by the whole block: it stays there, the only one."""
        template = self.env.ref("account.email_template_edi_invoice")
        ours = '<t t-out="object._kash_stripe_mail_button()"/>'
        theirs = (
            '<a t-if="object.kash_stripe_link_url" class="own"'
            ' t-att-href="object.kash_stripe_link_url">Pay here</a>'
        )
        for placed, words in ((theirs, "Pay here"), (ours, "Pay invoice")):
            with self.subTest(words):
                template.body_html = f"<p>First words</p>{placed}<p>Last words</p>"
                single, *batch = (self.invoice(10.0 + n) for n in range(3))
                self.dialog(single).action_send_and_print()
                self.batch(
                    self.env["account.move"].concat(*batch)
                ).action_send_and_print()
                self.run_sends()
                for move in (single, *batch):
                    body = self.mails(move).body
                    self.assertEqual(body.count("Pay"), 1)
                    self.assertIn(self.link(move).url, body)
                    self.assertLess(body.index("First"), body.index("Pay"))
                    self.assertLess(body.index("Pay"), body.index("Last"))

    def test_unticked_a_template_of_ones_own_shows_no_link(self):
        """What stood for it is gone, also after an edit."""
        template = self.env.ref("account.email_template_edi_invoice")
        template.body_html = (
            '<p>Words <a t-att-href="object.kash_stripe_link_url">Pay here</a></p>'
        )
        move = self.invoice()
        dialog = self.dialog(move)
        dialog.body = dialog.body.replace("Words", "My words")
        dialog.extra_edi_checkboxes = {LINK: {"checked": False}}
        dialog.action_send_and_print()
        self.assertIn("My words", self.mails(move).body)
        self.assertNotIn("made-when-sent", self.mails(move).body)
        self.assertNotIn("href", self.mails(move).body)

    def test_it_is_sent_in_the_name_of_who_pressed(self):
        """By a batch, too, to the customer alone; a sender a template names stays."""
        clerk = self.colleague("kash_clerk", "account.group_account_invoice")
        moves = [self.invoice(10.0 + n) for n in range(4)]
        self.dialog(moves[0], clerk).action_send_and_print()
        self.batch(moves[1] | moves[2], clerk).action_send_and_print()
        self.run_sends()
        for move in moves[:3]:
            mail = self.mails(move)
            self.assertIn("kash_clerk@example.com", mail.email_from)
            self.assertEqual(mail.notified_partner_ids, self.customer)
        template = self.env.ref("account.email_template_edi_invoice")
        template.email_from = "billing@example.com"
        self.dialog(moves[3], clerk).action_send_and_print()
        self.assertIn("billing@example.com", self.mails(moves[3]).email_from)

    def test_the_button_speaks_the_customers_language(self):
        """The clerk's is another."""
        self.env["res.lang"]._activate_lang("fr_FR")
        view = self.env.ref("kash_stripe_connect.mail_pay_anchor")
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


@tagged("post_install", "-at_install")
class TestMailsOfBefore(KashStripeCommon):
    """E-mails that an update finds: as they were shipped, or as a person made them."""

    def before(self, version="19.0.1.3.0"):
        """Let all e-mails to customers be those of a version; return them."""
        [wheel] = WHEELS.glob(f"*-{version}-*.whl")
        templates = self.env["mail.template"]
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.endswith(
                    ("template_data.xml", "_reminders.xml", "_receipt.xml")
                ):
                    root = etree.fromstring(archive.read(name))
                    for record in root.iter("record"):
                        templates |= self.written(record)
        return templates

    def written(self, record):
        """Write the body a record of an old data file has."""
        template = self.env.ref(f"kash_stripe_connect.{record.get('id')}")
        [node] = record.find("field[@name='body_html']")
        template.body_html = etree.tostring(node, method="html", encoding="unicode")
        return template

    def update(self):
        self.run_migration("19.0.1.4.0/post-mails.py", "19.0.1.3.0")

    def test_an_update_brings_the_button_of_today(self):
        """Subject and sender, which a person may have edited alone, stay."""
        words = {template: template.body_html for template in self.before()}
        self.assertEqual(len(words), 4)
        subject = next(iter(words)).subject = "Hello"
        self.update()
        for template, old in words.items():
            self.assertNotEqual(template.body_html, old)
            self.assertRegex(template.body_html, r"_(mail_)?button\(\)")
        self.assertEqual(next(iter(words)).subject, subject)

    def test_what_a_person_edited_or_translated_stays(self):
        """In any language."""
        self.env["res.lang"]._activate_lang("fr_FR")
        edited, translated, *others = self.before()
        edited.body_html = edited.body_html.replace("Dear", "Hello")
        translated.with_context(lang="fr_FR").body_html = translated.body_html.replace(
            "Dear", "Cher"
        )
        kept = {
            (t, lang): t.with_context(lang=lang).body_html
            for t in (edited, translated)
            for lang in ("en_US", "fr_FR")
        }
        self.update()
        for (template, lang), body in kept.items():
            self.assertEqual(template.with_context(lang=lang).body_html, body)
        for template in others:
            self.assertIn("button()", template.body_html)

    def test_an_update_lets_reminders_end_with_all_that_is_open(self):
        """And receipts call a credit one; what a person edited stays."""
        found = self.before("19.0.1.4.0")
        reminders = found.filtered(lambda t: t.model == "kash.stripe.reminder")
        receipt = found.filtered(lambda t: t.model == "kash.stripe.notice")
        edited, *others = reminders
        edited.body_html = kept = edited.body_html.replace("Dear", "Hello")
        self.run_migration("19.0.1.5.0/post-statement.py", "19.0.1.4.0")
        self.assertEqual(edited.body_html, kept)
        for template in others:
            self.assertIn("object._mail_all()", template.body_html)
        self.assertIn("part.amount &lt; 0", receipt.body_html)
