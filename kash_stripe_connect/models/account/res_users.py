# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .account import GROUPS


class AccountUsers(models.Model):
    """Who can act on Stripe's money, and what becomes of the activities of who left."""

    _inherit = "res.users"

    # === OVERRIDES === #

    def action_archive(self):
        """Override of `mail`, which deletes their activities: ours are handed over."""
        self.check_access("write")
        return self._kash_stripe_leave(super().action_archive)

    def unlink(self):
        """Override of `base`: the activities would go with the person."""
        self.check_access("unlink")
        return self._kash_stripe_leave(super().unlink)

    # === BUSINESS METHODS === #

    def _kash_stripe_leave(self, leave):
        """Let people leave; what they were asked to do is somebody else's then."""
        activities = self.env["mail.activity"].sudo()
        left = activities._kash_stripe_of(self)
        # Odoo's own flag: without an e-mail about each activity.
        left.with_context(mail_activity_quick_update=True).user_id = False
        secrets = self.env["kash.stripe.secret"]
        asked = secrets._asked().user_id & self
        result = leave()
        activities._kash_stripe_hand_over(left._kash_stripe_by_company())
        if asked:
            secrets._ask_who_is_left()
        return result

    def _kash_stripe_unable(self, company):
        """Return why the person cannot act on a company's Stripe money, if so.

        :return: ``nobody``, ``archived``, ``company``, ``right``, or None: they can
        """
        if not self:
            return "nobody"
        if not self.active:
            return "archived"
        if company not in self.company_ids:
            return "company"
        return None if any(map(self.has_group, GROUPS)) else "right"
