# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ReminderMail(models.Model):
    """A reminder that the mail server refused was not sent."""

    _inherit = "mail.mail"

    def _kash_stripe_reminder_refused(self, reason):
        """Tell reminders that their mail failed."""
        self._kash_stripe_mark_refused("kash.stripe.reminder", reason)
