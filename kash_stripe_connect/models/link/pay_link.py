# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_datetime
from odoo.tools.urls import urljoin

from ..base.records import check_some
from ..base.taking import take, try_take

STATES = [
    ("live", "Live"),
    ("void", "Void"),
    ("ended", "Connection ended"),
    ("expired", "Expired"),
    ("waiting", "Not payable"),
    ("paid", "Nothing due"),
]

# A page that is reloaded is not news, nor worth a write.
_GLANCE = timedelta(minutes=1)


class KashStripePayLink(models.Model):
    """The right to pay one invoice, or all of a customer's, as a secret address."""

    _name = "kash.stripe.pay.link"
    _description = "Stripe Payment Link"
    _inherit = [
        "kash.stripe.checkout",
        "kash.stripe.offer",
        "kash.stripe.open.items",
        "kash.stripe.payer.link",
    ]
    _order = "id desc"
    _check_company_auto = True

    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, index=True, ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        help="Whose open invoices it is for; empty on the link of one invoice.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="cascade"
    )
    account_id = fields.Many2one(
        "kash.stripe.account",
        "Stripe Account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    epoch = fields.Integer(required=True, readonly=True)
    token = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        index=True,
        default=lambda self: secrets.token_urlsafe(32),
        groups="account.group_account_invoice",
    )
    ref = fields.Char(
        "Public Reference",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_hex(8),
        help="Names the link towards Stripe; the token is nobody's but the customer's.",
    )
    attempt_count = fields.Integer("Attempts", readonly=True)
    lost_starts = fields.Integer(
        readonly=True, help="Sessions asked for whose answer never came."
    )
    lost_at = fields.Datetime(
        readonly=True, help="When the first of them was asked for."
    )
    refused_address = fields.Char(
        "E-mail Refused", readonly=True, help="Stripe does not take it for an address."
    )
    refused_reason = fields.Char(
        "Not Started", readonly=True, help="Why Stripe refused to start a payment."
    )
    refused_starts = fields.Integer(
        readonly=True, help="Since a payment was last started."
    )
    lost_uuid = fields.Char(
        readonly=True, help="The database's uuid when it was asked for."
    )
    voided_at = fields.Datetime(readonly=True)
    void_reason = fields.Char(readonly=True)
    transaction_ids = fields.One2many(
        "payment.transaction", "kash_stripe_link_id", "Payment Attempts"
    )
    state = fields.Selection(STATES, compute="_compute_state")
    reason = fields.Char(compute="_compute_state")
    url = fields.Char(
        "Address", compute="_compute_url", groups="account.group_account_invoice"
    )

    _token_unique = models.UniqueIndex("(token)")
    _ref_unique = models.UniqueIndex("(ref)")
    # Two living links of one invoice would know nothing of each other's sessions.
    _one_alive = models.UniqueIndex(
        "(move_id, account_id, epoch) WHERE (voided_at IS NULL)",
        "This invoice has a payment link already.",
    )

    _one_alive_of_customer = models.UniqueIndex(
        "(partner_id, account_id, epoch) WHERE (voided_at IS NULL)",
        "This customer has a payment link already.",
    )
    # A link whose invoice was deleted has neither.
    _one_of_both = models.Constraint(
        "CHECK (move_id IS NULL OR partner_id IS NULL)",
        "A payment link is of one invoice, or of one customer.",
    )

    expires_at = fields.Datetime("Works Until", readonly=True)
    sent_at = fields.Datetime("Sent On", readonly=True)
    sent_to = fields.Char(readonly=True)
    sent_message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sent_problem = fields.Char("Not Delivered", readonly=True)
    opened_at = fields.Datetime("First Opened", readonly=True)
    opened_last_at = fields.Datetime("Last Opened", readonly=True)

    # === COMPUTE METHODS === #

    @api.depends("move_id.name", "partner_id.name")
    def _compute_display_name(self):
        for link in self:
            name = (
                link.partner_id.name
                or link.move_id.name
                or self.env._("deleted invoice")
            )
            link.display_name = self.env._("Payment link of %(invoice)s", invoice=name)

    @api.depends("token")
    def _compute_url(self):
        for link in self:
            link.url = urljoin(link.get_base_url(), f"/kash/pay/{link.token}")

    @api.depends(
        "voided_at",
        "expires_at",
        "epoch",
        "account_id.epoch",
        "account_id.connected",
        "company_id.kash_stripe_service_until",
    )
    def _compute_state(self):
        problems = self.move_id._kash_stripe_pay_problems()
        of_customers = self._customers_problems()
        for link in self:
            problem = problems.get(link.move_id.id) or of_customers.get(link.id)
            link.state, link.reason = link._state_and_reason(problem)

    def _state_and_reason(self, problem):
        """Return the state and why, of a link that has a problem or None."""
        self.ensure_one()
        if self.voided_at:
            return "void", self.void_reason
        if self._is_of_ended_connection():
            return "ended", self.env._("Stripe was disconnected since it was made.")
        if self._is_expired():
            return "expired", self._expired_text()
        if not (self.move_id or self.partner_id):
            return "void", self.env._("The invoice was deleted.")
        if problem:
            return ("paid" if problem.is_nothing_due else "waiting"), problem.text
        return "live", False

    def _is_of_ended_connection(self):
        """A link of an ended epoch is void because of that, not because of a sweep."""
        account = self.account_id
        return not account.connected or account.epoch != self.epoch

    def _is_dead(self):
        """Tell whether the link shows nothing but *no longer valid*."""
        self.ensure_one()
        return bool(
            self.voided_at
            or self._is_of_ended_connection()
            or self._is_expired()
            or not (self.move_id or self.partner_id)
        )

    def _can_show_pdf(self):
        """Tell whether there is an invoice PDF to show, or a way to make one."""
        self.ensure_one()
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() == "ok":
            return True
        return bool(self.move_id.invoice_pdf_report_id)

    # === ACTION METHODS === #

    def action_void(self):
        """Make the links worthless, sessions first: nothing can be paid any more."""
        check_some(self)
        (self.move_id or self.env["account.move"]).check_access("write")
        self.sudo()._push_void(
            self.env._("Voided by %(user)s.", user=self.env.user.name)
        )
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # === BUSINESS METHODS === #

    @api.model
    def _find(self, token):
        """Return the (sudo) link of a token, empty for an unknown one."""
        read = [field.name for field in self._fields.values() if field.prefetch is True]
        return self.sudo().search_fetch([("token", "=", token)], read, limit=1)

    def _push_void(self, reason):
        """Void the links here, then expire at Stripe what could still be paid.

        What Stripe does not answer now is asked again by the job.
        """
        alive = self._void(reason)
        alive.transaction_ids._kash_stripe_push_expire()

    def _lock(self, wish):
        """Let one request at a time start a payment; the others wait here.

        The first one writes the link, so who waited is run again by Odoo, this time
        seeing the attempt that the first one made.

        :param wish: of a customer's link: it is taken with those of what is chosen
        """
        if self.partner_id:
            self._take_chosen(wish)
        else:
            take(self)

    # === EXPIRY === #

    def _is_expired(self):
        """Tell whether the days the company gives its links are over."""
        self.ensure_one()
        return bool(self.expires_at) and self.expires_at <= fields.Datetime.now()

    def _expired_text(self):
        self.ensure_one()
        zone = self.company_id._kash_stripe_zone()
        return self.env._(
            "It expired on %(moment)s.",
            moment=format_datetime(self.env, self.expires_at, tz=zone),
        )

    def _void_expired(self):
        """Make room for new links; a page of Stripe's still open is closed soon."""
        for link in self.filtered(lambda link: link._is_expired()):
            link._void(link._expired_text())

    # === VOID === #

    def _is_void_by_hand(self):
        """Tell whether a person ended it before its days were over."""
        ran_out = (
            self.expires_at and self.voided_at and self.expires_at <= self.voided_at
        )
        return bool(self.voided_at) and not ran_out

    def _void(self, reason):
        """Void the links here (no HTTP), their sessions soon; return the voided."""
        alive = self.filtered(lambda link: not link.voided_at)
        alive.write({"voided_at": fields.Datetime.now(), "void_reason": reason})
        # The index of living links must know before a new one comes.
        alive.flush_recordset(["voided_at"])
        alive.transaction_ids._kash_stripe_expire_soon()
        alive.move_id.transaction_ids._kash_stripe_expire_soon()
        text = self.env._("Stripe payment link void: %(reason)s", reason=reason)
        for documents in (alive.move_id, alive.partner_id):
            documents._message_log_batch(dict.fromkeys(documents.ids, text))
        return alive

    # === SENT === #

    def _apply_sent(self, partners_by_move, messages_by_move):
        """Note to whom each link was mailed; its days begin anew.

        :param partners_by_move: {move id: res.partner ids}
        :param messages_by_move: {move id: mail.message id}
        """
        partners = self.env["res.partner"].sudo()
        for link in self:
            to = partners.browse(partners_by_move[link.move_id.id]).filtered("email")
            # Written together when the batch is flushed.
            link.update(
                {
                    "sent_at": fields.Datetime.now(),
                    "sent_to": ", ".join(to.mapped("email")),
                    "sent_problem": False,
                    "sent_message_id": messages_by_move.get(link.move_id.id),
                    "expires_at": link.company_id._kash_stripe_link_expiry(),
                }
            )

    def _apply_delivery(self):
        """Follow what the mail server said: what reached nobody was not sent."""
        for link in self:
            notices = link.sent_message_id.notification_ids.filtered(
                lambda notice: notice.notification_type == "email"
            )
            failed = notices.filtered(
                lambda notice: notice.notification_status in {"exception", "bounce"}
            )
            if notices and notices == failed:
                link._apply_not_delivered(_failure_text(failed[0]))
            elif link.sent_problem:
                link.write({"sent_at": fields.Datetime.now(), "sent_problem": False})

    def _apply_not_delivered(self, reason):
        """What the mail server refused was not sent."""
        self.write({"sent_at": False, "sent_problem": reason or self.env._("Unknown.")})

    # === OPENED === #

    def _apply_opened(self):
        """Note that the customer looked at the page, by the page's own request."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.opened_last_at and now - self.opened_last_at < _GLANCE:
            return
        if not try_take(self):
            return  # another tab notes it, or the button was pressed there
        if not self.opened_at:
            self.opened_at = now
            document = (self.move_id or self.partner_id).with_context(
                lang=self.company_id.partner_id.lang
            )
            document._message_log(
                body=document.env._("The customer opened the Stripe payment link."),
                author_id=self.env.ref("base.partner_root").id,
            )
        self.opened_last_at = now


def _failure_text(notice):
    """Return why a mail was not delivered, as the mail server or Odoo says."""
    kinds = dict(notice._fields["failure_type"]._description_selection(notice.env))
    return notice.failure_reason or kinds.get(notice.failure_type)
