# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stripe's facts on Odoo's own records: our verbs write them, nobody else."""

_DEFAULT = "default_kash_stripe_"


def without_defaults(records):
    """Return ``records`` with no default of ours in their context.

    It would fill in what a caller may not write.
    """
    if records.env.su:
        return records
    context = records.env.context
    ours = [name for name in context if name.startswith(_DEFAULT)]
    kept = {name: value for name, value in context.items() if name not in ours}
    return records.with_env(records.env(context=kept)) if ours else records
