# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who paid before the update is thanked by no e-mail after it.

Stripe tells of a payment again, with a refund say, and what is of the last three days
would be news.
"""

_NOTE = "Paid before receipts were sent by e-mail."


def migrate(cr, version):
    """Remember a receipt that is not wanted for each payment that was told of."""
    cr.execute(
        """
        INSERT INTO kash_stripe_notice (
            kind, state, note, account_id, company_id, key, happened_at, amount,
            currency_id, transaction_id, res_model, res_id, send_after,
            create_uid, create_date, write_uid, write_date)
        SELECT
            'receipt', 'skipped', %s, account_id, company_id, key, happened_at, amount,
            currency_id, transaction_id, res_model, res_id, send_after,
            create_uid, create_date, write_uid, write_date
          FROM kash_stripe_notice
         WHERE kind = 'payment_received'
           AND happened_at > NOW() AT TIME ZONE 'UTC' - INTERVAL '4 days'
        """,
        [_NOTE],
    )
