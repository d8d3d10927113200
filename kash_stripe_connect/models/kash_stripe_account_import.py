# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import formatLang

_INLINE_PAGES = 3


class KashStripeAccount(models.Model):
    """Rows from before the connection: asked for by a person, read by the job."""

    _inherit = "kash.stripe.account"

    reading_state = fields.Selection(
        [("running", "Reading"), ("stopped", "Stopped")],
        compute="_compute_reading",
        compute_sudo=True,
        string="Reading From Stripe",
    )
    reading_can_stop = fields.Boolean(compute="_compute_reading", compute_sudo=True)
    reading_title = fields.Char(compute="_compute_reading", compute_sudo=True)
    reading_text = fields.Char(
        "Progress", compute="_compute_reading", compute_sudo=True
    )
    reading_percent = fields.Integer(
        "Part Read", compute="_compute_reading", compute_sudo=True
    )

    # === COMPUTE METHODS === #

    @api.depends("pull_ids.state", "pull_ids.cursor", "pull_ids.row_count")
    def _compute_reading(self):
        for account in self:
            pull = account._unfinished_pull()
            account.reading_state = pull.state
            account.reading_can_stop = bool(pull) and pull.kind != "news"
            account.reading_title = account._reading_title(pull) if pull else False
            account.reading_text = account._reading_text(pull) if pull else False
            account.reading_percent = round(100 * pull._part_read()) if pull else 0

    def _unfinished_pull(self):
        """Return what is being read: what a person asked for before the news."""
        unfinished = self.pull_ids.filtered(
            lambda pull: pull.state != "done" and (pull.kind != "news" or pull.cursor)
        )
        return unfinished.sorted(lambda pull: pull.kind == "news")[:1]

    def _reading_title(self, pull):
        if pull.kind == "news":
            return self.env._("Catching up with Stripe.")
        days = {
            "first": format_date(self.env, self._day_of(pull.since)),
            "last": format_date(
                self.env, self._day_of(pull.until - timedelta(seconds=1))
            ),
        }
        if pull.kind == "import":
            return self.env._("Importing from Stripe: %(first)s to %(last)s.", **days)
        return self.env._("Reading again from Stripe: %(first)s to %(last)s.", **days)

    def _reading_text(self, pull):
        """Return how far it is, in plain words; the newest rows come first."""
        if not pull.row_count:
            return self.env._("It begins within a minute.")
        done = self.env._(
            "%(count)s rows read, back to %(day)s, %(speed)s rows a second.",
            count=formatLang(self.env, pull.row_count, digits=0),
            day=format_date(self.env, self._day_of(pull.reached)),
            speed=formatLang(self.env, pull._rows_a_second(), digits=0),
        )
        if pull.state == "stopped":
            return done
        minutes = round(pull._seconds_left() / 60)
        if minutes < 1:
            return f"{done} {self.env._('Less than a minute left.')}"
        left = self.env._("About %(minutes)s minutes left.", minutes=minutes)
        return f"{done} {left}"

    # === ACTION METHODS === #

    def action_sync_now(self):
        """Fetch what Stripe has and record it; much of it is left to the job."""
        self._check_may_manage()
        self.ensure_one()
        account = self.sudo()
        if not account._try_serialise():
            return self._notification(
                self.env._("Stripe is being read right now."), "info"
            )
        account.endpoint_checked_at = False
        account._sync(pages=_INLINE_PAGES)
        if account.sync_error:
            # Not an error: what was learned before the trouble must be kept.
            return self._notification(account.sync_error, "danger")
        if account._news_pull().cursor:
            return self._notification(
                self.env._(
                    "There is much to read: it goes on in the background. You can"
                    " leave this page."
                ),
                "info",
            )
        return self._notification(self.env._("Up to date with Stripe."), "success")

    def action_import(self):
        """Open the dialog to import from an earlier day, or to read days again."""
        self.ensure_one()
        self._check_may_manage()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import from Stripe"),
            "res_model": "kash.stripe.import.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_account_id": self.id},
        }

    def action_stop_reading(self):
        """Stop after the page that is being read; what was read stays."""
        self._move_reading("running", "stopped")

    def action_resume_reading(self):
        """Go on where it was stopped."""
        self._move_reading("stopped", "running")
        self._wake_sync()

    def _move_reading(self, from_state, to_state):
        self.ensure_one()
        self._check_may_manage()
        pull = self.sudo()._unfinished_pull()
        if pull.kind != "news" and pull.state == from_state:
            pull.state = to_state

    # === BUSINESS METHODS === #

    def _open_import(self, day):
        """Let the job read from ``day`` on; the books begin there once all is read.

        :raises UserError: nothing to import, or the opening balance would be wrong
        """
        self._check_nothing_is_read()
        since = self._start_of(day)
        if since >= self.mirror_start:
            raise UserError(
                self.env._(
                    "Everything from %(day)s on is here already. Choose an earlier"
                    " day.",
                    day=format_date(self.env, self._day_of(self.mirror_start)),
                )
            )
        self._check_no_opening()
        self._open_pull("import", since, self.mirror_start)

    def _open_again(self, first, last):
        """Let the job read the days ``first`` to ``last`` again, which is harmless.

        :raises UserError: they begin before the first day that was imported
        """
        self._check_nothing_is_read()
        since = self._start_of(first)
        until = min(self._start_of(last + timedelta(days=1)), fields.Datetime.now())
        if since < self.mirror_start or since >= until:
            raise UserError(
                self.env._(
                    "Choose days from %(day)s to today.",
                    day=format_date(self.env, self._day_of(self.mirror_start)),
                )
            )
        self._open_pull("again", since, until)

    def _open_pull(self, kind, since, until):
        pulls = self.env["kash.stripe.pull"]
        pulls.create(pulls._prepare_window(self, kind, since, until))
        self._wake_sync()

    def _check_nothing_is_read(self):
        if self._unfinished_pull().kind not in {False, "news"}:
            raise UserError(
                self.env._(
                    "Rows are being imported already. Let it finish, or resume it if"
                    " it was stopped."
                )
            )
        if not self.connected:
            raise UserError(self.env._("Stripe is not connected."))
