# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...const import PROVIDER_CODE


class _Refused(Exception):
    """Stripe gives nothing back: what was made for it must not stay."""


class PaymentRefundWizard(models.TransientModel):
    """Odoo's refund, and the credit note with it: both or neither."""

    _name = "payment.refund.wizard"
    _inherit = [
        "payment.refund.wizard",
        "kash.stripe.refund.split",
    ]

    kash_stripe_problem = fields.Char(compute="_compute_kash_stripe_problem")
    kash_stripe_warning = fields.Char(compute="_compute_kash_stripe_problem")
    kash_stripe_can_credit = fields.Boolean(compute="_compute_kash_stripe_can_credit")
    kash_stripe_hint = fields.Char(compute="_compute_kash_stripe_can_credit")
    kash_stripe_make_note = fields.Boolean(
        "Make the Credit Note Too",
        default=True,
        help="Corrects the sales tax by what is given back; dated today.",
    )
    kash_stripe_part_ids = fields.One2many(
        "kash.stripe.refund.part",
        "refund_wizard_id",
        "Credit Notes",
        compute="_compute_kash_stripe_part_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    kash_stripe_part_count = fields.Integer(compute="_compute_kash_stripe_part_count")

    @api.model
    def _walled(self):
        """Override: of Odoo's own fields only the payment, which ours tell about."""
        ours = {name for name in super()._walled() if name.startswith("kash_stripe_")}
        return {"payment_id", *ours}

    # === COMPUTE METHODS === #

    def _kash_stripe_paid(self):
        """Return the payment's transaction (sudo) if it is one of ours."""
        self.payment_id.check_access("read")
        return self.transaction_id.sudo().filtered(
            lambda tx: tx.provider_code == PROVIDER_CODE
        )

    @api.depends("payment_id", "amount_to_refund")
    def _compute_kash_stripe_problem(self):
        for wizard in self:
            paid = wizard._kash_stripe_paid()
            wizard.kash_stripe_problem = (
                paid._kash_stripe_refund_problem(wizard.amount_to_refund)
                if paid
                else False
            )
            wizard.kash_stripe_warning = paid and paid._kash_stripe_way_warning()

    @api.depends("payment_id", "amount_to_refund")
    def _compute_kash_stripe_can_credit(self):
        """Offer credit notes for what paid invoices, unless it is corrected already."""
        for wizard in self:
            paid = wizard._kash_stripe_paid()
            left = paid._kash_stripe_creditable() if paid else {}
            enough = (
                paid.currency_id.compare_amounts(
                    sum(left.values()), wizard.amount_to_refund
                )
                if left
                else -1
            )
            note = paid._kash_stripe_open_notes(wizard.amount_to_refund)[:1]
            wizard.kash_stripe_can_credit = enough >= 0 and not note
            wizard.kash_stripe_hint = bool(paid) and wizard._kash_stripe_hint(
                note, left, enough
            )

    def _kash_stripe_hint(self, note, left, enough):
        """Return what becomes of the credit note when none is offered."""
        if note:
            return self.env._(
                "The credit note %(note)s of just this amount is open: it is matched"
                " with the refund.",
                note=note.name,
            )
        if not left:
            return self.env._("No invoice was paid by it: there is nothing to credit.")
        if enough < 0:
            return self.env._(
                "Credit notes correct more than what is left of the invoices already."
            )
        return False

    @api.depends("payment_id", "amount_to_refund", "kash_stripe_split")
    def _compute_kash_stripe_part_ids(self):
        for wizard in self:
            paid = wizard._kash_stripe_paid()
            wizard.kash_stripe_part_ids = (
                wizard._kash_stripe_prepare_parts(paid, wizard.amount_to_refund)
                if paid
                else False
            )

    @api.depends("kash_stripe_part_ids")
    def _compute_kash_stripe_part_count(self):
        for wizard in self:
            wizard.kash_stripe_part_count = len(wizard.kash_stripe_part_ids)

    # === ACTION METHODS === #

    def action_refund(self):
        """Override of `account_payment`: all or nothing while nothing has left.

        A credit note that cannot be posted refunds nothing; a refund that Stripe
        refuses leaves no credit note. Without an answer both stay: Stripe is asked
        again.
        """
        if not (self.kash_stripe_make_note and self.kash_stripe_can_credit):
            return super().action_refund()
        paid = self._kash_stripe_paid()
        parts = self._kash_stripe_checked_parts(
            self.kash_stripe_part_ids, paid, self.amount_to_refund
        )
        day = paid.company_id._kash_stripe_today()
        try:
            with self.env.cr.savepoint():
                notes = self.env["account.move"]._kash_stripe_make_notes(parts, day)
                action = super().action_refund()
                refund = paid.child_transaction_ids.sorted("id")[-1:]
                if refund.state == "error":
                    raise _Refused(refund.state_message)
                notes.sudo().kash_stripe_refund_tx_id = refund
        except _Refused as refusal:
            refund = paid._kash_stripe_refused_refund(
                self.amount_to_refund, str(refusal)
            )
            return refund._build_action_feedback_notification()
        return action
