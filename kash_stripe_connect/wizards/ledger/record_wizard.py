# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class KashStripeRecordWizard(models.TransientModel):
    """Choose the date of held rows, see what it does to the books, record them."""

    _name = "kash.stripe.record.wizard"
    _inherit = "kash.stripe.preview.wizard"
    _description = "Record Held Stripe Rows"

    row_ids = fields.Many2many(
        "kash.stripe.balance.transaction", string="Held Rows", readonly=True
    )
    movement_ids = fields.Many2many(
        "kash.stripe.movement", string="Held Movements", readonly=True
    )
    row_count = fields.Integer("Rows", compute="_compute_row_count")
    way = fields.Selection(
        [
            ("chosen", "On a date that I choose"),
            ("own", "On their own days at Stripe"),
        ],
        required=True,
        default="chosen",
        help="Their own days need a lock exception of yours, or an open period.",
    )
    day = fields.Date("Date", default=lambda self: self._default_day())

    @api.model
    def _default_day(self):
        return self.env.company._kash_stripe_today()

    @api.depends("row_ids", "movement_ids")
    def _compute_row_count(self):
        for wizard in self:
            wizard.row_count = len(wizard._held())

    def _held(self):
        """Return what the dialog was opened for: rows, or movements without one."""
        return self.row_ids or self.movement_ids

    @api.onchange("way", "day")
    def _onchange_day(self):
        self._forget_preview()

    def _chosen_day(self):
        return self.day if self.way == "chosen" else None

    def _title(self):
        return self.env._("Record Held Rows")

    def _checked(self):
        """Return (what is held, sudo; the day) once the person may record it."""
        held = self._held()
        held.check_access("read")
        if held:
            held.account_id._check_may_manage()
        return held.sudo(), self._chosen_day()

    def _preview(self, rows, day):
        return rows._preview_held(day)

    def action_record(self):
        """Post what was shown."""
        self._check_one()
        rows, day = self._checked()
        rows._book_held(day)
        return {"type": "ir.actions.act_window_close"}
