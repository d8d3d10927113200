# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import models


class KashStripeReminderStatement(models.AbstractModel):
    """A reminder that ends with all that is open of the customer, by its rule."""

    _name = "kash.stripe.reminder.statement"
    _description = "Statement in a Stripe Reminder"

    def _mail_all(self):
        """Return the statement (HTML) for the e-mail; empty if the rule wants none.

        What a person decided not to ask for, no job demands.
        """
        self.ensure_one()
        link = self._all_links()
        if not link or not link._may_be_read_by(self.recipient_ids):
            return Markup()
        link = link.with_context(lang=self.env.lang)
        items = [
            item
            for item in link._statement_items()
            if not (link._aside_text(item) or item.move.kash_stripe_reminders_stopped)
        ]
        return link._mail_statement(items) if link._asks_for(items) else Markup()

    def _ensure_all_links(self):
        """Let customers of reminders that want it have a link to all, in a batch."""
        for company, some in self._wanting_all().grouped("company_id").items():
            if not company._kash_stripe_account_problem():
                some.partner_id._kash_stripe_ensure_payer_links(company)

    def _note_all_links(self):
        """Note on these links that they were sent; their days begin anew."""
        links = self._all_links()
        of = {(link.account_id, link.partner_id): link for link in links}
        readers = {}
        for one in self._wanting_all():
            account = one.company_id._kash_stripe_connected_account()
            link = of.get((account, one.partner_id), links.browse())
            if link and link._may_be_read_by(one.recipient_ids):
                readers[link] = one.recipient_ids
        links._apply_statement_sent(readers)

    def _all_links(self):
        """Return the (sudo) living links to all of the reminders that want them."""
        some = self._wanting_all()
        links = self.env["kash.stripe.pay.link"].sudo()
        for company, few in some.grouped("company_id").items():
            account = company._kash_stripe_connected_account()
            links |= few.partner_id._kash_stripe_payer_link(account)
        return links.filtered(lambda link: not link._is_dead())

    def _wanting_all(self):
        """Return those one of whose rules wants all that is open."""
        return self.filtered(lambda one: any(one.line_ids.rule_id.mapped("with_all")))
