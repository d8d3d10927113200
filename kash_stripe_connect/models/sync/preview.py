# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, models
from odoo.exceptions import UserError

from ..base.records import check_one, previewed

# A preview is looked at by a person who waits: what is longer, the job reads.
_PAGES = 3


class KashStripeSyncPreview(models.AbstractModel):
    """What a sync would record, before it does."""

    _name = "kash.stripe.sync.preview"
    _description = "Preview of a Sync"

    def action_preview_sync(self):
        """Show what the next sync would do to the books."""
        check_one(self)
        self._check_may_manage()
        changes, count, more = self.sudo()._preview_sync()
        wizard = self.env["kash.stripe.sync.wizard"].create(
            {
                "account_id": self.id,
                "move_count": count,
                "more": more,
                "effect_ids": [Command.create(change) for change in changes],
            }
        )
        return wizard._get_records_action(
            target="new", name=self.env._("Preview of the Next Sync")
        )

    def _preview_sync(self):
        """Return what a sync would record: read, posted, looked at, and taken back.

        Stripe is only read: nothing that is done there could be taken back.

        :return: (list of {account, before, change, after} in company currency,
            number of entries, whether there is more than a preview reads or records)
        :raises UserError: Stripe does not answer, or the job is at work
        """
        self.ensure_one()
        if not self._try_serialise():
            raise UserError(self.env._("Stripe is being read right now."))
        return previewed(self.env, self._changes_of_sync)

    def _changes_of_sync(self):
        moves = self.env["account.move"]
        last = moves.search([], order="id desc", limit=1).id or 0
        with self._told_to_a_person():
            self._pull_sessions()
            self._pull_rows(_PAGES)
            self._pull_late_refunds()
        left = self._is_left_to_job()
        (self._book_inline if left else self._book_new)()
        made = moves.search(
            [
                ("id", ">", last),
                ("kash_stripe_account_id", "=", self.id),
                ("state", "=", "posted"),
            ]
        )
        more = left or bool(self._news_pull().cursor)
        return made._kash_stripe_changes() if made else [], len(made), more
