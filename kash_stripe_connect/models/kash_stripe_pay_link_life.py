# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_datetime

# A page that is reloaded is not news, nor worth a write.
_GLANCE = timedelta(minutes=1)


class KashStripePayLink(models.Model):
    """What became of a link: made, sent, opened, expired, void."""

    _inherit = "kash.stripe.pay.link"

    expires_at = fields.Datetime("Works Until", readonly=True)
    sent_at = fields.Datetime("Sent On", readonly=True)
    sent_to = fields.Char(readonly=True)
    sent_message_id = fields.Many2one(
        "mail.message", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sent_problem = fields.Char("Not Delivered", readonly=True)
    opened_at = fields.Datetime("First Opened", readonly=True)
    opened_last_at = fields.Datetime("Last Opened", readonly=True)

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

    def _void(self, reason):
        """Void the links here (no HTTP), their sessions soon; return the voided."""
        alive = self.filtered(lambda link: not link.voided_at)
        alive.write({"voided_at": fields.Datetime.now(), "void_reason": reason})
        # The index of living links must know before a new one comes.
        alive.flush_recordset(["voided_at"])
        alive.transaction_ids._kash_stripe_expire_soon()
        text = self.env._("Stripe payment link void: %(reason)s", reason=reason)
        moves = alive.move_id
        moves._message_log_batch(dict.fromkeys(moves.ids, text))
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
        if not self.opened_at:
            self.opened_at = now
            move = self.move_id.with_context(lang=self.company_id.partner_id.lang)
            move._message_log(
                body=move.env._("The customer opened the Stripe payment link."),
                author_id=self.env.ref("base.partner_root").id,
            )
        self.opened_last_at = now


def _failure_text(notice):
    """Return why a mail was not delivered, as the mail server or Odoo says."""
    kinds = dict(notice._fields["failure_type"]._description_selection(notice.env))
    return notice.failure_reason or kinds.get(notice.failure_type)
