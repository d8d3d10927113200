# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass
from datetime import date

from odoo import models


@dataclass(frozen=True)
class Reason:
    """How much waits for a person, in a sentence; nothing waits when it is zero."""

    count: int
    text: str
    due: date | None = None


class KashStripeAttention(models.AbstractModel):
    """Family: one reason to call a person, with the type of its activity.

    A rule has its own name, its place and its type, and says how much waits.
    """

    _name = "kash.stripe.attention"
    _description = "What Needs a Person"

    _rule_order = None
    _activity_type = None

    def _bring_up_to_date(self, account):
        """Find out anew what the reason is about, where the books changed it."""

    def _reason(self, account):
        """Return the :class:`Reason` as it is now."""
        raise NotImplementedError

    def _refresh(self, account):
        """Open, recount or close the activity on the account's journal."""
        reason = self._reason(account)
        journal = account.journal_id
        xmlid = f"kash_stripe_connect.{self._activity_type}"
        found = journal.activity_search([xmlid])
        if not reason.count:
            found.unlink()
        elif found:
            found.filtered(lambda a: a.summary != reason.text).summary = reason.text
            moved = found.filtered(lambda a: reason.due not in {None, a.date_deadline})
            moved.date_deadline = reason.due
        else:
            user = account.company_id.kash_stripe_responsible_id or self.env.user
            journal.activity_schedule(
                xmlid, reason.due, summary=reason.text, user_id=user.id
            )
