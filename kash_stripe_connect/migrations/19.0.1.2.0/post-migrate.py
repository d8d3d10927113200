# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How far Stripe's lists were read moves from the account to its streams."""

from odoo.tools import sql

_MADE_OF_COLUMNS = """
    INSERT INTO kash_stripe_stream
        (account_id, company_id, kind, until, reread_at, deep_read_at,
         create_uid, create_date, write_uid, write_date)
    SELECT account.id, account.company_id, stream.*,
           1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
      FROM kash_stripe_account account
     CROSS JOIN LATERAL (VALUES
            ('rows', mirrored_until, reread_at, deep_read_at),
            ('payouts', payouts_until, payouts_reread_at, NULL),
            ('disputes', disputes_until, NULL, NULL)
           ) AS stream (kind, until, reread_at, deep_read_at)
        ON CONFLICT (account_id, kind) DO NOTHING
"""
# Only rows were read by windows that could be left half read.
_POINTED_TO = """
    UPDATE kash_stripe_pull pull
       SET stream_id = stream.id
      FROM kash_stripe_stream stream
     WHERE stream.account_id = pull.account_id
       AND stream.kind = 'rows'
       AND pull.stream_id IS NULL
"""


def migrate(cr, version):
    """Make a stream of each kind for every account; Odoo drops the columns itself."""
    if sql.column_exists(cr, "kash_stripe_account", "mirrored_until"):
        cr.execute(_MADE_OF_COLUMNS)
    cr.execute(_POINTED_TO)
