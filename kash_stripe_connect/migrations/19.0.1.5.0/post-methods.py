# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attempts that were paid by debit are no cards: their receipts have an icon now."""

# What could be paid with beside cards until now, and Odoo's code of it.
_DEBITS = {
    "US bank account": "ach_direct_debit",
    "Bacs Debit": "bacs_direct_debit",
    "SEPA Debit": "sepa_direct_debit",
}


def migrate(cr, version):
    """Tell by the name that a receipt has."""
    for name, code in _DEBITS.items():
        cr.execute(
            """
            UPDATE payment_transaction AS tx
               SET payment_method_id = method.id
              FROM payment_method AS method
             WHERE method.code = %s
               AND tx.kash_stripe_account_id IS NOT NULL
               AND tx.operation != 'refund'
               AND (tx.kash_stripe_method = %s
                    OR starts_with(tx.kash_stripe_method, %s))
            """,
            [code, name, f"{name} ••••"],
        )
