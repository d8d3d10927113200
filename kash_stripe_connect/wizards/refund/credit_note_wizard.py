# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError


class KashStripeCreditNoteWizard(models.TransientModel):
    """Make the credit notes of a refund that waits for them, in one click."""

    _name = "kash.stripe.credit.note.wizard"
    _inherit = "kash.stripe.refund.split"
    _description = "Credit Notes of a Stripe Refund"

    payment_id = fields.Many2one("account.payment", "Refund", readonly=True)
    currency_id = fields.Many2one(related="payment_id.currency_id", related_sudo=False)
    amount = fields.Monetary(
        related="payment_id.amount", string="Refunded", related_sudo=False
    )
    part_ids = fields.One2many(
        "kash.stripe.refund.part",
        "note_wizard_id",
        "Credit Notes",
        compute="_compute_part_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )

    part_count = fields.Integer(compute="_compute_part_count")

    def _kash_stripe_paid(self):
        """Return the payment (transaction, sudo) that was given back."""
        self.payment_id.check_access("read")
        return self.payment_id.payment_transaction_id.sudo().source_transaction_id

    @api.depends("payment_id", "kash_stripe_split")
    def _compute_part_ids(self):
        for wizard in self:
            wizard.part_ids = wizard._kash_stripe_prepare_parts(
                wizard._kash_stripe_paid(), wizard.amount
            )

    @api.depends("part_ids")
    def _compute_part_count(self):
        for wizard in self:
            wizard.part_count = len(wizard.part_ids)

    def action_make(self):
        """Post the credit notes and match them with the refund."""
        self._check_one()
        if not self.payment_id:
            raise UserError(self.env._("Open this dialog from the refund it is about."))
        paid = self._kash_stripe_paid()
        self.payment_id._kash_stripe_check_wants_note()
        parts = self._kash_stripe_checked_parts(self.part_ids, paid, self.amount)
        notes = self.env["account.move"]._kash_stripe_make_notes(
            parts, paid.company_id._kash_stripe_today()
        )
        notes.sudo().kash_stripe_refund_tx_id = (
            self.payment_id.sudo().payment_transaction_id
        )
        self.env["kash.stripe.booking.refund"].sudo()._match_late(notes.sudo())
        return notes._get_records_action()
