# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import fields, models
from odoo.fields import Domain

from ..account.attention import Reason

_TRY_EVERY = timedelta(hours=1)
# So many are said one by one.
_SAID = 20


class LedgerAttention(models.AbstractModel):
    _inherit = "kash.stripe.attention"

    def _facts(self):
        """Return the models of what is to be recorded, as the job looks at it.

        Whoever records by hand may do so by an exception of their own.
        """
        names = ("kash.stripe.balance.transaction", "kash.stripe.movement")
        job = self.with_context(kash_stripe_person=False)
        return [job.env[name] for name in names]


class KashStripeAttentionSuspense(models.AbstractModel):
    """Movements that nobody has a rule for."""

    _name = "kash.stripe.attention.suspense"
    _inherit = "kash.stripe.attention"
    _description = "Movements in Suspense"

    _rule_order = 10
    _activity_type = "mail_activity_type_suspense"

    def _reason(self, account):
        suspense = account.suspense_account_id
        count = self.env["kash.stripe.balance.transaction"].search_count(
            [
                ("account_id", "=", account.id),
                ("state", "=", "booked"),
                ("entry_line_id.account_id", "=", suspense.id),
                ("entry_line_id.reconciled", "=", False),
            ]
        )
        text = self.env._(
            "Movements at Stripe in suspense: %(count)s. Say what they are.",
            count=count,
        )
        return Reason(count if suspense else 0, text)


class KashStripeAttentionHeld(models.AbstractModel):
    """Facts whose day is locked, or was: recording them is a person's act."""

    _name = "kash.stripe.attention.held"
    _inherit = "kash.stripe.attention"
    _description = "Held Facts"

    _rule_order = 20
    _activity_type = "mail_activity_type_held"

    def _bring_up_to_date(self, account):
        """Override: locks come and go without a word of Stripe's."""
        for facts in self._facts():
            facts._look_at_held(account)

    def _reason(self, account):
        held = Domain("account_id", "=", account.id) & Domain("state", "=", "held")
        ceased = Domain("ceased", "=", True)
        locked, free = self._count(held & ~ceased), self._count(held & ceased)
        texts = []
        if locked:
            texts.append(
                self.env._(
                    "Stripe rows whose day is locked: %(count)s. They wait.",
                    count=locked,
                )
            )
        if free:
            texts.append(
                self.env._(
                    "Stripe rows that wait though their day is open again: %(count)s."
                    " Record them.",
                    count=free,
                )
            )
        return Reason(locked + free, " ".join(texts))

    def _count(self, domain):
        return sum(facts.search_count(domain) for facts in self._facts())


class KashStripeAttentionStopped(models.AbstractModel):
    """Facts that something does not fit with, or that wait for another."""

    _name = "kash.stripe.attention.stopped"
    _inherit = "kash.stripe.attention"
    _description = "Stopped Facts"

    _rule_order = 30
    _activity_type = "mail_activity_type_stopped"

    def _bring_up_to_date(self, account):
        """Override: once an hour find out what a person has mended meanwhile."""
        now = fields.Datetime.now()
        if account.tried_at and now < account.tried_at + _TRY_EVERY:
            return
        account.tried_at = now
        for facts in self._facts():
            facts._look_at_stopped(account)

    def _reason(self, account):
        mine = [("account_id", "=", account.id)]
        stopped = [("state", "in", ["stopped", "waiting"])]
        rows, movements = self._facts()
        count = rows.search_count([*mine, "|", *stopped, ("changed", "=", True)])
        count += movements.search_count([*mine, *stopped])
        text = self.env._(
            "Stripe rows that are stopped: %(count)s. See why.", count=count
        )
        mended = [*mine, ("state", "=", "stopped"), ("ceased", "=", True)]
        free = sum(facts.search_count(mended) for facts in (rows, movements))
        if free:
            again = self.env._(
                "Those that nothing stops any more: %(count)s. Try them again.",
                count=free,
            )
            text = f"{text} {again}"
        return Reason(count, text)


class KashStripeAttentionUnrecorded(models.AbstractModel):
    """What other providers took and Odoo records no more: it is asked for again."""

    _name = "kash.stripe.attention.unrecorded"
    _inherit = "kash.stripe.attention"
    _description = "Paid Otherwise and Not in the Books"

    _rule_order = 55
    _activity_type = "mail_activity_type_unrecorded"

    def _reason(self, account):
        words = self.env["kash.stripe.unrecorded.words"]
        found = words._unrecorded(account)
        said = [words._sentence(account, tx) for tx in found[:_SAID]]
        if len(said) == 1:
            return Reason(1, said[0], note="")
        text = self.env._(
            "Payments through other providers that are not in the books: %(count)s."
            " Register them, or give them back there.",
            count=len(found),
        )
        items = Markup().join(Markup("<li>%s</li>") % sentence for sentence in said)
        return Reason(len(found), text, note=Markup("<ul>%s</ul>") % items)


class KashStripeAttentionCredit(models.AbstractModel):
    """Payments that are matched with no invoice: where two roads took it, of either."""

    _name = "kash.stripe.attention.credit"
    _inherit = "kash.stripe.attention"
    _description = "Customer Credit"

    _rule_order = 50
    _activity_type = "mail_activity_type_credit"

    def _reason(self, account):
        words = self.env["kash.stripe.credit.words"]
        credits = words._credits(account)
        said = words._sentences(credits[:_SAID])
        if len(said) == 1:
            return Reason(1, said[0], note=words._way(credits))
        text = self.env._(
            "Payments that are customer credit: %(count)s. Match them or give them"
            " back.",
            count=len(credits),
        )
        items = Markup().join(
            Markup("<li>%s %s</li>") % (sentence, words._way(payment))
            for payment, sentence in zip(credits, said, strict=False)
        )
        return Reason(len(credits), text, note=Markup("<ul>%s</ul>") % items)
