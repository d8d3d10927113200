# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import logging

from markupsafe import Markup
from reportlab.graphics import renderSVG
from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, models
from odoo.tools import email_normalize_all

from ...guard import by_turns, reason_of
from ..base.records import check_some
from . import mail_body

_logger = logging.getLogger(__name__)

# What Odoo's job sends in the background.
_WAITING = [("sending_data", "!=", False), ("state", "=", "posted")]
# As Odoo's job takes them: what failed together is among the first.
_OLDEST = "date asc, invoice_date asc, sequence_number asc, id asc"


class SendMove(models.Model):
    """The link as a QR code and in the portal, and a new one for one that died.

    And batches that fail in the background: who pressed *Send* is told.
    """

    _inherit = "account.move"

    def action_kash_stripe_send_again(self):
        """Make a new link for each invoice and mail it; say which could not.

        What is wrong with one invoice does not keep the others back.
        """
        check_some(self, "write")
        refused = self._kash_stripe_send_again_refusals()
        ready = self.filtered(lambda move: move.id not in refused)
        ready._kash_stripe_ensure_links()
        ready.message_mail_with_source(
            "kash_stripe_connect.mail_template_new_link",
            subtype_id=self.env.ref("mail.mt_comment").id,
        )
        links = ready.sudo()._kash_stripe_note_sent(
            {move.id: move.partner_id.ids for move in ready}
        )
        # These are sent at once: the mail server has spoken already.
        links._apply_delivery()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if refused else "success",
                "sticky": bool(refused),
                "message": self._kash_stripe_send_again_sentence(ready, refused),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _kash_stripe_send_again_refusals(self):
        """Return {move id: why no new link can be sent}."""
        problems = self._kash_stripe_send_problems()
        refused = {move_id: problem.text for move_id, problem in problems.items()}
        for move in self:
            if move._kash_stripe_has_living_link():
                refused.setdefault(move.id, self.env._("its payment link works."))
            if not email_normalize_all(move.partner_id.email or ""):
                refused.setdefault(
                    move.id, self.env._("the customer has no e-mail address.")
                )
        return refused

    def _kash_stripe_send_again_sentence(self, sent, refused):
        text = self.env._("New payment links sent: %(count)s.", count=len(sent))
        reasons = [
            self.env._("%(invoice)s: %(why)s", invoice=move.name, why=refused[move.id])
            for move in self - sent
        ]
        if not reasons:
            return text
        return "\n".join([text, self.env._("Not sent:"), *reasons])

    @api.depends(
        "company_id.kash_stripe_link_qr",
        "kash_stripe_link_ids.voided_at",
        "kash_stripe_link_ids.expires_at",
    )
    def _compute_display_link_qr_code(self):
        """Override of `account`: ours shows where the invoice has a living link."""
        result = super()._compute_display_link_qr_code()
        for move in self.filtered("company_id.kash_stripe_link_qr"):
            if move._kash_stripe_has_living_link():
                move.display_link_qr_code = True
        return result

    def _generate_portal_payment_qr(self):
        """Override of `account_payment`: ours is drawn in vectors.

        Crisp on paper, and without the bitmap backend that reportlab may lack.
        """
        if not self._kash_stripe_has_living_link():
            return super()._generate_portal_payment_qr()
        address = self._get_portal_payment_link()
        # Odoo lays a logo over the middle: a quarter may be lost and it still reads.
        drawing = createBarcodeDrawing(
            "QR", value=address, width=128, height=128, barLevel="Q"
        )
        svg = base64.b64encode(renderSVG.drawToString(drawing).encode()).decode()
        return f"data:image/svg+xml;base64,{svg}"

    def _get_portal_payment_link(self):
        """Override of `account_payment`: the code leads to our page."""
        if self._kash_stripe_has_living_link():
            return self.sudo()._kash_stripe_current_link().url
        return super()._get_portal_payment_link()

    # === MAIL === #

    def _kash_stripe_link_in_mails(self):
        """Return (sudo) a link as the *Send* dialog shows it: one still to be made.

        The address of one that lives is not read before the e-mail is sent.
        """
        self.ensure_one()
        links = self.env["kash.stripe.pay.link"].sudo()
        vals = self.sudo()._kash_stripe_prepare_link_vals()
        return links.new({**vals, "token": mail_body.TO_BE_MADE})

    def _kash_stripe_mail_body(self, template, lang, link):
        """Return a template's words for the invoice, as one with this link says them.

        :return: HTML; without a template the button alone
        """
        self.ensure_one()
        words = Markup()
        if template:
            spoken = template.sudo().with_context(lang=lang)
            rendered = spoken._render_template(
                mail_body.with_link(spoken.body_html or ""),
                self._name,
                self.ids,
                engine="qweb",
                add_context={
                    "kash_stripe_link_url": link.url,
                    "kash_stripe_mail_button": link._mail_button(lang),
                },
                options={"post_process": True},
            )
            words = Markup(rendered[self.id])  # noqa: S704 - as Odoo renders it
        return link._put_into_mail(words, lang)

    def _kash_stripe_mail_button(self):
        """Return what is due and the button, for templates that place it themselves.

        :return: HTML, empty without a link that lives
        """
        self.ensure_one()
        if not self._kash_stripe_has_living_link():
            return Markup()
        link = self.sudo()._kash_stripe_current_link()
        return link._mail_button(self.env.lang)

    def _kash_stripe_send_all_links(self, partners_by_move):
        """Make the links to all that is open that go along, and note to whom.

        :param partners_by_move: {move id: res.partner ids}
        """
        wanting = self.filtered("company_id.kash_stripe_mail_all")
        readers = {}
        for company, moves in wanting.grouped("company_id").items():
            customers = moves.commercial_partner_id
            links = customers._kash_stripe_ensure_payer_links(company)
            of = {link.partner_id: link for link in links}
            for move in moves:
                to = self.env["res.partner"].sudo().browse(partners_by_move[move.id])
                link = of.get(move.commercial_partner_id)
                mine = link and to & link._readers()
                if mine:
                    readers[link] = readers.get(link, mine) | mine
        some = {link: to for link, to in readers.items() if link._shows_several()}
        self.env["kash.stripe.pay.link"].sudo()._apply_all_sent(some)

    def _kash_stripe_all_button(self, partner):
        """Return the button to all that is open (HTML), for one who may have it.

        Empty by setting, for anybody else, and where nothing but this is open.

        :param partner: whose e-mail it is put into
        """
        self.ensure_one()
        company = self.company_id
        if not company.kash_stripe_mail_all:
            return Markup()
        account = company._kash_stripe_connected_account()
        link = self.commercial_partner_id._kash_stripe_payer_link(account)
        if not link or link._is_dead() or not link._may_be_read_by(partner):
            return Markup()
        if not link._shows_several():
            return Markup()
        lang = partner.lang or company.partner_id.lang
        return link.with_context(lang=lang)._mail_all_button()

    # === BATCHES === #

    @api.model
    def _cron_account_move_send(self, job_count=10):
        """Override of `account`: what cannot be sent stops only itself, and is told.

        Odoo makes the documents of a batch together. One that fails would keep the
        others back, at each run again, and be told to nobody but the log.
        """
        waiting, result = self.search_count(_WAITING, limit=1), None
        with by_turns(self.env, commits=True) as trouble:
            result = super()._cron_account_move_send(job_count)
        if trouble.error:
            reason_of(self.env, trouble.error, "A batch of invoices", _logger)
            self._kash_stripe_send_one_by_one(job_count)
        if waiting:
            # A job's e-mails would wait for the hourly run of the mail queue.
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return result

    @api.model
    def _kash_stripe_send_one_by_one(self, count):
        """Send what waits, each invoice by itself; give up those that cannot be."""
        cron, failed = self.env["ir.cron"], {}
        for move in self.search(_WAITING, order=_OLDEST, limit=count):
            why = move._kash_stripe_send_alone()
            if why:
                failed[move] = why
            if not cron._commit_progress(1):
                break
        self.env["account.move.send"]._kash_stripe_give_up(failed)
        cron._commit_progress(remaining=self.search_count(_WAITING))

    def _kash_stripe_send_alone(self):
        """Send one invoice of a batch; return why it could not be, None if it was."""
        self.ensure_one()
        with by_turns(self.env, commits=True) as trouble:
            # Two runs of the job never send one invoice: the other may have it now.
            if self.try_lock_for_update().filtered_domain(_WAITING):
                self.env["account.move.send"]._generate_and_send_invoices(
                    self, from_cron=True
                )
        if not trouble.error:
            return None
        why = reason_of(self.env, trouble.error, f"Invoice {self.name}", _logger)
        # Odoo puts the whole traceback of a template below what it says of it.
        return why.partition("\n\n")[0]
