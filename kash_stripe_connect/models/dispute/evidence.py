# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import re
import zipfile
from email.message import EmailMessage
from email.utils import format_datetime

from odoo import models
from odoo.tools import format_datetime as local_datetime
from odoo.tools import html2plaintext

from ..base.records import check_one

_STAMPS = ("create_date", "sent_at", "opened_at", "opened_last_at")


class KashStripeDisputeEvidence(models.AbstractModel):
    """The file that answers a dispute."""

    _name = "kash.stripe.dispute.evidence"
    _description = "Stripe Dispute Evidence"

    def action_evidence(self):
        """Download everything Odoo has about the payment."""
        check_one(self)
        return {
            "type": "ir.actions.act_url",
            "url": f"/kash/dispute/{self.id}/evidence",
            "target": "download",
        }

    def _evidence_zip(self):
        """Return the bundle (bytes): invoices, mail, receipt, facts."""
        self.ensure_one()
        buffer, names = io.BytesIO(), set()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, content in self._evidence_files():
                bundle.writestr(_unique(name, names), content)
        return buffer.getvalue()

    def _evidence_files(self):
        """Return [(file name, bytes)]; what there is none of is left out."""
        dispute = self.sudo()
        files = [("facts.txt", dispute._evidence_facts().encode())]
        if dispute.transaction_id:
            files.append(("receipt.html", dispute._evidence_receipt()))
        for move in dispute.move_ids:
            files.append(dispute._evidence_invoice(move))
            files += dispute._evidence_mails(move)
        return files

    # === THE PARTS === #

    def _evidence_invoice(self, move):
        """Return the invoice as it was sent, else as it prints now."""
        name = re.sub(r"[^\w.-]+", "_", move.name or "invoice")
        if sent := move.invoice_pdf_report_id:
            return f"{name}.pdf", sent.raw
        report = self.env["ir.actions.report"].with_company(move.company_id)
        report = report.with_context(lang=move.partner_id.lang)
        if report.get_wkhtmltopdf_state() in {"ok", "upgrade"}:
            content, kind = report._render_qweb_pdf(
                "account.account_invoices", move.ids
            )
        else:
            content, kind = report._render_qweb_html(
                "account.account_invoices", move.ids
            )
        return f"{name}.{kind}", content

    def _evidence_mails(self, move):
        """Return what was written to the customer about the invoice, and back."""
        messages = move.message_ids.filtered(
            lambda message: (
                not message.is_internal
                and (
                    message.message_type in {"email", "email_outgoing"}
                    or any(partner.partner_share for partner in message.partner_ids)
                )
            )
        ).sorted("id")
        return [
            (f"mail_{place}.eml", self._evidence_mail(move, message))
            for place, message in enumerate(messages, start=1)
        ]

    def _evidence_mail(self, move, message):
        """Return one message as a mail program would have kept it."""
        mail = EmailMessage()
        mail["Subject"] = _line(message.subject or message.record_name or move.name)
        mail["From"] = _line(message.email_from)
        to = message.partner_ids.mapped("email_formatted") or [
            message.outgoing_email_to
        ]
        mail["To"] = _line(", ".join(filter(None, to)))
        mail["Date"] = format_datetime(message.date)
        mail["Message-Id"] = _line(message.message_id)
        mail.set_content(html2plaintext(message.body or ""))
        mail.add_alternative(str(message.body or ""), subtype="html")
        return mail.as_bytes()

    def _evidence_receipt(self):
        """Return the page the customer saw after paying, as a file of its own."""
        tx = self.transaction_id
        lang = tx.partner_id.lang or self.env.lang
        page = (
            self.env["ir.qweb"]
            .with_context(lang=lang)
            ._render(
                "kash_stripe_connect.dispute_receipt",
                {
                    "tx": tx,
                    "company": tx.company_id,
                    "parts": tx.kash_stripe_allocation_ids,
                    "paid_day": tx._kash_stripe_paid_day(),
                },
                lang=lang,
            )
        )
        return f"<!DOCTYPE html>\n{page}".encode()

    # === THE FACTS === #

    def _evidence_facts(self):
        """Return the facts as lines of text, the times in the company's zone."""
        tx, link = self.transaction_id, self.transaction_id.kash_stripe_link_id
        lines = [
            (self.env._("Dispute"), self.dispute_id),
            (self.env._("Reason"), f"{self.reason_text} ({self.reason})"),
            (self.env._("Disputed"), self.amount_text),
            (self.env._("Answer until"), self._moment(self.due_by)),
            (self.env._("Charge"), self.charge_id),
            (self.env._("Paid to"), self.company_id.name),
        ]
        if tx:
            lines += [
                (self.env._("Invoices"), ", ".join(self._invoice_names())),
                (self.env._("Amount paid"), tx.currency_id.format(tx.amount)),
                (self.env._("Paid on"), self._moment(tx.kash_stripe_paid_at)),
                (self.env._("Paid with"), tx.kash_stripe_method),
                (self.env._("Customer"), tx.partner_id.commercial_partner_id.name),
                (self.env._("E-mail address"), tx.partner_id.email),
                (self.env._("Reference"), tx.reference),
                *self._link_stamps(link),
                (
                    self.env._("IP address"),
                    self.env._("Not known to Odoo: see the payment at Stripe."),
                ),
            ]
        else:
            lines.append(
                (
                    self.env._("Payment"),
                    self.env._("Made outside Odoo: see the payment at Stripe."),
                )
            )
        unknown = self.env._("not known")
        return "".join(f"{name}: {value or unknown}\n" for name, value in lines)

    def _link_stamps(self, link):
        """Return when the payment link was made, sent and opened."""
        return [
            (
                self.env._(
                    "Payment link, %(what)s",
                    what=link._fields[name]._description_string(self.env),
                ),
                self._moment(link[name]),
            )
            for name in _STAMPS
        ]

    def _invoice_names(self):
        """Return the invoices' names; of deleted ones too."""
        return self.transaction_id.kash_stripe_allocation_ids._of_invoices().mapped(
            "move_name"
        )

    def _moment(self, value):
        zone = self.account_id._zone()
        return value and f"{local_datetime(self.env, value, tz=zone)} ({zone})"


def _line(text):
    """Return a header's value: of one line, whatever was typed."""
    return " ".join((text or "").split())


def _unique(name, taken):
    """Return ``name``, numbered if a file of the bundle has it already."""
    stem, dot, kind = name.rpartition(".")
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{stem}_{number}{dot}{kind}"
    taken.add(free)
    return free
