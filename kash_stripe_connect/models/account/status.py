# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime
from odoo.tools.translate import LazyTranslate

from ...const import PAYOUT_STATUSES, STATUSES
from ...core import days, requirements, status

_lt = LazyTranslate(__name__)

# https://docs.stripe.com/api/accounts/object#account_object-requirements-disabled_reason
_DISABLED = {
    "listed": _lt(
        "Stripe found the business or one of its people on a list of prohibited ones."
        " Please contact Stripe's support."
    ),
    "platform_paused": _lt(
        "The operator of this Odoo paused the account. Please contact the operator."
    ),
    "other": _lt("Stripe disabled the account. Please contact Stripe's support."),
    "action_required.requested_capabilities": _lt(
        "No way to be paid was requested from Stripe. Continue the set-up."
    ),
}
# What no form of Stripe's can mend.
_NOT_BY_FORM = {"listed", "platform_paused", "other"}
_FORM_HELPS = {"incomplete", "restricted", "restricted_soon"}
_STATUS_FACTS = {
    *("status", "deadline", "disabled_reason", "lost_reason", "revoked_at"),
    *("charges_enabled", "details_submitted", "is_final"),
}


class KashStripeStatus(models.AbstractModel):
    """What Stripe lets the account do, in words, and what is missing."""

    _name = "kash.stripe.status"
    _description = "Stripe Account Status"

    status = fields.Selection(
        STATUSES, required=True, readonly=True, default="not_connected", tracking=True
    )
    payouts_status = fields.Selection(
        PAYOUT_STATUSES, "Payouts", readonly=True, tracking=True
    )
    status_text = fields.Char("Why", compute="_compute_status_text")
    disabled_reason = fields.Char(readonly=True, help="Stripe's code of the reason.")
    deadline = fields.Datetime("Stripe Wants It Until", readonly=True)
    lost_reason = fields.Char(readonly=True, help="What Stripe answers to our key.")
    revoked_at = fields.Datetime(
        "Ended By Stripe",
        readonly=True,
        help="When we learned that access was revoked.",
    )
    charges_enabled = fields.Boolean("Can Take Payments", readonly=True)
    details_submitted = fields.Boolean(readonly=True)
    is_final = fields.Boolean(readonly=True, help="Stripe rejected the account.")
    dashboard = fields.Char(readonly=True, help="Which dashboard of Stripe's it has.")
    requirement_ids = fields.One2many(
        "kash.stripe.requirement", "account_id", "What Stripe Asks For"
    )
    capability_ids = fields.One2many(
        "kash.stripe.capability", "account_id", "Ways to Be Paid"
    )
    can_continue = fields.Boolean(compute="_compute_can_continue")
    can_connect = fields.Boolean(compute="_compute_can_connect")
    told_ready_epoch = fields.Integer(
        readonly=True, help="The connection whose readiness was told."
    )

    # === COMPUTE METHODS === #

    @api.depends(*_STATUS_FACTS)
    @api.depends_context("lang", "tz")
    def _compute_status_text(self):
        for account in self:
            account.status_text = account._status_sentence()

    @api.depends(
        *("connection", "connected", "status", "is_final", "disabled_reason"),
        "details_submitted",
    )
    def _compute_can_continue(self):
        """Stripe's set-up page is for accounts our platform opened."""
        for account in self:
            account.can_continue = (
                account.connection == "created"
                and account.connected
                and not account.is_final
                and account.disabled_reason not in _NOT_BY_FORM
                and (account.status in _FORM_HELPS or not account.details_submitted)
            )

    @api.depends("connected", "company_id.kash_stripe_account_ids.connected")
    def _compute_can_connect(self):
        """A company is connected to one account at a time."""
        for account in self:
            others = account.sudo().company_id.kash_stripe_account_ids
            account.can_connect = not any(others.mapped("connected"))

    def _status_sentence(self):
        """Return what the status means for a person, False when all is well."""
        self.ensure_one()
        if self.revoked_at:
            return self.env._(
                "Stripe says that access to this account was revoked (noticed on"
                " %(moment)s). Its payment links do not work. Connect it again, or"
                " press I Know.",
                moment=format_datetime(self.env, self.revoked_at, dt_format="short"),
            )
        if self.lost_reason:
            return self.lost_reason
        return {
            "incomplete": self.env._(
                "The set-up is not finished: Stripe still needs some information."
            ),
            "under_review": self.env._(
                "Stripe is checking what it was sent. There is nothing to do."
            ),
            "restricted_soon": self._deadline_sentence(),
            "restricted": self._restricted_sentence(),
            "active": self._unfinished_sentence(),
        }.get(self.status, False)

    def _deadline_sentence(self):
        if not self.deadline:
            return self.env._("Takes payments. Stripe asks for more soon.")
        return self.env._(
            "Takes payments. Stripe asks for more by %(day)s, and restricts the account"
            " after that.",
            day=format_date(self.env, self.deadline),
        )

    def _unfinished_sentence(self):
        """An account may take payments before its owner has sent Stripe's form."""
        if self.details_submitted:
            return False
        return self.env._(
            "Takes payments. The set-up is not finished: Stripe asks for more, and may"
            " keep payouts until it has that."
        )

    def _restricted_sentence(self):
        reason = self.disabled_reason or ""
        if self.is_final:
            return self.env._(
                "Stripe rejected the account (%(reason)s). Please contact Stripe's"
                " support.",
                reason=reason.removeprefix("rejected.").replace("_", " "),
            )
        if reason in _DISABLED:
            return str(_DISABLED[reason])
        if self.charges_enabled:
            return self.env._(
                "Stripe is waiting for overdue information. Payments still work, but"
                " Stripe may stop them."
            )
        return self.env._(
            "Stripe does not let this account take payments until it gets what it asks"
            " for."
        )

    # === APPLY === #

    def _apply_account(self, facts, capabilities=(), settings=None):
        """Write what Stripe says of the account itself.

        :param facts: an ``AccountFacts``
        :param capabilities: list of ``CapabilityFacts``, where a platform may ask
        :param settings: ``SettingsFacts``, where the key may ask for them
        """
        self.ensure_one()
        now = int(time.time())
        until = status.deadline(facts, now=now)
        self.write(
            {
                "name": facts.business_name or facts.email or facts.id,
                "country_code": facts.country,
                "default_currency": facts.default_currency,
                "email": facts.email,
                "dashboard": facts.dashboard,
                "charges_enabled": facts.charges_enabled,
                "details_submitted": facts.details_submitted,
                "status": status.account_status(facts, now=now),
                "payouts_status": status.payout_status(facts),
                "disabled_reason": facts.requirements.disabled_reason,
                "is_final": status.is_final(facts),
                "deadline": days.utc(until) if until else False,
                "lost_reason": False,
                "revoked_at": False,
            }
        )
        self.env["kash.stripe.requirement"]._apply_listed(
            self, requirements.listed(facts)
        )
        self.env["kash.stripe.capability"]._apply_facts(
            self, facts, capabilities, settings
        )
        self._tell_ready()

    def _tell_ready(self):
        """Say once that payments can be taken: to who connected, or acts by now."""
        if self.status != "active" or self.told_ready_epoch == self.epoch:
            return
        self.told_ready_epoch = self.epoch
        message = self.env._("Your Stripe account is ready to use.")
        person = self.connected_by_id
        if person._kash_stripe_unable(self.company_id):
            person = self.company_id._kash_stripe_who_acts()[self.company_id]
        partner = person.partner_id
        self.message_notify(
            # Not from the person itself: Odoo tells nobody what they did.
            author_id=self.env.ref("base.partner_root").id,
            partner_ids=partner.ids,
            subject=message,
            body=self.env._(
                "%(message)s Invoices of %(company)s can be paid by link.",
                message=message,
                company=self.company_id.name,
            ),
        )
        partner._bus_send(
            "simple_notification", {"type": "success", "message": message}
        )
