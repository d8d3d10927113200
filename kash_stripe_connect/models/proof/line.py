# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..base.minor_units import MinorUnits
from ..base.records import check_one

STEPS = [
    ("mirror", "Stripe and its rows"),
    ("books", "Stripe's rows and the books"),
    ("beside", "Beside it"),
]
# Open items that stand beside the proof, by the role of their account.
BESIDE = [
    ("in_process", "Payments in process"),
    ("in_transit", "Payouts in transit"),
    ("disputed", "Disputed funds"),
    ("unallocated", "Unallocated receipts"),
    ("suspense", "Suspense"),
]
KINDS = [
    ("no_stripe_row", "Paid, Stripe's row not known yet"),
    ("no_stripe_row_fee", "Fees on these, or not in Stripe's balance yet"),
    ("no_opening", "Opening balance, not recorded yet"),
    ("opening", "Opening balance"),
    ("day_not_over", "Recorded when the day is over"),
    ("to_record", "To record"),
    ("held", "Held by a lock date"),
    ("by_hand", "To record by hand"),
    ("waiting", "Waiting"),
    ("stopped", "Stopped"),
    ("later", "Recorded on a later date"),
    ("earlier", "Recorded on an earlier date"),
    ("fee", "Fee not recorded"),
    ("removed", "Entry removed"),
    ("changed", "Entry changed"),
    ("doubled", "Recorded twice"),
    ("no_row", "Entry without a Stripe row"),
    ("reversed", "Reversed on going live"),
    *BESIDE,
]


class KashStripeProofLine(models.Model):
    """One difference with its name, and the record it comes from."""

    _name = "kash.stripe.proof.line"
    _description = "Line of a Stripe Proof"
    _order = "id"

    proof_id = fields.Many2one(
        "kash.stripe.proof", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="proof_id.company_id", store=True)
    step = fields.Selection(STEPS, required=True, readonly=True)
    kind = fields.Selection(KINDS, "What", required=True, readonly=True)
    day = fields.Date(readonly=True)
    label = fields.Char("Record", readonly=True)
    amount = MinorUnits("Amount (minor units)", required=True, readonly=True)
    shown = MinorUnits(
        compute="_compute_shown",
        help="What it does on the way from Stripe to clearing.",
    )
    amount_text = fields.Char("Amount", compute="_compute_shown")
    record = fields.Reference(
        [
            ("kash.stripe.balance.transaction", "Stripe Row"),
            ("account.move", "Entry"),
            ("payment.transaction", "Payment Attempt"),
            ("account.account", "Account"),
            ("kash.stripe.account", "Stripe Account"),
        ],
        "Opens",
        readonly=True,
    )

    @api.depends("amount", "step")
    def _compute_shown(self):
        for line in self:
            line.shown = line.amount if line.step == "beside" else -line.amount
            line.amount_text = line.proof_id._text_of(line.shown)

    def action_open(self):
        """Open what the line is about; of an account its open items.

        An opening balance that is not recorded opens its dialog.
        """
        check_one(self)
        if self.kind == "no_opening":
            return self.proof_id.account_id.action_opening()
        record = self._record_there()
        if record._name != "account.account":
            return record._get_records_action()
        return {
            "type": "ir.actions.act_window",
            "name": record.display_name,
            "res_model": "account.move.line",
            "view_mode": "list,form",
            "domain": [
                ("account_id", "=", record.id),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
            ],
        }

    def _record_there(self):
        """Return the record the line is about.

        :raises UserError: it was deleted since
        """
        self.ensure_one()
        record = self.record and self.record.exists()
        if not record:
            raise UserError(self.env._("This record was deleted. Prove the day again."))
        return record
