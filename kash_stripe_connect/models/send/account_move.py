# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from reportlab.graphics import renderSVG
from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, models
from odoo.tools import email_normalize_all

from ..base.records import check_some


class SendMove(models.Model):
    """The link as a QR code and in the portal, and a new one for one that died."""

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
