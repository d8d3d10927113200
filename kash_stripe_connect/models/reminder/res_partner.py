# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..base.records import check_some


class ReminderPartner(models.Model):
    _inherit = "res.partner"

    kash_stripe_no_reminders = fields.Boolean(
        "No Payment Reminders",
        groups="account.group_account_invoice,account.group_account_readonly",
        help="This customer gets no reminders of open invoices.",
    )

    def action_kash_stripe_stop_reminders(self):
        """Send this customer no more reminders."""
        check_some(self, "write")
        self.kash_stripe_no_reminders = True
        self._kash_stripe_log(self.env._("Payment reminders stopped."))
        return True

    def action_kash_stripe_resume_reminders(self):
        """Remind this customer again."""
        check_some(self, "write")
        self.kash_stripe_no_reminders = False
        self._kash_stripe_log(self.env._("Payment reminders resumed."))
        return True

    def _kash_stripe_log(self, text):
        self._message_log_batch(dict.fromkeys(self.ids, text))
