# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..base.records import check_some, previewed

# So many stopped facts are tried in an hour: others have their turn in the next one.
_MOST_TRIED = 50
_HOUR = 3600
_STOPS_NO_MORE = {"booked", "held", "by_hand"}


class LedgerBookable(models.AbstractModel):
    """The income a fact declared. A held one is a person's to record, on a date."""

    _inherit = "kash.stripe.bookable"

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", related_sudo=False
    )
    income_line_id = fields.Many2one(
        "account.move.line",
        "Income",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The line it was summed in.",
    )
    income_base = fields.Monetary(
        "Income Without Tax",
        currency_field="company_currency_id",
        readonly=True,
        copy=False,
        help="Its share of the line; negative for what takes a sale back.",
    )
    income_taxes = fields.Json(
        readonly=True,
        copy=False,
        help="Its share of each tax line: {invoice repartition line: amount}.",
    )
    income_tax = fields.Monetary(
        "Sales Tax",
        currency_field="company_currency_id",
        compute="_compute_income_tax",
    )

    # The field of the dialog that takes them
    _record_wizard_default = "default_row_ids"
    # The rules that record them
    _booking_family = None

    @api.depends("income_taxes")
    def _compute_income_tax(self):
        for row in self:
            row.income_tax = sum((row.income_taxes or {}).values())

    def _has_income(self):
        """Tell whether what the fact declared as income still stands in the books."""
        stands = self.entry_id.state != "cancel" and not self._is_reversed()
        declared = self.income_base or self.income_taxes
        return bool(self.entry_id and stands and declared)

    def _is_reversed(self):
        """Tell whether a posted entry takes the fact's own one back."""
        return "posted" in self.entry_id.reversal_move_ids.mapped("state")

    def _is_out_of_books(self):
        """Tell whether the fact's entry does not count now: in draft, or reversed."""
        entry = self.entry_id
        return bool(entry) and (entry.state != "posted" or self._is_reversed())

    def action_record(self):
        """Open the dialog to record held rows: on their own days once they are open."""
        check_some(self)
        held = self.filtered(lambda fact: fact.state == "held")
        own_days = held and all(held.mapped("ceased"))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record Held Rows"),
            "res_model": "kash.stripe.record.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {
                self._record_wizard_default: self.ids,
                "default_way": "own" if own_days else "chosen",
            },
        }

    # === WHAT CEASED === #

    @api.model
    def _look_at_held(self, account):
        """Let what is held say whether its day is locked still."""
        held = self.search([("account_id", "=", account.id), ("state", "=", "held")])
        self.env[self._booking_family]._look_again(account, held)

    @api.model
    def _tried_again(self, account):
        """Return the domain of what may be recorded once its reason has ceased."""
        mine = Domain("account_id", "=", account.id)
        return mine & Domain("state", "=", "stopped")

    @api.model
    def _look_at_stopped(self, account):
        """Let what is stopped say whether anything stops it still.

        It is recorded, looked at and taken back: so that Odoo, whose own refusals are
        among the reasons, answers itself. Each answers for itself: one reason may stand
        for several causes.
        """
        tried = self.search(self._tried_again(account), order="id")._in_turn()
        would_be = tried._try_out(account)
        free = tried.filtered(lambda fact: would_be[fact.id][0] in _STOPS_NO_MORE)
        for reason, group in (
            free.filtered(lambda f: not f.ceased).grouped("reason").items()
        ):
            group._let_go(
                self.env._(
                    "Nothing stops it any more: try again. It was: %(reason)s",
                    reason=reason,
                )
            )
        still = tried.filtered(lambda fact: would_be[fact.id][0] == "stopped")
        for told, group in still.grouped(lambda fact: would_be[fact.id][1]).items():
            group.filtered(lambda fact, told=told: fact.reason != told)._stop(told)

    def _in_turn(self):
        """Return those whose turn it is to be tried, by the hour."""
        hours = int(fields.Datetime.now().timestamp()) // _HOUR
        start = hours * _MOST_TRIED % len(self) if len(self) > _MOST_TRIED else 0
        return (self[start:] + self[:start])[:_MOST_TRIED]

    def _try_out(self, account):
        """Return {id: (state, reason)} as they would be after trying again."""

        def act():
            self.write({"state": "new", "reason": False})
            self._book_these(account)
            return {fact.id: (fact.state, fact.reason) for fact in self}

        return previewed(self.env, act) if self else {}

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
