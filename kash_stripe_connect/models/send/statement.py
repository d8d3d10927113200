# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize_all

from ..base.records import check_one
from ..link.terms import Terms


class KashStripeStatement(models.AbstractModel):
    """What a customer owes, by e-mail: each open item, its age, and one button."""

    _name = "kash.stripe.statement"
    _description = "Statement of a Customer"

    # === ACTION METHODS === #

    def action_send_statement(self):
        """Mail the customer what is open, with the link to pay all of it."""
        check_one(self)
        self.env["account.move"].check_access("write")
        self.sudo()._send_statement()
        return self._statement_notice()

    def _statement_notice(self):
        """Return the bubble that says to whom it was sent."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("Statement sent to %(who)s.", who=self.sent_to),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === SENT === #

    def _send_statement(self):
        """Make the e-mail, note whom it goes to; the link's days begin anew.

        :raises UserError: it cannot be sent, and why
        """
        problem = self._statement_problem()
        if problem:
            raise UserError(problem)
        template = self.env.ref("kash_stripe_connect.mail_template_statement")
        template.send_mail(self.id)
        self._apply_statement_sent({self: self._statement_reader()})
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _statement_problem(self):
        """Return why no statement can be sent now, None if one can."""
        company = self.company_id
        if not self.partner_id:
            return self.env._("A statement is sent with the link of a customer.")
        if self._is_dead():
            return self.env._("This link works no more: make a new one.")
        problem = company._kash_stripe_account_problem()
        if problem:
            return problem.text
        if not email_normalize_all(self._statement_reader().email or ""):
            return self.env._("The customer has no e-mail address.")
        if not self._asks_for(self._statement_items()):
            return self.env._("There is nothing open.")
        return company._kash_stripe_lock_sentence(self._today(), has_tax=False)

    def _statement_reader(self):
        """Return whom it is sent to: the invoice contact, or the customer."""
        self.ensure_one()
        contacts = self.partner_id.address_get(["invoice"])
        return self.partner_id.browse(contacts["invoice"])

    def _may_be_read_by(self, partners):
        """Tell whether an e-mail to these may have the link of all in it."""
        return bool(partners) and partners <= self._readers()

    def _readers(self):
        """Return who may have the link of all by e-mail."""
        return self.partner_id | self._statement_reader()

    def _shows_several(self):
        """Tell whether there is more than one invoice's own link leads to."""
        items = self._statement_items()
        return sum(not self._aside_text(item) for item in items) > 1

    def _apply_statement_sent(self, readers):
        """Note to whom statements were mailed; the days of their links begin anew.

        :param readers: {link: whom its e-mail goes to}
        """
        who = self._apply_mailed(readers)
        notes = {
            link.partner_id.id: self.env._("Statement sent to %(who)s.", who=to)
            for link, to in who.items()
        }
        self.env["res.partner"].browse(notes)._message_log_batch(notes)

    def _apply_all_sent(self, readers):
        """Note to whom links went along with an invoice; their days begin anew.

        :param readers: {link: whom its e-mail goes to}
        """
        who = self._apply_mailed(readers)
        notes = {
            link.partner_id.id: self.env._(
                "The link to all that is open was sent to %(who)s.", who=to
            )
            for link, to in who.items()
        }
        self.env["res.partner"].browse(notes)._message_log_batch(notes)

    def _apply_mailed(self, readers):
        """Write on links to whom they were mailed; return {link: the addresses}."""
        told = {}
        for link, partners in readers.items():
            who = ", ".join(partners.filtered("email").mapped("email"))
            # Written together when the batch is flushed.
            link.update(
                {
                    "sent_at": fields.Datetime.now(),
                    "sent_to": who,
                    "sent_problem": False,
                    "expires_at": link.company_id._kash_stripe_link_expiry(),
                }
            )
            told[link] = who
        return told

    def _apply_undelivered(self, ids, reason):
        """The mail server refused the statements of these links."""
        links = self.sudo().browse(ids).exists()
        links._apply_not_delivered(reason)
        text = self.env._("The statement was not delivered: %(why)s", why=reason)
        partners = links.partner_id
        partners._message_log_batch(dict.fromkeys(partners.ids, text))

    # === WORDS === #

    def _mail_statement(self, items=None):
        """Return what is open, the sums and the button, for e-mails (HTML).

        In the language of the context, as the words around it.

        :param items: what it lists; None: all that is open
        """
        self.ensure_one()
        items = self._statement_items() if items is None else items
        return self.env["ir.qweb"]._render(
            "kash_stripe_connect.mail_statement",
            {
                "link": self,
                "items": items,
                "sums": self._statement_sums(items),
                "button": self._mail_all_button(),
            },
        )

    def _statement_items(self):
        """Return what the statement lists: what is open in its currency."""
        return [
            item
            for item in self._listed_items()
            if item.move.currency_id == self._currency()
            and (item.is_credit or item.part.amount > 0)
        ]

    def _aside_text(self, item):
        """Return why an item is not asked for, None if it is: a person said so."""
        return {
            "paused": self.env._("Not asked for now"),
            "voided": self.env._("Not asked for online"),
        }.get(item.problem and item.problem.code)

    def _asks_for(self, items):
        """Tell whether one of these invoices is asked for."""
        return any(not (item.is_credit or self._aside_text(item)) for item in items)

    def _statement_sums(self, items):
        """Return (what is asked for, less the credits, what of it is overdue)."""
        asked = [item for item in items if not self._aside_text(item)]
        late = (item.late_part for item in asked if item.age)
        return _sum_of(item.part for item in asked), _sum_of(late)


def _sum_of(parts):
    return Terms(tuple(parts)).amount
