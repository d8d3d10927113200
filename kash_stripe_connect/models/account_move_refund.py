# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from .account_move_guard import PayProblem
from .facts_guard import refuse_changed, refuse_filled

_OURS = {"kash_stripe_refund_tx_id", "kash_stripe_collecting_paused"}


class AccountMove(models.Model):
    """An invoice that a refund opened again: nobody is asked to pay until we say so."""

    _inherit = "account.move"

    kash_stripe_collecting_paused = fields.Boolean(
        "Collecting Paused",
        readonly=True,
        copy=False,
        help="A refund opened the invoice again: its payment link and reminders rest"
        " until somebody resumes collecting.",
    )

    # === GUARDS === #

    @api.model
    def _kash_stripe_refund_create(self, vals_list):
        """Only our own verbs write these."""
        refuse_filled(self, vals_list, _OURS)

    def _kash_stripe_refund_write(self, vals):
        """Only our own verbs write these."""
        refuse_changed(self, vals, _OURS)

    # === BUSINESS METHODS === #

    def _kash_stripe_refund_resume(self):
        """Let the customer pay by link again."""
        self.check_access("write")
        paused = self.filtered("kash_stripe_collecting_paused")
        paused.sudo().kash_stripe_collecting_paused = False
        text = self.env._("Collecting was resumed.")
        paused._message_log_batch(bodies=dict.fromkeys(paused.ids, text))

    def _kash_stripe_pause_collecting(self):
        """Rest link and reminders of invoices that a refund opened, and say so."""
        text = self.env._(
            "A refund at Stripe opened this invoice again. Its payment link and"
            " reminders rest until somebody resumes collecting."
        )
        opened = self.filtered(lambda move: not move.kash_stripe_collecting_paused)
        opened.sudo().kash_stripe_collecting_paused = True
        opened._message_log_batch(bodies=dict.fromkeys(opened.ids, text))

    @api.model
    def _kash_stripe_ask(self, asks):
        """Open an activity for the responsible person on each invoice, in one batch.

        What is asked already is not asked twice.

        :param asks: list of (invoice, summary, note)
        """
        activities = self.env["mail.activity"].sudo()
        asked = activities.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", [invoice.id for invoice, _summary, _note in asks]),
            ]
        )
        known = {(activity.res_id, activity.summary) for activity in asked}
        activities.create(
            [
                self._kash_stripe_prepare_ask(invoice, summary, note)
                for invoice, summary, note in asks
                if (invoice.id, summary) not in known
            ]
        )

    @api.model
    def _kash_stripe_prepare_ask(self, invoice, summary, note):
        responsible = invoice.company_id.sudo().kash_stripe_responsible_id
        return {
            "activity_type_id": self.env.ref("mail.mail_activity_data_todo").id,
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": invoice.id,
            "summary": summary,
            "note": note,
            "user_id": (responsible or self.env.user).id,
        }

    def _kash_stripe_refund_problems(self):
        """Return {move id: PayProblem} for each invoice whose collecting is paused."""
        text = self.env._(
            "A refund opened this invoice again: nobody is asked to pay it until you"
            " resume collecting."
        )
        paused = self.filtered("kash_stripe_collecting_paused")
        return {move.id: PayProblem("paused", text) for move in paused}

    # === OVERRIDES === #

    def _invoice_paid_hook(self):
        """Override of `account`: paid again, there is nothing to pause."""
        self.filtered(
            "kash_stripe_collecting_paused"
        ).sudo().kash_stripe_collecting_paused = False
        return super()._invoice_paid_hook()
