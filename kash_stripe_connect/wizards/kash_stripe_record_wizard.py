# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models

from ..const import RECORD_ERRORS


class KashStripeRecordWizard(models.TransientModel):
    """Choose the date of held rows, see what it does to the books, record them."""

    _name = "kash.stripe.record.wizard"
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
    error = fields.Char(readonly=True)
    line_ids = fields.One2many(
        "kash.stripe.record.line", "wizard_id", "What It Does", readonly=True
    )

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
        """What was shown is not what would be posted now."""
        self.line_ids = [Command.clear()]
        self.error = False

    def _chosen_day(self):
        return self.day if self.way == "chosen" else None

    def _checked_rows(self):
        """Return what is held (sudo) once the person may record it."""
        held = self._held()
        held.check_access("read")
        if held:
            held.account_id._check_may_manage()
        return held.sudo()

    def action_preview(self):
        """Try it, look at it, and take it back."""
        self.ensure_one()
        rows = self._checked_rows()
        try:
            changes, error = rows._preview_held(self._chosen_day()), False
        except RECORD_ERRORS as trouble:
            changes, error = [], str(trouble)
        self.write(
            {
                "error": error,
                "line_ids": [Command.clear(), *map(Command.create, changes)],
            }
        )
        return self._get_records_action(
            target="new", name=self.env._("Record Held Rows")
        )

    def action_record(self):
        """Post what was shown."""
        self.ensure_one()
        self._checked_rows()._book_held(self._chosen_day())
        return {"type": "ir.actions.act_window_close"}


class KashStripeRecordLine(models.TransientModel):
    """What recording does to one account."""

    _name = "kash.stripe.record.line"
    _inherit = "kash.stripe.effect"
    _description = "Effect of Recording Held Stripe Rows"

    wizard_id = fields.Many2one("kash.stripe.record.wizard", ondelete="cascade")
