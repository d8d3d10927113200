# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import datetime, timedelta, timezone
from datetime import time as clock_time
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...guard import alone, apart, reason_of
from ..base.records import check_one, check_some

# A first import tells of years: only facts that are news are worth an e-mail.
_NEWS = timedelta(hours=72)
_DIGEST_AT = clock_time(7)

KINDS = [
    ("payment_received", "Payment received"),
    ("payment_failed", "Payment failed"),
    ("debit_returned", "Bank debit returned"),
    ("dispute_opened", "Dispute opened"),
    ("payout_failed", "Payout failed"),
    ("receipt", "Receipt to the customer"),
]

_logger = logging.getLogger(__name__)

_CHUNK = 100
_TEMPLATES = "kash_stripe_connect.mail_template_notice_"


class KashStripeNotice(models.Model):
    """A fact the business is told of by e-mail, or its customer: once."""

    _name = "kash.stripe.notice"
    _description = "Stripe Notice"
    _inherit = [
        "kash.stripe.of.account",
        "kash.stripe.notice.text",
        "kash.stripe.notice.receipt",
    ]
    _order = "happened_at desc, id desc"
    _rec_name = "title"

    kind = fields.Selection(KINDS, required=True, readonly=True)
    key = fields.Char(
        "Object", required=True, readonly=True, help="What it is about, at Stripe."
    )
    happened_at = fields.Datetime("At Stripe", required=True, readonly=True)
    title = fields.Char("What", compute="_compute_title", compute_sudo=True)
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    reason = fields.Char("Stripe's Reason", readonly=True)
    due_on = fields.Date("Answer Until", readonly=True)
    transaction_id = fields.Many2one(
        "payment.transaction", "Payment Attempt", readonly=True, index="btree_not_null"
    )
    res_model = fields.Char("Record's Model", readonly=True)
    res_id = fields.Many2oneReference(
        "Record", model_field="res_model", readonly=True, help="Where it is handled."
    )
    state = fields.Selection(
        [
            ("to_send", "To send"),
            ("sent", "Sent"),
            ("skipped", "Not wanted"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="to_send",
    )
    note = fields.Char("Why Not", readonly=True)
    send_after = fields.Datetime(required=True, readonly=True)
    sent_at = fields.Datetime("Sent On", readonly=True)
    digest_id = fields.Many2one(
        "kash.stripe.notice",
        "In The Digest Of",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    digest_ids = fields.One2many("kash.stripe.notice", "digest_id", readonly=True)

    _fact_unique = models.UniqueIndex("(account_id, kind, key)")
    _to_send = models.Index("(send_after) WHERE (state = 'to_send')")

    # === ACTION METHODS === #

    def action_send_again(self):
        """Try failed notices again, after a person mended the reason."""
        check_some(self)
        self.env["kash.stripe.account"]._check_manager()
        failed = self.sudo().filtered(lambda notice: notice.state == "failed")
        now = fields.Datetime.now()
        failed.write(
            {
                "state": "to_send",
                "note": False,
                "send_after": now,
                "digest_id": False,
            }
        )
        failed._wake()
        return True

    def action_open_record(self):
        """Open what the notice is about."""
        check_one(self)
        record = self._record()
        return record._get_records_action() if record else False

    # === APPLY === #

    @api.model
    def _apply_news(self, account, news):
        """Remember facts the business is to be told of, each once; no mail, no HTTP.

        Call it with whatever Stripe tells, as often as it tells: known facts and facts
        of more than 72 hours ago change nothing. A job sends what is remembered; what
        goes wrong there undoes nothing here. Each fact is a dict:

        - ``kind``: one of ``KINDS``
        - ``key``: Stripe's id of the object, which makes the fact one
        - ``happened_at``: Stripe's moment (naive UTC)
        - ``amount`` (major units) with ``currency`` (res.currency), optional
        - ``transaction``: the payment.transaction concerned; tells customer, invoices
        - ``record``: the record to open from the mail; the transaction if left out
        - ``reason``: Stripe's words, optional
        - ``due_on``: the last day to answer (date), optional
        - ``wait``: timedelta before it is told; it may be settled until then

        :param account: kash.stripe.account, one
        :param news: list of such dicts
        """
        now = fields.Datetime.now()
        fresh = {
            (fact["kind"], fact["key"]): fact
            for fact in news
            if fact["happened_at"] >= now - _NEWS
        }
        if not fresh:
            return
        known = self.sudo().search(
            [
                ("account_id", "=", account.id),
                ("key", "in", [key for kind, key in fresh]),
            ]
        )
        for notice in known:
            fresh.pop((notice.kind, notice.key), None)
        made = self.sudo().create(
            [self._prepare_vals(account, fact, now) for fact in fresh.values()]
        )
        made._wake()

    @api.model
    def _prepare_vals(self, account, fact, now):
        company = account.company_id.sudo()
        transaction = fact.get("transaction") or self.env["payment.transaction"]
        record = fact.get("record") or transaction
        digest = (
            company.kash_stripe_notice_way == "digest" and fact["kind"] != "receipt"
        )
        wait = fact.get("wait") or timedelta(0)
        return {
            "account_id": account.id,
            "company_id": company.id,
            "kind": fact["kind"],
            "key": fact["key"],
            "happened_at": fact["happened_at"],
            "amount": fact.get("amount") or 0.0,
            "currency_id": fact["currency"].id if fact.get("currency") else False,
            "reason": fact.get("reason") or False,
            "due_on": fact.get("due_on") or False,
            "transaction_id": transaction.id,
            "res_model": record._name if record else False,
            "res_id": record.id if record else False,
            "send_after": self._next_digest(account, now) if digest else now + wait,
        }

    @api.model
    def _next_digest(self, account, now):
        """Return the next morning of the company's calendar (naive UTC)."""
        zone = ZoneInfo(account._zone())
        today = now.replace(tzinfo=timezone.utc).astimezone(zone)
        morning = datetime.combine(today.date(), _DIGEST_AT, tzinfo=zone)
        if morning <= today:
            morning = datetime.combine(
                today.date() + timedelta(days=1), _DIGEST_AT, tzinfo=zone
            )
        return morning.astimezone(timezone.utc).replace(tzinfo=None)

    @api.model
    def _hurry(self, account, kind, keys):
        """Tell waiting facts now: what they waited for is known."""
        now = fields.Datetime.now()
        waiting = self.sudo().search(
            [
                ("account_id", "=", account.id),
                ("kind", "=", kind),
                ("key", "in", keys),
                ("state", "=", "to_send"),
                ("send_after", ">", now),
                ("company_id.kash_stripe_notice_way", "!=", "digest"),
            ]
        )
        waiting.send_after = now
        waiting._wake()

    def _wake(self):
        """Let the job run when the notices are due."""
        cron = self.env.ref("kash_stripe_connect.ir_cron_notices").sudo()
        for moment in set(self.mapped("send_after")):
            cron._trigger(moment)

    # === JOB === #

    @api.model
    def _cron_send(self):
        """Send what is due, a chunk a commit."""
        cron = self.env["ir.cron"]
        due = [
            ("state", "=", "to_send"),
            ("send_after", "<=", fields.Datetime.now()),
        ]
        cron._commit_progress(remaining=self.search_count(due))
        while notices := self.search(due, order="company_id, id", limit=_CHUNK):
            notices._send()
            if cron._commit_progress(len(notices)) <= 0:
                return

    def _send(self):
        """Hand the notices to the mail queue, by the choices of each company."""
        for company, notices in self.grouped("company_id").items():
            apart(
                self.env,
                notices,
                lambda some, company=company: some._send_of(company),
                lambda notice, error: notice._fail_and_tell(error),
            )
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    def _send_of(self, company):
        """Hand notices of one company to the mail queue."""
        wanted = self._skip_unwanted(company)
        if company.kash_stripe_notice_way == "digest":
            receipts = wanted.filtered(lambda notice: notice.kind == "receipt")
            (wanted - receipts)._send_digest()
            wanted = receipts
        for kind, group in wanted.grouped("kind").items():
            group._send_or_fail(_TEMPLATES + kind)
        wanted._tell_failures()

    def _skip_unwanted(self, company):
        """Return what is to be told; the rest is marked with the reason why not."""
        reasons = {notice: notice._skip_reason(company) for notice in self}
        wanted = self.filtered(lambda notice: not reasons[notice])
        for reason, group in (self - wanted).grouped(reasons.get).items():
            group.write({"state": "skipped", "note": reason})
        (self - wanted).filtered(
            "company_id.kash_stripe_notify_receipt"
        )._note_receipts()
        return wanted

    def _skip_reason(self, company):
        self.ensure_one()
        if not company[f"kash_stripe_notify_{self.kind}"]:
            return self.env._("This kind of notice is switched off.")
        if self.kind == "receipt":
            return self._receipt_skip_reason()
        if not company._kash_stripe_notice_readers():
            return self.env._("Nobody with an e-mail address gets the notices.")
        settled = {"pending", "done"}
        if self.kind == "payment_failed" and self.transaction_id.state in settled:
            return self.env._("The customer has paid since.")
        return None

    # === MAIL === #

    def _send_or_fail(self, template):
        """Queue all at once; on trouble halve until the culprits fail alone."""

        def send(notices):
            self._queue(template, notices)
            notices._apply_sent()

        apart(self.env, self, send, lambda notice, error: notice._fail(error))

    def _send_digest(self):
        """Queue one e-mail that lists all, oldest first, written from the first."""
        if not self:
            return
        notices = self.sorted(lambda notice: (notice.happened_at, notice.id))
        notices.digest_id = notices[:1]
        with alone(self.env) as trouble:
            self._queue(f"{_TEMPLATES}digest", notices[:1])
            notices._apply_sent()
        if trouble.error:
            notices._fail_and_tell(trouble.error)

    @api.model
    def _queue(self, xmlid, notices):
        """Make the mails of ``notices`` (one company), one for each language read.

        :raises UserError: there is no such template any more, or a person broke it
        """
        template = self.env.ref(xmlid, raise_if_not_found=False)
        if not template:
            raise UserError(self.env._("The e-mail template was deleted."))
        for lang, some, addresses in notices._addressed():
            template.with_context(
                lang=lang, template_preview_lang=lang
            ).send_mail_batch(some.ids, email_values=addresses)

    def _addressed(self):
        """Return [(language, notices, values of their mails)]; all of one company.

        A receipt's template knows its customer.
        """
        if self[:1].kind == "receipt":
            by_lang = self.grouped(lambda notice: notice._payer_lang())
            return [(lang, some, None) for lang, some in by_lang.items()]
        readers = self.company_id._kash_stripe_notice_readers()
        return [(lang, self, addresses) for lang, addresses in readers.items()]

    def _apply_sent(self):
        now = fields.Datetime.now()
        self.write({"state": "sent", "note": False, "sent_at": now})
        self._note_receipts()

    def _fail(self, error):
        """Store, of what could not be made, why."""
        what = f"Stripe notices {self.ids}"
        self._apply_failure(reason_of(self.env, error, what, _logger))

    def _fail_and_tell(self, error):
        self._fail(error)
        self._tell_failures()

    def _apply_failure(self, reason):
        """It was not sent: the row says why, *Send Again* tries once more."""
        _logger.warning("Stripe notices %s were not sent: %s", self.ids, reason)
        self.write({"state": "failed", "note": reason, "sent_at": False})

    def _tell_failures(self):
        """Tell on the account, once for all of a batch, that notices failed."""
        failed = self.filtered(lambda notice: notice.state == "failed")
        for account, group in failed.grouped("account_id").items():
            with alone(self.env) as trouble:
                account.message_post(body=group._failure_text())
            if trouble.error:
                what = f"Failed notices of {account.stripe_id}"
                reason_of(self.env, trouble.error, what, _logger)

    def _failure_text(self):
        return self.env._(
            "Notices that could not be made: %(count)s (%(kinds)s). Mend the e-mail"
            " template, then send them again. The reason: %(reason)s",
            count=len(self),
            kinds=", ".join(sorted(set(self._kind_names()))),
            reason=self[:1].note,
        )

    def _kind_names(self):
        names = dict(self._fields["kind"]._description_selection(self.env))
        return [names[kind] for kind in self.mapped("kind")]

    @api.model
    def _apply_undelivered(self, ids, reason):
        """The mail server refused mails of these notices, a digest's for all of it."""
        notices = self.sudo().search(["|", ("id", "in", ids), ("digest_id", "in", ids)])
        notices._apply_failure(reason)
        notices._tell_failures()
