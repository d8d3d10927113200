# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
import time

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import formatLang

from ...guard import alone, apart, reason_of
from ..base.records import check_one

_logger = logging.getLogger(__name__)

# A run of more rows is undone by the job: nobody waits so long at a button.
_AT_ONCE = 100
# What tells in which entries rows stand: of a large run no more is read at once.
_PARTS = ("run_id", "state", "payment_id", "fee_move_id", "entry_id", "rest_move_id")
# Rows of payments, and other rows, that are taken back in one transaction.
_PORTION = 100
_LOOSE_PORTION = 500


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
    undoing = fields.Boolean("Being Undone", readonly=True)
    undo_count = fields.Integer("Rows To Undo", readonly=True)
    looked_at_count = fields.Integer(
        "Rows Looked At", readonly=True, help="Undone, or left for a reason."
    )
    undo_seconds = fields.Float(readonly=True, help="Time spent on undoing.")
    undo_text = fields.Char("Progress", compute="_compute_undo_progress")
    undo_percent = fields.Integer("Part Undone", compute="_compute_undo_progress")
    left_row_ids = fields.One2many(
        "kash.stripe.balance.transaction",
        "run_id",
        "Left As They Are",
        domain=[("left_reason", "!=", False)],
    )

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
        check_one(self)
        self.account_id._check_may_manage()
        wizards = self.env["kash.stripe.undo.wizard"]
        wizard = wizards.create(wizards._prepare_preview(self.sudo()))
        return wizard._get_records_action(
            target="new", name=self.env._("Undo This Run")
        )

    def action_view_rows(self):
        check_one(self)
        action = self.account_id._action_view("kash_stripe_balance_transaction_action")
        return {**action, "domain": [("run_id", "=", self.id)]}

    # === UNDO === #

    def _undo_plan(self):
        """Return (rows that can be undone, {entry that is left: reason}).

        Of a large run nothing is looked at yet: the job finds out what is left.
        """
        self.ensure_one()
        standing = self._standing_rows()
        if self._is_large():
            return standing, {}
        reversal = self.env["kash.stripe.reversal"]
        return reversal._undo_plan(self.account_id, standing)

    def _standing_rows(self, limit=None):
        """Return the rows that are recorded, without those an undo has left."""
        domain = [("run_id", "=", self.id), ("state", "=", "booked")]
        if self.undoing:
            domain.append(("left_reason", "=", False))
        return self.row_ids.search_fetch(domain, _PARTS, order="id", limit=limit)

    def _is_large(self):
        """Tell whether it is too long to wait for at a button."""
        return self.standing_count > _AT_ONCE

    def _undo(self):
        """Take back what can be; the next sync records it again.

        A large run is left to the job. Pressed twice, it is done once.

        :return: whether it is done; else the job is at it
        :raises UserError: nothing can be undone, or the job is at work
        """
        self.ensure_one()
        if self.undoing:
            return False
        if self.undone_at and not self.standing_count:
            return True
        if self._is_large():
            self._begin_undo()
            self.env.ref("kash_stripe_connect.ir_cron_sync").sudo()._trigger()
            return False
        if not self.account_id._try_serialise():
            raise UserError(
                self.env._("Stripe is being synced right now. Try again in a minute.")
            )
        self._begin_undo()
        self._undo_on()
        if not self.undone_at:
            raise UserError(self.env._("Nothing of this run can be undone."))
        return True

    def _begin_undo(self):
        """Write that it is being undone: whoever presses at the same time sees it."""
        self.left_row_ids.left_reason = False
        self.write(
            {
                "undoing": True,
                "undo_count": self.standing_count,
                "looked_at_count": 0,
                "undo_seconds": 0.0,
                "undone_at": False,
                "undone_by_id": self.env.uid,
            }
        )

    @api.model
    def _being_undone(self):
        """Return the runs that the job has to go on with, each as who asked for it.

        Lock dates are judged for that person, as they are at the button.
        """
        runs = self.search([("undoing", "=", True)], order="id")
        return [
            run.with_user(run.undone_by_id).with_company(run.company_id).sudo()
            for run in runs
        ]

    def _undo_on(self):
        """Take back portion after portion, in the job each in a turn of its own.

        What was taken back stays so if the job dies; it goes on with what stands.
        """
        while self.undoing:
            with self.account_id._turn():
                if self.undoing:
                    self._undo_portion()
            self.account_id._check_time()

    def _undo_portion(self):
        begun = time.monotonic()
        rows = self._next_portion()
        if not rows:
            self._end_undo()
            return
        self._take_back(rows)
        self.env.flush_all()
        self.write(
            {
                "looked_at_count": self.looked_at_count + len(rows),
                "undo_seconds": self.undo_seconds + time.monotonic() - begun,
            }
        )

    def _next_portion(self):
        """Return standing rows, with all that is undone with them or not at all."""
        rows = self._standing_rows(limit=_LOOSE_PORTION)
        if rows[:_PORTION].payment_id:
            rows = rows[:_PORTION]
        together = self.env["kash.stripe.undo.ties"]._together(rows)
        return together.filtered(lambda row: row.run_id == self)

    def _take_back(self, rows):
        """Reverse what stands of ``rows``; what cannot be says why it is left."""
        reversal = self.env["kash.stripe.reversal"]
        free, left = reversal._undo_plan(self.account_id, rows)
        for row in rows - free:
            row.left_reason = next(left[m] for m in row._entries() if m in left)
        with alone(self.env) as trouble:
            self._reverse(free)
        if trouble.error:
            groups = reversal._inseparable(free)
            apart(self.env, groups, self._reverse_groups, self._leave)

    def _reverse_groups(self, groups):
        self._reverse(self._rows_of(groups))

    def _rows_of(self, groups):
        return self.row_ids.browse().concat(*groups)

    def _reverse(self, rows):
        """Reverse the entries of rows, which wait until all of the run is undone."""
        if rows._entries():
            self.env["kash.stripe.reversal"]._undo(self.account_id, rows)
        else:
            rows._untie()
        rows.run_id = self
        rows.filtered(lambda row: row.state == "new").reason = self.env._(
            "The run it was recorded in is being undone."
        )

    def _leave(self, groups, error):
        what = f"Undoing {self.display_name}"
        self._rows_of(groups).left_reason = reason_of(self.env, error, what, _logger)

    def _end_undo(self):
        """Let the sync record again what was taken back."""
        rows = self.row_ids.search(
            [("run_id", "=", self.id), ("state", "!=", "booked")]
        )
        rows.filtered(lambda row: row.state == "new").reason = False
        rows.run_id = False
        self.undoing = False
        if rows:
            self.undone_at = fields.Datetime.now()
        self.account_id._refresh_activities()

    # === PROGRESS === #

    @api.depends("undoing", "undo_count", "looked_at_count", "undo_seconds")
    def _compute_undo_progress(self):
        for run in self:
            done, count = run.looked_at_count, run.undo_count
            run.undo_percent = round(100 * done / count) if count else 0
            run.undo_text = run._undo_text() if run.undoing else False

    def _undo_text(self):
        """Return how far it is and how long it may take, in plain words."""
        done, seconds = self.looked_at_count, self.undo_seconds
        if not done or not seconds:
            return self.env._("It begins within a minute.")
        text = self.env._(
            "Rows looked at: %(done)s of %(count)s, %(speed)s a second.",
            done=formatLang(self.env, done, digits=0),
            count=formatLang(self.env, self.undo_count, digits=0),
            speed=formatLang(self.env, done / seconds, digits=0),
        )
        minutes = round(seconds * (self.undo_count - done) / done / 60)
        if minutes < 1:
            return f"{text} {self.env._('Less than a minute left.')}"
        left = self.env._("About %(minutes)s min left.", minutes=minutes)
        return f"{text} {left}"
