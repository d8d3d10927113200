# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attempts, refunds and lost starts learn in which database they were begun.

That is the one their account was connected in: today's may be another, if the database
was moved since.
"""

_ATTEMPTS = """
    UPDATE payment_transaction tx
       SET kash_stripe_database_uuid = account.database_uuid
      FROM kash_stripe_account account
     WHERE account.id = tx.kash_stripe_account_id
       AND tx.kash_stripe_database_uuid IS NULL
       AND (tx.kash_stripe_session_id IS NOT NULL
            OR tx.kash_stripe_refund_key IS NOT NULL)
"""
_LOST_STARTS = """
    UPDATE kash_stripe_pay_link link
       SET lost_uuid = account.database_uuid
      FROM kash_stripe_account account
     WHERE account.id = link.account_id
       AND link.lost_uuid IS NULL
       AND link.lost_starts > 0
"""


def migrate(cr, version):
    """Fill what is new from the account, never from the system parameter."""
    cr.execute(_ATTEMPTS)
    cr.execute(_LOST_STARTS)
