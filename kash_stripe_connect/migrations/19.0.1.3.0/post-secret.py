# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Keys and webhook secrets move to where nobody reads them, encrypted if they can be.

Odoo drops the columns itself, after all scripts.
"""

from odoo import SUPERUSER_ID, api
from odoo.tools import sql

# An account that is not connected has none: it forgot them, or was neutralised.
_OF_ACCOUNTS = """
    INSERT INTO kash_stripe_secret
        (res_model, res_id, name, value, encrypted, expires_at,
         create_uid, create_date, write_uid, write_date)
    SELECT 'kash.stripe.account', account.id, secret.name, secret.value, FALSE,
           secret.until, 1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
      FROM kash_stripe_account account
     CROSS JOIN LATERAL (VALUES
            ('secret_key', secret_key, NULL),
            ('webhook_secret', webhook_secret, NULL),
            ('webhook_secret_old', webhook_secret_old, webhook_secret_old_until)
           ) AS secret (name, value, until)
     WHERE account.connected
       AND secret.value > ''
       AND (secret.name != 'webhook_secret_old' OR secret.until IS NOT NULL)
        ON CONFLICT DO NOTHING
"""
_OF_THE_PLATFORM = """
    INSERT INTO kash_stripe_secret
        (res_model, res_id, name, value, encrypted,
         create_uid, create_date, write_uid, write_date)
    SELECT 'kash.stripe.platform', 0, secret.name, trim(value), FALSE,
           1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
      FROM ir_config_parameter
      JOIN (VALUES
            ('kash_stripe_connect.platform_secret_key', 'secret_key'),
            ('kash_stripe_connect.platform_webhook_secret', 'webhook_secret')
           ) AS secret (key, name) USING (key)
     WHERE trim(value) > ''
        ON CONFLICT DO NOTHING
"""
_PARAMETERS = [
    "kash_stripe_connect.platform_secret_key",
    "kash_stripe_connect.platform_webhook_secret",
]


def migrate(cr, version):
    """Copy, forget where they lay before, then encrypt or ask for a key."""
    if sql.column_exists(cr, "kash_stripe_account", "secret_key"):
        cr.execute(_OF_ACCOUNTS)
    cr.execute(_OF_THE_PLATFORM)
    env = api.Environment(cr, SUPERUSER_ID, {})
    env["ir.config_parameter"].search([("key", "in", _PARAMETERS)]).unlink()
    secrets = env["kash.stripe.secret"]
    if secrets._can_encrypt():
        secrets._encrypt_all()
    secrets._ask_for_key()
