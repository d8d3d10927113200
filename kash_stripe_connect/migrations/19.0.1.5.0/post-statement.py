# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reminders may end with all that is open, receipts name credits; unless edited."""

from odoo.addons.kash_stripe_connect.shipped_mails import write_anew

_FILES = ("data/mail_template_receipt.xml", "data/mail_template_reminders.xml")
# Of each e-mail, what 19.0.1.4.0 shipped, by its signature.
_SHIPPED = {
    "mail_template_notice_receipt": {
        "fb503c5d83587f2d3e89c603d09c1ac5440eba7974f4e7a9207dd8a41d4fab17"
    },
    "mail_template_reminder_before": {
        "9fc4689621a2f9a8a8e7da83a167000d9a0c08a87e74bc6a0071bff298a468eb"
    },
    "mail_template_reminder_after": {
        "77f9f805d2712935a222fc26a0a447dca7389d40007d0a70f762d6138873d1ed"
    },
    "mail_template_reminder_last": {
        "f186c4ffd2f7abd5dd2cdf9bf6a2c73c69457d6a44d7285969cc9d9b27cf915b"
    },
}


def migrate(cr, version):
    """Write today's words where nobody has changed those of a version before."""
    write_anew(cr, _FILES, _SHIPPED)
