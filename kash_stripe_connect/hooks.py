# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Odoo calls once, at install and at uninstall."""

from odoo.addons.payment import reset_payment_provider, setup_provider


def post_init_hook(env):
    """Give every company its (disabled) provider and the addon its payment method."""
    setup_provider(env, "kash_stripe")


def uninstall_hook(env):
    """Hand the provider back to Odoo, and leave word of what stays in the books.

    Refused while Stripe is connected, once payments were recorded with it, and until
    what was recorded otherwise is in a file.
    """
    handover = env["kash.stripe.handover"]
    handover._check_may_uninstall()
    reset_payment_provider(env, "kash_stripe")
    handover._clear_traces()
    handover._leave_note()
