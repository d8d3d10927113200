# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

from odoo import api, fields, models

from ...gateway.errors import StripeGone, StripeRefused
from ...guard import alone, reason_of

_logger = logging.getLogger(__name__)

# No session of Stripe's is open for longer.
# https://docs.stripe.com/api/checkout/sessions/create#create_checkout_session-expires_at
_LIFE = timedelta(hours=25)


class LinkTransaction(models.Model):
    """Open pages of Stripe's: of which link they are, and which must be closed."""

    _inherit = "payment.transaction"
    kash_stripe_link_id = fields.Many2one(
        "kash.stripe.pay.link", "Payment Link", readonly=True, index="btree_not_null"
    )
    kash_stripe_session_kind = fields.Selection(
        [("hosted", "Stripe's page"), ("embedded", "Pop-up")],
        "Paid On",
        readonly=True,
        copy=False,
        help="A session is of one kind: who wants the other begins another attempt.",
    )

    def _update_state(self, allowed_states, target_state, state_message):
        """Override of `payment`: what others take is not to be paid at Stripe, too.

        A page of Stripe's that is open still asks for it.
        """
        moved = super()._update_state(allowed_states, target_state, state_message)
        taking = moved.sudo()._kash_stripe_elsewhere()
        taking.invoice_ids._kash_stripe_end_attempts()
        return moved

    @api.model
    def _kash_stripe_misfits(self):
        """Return the attempts whose open page asks for what is not due like that.

        Whoever began one while another was taking the money saw nothing of it.
        """
        accounts = self.env["kash.stripe.account"]
        attempts = self.search(
            [
                ("kash_stripe_session_state", "=", "open"),
                ("kash_stripe_to_expire", "=", False),
                ("kash_stripe_account_id", "any", accounts._sure_domain()),
            ]
        )
        return attempts.kash_stripe_allocation_ids._misfits().transaction_id

    def _kash_stripe_froze(self, terms):
        """Tell whether the attempt asks for just this, document by document."""
        self.ensure_one()
        exact, lines = self.currency_id.round, self.env["account.move.line"]
        frozen = [
            (
                part.move_id,
                part.line_id,
                part.currency_id,
                exact(part.amount),
                exact(part.discount),
            )
            for part in self.kash_stripe_allocation_ids.sorted("id")
        ]
        return frozen == [
            (
                part.move,
                part.line or lines,
                (part.line or part.move).currency_id,
                exact(part.amount),
                exact(part.discount),
            )
            for part in terms.parts
        ]

    # === PUSH === #

    def _kash_stripe_expire_soon(self):
        """Remember that open sessions must not be paid any more, and wake the job.

        No HTTP: for hooks of invoices, which run in anybody's transaction.
        """
        open_attempts = self.sudo().filtered(
            lambda tx: tx.kash_stripe_session_state == "open"
        )
        if open_attempts:
            open_attempts.kash_stripe_to_expire = True
            self.env.ref("kash_stripe_connect.ir_cron_events").sudo()._trigger()

    def _kash_stripe_push_expire(self, *, raise_errors=False):
        """Make open sessions unpayable; apply what Stripe says of each.

        A session that was completed meanwhile cannot be expired: then it is fetched
        and counts as what it is.

        :raises GatewayError: only with ``raise_errors``; else the job asks again
        """
        for tx in self.filtered(lambda t: t.kash_stripe_session_state == "open"):
            with alone(self.env) as trouble:
                tx._kash_stripe_push_expire_one()
            if not trouble.error:
                continue
            if raise_errors:
                raise trouble.error
            what = f"Session of {tx.reference} was not expired"
            reason_of(self.env, trouble.error, what, _logger)
            tx.kash_stripe_to_expire = True

    def _kash_stripe_end_pages(self):
        """Make open pages unpayable before another is begun; return those that stay.

        Of an account that was disconnected nothing can be asked: its page ends by
        itself within a day, and is forgotten then.

        :raises GatewayError: Stripe would not
        """
        lost = self._kash_stripe_beyond_reach()
        (self - lost)._kash_stripe_push_expire(raise_errors=True)
        ended = fields.Datetime.now() - _LIFE
        over = lost.filtered(lambda tx: tx.create_date < ended)
        over._kash_stripe_forget_session()
        return lost - over

    def _kash_stripe_beyond_reach(self):
        """Return those with an open page at an account that is not connected."""
        return self.filtered(
            lambda tx: (
                tx.kash_stripe_session_state == "open"
                and not tx.kash_stripe_account_id.connected
            )
        )

    def _kash_stripe_push_expire_one(self):
        account, session_id = self.kash_stripe_account_id, self.kash_stripe_session_id
        gateway = account._gateway(retries=1)
        try:
            session = gateway.expire_session(session_id=session_id)
        except StripeRefused:
            session = gateway.session(session_id=session_id)
        except StripeGone:
            self._kash_stripe_forget_session()
            return
        account._apply_attempts(sessions=[session])
        self.kash_stripe_to_expire = False

    def _kash_stripe_forget_session(self):
        """Its session is gone (Stripe's test data was deleted): nobody can pay it."""
        self.write(
            {"kash_stripe_session_state": "expired", "kash_stripe_to_expire": False}
        )
        self.filtered(lambda tx: tx.state == "draft")._set_canceled()
