# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

_OURS = ("kash.stripe.notice", "kash.stripe.reminder")


class MailMail(models.Model):
    """What the mail server refused was not sent: our rows must not say otherwise."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Override of `mail`: tell notices and reminders that their mail failed."""
        if failure_type and not (success_pids or success_emails):
            for model in _OURS:
                ids = self.filtered(lambda m, name=model: m.model == name).mapped(
                    "res_id"
                )
                if ids:
                    self.env[model]._apply_undelivered(
                        ids, failure_reason or failure_type
                    )
        return super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
