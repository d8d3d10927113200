# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class HooksMail(models.Model):
    """What several rooms want to know of their e-mails."""

    _inherit = "mail.mail"

    def _postprocess_sent_message(
        self, success_pids, success_emails, failure_reason=False, failure_type=None
    ):
        """Override of `mail`: what reached nobody was not sent."""
        if failure_type and not (success_pids or success_emails):
            self._kash_stripe_notice_refused(failure_reason or failure_type)
            self._kash_stripe_reminder_refused(failure_reason or failure_type)
            self._kash_stripe_statement_refused(failure_reason or failure_type)
        # Odoo may delete the mails.
        message_ids = self._kash_stripe_link_messages()
        result = super()._postprocess_sent_message(
            success_pids,
            success_emails,
            failure_reason=failure_reason,
            failure_type=failure_type,
        )
        self._kash_stripe_link_sent(message_ids, failure_type)
        return result
