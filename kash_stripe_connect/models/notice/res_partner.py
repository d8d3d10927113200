# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class NoticePartner(models.Model):
    """Whom notices of a company's money may not reach any more."""

    _inherit = "res.partner"

    def _kash_stripe_gone(self, company):
        """Return those who left: archived, or users none of whom works in the company.

        A contact that never was a user of the backend is nobody who could have left: an
        accountant elsewhere may have a login of the portal, of any company.
        """
        return self.filtered(
            lambda partner: not partner.active or partner._kash_stripe_has_left(company)
        )

    def _kash_stripe_has_left(self, company):
        users = self.with_context(active_test=False).user_ids
        users = users.filtered(lambda user: not user.share)
        return bool(users) and not any(
            user.active and company in user.company_ids for user in users
        )
