# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass
from datetime import date

from odoo import models

from ..base.records import changes


@dataclass(frozen=True)
class Reason:
    """How much waits for a person, in a sentence; nothing waits when it is zero.

    ``note`` (HTML) says more, where a sentence is not enough; None: it is a person's.
    """

    count: int
    text: str
    due: date | None = None
    note: str | None = None


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
            texts = {"summary": reason.text}
            if reason.note is not None:
                texts["note"] = reason.note or False
            if changes(found, texts, texts):
                found.write(texts)
            moved = found.filtered(lambda a: reason.due not in {None, a.date_deadline})
            moved.date_deadline = reason.due
        else:
            user = account.company_id._kash_stripe_who_acts()[account.company_id]
            journal.activity_schedule(
                xmlid,
                reason.due,
                summary=reason.text,
                note=reason.note,
                user_id=user.id,
            )
