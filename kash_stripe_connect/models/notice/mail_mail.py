# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class NoticeMail(models.Model):
    """What the mail server refused was not sent: our rows must not say otherwise."""

    _inherit = "mail.mail"

    def _kash_stripe_notice_refused(self, reason):
        """Tell notices that their mail failed."""
        self._kash_stripe_mark_refused("kash.stripe.notice", reason)

    def _kash_stripe_mark_refused(self, model, reason):
        """Tell the records of ``model`` whose mails these are that they failed."""
        ids = self.filtered(lambda mail: mail.model == model).mapped("res_id")
        if ids:
            self.env[model]._apply_undelivered(ids, reason)
