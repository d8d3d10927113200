# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A suspicion of fraud is told on an invoice, or on the journal where there is none.

Its type was said to be of journals only; Odoo warned each time. Whoever chose another
model keeps it.
"""


def migrate(cr, version):
    """Let the type be of any document."""
    if not version:
        return
    cr.execute(
        """
        UPDATE mail_activity_type SET res_model = NULL
        WHERE res_model = 'account.journal' AND id IN (
            SELECT res_id FROM ir_model_data
            WHERE module = 'kash_stripe_connect' AND name = 'mail_activity_type_fraud'
        )
        """
    )
