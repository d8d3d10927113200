# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ways to be paid are named as the customer chooses them, no longer by capability.

What a country does not have is not listed any more; the next sync lists the others.
"""

_METHODS = {
    "card_payments": "card",
    "us_bank_account_ach_payments": "us_bank_account",
    "bacs_debit_payments": "bacs_debit",
    "sepa_debit_payments": "sepa_debit",
}


def migrate(cr, version):
    """Keep what each way is, under both of its names."""
    _forget_selection(cr)
    cr.execute("DELETE FROM kash_stripe_capability WHERE state = 'unavailable'")
    cr.execute("ALTER TABLE kash_stripe_capability ADD COLUMN capability varchar")
    cr.execute("UPDATE kash_stripe_capability SET capability = method")
    for capability, method in _METHODS.items():
        cr.execute(
            "UPDATE kash_stripe_capability SET method = %s WHERE method = %s",
            [method, capability],
        )


def _forget_selection(cr):
    """Forget the values of what was a choice of four, and is a text now.

    Odoo would ask the field what becomes of records with a value that is gone: it is no
    choice any more, and cannot say.
    """
    cr.execute(
        """
        WITH gone AS (
            DELETE FROM ir_model_fields_selection AS value
                  USING ir_model_fields AS field
                  WHERE field.id = value.field_id
                    AND field.model = 'kash.stripe.capability'
                    AND field.name = 'method'
              RETURNING value.id
        )
        DELETE FROM ir_model_data
              USING gone
              WHERE model = 'ir.model.fields.selection' AND res_id = gone.id
        """
    )
