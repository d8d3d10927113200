# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib
import logging
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# Stripe's code lives five minutes; its onboarding pages may be open for a day.
_LIFE = {"oauth": timedelta(minutes=10), "onboarding": timedelta(days=1)}
_KEPT = timedelta(days=30)


class KashStripeConnectTicket(models.Model):
    """The way back from Stripe's pages: for one person and company, once.

    Only the hash is kept, so that reading the table lets nobody come back.
    """

    _name = "kash.stripe.connect.ticket"
    _description = "Stripe Way Back"
    _rec_name = "purpose"

    token_hash = fields.Char(required=True, readonly=True)
    purpose = fields.Selection(
        [("oauth", "Existing account"), ("onboarding", "Set-up")],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, ondelete="cascade"
    )
    account_id = fields.Many2one(
        "kash.stripe.account", readonly=True, ondelete="cascade"
    )
    livemode = fields.Boolean(readonly=True)
    hops = fields.Integer(
        readonly=True, help="How often Stripe sent the person back for a new page."
    )
    expires_at = fields.Datetime(required=True, readonly=True)
    used_at = fields.Datetime(readonly=True)

    _token_unique = models.UniqueIndex("(token_hash)")

    @api.model
    def _issue(self, purpose, company, *, livemode, account=None, hops=0):
        """Return a new ticket's token, which is nowhere but in the answer."""
        token = secrets.token_urlsafe(32)
        self.sudo().create(
            {
                "token_hash": _hash(token),
                "purpose": purpose,
                "user_id": self.env.uid,
                "company_id": company.id,
                "account_id": account.id if account else False,
                "livemode": livemode,
                "hops": hops,
                "expires_at": fields.Datetime.now() + _LIFE[purpose],
            }
        )
        return token

    @api.model
    def _redeem(self, purpose, token):
        """Use a ticket up and return it (sudo).

        :raises AccessError: unknown, used, too old, of somebody else, or of a company
            that is not this person's any more; nothing was changed
        """
        ticket = self.sudo().search(
            [("token_hash", "=", _hash(token)), ("purpose", "=", purpose)], limit=1
        )
        reason = ticket._refusal(self.env.user)
        if not reason and not ticket._use_up():
            reason = "used already"
        if reason:
            _logger.warning(
                "Way back from Stripe refused for user %s: %s", self.env.uid, reason
            )
            raise AccessError(
                self.env._(
                    "This address does not lead anywhere any more. Nothing was changed;"
                    " please start again from the Stripe settings."
                )
            )
        return ticket

    def _refusal(self, user):
        """Return why ``user`` may not use the ticket (for the log), None if so."""
        if not self:
            return "unknown"
        if self.used_at:
            return "used already"
        if self.expires_at < fields.Datetime.now():
            return "too old"
        if self.user_id != user:
            return f"of user {self.user_id.id}"
        if self.company_id not in user.company_ids:
            return f"of company {self.company_id.id}"
        if not user.has_group("account.group_account_manager"):
            return "no accounting administrator"
        return None

    def _use_up(self):
        """Mark the ticket as used; False when another request was faster."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE kash_stripe_connect_ticket
                   SET used_at = NOW() AT TIME ZONE 'UTC'
                 WHERE id = %s AND used_at IS NULL
             RETURNING id
                """,
                self.id,
            )
        )
        self.invalidate_recordset(["used_at"])
        return bool(self.env.cr.fetchone())

    @api.autovacuum
    def _gc_tickets(self):
        old = fields.Datetime.now() - _KEPT
        self.sudo().search([("expires_at", "<", old)]).unlink()


def _hash(token):
    return hashlib.sha256((token or "").encode()).hexdigest()
