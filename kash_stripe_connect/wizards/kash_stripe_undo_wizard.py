# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models


class KashStripeUndoWizard(models.TransientModel):
    """What undoing a run takes back, and what it has to leave, before it is done."""

    _name = "kash.stripe.undo.wizard"
    _inherit = "kash.stripe.account.wizard"
    _description = "Undo a Recording Run"

    run_id = fields.Many2one("kash.stripe.run", required=True, readonly=True)
    move_count = fields.Integer("Entries", readonly=True)
    row_count = fields.Integer("Rows", readonly=True)
    fee_count = fields.Integer("Fees of Other Runs That Wait Again", readonly=True)
    line_ids = fields.One2many(
        "kash.stripe.undo.line", "wizard_id", "What It Does", readonly=True
    )
    left_ids = fields.One2many(
        "kash.stripe.undo.left", "wizard_id", "What Is Left", readonly=True
    )

    @api.constrains("account_id", "run_id")
    def _check_run(self):
        """A run is undone by who may manage its own account."""
        for wizard in self:
            wizard.run_id.account_id._check_may_manage()

    @api.model
    def default_get(self, fields_list):
        """Show the preview at once."""
        values = super().default_get(fields_list)
        run = self.env["kash.stripe.run"].browse(values.get("run_id"))
        if not run:
            return values
        run.account_id._check_may_manage()
        return {**values, **self._prepare_preview(run.sudo())}

    @api.model
    def _prepare_preview(self, run):
        """Return what undoing would do: done, looked at, and taken back."""
        rows, left = run._undo_plan()
        moves = rows._entries()
        return {
            "row_count": len(rows),
            "move_count": len(moves),
            "fee_count": len(self.env["kash.stripe.reversal"]._fees_of_others(rows)),
            "line_ids": [
                Command.clear(),
                *map(Command.create, self._changes(run, rows) if moves else []),
            ],
            "left_ids": [
                Command.clear(),
                *(
                    Command.create({"move_id": move.id, "reason": reason})
                    for move, reason in left.items()
                ),
            ],
        }

    @api.model
    def _changes(self, run, rows):
        return run._preview_undo(rows)

    def action_undo(self):
        """Reverse what was shown."""
        self.ensure_one()
        self.run_id.account_id._check_may_manage()
        self.run_id.sudo()._undo()
        return {"type": "ir.actions.act_window_close"}


class KashStripeUndoLine(models.TransientModel):
    """What undoing does to one account."""

    _name = "kash.stripe.undo.line"
    _inherit = "kash.stripe.effect"
    _description = "Effect of Undoing a Run"

    wizard_id = fields.Many2one("kash.stripe.undo.wizard", ondelete="cascade")


class KashStripeUndoLeft(models.TransientModel):
    """An entry that undoing leaves, and why."""

    _name = "kash.stripe.undo.left"
    _description = "Entry Left by Undoing a Run"

    wizard_id = fields.Many2one("kash.stripe.undo.wizard", ondelete="cascade")
    move_id = fields.Many2one("account.move", "Entry", readonly=True)
    day = fields.Date(related="move_id.date")
    reason = fields.Char(readonly=True)
