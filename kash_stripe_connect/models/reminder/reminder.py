# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from collections import defaultdict
from itertools import chain

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...guard import alone, apart, by_turns, reason_of

_logger = logging.getLogger(__name__)

_CHUNK = 50
_NAMES = 3  # that many invoices fit into a subject


class KashStripeReminder(models.Model):
    """One e-mail to one customer about all invoices due for a reminder."""

    _name = "kash.stripe.reminder"
    _description = "Stripe Reminder"
    _inherit = [
        "kash.stripe.reminder.plan",
        "kash.stripe.reminder.statement",
    ]
    _order = "day desc, id desc"

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    recipient_ids = fields.Many2many("res.partner", string="Sent To", readonly=True)
    lang = fields.Char("Language", readonly=True)
    day = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [("sent", "Sent"), ("not_sent", "Not sent")],
        required=True,
        readonly=True,
        default="not_sent",
    )
    reason = fields.Char("Why Not", readonly=True)
    template_id = fields.Many2one("mail.template", "E-mail", readonly=True)
    line_ids = fields.One2many(
        "kash.stripe.reminder.line", "reminder_id", "Invoices", readonly=True
    )

    _last_of_customer = models.Index(
        "(company_id, partner_id, day) WHERE (state = 'sent')"
    )

    @api.depends("partner_id.name", "day")
    def _compute_display_name(self):
        for reminder in self:
            reminder.display_name = f"{reminder.partner_id.name} {reminder.day}"

    # === JOB === #

    @api.model
    def _cron_remind(self):
        """Remind the customers of each company that wants it; some a commit."""
        cron = self.env["ir.cron"]
        companies = self.env["res.company"].search(
            [("kash_stripe_reminders", "=", True)]
        )
        cron._commit_progress(remaining=len(companies))
        for company in companies:
            if not self._remind_or_tell(company):
                return
        cron._commit_progress(remaining=0)

    @api.model
    def _remind_or_tell(self, company):
        """Remind a company's customers; what keeps all of them back is told there."""
        with by_turns(self.env, commits=True) as trouble:
            return self._remind(company)
        what = f"Reminders of {company.display_name}"
        self._tell_trouble(company, reason_of(self.env, trouble.error, what, _logger))
        return True

    @api.model
    def _remind(self, company):
        """Send what is due today; list with its reason what is not.

        :return: False when the job's time was over before: it begins again soon, and
            who was reminded already is not again
        """
        today = company._kash_stripe_today()
        self.search(
            [("company_id", "=", company.id), ("state", "=", "not_sent")]
        ).unlink()
        reminders = self.with_company(company)
        plan = reminders._plan(company, today)
        blocked = [item for item in plan if item.obstacle]
        reminders._create_mails(company, today, blocked)._say_why_not(blocked)
        customers = list(_by_partner(i for i in plan if not i.obstacle).values())
        for start in range(0, len(customers), _CHUNK):
            chunk = customers[start : start + _CHUNK]
            reminders._send_chunk_or_fail(company, today, chunk)
            left = self.env["ir.cron"]._commit_progress(len(chunk), remaining=1)
            if left <= 0:
                return False
        reminders._tell_failures(company)
        return True

    @api.model
    def _send_chunk_or_fail(self, company, today, customers):
        """Remind some customers; one whose reminder cannot be made is listed.

        :param customers: list of lists: what is planned for each
        """

        def send(groups):
            self._send_chunk(company, today, list(chain.from_iterable(groups)))

        def keep(groups, error):
            [items] = groups
            what = f"Stripe reminder to {items[0].partner.display_name}"
            reminder = self._create_mails(company, today, items)
            reminder.reason = reason_of(self.env, error, what, _logger)

        apart(self.env, customers, send, keep)

    @api.model
    def _send_chunk(self, company, today, items):
        """Make the links and mails of some customers.

        The links are made first: one that cannot be made keeps its invoice back.
        """
        items = self._make_links(items)
        fresh = self._create_mails(company, today, items)
        fresh._ensure_all_links()
        for group in fresh.grouped(lambda r: (r.template_id, r.lang)).values():
            group._send_or_fail()

    # === MAIL === #

    @api.model
    def _create_mails(self, company, today, items):
        """Create one reminder a customer, not sent yet, and return them.

        The words are those of the rule furthest past the due date.
        """
        return self.create(
            [
                self._prepare_vals(company, today, partner, group)
                for partner, group in _by_partner(items).items()
            ]
        )

    @api.model
    def _prepare_vals(self, company, today, partner, items):
        moves = self.env["account.move"].concat(*(item.move for item in items))
        last = max(items, key=lambda item: item.rule.offset)
        readers = moves.partner_id
        return {
            "company_id": company.id,
            "partner_id": partner.id,
            "recipient_ids": [Command.set(readers.ids)],
            "lang": readers[:1].lang or partner.lang or company.partner_id.lang,
            "day": today,
            "template_id": last.rule.template_id.id,
            "line_ids": [
                Command.create(
                    {
                        "move_id": item.move.id,
                        "rule_id": item.rule.id,
                        "amount": item.due,
                        "currency_id": item.move.currency_id.id,
                        "reason": item.reason,
                    }
                )
                for item in sorted(
                    items, key=lambda item: (item.move.invoice_date_due, item.move.id)
                )
            ],
        }

    def _send_or_fail(self):
        """Queue all at once; on trouble halve until the culprits stand alone."""

        def fail(reminder, error):
            what = f"Stripe reminder {reminder.id} was not sent"
            reminder.reason = reason_of(self.env, error, what, _logger)

        apart(self.env, self, lambda some: some._queue(), fail)

    def _queue(self):
        """Make the mails (of one template and language) and log them on the invoices.

        :raises UserError: the template is gone, or a person broke it
        """
        template, lang = self.template_id, self[:1].lang
        if not template:
            raise UserError(self.env._("The e-mail template was deleted."))
        if lang:
            template = template.with_context(lang=lang, template_preview_lang=lang)
        template.send_mail_batch(self.ids)
        self.write({"state": "sent", "reason": False})
        self.line_ids.write({"sent": True, "reason": False})
        self._note_links()
        self._note_all_links()
        self._log(
            {
                line.move_id: self.env._(
                    "Payment reminder (%(rule)s) sent to %(who)s.",
                    rule=line.rule_id.name,
                    who=line.reminder_id._addresses(),
                )
                for line in self.line_ids
            }
        )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _note_links(self):
        """Note on the living links that they were sent, and to whom."""
        readers = {
            line.move_id.id: line.reminder_id.recipient_ids.ids
            for line in self.line_ids
        }
        alive = self._current_links().filtered(lambda link: not link._is_dead())
        alive._apply_sent(readers, {})

    def _current_links(self):
        """Return the (sudo) newest link of each invoice."""
        links = self.env["kash.stripe.pay.link"].sudo()
        for move in self.line_ids.move_id:
            links |= move._kash_stripe_current_link().sudo()
        return links

    @api.model
    def _log(self, texts):
        """Note {invoice: text} in the invoices' chatter."""
        moves = self.env["account.move"].concat(*texts)
        moves._message_log_batch({move.id: text for move, text in texts.items()})

    def _addresses(self):
        """Return whom the reminder goes to, as text."""
        return ", ".join(self.recipient_ids.mapped("email_formatted"))

    def _partner_to(self):
        """Return whom the reminder goes to, as a mail template wants it."""
        return ",".join(map(str, self.recipient_ids.ids))

    def _invoices(self):
        """Return the invoices' numbers, or how many they are, for a subject line."""
        self.ensure_one()
        names = self.line_ids.mapped("move_id.name")
        if len(names) > _NAMES:
            return self.env._("%(count)s invoices", count=len(names))
        return ", ".join(names)

    # === FAILURES === #

    def _say_why_not(self, items):
        """Repeat the reason on a customer all of whose invoices share it."""
        reasons = defaultdict(set)
        for item in items:
            reasons[item.partner].add(item.reason)
        for reminder in self:
            [reason, *others] = reasons[reminder.partner_id]
            reminder.reason = self.env._("See the invoices.") if others else reason

    @api.model
    def _tell_failures(self, company):
        """Tell on the Stripe account that mails could not be made."""
        failed = self.search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "not_sent"),
                ("line_ids.reason", "=", False),
            ]
        )
        if failed:
            text = self.env._(
                "Reminders that could not be made: %(count)s. Mend the e-mail template;"
                " it is tried again tomorrow. The reason: %(reason)s",
                count=len(failed),
                reason=failed[:1].reason,
            )
            self._tell(company, text)

    @api.model
    def _tell_trouble(self, company, reason):
        """Tell on the Stripe account that no reminder at all could be made."""
        text = self.env._(
            "Today's reminders could not be made; they are tried again tomorrow:"
            " %(reason)s",
            reason=reason,
        )
        with alone(self.env) as trouble:
            self._tell(company, text)
        if trouble.error:
            what = f"Reminders of {company.display_name}"
            reason_of(self.env, trouble.error, what, _logger)

    @api.model
    def _tell(self, company, text):
        account = company._kash_stripe_connected_account()
        if account:
            account.message_post(body=text)

    @api.model
    def _apply_undelivered(self, ids, reason):
        """The mail server refused mails of these reminders: nobody was reminded."""
        reminders = self.sudo().browse(ids).exists()
        reminders.write({"state": "not_sent", "reason": reason})
        reminders.line_ids.sent = False
        reminders._current_links().filtered(
            # One that was mailed since, with its invoice, follows that message.
            lambda link: link.sent_at and not link.sent_message_id
        )._apply_not_delivered(reason)
        text = self.env._("The payment reminder was not delivered: %(why)s", why=reason)
        self._log(dict.fromkeys(reminders.line_ids.move_id, text))


def _by_partner(items):
    """Return {customer: what is planned for it}."""
    groups = defaultdict(list)
    for item in items:
        groups[item.partner].append(item)
    return groups
