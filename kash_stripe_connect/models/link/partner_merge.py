# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class LinkPartnerMerge(models.TransientModel):
    """Contacts that are merged: whose link to all that is open goes on working."""

    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override of `base`: a customer keeps one link to all, and loses none.

        Odoo deletes what would break a unique index, with all that was known of it: its
        page at Stripe would stay payable.
        """
        both = src_partners | dst_partner
        both.sudo()._kash_stripe_void_second_links(dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
