# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ReminderPartnerMerge(models.TransientModel):
    """Contacts that are merged: one that wants no reminders stays so."""

    _inherit = "base.partner.merge.automatic.wizard"

    def _update_values(self, src_partners, dst_partner):
        """Override of `base`: whoever merges may not see, and would lose, the wish."""
        wishes = (src_partners | dst_partner).sudo().mapped("kash_stripe_no_reminders")
        result = super()._update_values(src_partners, dst_partner)
        if any(wishes):
            dst_partner.sudo().kash_stripe_no_reminders = True
        return result
