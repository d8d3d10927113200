# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models


class KashStripeUndoWizard(models.TransientModel):
    """What undoing a run takes back, and what it has to leave, before it is done."""

    _name = "kash.stripe.undo.wizard"
    _inherit = ["kash.stripe.account.wizard", "kash.stripe.effect.dialog"]
    _description = "Undo a Recording Run"

    run_id = fields.Many2one("kash.stripe.run", required=True, readonly=True)
    move_count = fields.Integer("Entries", readonly=True)
    row_count = fields.Integer("Rows", readonly=True)
    fee_count = fields.Integer("Fees of Other Runs That Wait Again", readonly=True)
    in_background = fields.Boolean(readonly=True)
    left_ids = fields.One2many(
        "kash.stripe.undo.left", "wizard_id", "What Is Left", readonly=True
    )

    @api.constrains("account_id", "run_id")
    def _check_run(self):
        """A run is undone by who may manage its own account."""
        for wizard in self:
            wizard.run_id.account_id._check_may_manage()

    @api.model
    def _prepare_preview(self, run):
        """Return what undoing would do.

        :param run: sudo, of an account that this person may manage
        """
        rows, left = run._undo_plan()
        reversal = self.env["kash.stripe.reversal"]
        changes, move_count = reversal._preview_undo(rows)
        # Of branches that are not switched on the reason is told, not the entry.
        told = self.env["account.move"].browse(move.id for move in left)
        told = told._filtered_access("read")
        return {
            "account_id": run.account_id.id,
            "run_id": run.id,
            "row_count": len(rows),
            "move_count": move_count,
            "fee_count": len(reversal._fees_of_others(rows)),
            "in_background": run._is_large(),
            "effect_ids": [Command.create(change) for change in changes],
            "left_ids": [
                Command.create({"move_id": (move & told).id, "reason": reason})
                for move, reason in left.items()
            ],
        }

    def action_undo(self):
        """Reverse what was shown; of a large run the job does."""
        self._check_one()
        account = self.run_id.account_id
        account._check_may_manage()
        if self.run_id.sudo()._undo():
            return {"type": "ir.actions.act_window_close"}
        return account._notification(
            self.env._("Undoing in the background: the run shows how far it is."),
            "info",
        )


class KashStripeUndoLeft(models.TransientModel):
    """An entry that undoing leaves, and why."""

    _name = "kash.stripe.undo.left"
    _inherit = "kash.stripe.wall"
    _description = "Entry Left by Undoing a Run"

    wizard_id = fields.Many2one("kash.stripe.undo.wizard", ondelete="cascade")
    move_id = fields.Many2one("account.move", "Entry", readonly=True)
    day = fields.Date(related="move_id.date", related_sudo=False)
    reason = fields.Char(readonly=True)
