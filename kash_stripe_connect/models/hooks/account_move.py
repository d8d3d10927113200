# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..base.records import check_some, without_defaults


class HooksMove(models.Model):
    """What several rooms want of an invoice."""

    _inherit = "account.move"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: Stripe's facts come neither by hand nor by default."""
        self._kash_stripe_refund_create(vals_list)
        self._kash_stripe_reminder_create(vals_list)
        self._kash_stripe_entry_create(vals_list)
        return super(HooksMove, without_defaults(self)).create(vals_list)

    def write(self, vals):
        """Override of `account`: Stripe's facts are not written by hand."""
        self._kash_stripe_link_write(vals)
        self._kash_stripe_refund_write(vals)
        self._kash_stripe_reminder_write(vals)
        self._kash_stripe_entry_write(vals)
        return super().write(vals)

    def button_draft(self):
        """Override of `account`: an invoice being changed is not paid meanwhile."""
        self._kash_stripe_end_attempts()
        self.sudo().kash_stripe_link_ids._forget_pdfs()
        return super().button_draft()

    def button_cancel(self):
        """Override of `account`: a cancelled invoice is not paid any more."""
        self._kash_stripe_end_attempts()
        self.sudo().kash_stripe_link_ids._forget_pdfs()
        return super().button_cancel()

    def _has_to_be_paid(self):
        """Override of `account_payment`: not while collecting rests, nor twice."""
        return (
            not self.kash_stripe_collecting_paused
            and super()._has_to_be_paid()
            and self._kash_stripe_is_due_online()
        )

    def _kash_stripe_pay_problems(self, taken=None):
        """Return {move id: PayProblem} for each invoice that cannot be paid by link.

        :param taken: what is taken, where it was asked for before
        """
        found = self._kash_stripe_link_problems(taken)
        # Too little by itself may be paid with others.
        final = {key for key, said in found.items() if said.code != "too_small"}
        rest = self.filtered(lambda move: move.id not in final)
        return {**found, **rest._kash_stripe_refund_problems()}

    def action_kash_stripe_resume_collecting(self):
        """Let the customer be asked for the money again, by link and by reminder."""
        check_some(self, "write")
        self._kash_stripe_resume_collecting()
        return True

    def _kash_stripe_resume_collecting(self):
        """Link and reminders go on together, as they rest together."""
        self._kash_stripe_refund_resume()
        self._kash_stripe_reminder_resume()
