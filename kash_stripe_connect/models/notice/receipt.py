# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import email_normalize, format_list
from odoo.tools.urls import urljoin


class KashStripeNoticeReceipt(models.AbstractModel):
    """The one notice that goes to the customer: what was paid, in their language."""

    _name = "kash.stripe.notice.receipt"
    _description = "Stripe Receipt By E-mail"

    # === WHOM === #

    def _payer_lang(self):
        """Return the language of the customer, else of the business."""
        self.ensure_one()
        own = self.company_id.partner_id.lang
        return self.transaction_id.partner_id.lang or own or self.env.lang

    def _payer_partner(self):
        """Return who the invoice was for, if there is an address; else empty."""
        return self.transaction_id.partner_id.filtered("email_normalized")

    def _payer_address(self):
        """Return the address that was the customer's at the payment; else empty."""
        if self._payer_partner():
            return ""
        return email_normalize(self.transaction_id.partner_email or "") or ""

    def _payer_text(self):
        """Return where the receipt goes, for people."""
        return self._payer_partner().email or self._payer_address()

    def _receipt_skip_reason(self):
        """Return why the customer gets none, None if they do."""
        tx = self.transaction_id
        if tx.state != "done" or tx.kash_stripe_returned or tx.kash_stripe_reversed:
            return self.env._("The payment was taken back since.")
        if not self._payer_text():
            return self.env._("The customer has no e-mail address.")
        return None

    # === WHAT === #

    def _receipt_facts(self):
        """Return [(what, [lines])], as the page of the receipt has them."""
        if not self.transaction_id:
            return []  # a template may be previewed with any notice
        return self._receipt_link()._receipt_facts(self.transaction_id)

    def _receipt_url(self):
        """Return where the receipt is found again, empty if its link was deleted."""
        link = self._receipt_link()
        if not link:
            return ""
        return urljoin(link.get_base_url(), link._receipt_path(self.transaction_id))

    def _receipt_link(self):
        self.ensure_one()
        return self.transaction_id.kash_stripe_link_id

    def _test_mark(self):
        """Return what a subject begins with where no money was moved."""
        return "" if self.account_id.livemode else self.env._("TEST: ")

    # === NOTED === #

    def _note_receipts(self):
        """Note on the invoices whom their receipts were sent to, or why nobody."""
        notes = {}
        for notice in self.filtered(lambda notice: notice.kind == "receipt"):
            for move in notice.transaction_id._kash_stripe_invoices():
                notes.setdefault(move, []).append(notice._receipt_note())
        moves = self.env["account.move"].concat(*notes)
        moves._message_log_batch(
            {move.id: format_list(self.env, told) for move, told in notes.items()}
        )

    def _receipt_note(self):
        reference = self.transaction_id.reference
        if self.state == "sent":
            return self.env._(
                "Receipt %(reference)s sent to %(who)s.",
                reference=reference,
                who=self._payer_text(),
            )
        return self.env._(
            "Receipt %(reference)s was not sent: %(why)s",
            reference=reference,
            why=self.note,
        )
