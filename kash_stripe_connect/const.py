# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Names shared by models, controllers and wizards."""

PROVIDER_CODE = "kash_stripe"
OPERATOR_GROUP = "kash_stripe_connect.group_kash_stripe_operator"

STATUSES = [
    ("not_connected", "Not connected"),
    ("incomplete", "Incomplete"),
    ("under_review", "Under review"),
    ("restricted_soon", "Restricted soon"),
    ("restricted", "Restricted"),
    ("active", "Active"),
]
PAYOUT_STATUSES = [("active", "Active"), ("paused", "Paused")]

# Chatter and subscriptions cost 5–25 % of a batch; the batch tells its story once.
LEAN = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
}

# The type of activities on single entries and invoices.
ASKED = "kash_stripe_connect.mail_activity_type_asked"

# The payment link in Odoo's Send dialogs, their settings and data.
LINK = "kash_stripe_link"
