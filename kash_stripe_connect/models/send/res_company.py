# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SendCompany(models.Model):
    """How a company sends payment links, and when it does not."""

    _inherit = "res.company"

    kash_stripe_send_link = fields.Boolean(
        "Include a Stripe Payment Link by Default",
        default=True,
        help="Invoices are sent with a button to pay them, unless the box in the Send"
        " dialog is unticked.",
    )
    kash_stripe_mail_all = fields.Boolean(
        "A Link to All That Is Open in Invoice E-mails",
        help="Beside the link of the invoice, where the e-mail goes to the customer or"
        " its invoice contact alone, and more than that invoice is open.",
    )
    kash_stripe_link_qr = fields.Boolean(
        "QR Code of the Payment Link on the PDF",
        help="On invoices that have a link when their PDF is made.",
    )
