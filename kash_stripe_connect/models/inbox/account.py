# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from functools import partial
from itertools import chain

from odoo import fields, models

from ...core.lists import Unread
from ...gateway.errors import StripeUnauthorised, StripeUnreachable
from ...gateway.pages import pages
from ...guard import alone, apart, reason_of

_logger = logging.getLogger(__name__)


class InboxAccount(models.Model):
    """Lists of Stripe's, one item as good as another: the bad one is set aside."""

    _inherit = "kash.stripe.account"

    event_count = fields.Integer(compute="_compute_event_count", string="Events")

    def _compute_event_count(self):
        events = self._count_of("kash.stripe.event")
        for account in self:
            account.event_count = events.get(account.id, 0)

    def action_view_events(self):
        return self._action_view("kash_stripe_event_action")

    # === LISTS === #

    def _pages(self, verb, **asked):
        """Yield what each page of a list holds; what cannot be read is set aside."""
        for page in pages(verb, **asked):
            self._set_aside(page.unread)
            yield page.items

    def _items(self, verb, **asked):
        """Yield what all pages of a list hold; what cannot be read is set aside."""
        return chain.from_iterable(self._pages(verb, **asked))

    def _ask_each(self, kind, ask, ids):
        """Return what Stripe says of each; what it does not say is set aside.

        :param ask: called with an id
        """
        told = (self._ask_one(kind, partial(ask, name), name) for name in ids)
        return [one for one in told if one is not None]

    def _ask_one(self, kind, ask, name):
        """Return what Stripe says of one thing; None where it does not: set aside.

        :raises StripeUnreachable, StripeUnauthorised: it says nothing of others, either
        """
        with alone(self.env) as trouble:
            return ask()
        if isinstance(trouble.error, (StripeUnreachable, StripeUnauthorised)):
            raise trouble.error
        reason = reason_of(self.env, trouble.error, f"Stripe's {kind} {name}", _logger)
        self._set_aside([Unread(kind, name, reason)])
        return None

    def _apply_each(self, kind, facts, apply):
        """Write what Stripe says of several; one that cannot be written is set aside.

        :param apply: called with some of them, and again with fewer
        """

        def stop(one, error):
            what = f"Stripe's {kind} {one[0].id}"
            reason = reason_of(self.env, error, what, _logger)
            self._set_aside([Unread(kind, one[0].id, reason)])

        apart(self.env, facts, apply, stop)

    def _set_aside(self, unread):
        """Keep what could not be read; see the inbox."""
        if unread:
            self.ensure_one()
            for one in unread:
                _logger.warning("Set aside: %s %s: %s", one.kind, one.id, one.reason)
            self.env["kash.stripe.event"].sudo()._set_aside(self, unread)
