# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Attempts learn of which kind their session is: until now there was one kind."""


def migrate(cr, version):
    """Call them hosted: an open one is gone on with by who comes for that."""
    cr.execute(
        """
        UPDATE payment_transaction
           SET kash_stripe_session_kind = 'hosted'
         WHERE kash_stripe_session_id IS NOT NULL
           AND kash_stripe_session_kind IS NULL
        """
    )
