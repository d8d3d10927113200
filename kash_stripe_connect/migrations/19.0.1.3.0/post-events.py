# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Events keep which object they named, and nothing else of what Stripe sent."""

from odoo.tools import sql

# Odoo drops the column itself, later. A dropped column's bytes stay in the table's
# pages; those of an emptied one leave with PostgreSQL's next vacuum.
_EMPTY = "UPDATE kash_stripe_event SET payload = NULL WHERE payload IS NOT NULL"
# One over account and company took their place; Odoo keeps what is declared no more.
_DROP = """
    DROP INDEX IF EXISTS kash_stripe_event__account_id_index,
                         kash_stripe_event__company_id_index
"""


def migrate(cr, version):
    """Empty what events held of payers."""
    if sql.column_exists(cr, "kash_stripe_event", "payload"):
        cr.execute(_EMPTY)
    cr.execute(_DROP)
