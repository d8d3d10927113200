# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import format_date

from ..base.records import check_some, refuse_changed, refuse_filled

_OURS = {"kash_stripe_reminders_resumed_at"}


class ReminderMove(models.Model):
    """Stopping, pausing and resuming the reminders of an invoice."""

    _inherit = "account.move"

    kash_stripe_reminders_stopped = fields.Boolean(
        "Reminders Stopped", copy=False, help="No reminder of this invoice is sent."
    )
    kash_stripe_reminders_resumed_at = fields.Datetime(
        "Reminders Resumed On",
        readonly=True,
        copy=False,
        help="Refunds and disputes from before are settled with the customer.",
    )
    kash_stripe_reminder_line_ids = fields.One2many(
        "kash.stripe.reminder.line",
        "move_id",
        "Stripe Reminders",
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    kash_stripe_reminder_text = fields.Char(
        "Reminders",
        compute="_compute_kash_stripe_reminder",
        compute_sudo=True,
        groups="account.group_account_invoice,account.group_account_readonly",
    )
    kash_stripe_reminders_rest = fields.Boolean(
        compute="_compute_kash_stripe_reminder",
        compute_sudo=True,
        groups="account.group_account_invoice,account.group_account_readonly",
    )

    @api.depends(
        "kash_stripe_reminders_stopped",
        "kash_stripe_reminders_resumed_at",
        "kash_stripe_collecting_paused",
        "kash_stripe_reminder_line_ids.sent",
    )
    def _compute_kash_stripe_reminder(self):
        """As root: of what is saved, for a form may name any company or customer."""
        refunded = self._kash_stripe_refunded_unresolved()
        disputes = self._kash_stripe_disputes_unresolved()
        for move in self:
            ended = move.id in refunded or disputes.get(move.id) == "lost"
            move.kash_stripe_reminders_rest = (
                move.kash_stripe_reminders_stopped or ended
            )
            move.kash_stripe_reminder_text = move._kash_stripe_reminder_sentence(
                refunded, disputes
            )

    def _kash_stripe_reminder_sentence(self, refunded, disputes):
        """Return what became, or becomes, of the invoice's reminders; else False."""
        self.ensure_one()
        saved = self._origin
        if not saved.company_id.kash_stripe_reminders:
            return False
        if self.kash_stripe_reminders_stopped:
            return self.env._("Stopped")
        if self.id in disputes:
            return self.env._("Paused: a payment is, or was, disputed")
        if self.id in refunded:
            return self.env._("Paused: a payment was refunded")
        if saved.commercial_partner_id.kash_stripe_no_reminders:
            return self.env._("Stopped for this customer")
        sent = saved.kash_stripe_reminder_line_ids.filtered("sent")
        if not sent:
            return self.env._("None sent")
        return self.env._(
            "%(count)s sent, the last on %(day)s",
            count=len(sent),
            day=format_date(self.env, max(sent.reminder_id.mapped("day"))),
        )

    # === GUARDS === #

    @api.model
    def _kash_stripe_reminder_create(self, vals_list):
        """Only our own verbs write when reminders were resumed."""
        refuse_filled(self, vals_list, _OURS)

    def _kash_stripe_reminder_write(self, vals):
        """Only our own verbs write when reminders were resumed."""
        refuse_changed(self, vals, _OURS)

    # === ACTION METHODS === #

    def action_kash_stripe_stop_reminders(self):
        """Send no more reminders of the invoices."""
        check_some(self, "write")
        self.kash_stripe_reminders_stopped = True
        text = self.env._("Payment reminders stopped.")
        self._message_log_batch(dict.fromkeys(self.ids, text))
        return True

    def action_kash_stripe_resume_reminders(self):
        """Remind of the invoices again; refunds and lost disputes are settled.

        A dispute that is open is not settled by a button: if it is lost, that rests.
        """
        check_some(self, "write")
        self.kash_stripe_reminders_stopped = False
        disputes = self._kash_stripe_disputes_unresolved()
        settled = self.filtered(lambda move: disputes.get(move.id) != "open")
        settled._kash_stripe_resume_collecting()
        text = self.env._("Payment reminders resumed.")
        self._message_log_batch(dict.fromkeys(self.ids, text))
        return True

    # === PAUSES === #

    def _kash_stripe_reminder_resume(self):
        """Link and reminders rest together, and go on together."""
        self.check_access("write")
        self.sudo().kash_stripe_reminders_resumed_at = fields.Datetime.now()

    def _kash_stripe_refunded_unresolved(self):
        """Return the ids of invoices refunded since a person last resumed, one query.

        A refund that failed gave nothing back.
        """
        refunds = (
            self.env["payment.transaction"]
            .sudo()
            .search(
                [
                    ("operation", "=", "refund"),
                    ("state", "not in", ["error", "cancel"]),
                    (
                        "source_transaction_id.kash_stripe_allocation_ids.move_id",
                        "in",
                        self.ids,
                    ),
                ]
            )
        )
        found = set(self.filtered("kash_stripe_collecting_paused").ids)
        for refund in refunds:
            for move in refund._kash_stripe_payment_tx()._kash_stripe_invoices():
                resumed = move.kash_stripe_reminders_resumed_at
                if not resumed or refund.create_date > resumed:
                    found.add(move.id)
        return {move.id for move in self if move._origin.id in found}

    def _kash_stripe_disputes_unresolved(self):
        """Return {move id: ``open`` or ``lost``} of disputes no person settled.

        A debit that a bank returned is none: nobody says that the invoice is not owed.
        """
        found = {}
        for move, disputes in self._kash_stripe_disputes_by_move().items():
            disputed = disputes.filtered(lambda dispute: not dispute._is_return())
            resumed = move.kash_stripe_reminders_resumed_at
            lost = disputed.filtered(
                lambda d, r=resumed: d.phase == "lost" and (not r or d.opened_at > r)
            )
            if {"open", "inquiry"} & set(disputed.mapped("phase")):
                found[move.id] = "open"
            elif lost:
                found[move.id] = "lost"
        return found
