# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT

from ...core import days, events
from ..base.records import check_some
from ..base.taking import write_or_begin_anew


class KashStripeEvent(models.Model):
    """The inbox: one row a doorbell: who it was and what it named, no more."""

    _name = "kash.stripe.event"
    _description = "Stripe Event"
    _order = "id desc"
    _rec_name = "event_id"

    event_id = fields.Char(required=True, readonly=True)
    stripe_id = fields.Char("Stripe Account", required=True, readonly=True)
    account_id = fields.Many2one(
        "kash.stripe.account", readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", readonly=True, ondelete="cascade")
    type = fields.Char(required=True, readonly=True)
    livemode = fields.Boolean("Live Mode", readonly=True)
    api_version = fields.Char("API Version", readonly=True)
    stripe_created = fields.Datetime("At Stripe", readonly=True)
    subject = fields.Char(readonly=True)
    # When a payment ended is asked of the events that named it.
    subject_id = fields.Char("Object", readonly=True, index="btree_not_null")
    state = fields.Selection(
        [
            ("new", "To do"),
            ("done", "Done"),
            ("ignored", "Ignored"),
            ("failed", "Given up"),
        ],
        required=True,
        readonly=True,
        default="new",
        index=True,
    )
    note = fields.Char(readonly=True)
    attempts = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True)

    _event_unique = models.UniqueIndex("(stripe_id, event_id)")
    _to_do = models.Index("(next_try) WHERE (state = 'new')")
    # Counted on the account's form, by people who see some companies: from this index
    # alone. Beside it one over the company would tempt the planner into the table.
    _of_account = models.Index("(account_id, company_id)")

    # === ACTION METHODS === #

    def action_retry(self):
        """Do given-up events again."""
        check_some(self)
        self.env["kash.stripe.account"]._check_manager()
        self.sudo().filtered(lambda e: e.state == "failed").write(
            {"state": "new", "attempts": 0, "next_try": False, "note": False}
        )
        self._wake()
        return True

    # === INBOX === #

    @api.model
    def _store(self, facts, account, stripe_id, company):
        """Put one event into the inbox and wake the job; a known one is a no-op.

        ``ON CONFLICT`` because Odoo does not run a request again after a unique
        violation, and Stripe delivers at least once; twice at the same time, the second
        begins anew.

        :param account: whom it is about; empty when we know no such account
        :param company: whose endpoint rang; empty for the operator's
        """
        reason = self._ignore_reason(facts, account)
        write_or_begin_anew(
            self.env,
            SQL(
                """
                INSERT INTO kash_stripe_event
                    (event_id, stripe_id, account_id, company_id, type, livemode,
                     api_version, stripe_created, subject, subject_id, state, note,
                     attempts, create_uid, write_uid, create_date, write_date)
                VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 0,
                        %s, %s, NOW() AT TIME ZONE 'UTC', NOW() AT TIME ZONE 'UTC')
                ON CONFLICT (stripe_id, event_id) DO NOTHING
                RETURNING id
                """,
                facts.id,
                stripe_id,
                account.id or None,
                company.id or None,
                facts.type,
                facts.livemode,
                facts.api_version,
                days.utc(facts.created),
                facts.subject,
                facts.subject_id,
                "ignored" if reason else "new",
                reason,
                self.env.uid,
                self.env.uid,
            ),
        )
        if self.env.cr.fetchone() and not reason:
            self._wake()

    @api.model
    def _ignore_reason(self, facts, account):
        if not account:
            return self.env._("No Stripe account of this database.")
        if facts.livemode != account.livemode:
            return self.env._("Of the other mode than the account.")
        if not account.connected:
            return self.env._("The account is not connected: the next sync tells all.")
        if events.subject_of(facts.type) is None:
            return self.env._("Nothing to do for this type.")
        if not facts.subject_id:
            return self.env._("It does not say which object it is about.")
        if not facts.api_version and not facts.is_thin:
            return self.env._("It does not say of which version of Stripe's API it is.")
        return None

    # === SET ASIDE === #

    @api.model
    def _set_aside(self, account, unread):
        """Keep, with its reason, what Stripe lists and we can neither read nor write.

        It is fetched by itself, as if an event had named it, until it can be read. What
        is known already stays as it is, unless it was done: then it is bad again.

        :param unread: core.lists.Unread of each
        """
        told = {_name_of(one): one for one in unread}
        known = self.search(
            [("stripe_id", "=", account.stripe_id), ("event_id", "in", list(told))]
        )
        again = known.filtered(lambda event: event.state == "done")
        for event in again:
            event.write({**_to_do(told[event.event_id]), "attempts": 0})
        names = set(known.mapped("event_id"))
        made = self.create(
            [
                {**self._prepare_aside(account, one), "event_id": name}
                for name, one in told.items()
                if name not in names
            ]
        )
        if again or made:
            self._wake()

    @api.model
    def _prepare_aside(self, account, one):
        return {
            "stripe_id": account.stripe_id,
            "account_id": account.id,
            "company_id": account.company_id.id,
            "livemode": account.livemode,
            "type": events.listed_type(one.kind),
            "subject": one.kind,
            "subject_id": one.id,
            **_to_do(one),
        }

    # === PRUNE === #

    @api.autovacuum
    def _gc_events(self):
        """Forget what nobody needs any more; what still waits for a person stays.

        One that comes again, from Stripe or from a list of ours, is stored and fetched
        once more, and changes nothing: applying twice does not.

        :return: (how many, whether there may be more), as Odoo's vacuum wants it
        """
        events = self.sudo()
        old = events.search(
            self._of_nobody() | self._worked_off(), limit=GC_UNLINK_LIMIT, order="id"
        )
        old.unlink()
        return len(old), len(old) == GC_UNLINK_LIMIT

    @api.model
    def _of_nobody(self):
        """Return the domain of what was of no account here; Stripe's thirty days."""
        return Domain("account_id", "=", False) & _before(30)

    @api.model
    def _worked_off(self):
        """Return the domain of what is done with, older than its company keeps it.

        Of an account that is not connected they stay: should it be connected again,
        they may tell the day of what happened meanwhile.
        """
        ours = self.env["kash.stripe.account"].sudo().search([("connected", "=", True)])
        kept = ours.grouped(lambda account: account.company_id.kash_stripe_keep_events)
        return Domain("state", "in", ["done", "ignored"]) & Domain.OR(
            Domain("account_id", "in", accounts.ids) & _before(days_kept)
            for days_kept, accounts in kept.items()
        )

    @api.model
    def _wake(self, wait=timedelta(0)):
        cron = self.env.ref("kash_stripe_connect.ir_cron_events").sudo()
        cron._trigger(fields.Datetime.now() + wait)


def _before(days_ago):
    """Return the domain of events that came earlier than so many days ago."""
    return Domain("create_date", "<", fields.Datetime.now() - timedelta(days_ago))


def _name_of(one):
    """Return what stands for an event's id, the same each time it is listed."""
    digest = hashlib.sha256(one.reason.encode()).hexdigest()[:24]
    return f"{events.listed_type(one.kind)}.{one.id or digest}"


def _to_do(one):
    """Return how it waits: to be fetched, or for a person where it has no name."""
    state = "new" if one.id else "failed"
    return {"state": state, "note": one.reason, "next_try": False}
