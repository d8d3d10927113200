# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..guard import alone, apart, reason_of

_logger = logging.getLogger(__name__)

_CHUNK = 100
_TEMPLATES = "kash_stripe_connect.mail_template_notice_"


class KashStripeNotice(models.Model):
    """Sending: one e-mail a fact, or one a day; a courtesy that undoes nothing."""

    _inherit = "kash.stripe.notice"

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
            wanted._send_digest()
            return
        for kind, group in wanted.grouped("kind").items():
            group._send_or_fail(_TEMPLATES + kind)
        wanted._tell_failures()

    def _skip_unwanted(self, company):
        """Return what is to be told; the rest is marked with the reason why not."""
        reasons = {notice: notice._skip_reason(company) for notice in self}
        wanted = self.filtered(lambda notice: not reasons[notice])
        for reason, group in (self - wanted).grouped(reasons.get).items():
            group.write({"state": "skipped", "note": reason})
        return wanted

    def _skip_reason(self, company):
        self.ensure_one()
        if not company[f"kash_stripe_notify_{self.kind}"]:
            return self.env._("This kind of notice is switched off.")
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
        readers = notices.company_id._kash_stripe_notice_readers()
        for lang, addresses in readers.items():
            template.with_context(
                lang=lang, template_preview_lang=lang
            ).send_mail_batch(notices.ids, email_values=addresses)

    def _apply_sent(self):
        now = fields.Datetime.now()
        self.write({"state": "sent", "note": False, "sent_at": now})

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
            "%(count)s notices could not be made (%(kinds)s). Mend the e-mail"
            " template, then send them again: %(reason)s",
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
