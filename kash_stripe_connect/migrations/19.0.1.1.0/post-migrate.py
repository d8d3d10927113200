# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


def migrate(cr, version):
    """The dialog to connect stores no key any more: what it held goes."""
    cr.execute(
        "ALTER TABLE kash_stripe_connect_wizard DROP COLUMN IF EXISTS secret_key"
    )
