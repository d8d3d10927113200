# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from markupsafe import Markup

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize

from ...const import LINK
from . import mail_body

# In the data of one invoice's send: a person wants the link; the guard said no; the
# words are a person's.
_ASKED = "kash_stripe_asked"
_REFUSED = "kash_stripe_refused"
_WORDED = "kash_stripe_worded"
# In the parameters of an e-mail with a link: the partner in whose name it is sent.
_SENDER = "kash_stripe_sender"
# In Odoo's own *From*: whoever is in charge of the invoice. Other words are a choice.
_IN_CHARGE = "object.invoice_user_id.email_formatted"


class SendMoveSend(models.AbstractModel):
    """The payment link in Odoo's sends: single, batch and scheduled.

    Asked for by a person and impossible: the send is refused. Included by the company's
    default and impossible: the invoice goes without, and its chatter says why.
    """

    _inherit = "account.move.send"

    # === WHO GETS ONE === #

    @api.model
    def _get_all_extra_edis(self):
        """Override of `account`: the link is ticked, kept and counted as they are."""
        return {
            **super()._get_all_extra_edis(),
            LINK: {
                "label": self.env._("Stripe payment link"),
                "is_applicable": lambda move: move._kash_stripe_takes_links(),
            },
        }

    @api.model
    def _get_default_extra_edis(self, move):
        """Override of `account`: by the company's default, or as a batch wished."""
        edis = set(super()._get_default_extra_edis(move))
        wish = (move.sending_data or {}).get(LINK)
        if wish:
            return edis | {LINK}
        by_default = move.company_id.kash_stripe_send_link and wish is None
        return edis if by_default else edis - {LINK}

    @api.model
    def _get_default_sending_settings(self, move, from_cron=False, **custom_settings):
        """Override of `account`: remember whether a person asked for the link."""
        asked = LINK in (custom_settings.get("extra_edis") or ())
        return {
            **super()._get_default_sending_settings(
                move, from_cron=from_cron, **custom_settings
            ),
            _ASKED: asked or bool((move.sending_data or {}).get(LINK)),
            _WORDED: "mail_body" in custom_settings,
        }

    # === THE LINKS OF A BATCH === #

    @api.model
    def _call_web_service_before_invoice_pdf_render(self, invoices_data):
        """Override of `account`: the guard, then the links, before PDFs show them."""
        self._kash_stripe_prepare(invoices_data)
        return super()._call_web_service_before_invoice_pdf_render(
            {
                move: data
                for move, data in invoices_data.items()
                if not data.get(_REFUSED)
            }
        )

    @api.model
    def _kash_stripe_prepare(self, invoices_data):
        """Make the links of a batch; refuse or leave out where the guard says no."""
        moves = self.env["account.move"].sudo().browse([m.id for m in invoices_data])
        problems = moves._kash_stripe_send_problems()
        without = {}
        for move, data in invoices_data.items():
            problem = problems.get(move.id)
            why = problem.text if problem else self._kash_stripe_mail_problem(data)
            if LINK in data["extra_edis"] and why:
                data["extra_edis"] = set(data["extra_edis"]) - {LINK}
                if data[_ASKED]:
                    self._kash_stripe_refuse(move, data, why)
                elif problem and problem.can_be_mended:
                    without[move.id] = why
        moves._kash_stripe_log_without(without)
        linked = [
            m.id for m, data in invoices_data.items() if LINK in data["extra_edis"]
        ]
        moves.browse(linked)._kash_stripe_ensure_links()

    @api.model
    def _kash_stripe_refuse(self, move, data, why):
        data[_REFUSED] = True
        data["error"] = {
            "error_title": self.env._(
                "%(invoice)s was not sent with its Stripe payment link.",
                invoice=move.name,
            ),
            "errors": [why],
        }

    @api.model
    def _kash_stripe_mail_problem(self, data):
        """Return why the e-mail would reach nobody, None if it may."""
        if "email" not in data["sending_methods"]:
            return None
        partners = self.env["res.partner"].browse(data.get("mail_partner_ids") or [])
        if not partners.filtered("email"):
            return self.env._("The customer has no e-mail address.")
        if not any(email_normalize(partner.email) for partner in partners):
            return self.env._(
                "%(address)s is no e-mail address.", address=partners[:1].email
            )
        return None

    @api.model
    def _generate_invoice_fallback_documents(self, invoices_data):
        """Override of `account`: what was refused is not sent as a proforma either."""
        return super()._generate_invoice_fallback_documents(
            {
                move: data
                for move, data in invoices_data.items()
                if not data.get(_REFUSED)
            }
        )

    # === TOLD === #

    @api.model
    def _prepare_invoice_pdf_report(self, invoices_data):
        """Override of `account`: an empty file is no PDF, and is not sent as one.

        With one invoice Odoo takes what wkhtmltopdf left behind when it failed.
        """
        result = super()._prepare_invoice_pdf_report(invoices_data)
        if not all(
            data["pdf_attachment_values"]["raw"] for data in invoices_data.values()
        ):
            raise UserError(
                self.env._("The PDF could not be made: Odoo's log says why.")
            )
        return result

    @api.model
    def _kash_stripe_give_up(self, failed):
        """Say what a job could not send, and let it be: whoever mends it sends again.

        :param failed: {move: why}
        """
        if not failed:
            return
        title = self.env._("The invoice could not be sent.")
        mine = {"author_partner_id": self.env.user.partner_id.id}
        self._hook_if_errors(
            {
                move: {
                    **mine,
                    **move.sending_data,
                    "error": {"error_title": title, "errors": [why]},
                }
                for move, why in failed.items()
            },
            allow_raising=False,
        )
        self.env["account.move"].union(*failed).sending_data = False

    @api.model
    def _hook_if_errors(self, moves_data, allow_raising=True):
        """Override of `account`: what failed in the background is told in writing.

        Odoo shows a bubble, to whoever looks at the screen at that minute.
        """
        result = super()._hook_if_errors(moves_data, allow_raising=allow_raising)
        by_author = defaultdict(dict)
        for move, data in moves_data.items():
            if move.sending_data and not data["error"].get("retry"):
                by_author[data["author_partner_id"]][move] = data["error"]
        for partner_id, errors in by_author.items():
            partner = self.env["res.partner"].browse(partner_id)
            self._kash_stripe_tell(partner, errors)
        return result

    @api.model
    def _kash_stripe_tell(self, partner, errors):
        """Write to who pressed *Send* which invoices did not go, and why.

        :param errors: {move: Odoo's error}
        """
        first = next(iter(errors)).with_context(lang=partner.lang)
        text = first.env._(
            "Not sent: %(count)s of the invoices you sent together.", count=len(errors)
        )
        reasons = [
            Markup("<li>%s: %s</li>")
            % (move._get_html_link(), self._format_error_html(error))
            for move, error in errors.items()
        ]
        first.message_notify(
            # Not from the person itself: Odoo tells nobody what they did.
            author_id=self.env.ref("base.partner_root").id,
            partner_ids=partner.ids,
            subject=text,
            body=Markup("%s<ul>%s</ul>") % (text, Markup().join(reasons)),
        )

    # === MAIL === #

    @api.model
    def _get_mail_params(self, move, move_data):
        """Override of `account`: the button is in the body exactly if it is wanted."""
        params = super()._get_mail_params(move, move_data)
        if not params:
            return params
        if LINK not in move_data["extra_edis"]:
            params["body"] = mail_body.without(params["body"])
            return params
        link = move.sudo()._kash_stripe_current_link()
        template, lang = move_data["mail_template"], move_data["mail_lang"]
        if move_data[_WORDED]:
            params["body"] = link._put_into_mail(params["body"], lang)
        else:
            params["body"] = move._kash_stripe_mail_body(template, lang, link)
        return {**params, _SENDER: self._kash_stripe_sender(template, move_data)}

    @api.model
    def _kash_stripe_retold(self, move, template, lang, body, wanted):
        """Return a body with the button put in or taken out.

        What nobody edited is worded anew: with the button, no bank transfer is asked
        for.

        :param wanted: whether the button is to stand in it
        """
        if wanted == mail_body.has_button(body):
            return body
        link = move._kash_stripe_link_in_mails()
        plain = self._get_default_mail_body(move, template, lang)
        linked = move._kash_stripe_mail_body(template, lang, link)
        own, other = (linked, plain) if wanted else (plain, linked)
        if mail_body.same_words(body, other):
            return own
        return link._put_into_mail(body, lang) if wanted else mail_body.without(body)

    @api.model
    def _kash_stripe_without_button(self, body):
        """Return a body (HTML) without what is of one invoice's link."""
        return mail_body.without(body)

    @api.model
    def _kash_stripe_sender(self, template, move_data):
        """Return the partner in whose name a link is sent: who pressed *Send*.

        :return: empty where a template has a *From* of its own, or nobody pressed
        """
        nobody = self.env["res.partner"]
        if _IN_CHARGE not in (template.sudo().email_from or ""):
            return nobody
        if move_data["author_user_id"] == SUPERUSER_ID:
            return nobody
        return nobody.browse(move_data["author_partner_id"]).filtered(
            "email_normalized"
        )

    @api.model
    def _send_mail(self, move, mail_template, **kwargs):
        """Override of `account`: with a link, from who pressed *Send*, with one button.

        The author stays whoever is in charge: followers get copies of what others
        write. Odoo's header has a button to the portal; its footer names the company.
        """
        sender = kwargs.pop(_SENDER, None)
        if sender:
            kwargs["email_from"] = sender.email_formatted
        if sender is not None:
            move = move.with_context(
                email_notification_allow_header=False,
                email_notification_force_footer=True,
            )
        return super()._send_mail(move, mail_template, **kwargs)

    @api.model
    def _send_mails(self, moves_data):
        """Override of `account`: note which links went to whom.

        Those to all that is open are there before an e-mail is: it takes them up.
        """
        partners = {
            move.id: data["mail_partner_ids"]
            for move, data in moves_data.items()
            if LINK in data["extra_edis"] and data.get("mail_partner_ids")
        }
        linked = self.env["account.move"].sudo().browse(partners)
        linked._kash_stripe_send_all_links(partners)
        result = super()._send_mails(moves_data)
        linked._kash_stripe_note_sent(partners)
        return result
