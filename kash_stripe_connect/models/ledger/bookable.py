# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ..base.records import previewed


class LedgerBookable(models.AbstractModel):
    """Recording held rows: a person's act, on a date that person chose."""

    _inherit = "kash.stripe.bookable"

    # The field of the dialog that takes them
    _record_wizard_default = "default_row_ids"

    def action_record(self):
        """Open the dialog to record held rows."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Held Rows"),
            "res_model": "kash.stripe.record.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {self._record_wizard_default: self.ids},
        }

    def _check_held_day(self, day):
        """Refuse a date on which the fact cannot be recorded.

        A movement is often known by the day it was seen alone: it may be earlier.

        :raises UserError: the reason
        """

    def _book_held(self, day):
        """Record what is held on ``day``, or (None) each on its own; all or none.

        Lock dates are judged for the person at the button: an exception made for them
        opens a day, which no job would use.

        :raises UserError: what keeps one of them from the books; nothing was changed
        """
        held = self.filtered(lambda fact: fact.state == "held").sorted("booking_day")
        held._check_held_day(day)
        held = held.with_context(kash_stripe_person=True)
        held.write({"record_day": day, "state": "new", "reason": False})
        for account, group in held.grouped("account_id").items():
            group._book_these(account)
        held._check_all_booked()
        held.account_id._refresh_activities()
        return held._entries()

    def _check_all_booked(self):
        """Assert that a person's recording left nothing out.

        :raises UserError: what kept the first of them from the books
        """
        left = self.filtered(lambda fact: fact.state != "booked")
        if left:
            raise UserError(
                left[:1].reason
                or self.env._(
                    "What %(row)s belongs to is not recorded yet: record it together.",
                    row=left[:1].display_name,
                )
            )

    def _preview_held(self, day):
        """Return what recording would change: posted, looked at, and taken back.

        :return: list of {account, before, change, after} in company currency
        :raises UserError: as recording would
        """
        return previewed(self.env, lambda: self._book_held(day)._kash_stripe_changes())
