# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""E-mails to customers get the button of today, unless a person edited them."""

from odoo.addons.kash_stripe_connect.shipped_mails import write_anew

_FILES = ("data/mail_template_data.xml", "data/mail_template_reminders.xml")
# Of each e-mail, what versions before this one shipped, by its signature.
_SHIPPED = {
    "mail_template_new_link": {
        "f747a0a3735d2654d310a0419b7d701ceba36c5ab8b024988568408ae89bdbfc",
        "366cdc2c310c400beed8a079484d95efb1084cd1748a2b352eb94a18eb64900c",
    },
    "mail_template_reminder_before": {
        "b8d3afb4f28191b39493dec79fbf9c96e945f39ad4c59cc5d8f1830104081733"
    },
    "mail_template_reminder_after": {
        "03b27d81f6464a5fea4d05a49712a013a1b1b147095f7a8787592f9bac2fdb09"
    },
    "mail_template_reminder_last": {
        "4039772daecbc2b9c09a68778567ce4dd395e33bd7044ed4cee0c4be73dc6c8c"
    },
}


def migrate(cr, version):
    """Write today's words where nobody has changed those of a version before."""
    write_anew(cr, _FILES, _SHIPPED)
