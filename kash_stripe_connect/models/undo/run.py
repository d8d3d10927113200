# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..base.records import previewed


class KashStripeRun(models.Model):
    """What was recorded together, so that it can be taken back together."""

    _name = "kash.stripe.run"
    _inherit = "kash.stripe.of.account"
    _description = "Stripe Recording Run"
    _order = "id desc"

    kind = fields.Selection(
        [("job", "By itself"), ("person", "By a person")],
        "Recorded",
        required=True,
        readonly=True,
    )
    started_at = fields.Datetime(
        "Recorded On", required=True, readonly=True, default=fields.Datetime.now
    )
    row_ids = fields.One2many("kash.stripe.balance.transaction", "run_id", "Rows")
    row_count = fields.Integer("Rows Recorded", readonly=True)
    standing_count = fields.Integer("Still Recorded", compute="_compute_standing_count")
    first_day = fields.Date(readonly=True)
    last_day = fields.Date(readonly=True)
    undone_at = fields.Datetime("Undone On", readonly=True)
    undone_by_id = fields.Many2one("res.users", readonly=True)

    @api.depends("started_at")
    def _compute_display_name(self):
        for run in self:
            moment = fields.Datetime.context_timestamp(run, run.started_at)
            run.display_name = self.env._(
                "Recorded %(moment)s", moment=moment.strftime("%Y-%m-%d %H:%M:%S")
            )

    @api.depends("row_ids")
    def _compute_standing_count(self):
        groups = self.env["kash.stripe.balance.transaction"]._read_group(
            [("run_id", "in", self.ids), ("state", "=", "booked")],
            ["run_id"],
            ["__count"],
        )
        counts = {run.id: count for run, count in groups}
        for run in self:
            run.standing_count = counts.get(run.id, 0)

    def action_undo(self):
        """Show what undoing this run takes back."""
        self.ensure_one()
        self.account_id._check_may_manage()
        wizards = self.env["kash.stripe.undo.wizard"]
        wizard = wizards.create(wizards._prepare_preview(self.sudo()))
        return wizard._get_records_action(
            target="new", name=self.env._("Undo This Run")
        )

    def action_view_rows(self):
        self.ensure_one()
        action = self.account_id._action_view("kash_stripe_balance_transaction_action")
        return {**action, "domain": [("run_id", "=", self.id)]}

    # === UNDO === #

    def _undo_plan(self):
        """Return (rows that can be undone, {entry that is left: reason})."""
        self.ensure_one()
        return self.env["kash.stripe.reversal"]._undo_plan(
            self.account_id, self.row_ids
        )

    def _preview_undo(self, rows):
        """Return what undoing would change: done, looked at, and taken back.

        :return: list of {account, before, change, after} in company currency
        """
        reversal = self.env["kash.stripe.reversal"]
        return previewed(
            self.env,
            lambda: reversal._undo(self.account_id, rows)._kash_stripe_changes(),
        )

    def _undo(self):
        """Take back what can be; the next sync records it again.

        :raises UserError: nothing can be undone, or the job is at work
        """
        self.ensure_one()
        if not self.account_id._try_serialise():
            raise UserError(
                self.env._("Stripe is being synced right now. Try again in a minute.")
            )
        rows, _left = self._undo_plan()
        self.env["kash.stripe.reversal"]._undo(self.account_id, rows)
        self.write({"undone_at": fields.Datetime.now(), "undone_by_id": self.env.uid})
        self.account_id._refresh_activities()
