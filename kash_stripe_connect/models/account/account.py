# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ...guard import apart, reason_of
from ..base.records import check_one
from ..base.rules import rules_of

_logger = logging.getLogger(__name__)

GROUPS = ("account.group_account_readonly", "account.group_account_invoice")
_BANNER_FACTS = {
    "connected",
    "status",
    "deadline",
    "disabled_reason",
    "lost_reason",
    "revoked_at",
    "database_uuid",
    "claimed_uuid",
    "webhook_endpoint",
    "endpoint_url",
    "kept_base_url",
    "unattended_count",
}
_TROUBLED = ("restricted", "restricted_soon", "not_connected")


class KashStripeAccount(models.Model):
    """One Stripe account in one company; being connected is a state of it."""

    _name = "kash.stripe.account"
    _description = "Stripe Account"
    _inherit = [
        "mail.thread",
        "kash.stripe.calendar",
        "kash.stripe.turns",
        "kash.stripe.wire",
        "kash.stripe.whereabouts",
        "kash.stripe.status",
        "kash.stripe.wall",
    ]
    _order = "connected desc, id desc"
    _check_company_auto = True

    name = fields.Char("Business", readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    stripe_id = fields.Char("Stripe Account", required=True, readonly=True)
    livemode = fields.Boolean("Live Mode", readonly=True)
    connection = fields.Selection(
        [
            ("created", "Created here"),
            ("oauth", "Existing account"),
            ("keys", "Own API keys"),
        ],
        required=True,
        readonly=True,
        default="keys",
    )
    platform_stripe_id = fields.Char(
        readonly=True, help="The operator's platform it was connected through."
    )
    accounts_api = fields.Selection(
        [("v1", "Accounts v1"), ("v2", "Accounts v2")],
        readonly=True,
        help="The API our platform opened the account with; empty: somebody else did.",
    )
    connected = fields.Boolean(readonly=True, tracking=True)
    epoch = fields.Integer(
        readonly=True,
        help="Grows at each connect; old links end with it.",
    )
    connected_at = fields.Datetime(readonly=True)
    connected_by_id = fields.Many2one("res.users", readonly=True)

    # What Stripe says of the account; its status stands in a file of its own
    country_code = fields.Char("Country", readonly=True)
    default_currency = fields.Char("Stripe Currency", readonly=True)
    email = fields.Char(readonly=True)

    # Own keys; those that are secret are no fields of anything: models/secret
    publishable_key = fields.Char(readonly=True, copy=False)
    key_hint = fields.Char("Key", readonly=True, copy=False)

    # How Stripe rings
    webhook_ref = fields.Char(readonly=True, copy=False, index=True)
    webhook_endpoint = fields.Char(readonly=True, copy=False)
    webhook_serial = fields.Integer(readonly=True, copy=False)
    webhook_state = fields.Selection(
        [("webhook", "Webhook"), ("polling", "No webhook, polling")], readonly=True
    )
    webhook_note = fields.Char("About The Webhook", readonly=True)
    endpoint_checked_at = fields.Datetime("Webhook Checked On", readonly=True)

    # Where the money goes
    provider_id = fields.Many2one("payment.provider", readonly=True, copy=False)
    journal_id = fields.Many2one(
        "account.journal", "Stripe Journal", readonly=True, check_company=True
    )
    stripe_balance = fields.Monetary(
        "Stripe's Balance",
        readonly=True,
        help="Available and pending, when last asked.",
    )
    stripe_balance_at = fields.Datetime("Asked On", readonly=True)

    # Since when there is a mirror, and when it was last brought up to date
    mirror_start = fields.Datetime(
        "Rows Since", readonly=True, help="Earlier rows of Stripe's are not fetched."
    )
    synced_at = fields.Datetime("Last Sync", readonly=True)
    next_sync_at = fields.Datetime("Next Sync", readonly=True, index=True)
    sync_failures = fields.Integer(readonly=True)
    sync_error = fields.Char("Last Trouble", readonly=True)
    tried_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When it was last looked at whether anything stops stopped rows still.",
    )
    unattended_count = fields.Integer(
        "Activities Nobody Can Act On",
        readonly=True,
        copy=False,
        help="Counted while the company has no accounting administrator who is there.",
    )

    _stripe_id_unique = models.UniqueIndex(
        "(stripe_id, livemode)", "This Stripe account is already in this database."
    )
    _one_connected = models.UniqueIndex(
        "(company_id) WHERE (connected IS TRUE)",
        "A company can be connected to one Stripe account at a time.",
    )

    # === COMPUTE METHODS === #

    @api.depends("name", "stripe_id", "livemode")
    def _compute_display_name(self):
        for account in self:
            name = account.name or account.stripe_id or ""
            account.display_name = name if account.livemode else f"{name} (TEST)"

    def _count_of(self, model):
        groups = self.env[model]._read_group(
            [("account_id", "in", self.ids)], ["account_id"], ["__count"]
        )
        return {account.id: count for account, count in groups}

    # === CRUD METHODS === #

    def write(self, vals):
        """Everything here has a verb of its own; nothing is written by hand."""
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "This is set by connecting, syncing or disconnecting Stripe."
                )
            )
        is_news = self._changes_banner(vals)
        result = super().write(vals)
        if is_news:
            self._ring_banner()
        return result

    def unlink(self):
        """Nothing points to a record's secrets: they go with it."""
        result = super().unlink()
        self.env["kash.stripe.secret"]._forget(self)
        return result

    @api.model
    def _go_to(self, url, target="self"):
        return {"type": "ir.actions.act_url", "url": url, "target": target}

    def _action_view(self, name):
        check_one(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"kash_stripe_connect.{name}"
        )
        action["domain"] = [("account_id", "=", self.id)]
        return action

    @api.model
    def _notification(self, message, kind):
        """Return the action that says something in the corner, and reloads the page."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === BUSINESS METHODS === #

    @api.model
    def _check_manager(self):
        """Connecting, syncing and disconnecting is for accounting managers."""
        if not self.env.user.has_group("account.group_account_manager"):
            raise AccessError(
                self.env._("Only an accounting administrator can do this.")
            )

    def _check_may_manage(self):
        """A branch uses its parent's account; it does not manage it."""
        self.check_access("read")
        self._check_manager()
        if self.company_id - self.env.user.company_ids:
            raise AccessError(
                self.env._(
                    "This Stripe account belongs to a company that is not yours."
                )
            )

    def _can_charge(self):
        """Tell whether a customer can pay through this account at present."""
        ready = self and self.connected and self.charges_enabled
        return bool(ready and not self._is_in_doubt())

    def _changes_banner(self, vals):
        """Tell whether writing ``vals`` would change what the banner says."""
        news = {name: vals[name] for name in _BANNER_FACTS & set(vals)}
        return any(
            (account[name] or False) != (value or False)
            for account in self
            for name, value in news.items()
        )

    def _ring_banner(self):
        """Let open pages ask again: the bus itself says nothing about any company."""
        for xmlid in GROUPS:
            self.env.ref(xmlid)._bus_send("kash_stripe.banner", {})

    @api.model
    def _sees_banner(self):
        """Tell whether there may be a banner for the user; asks no query of its own.

        An administrator without accounting rights can still give them to somebody.
        """
        return self._keeps_books() or self.env.user.has_group("base.group_system")

    @api.model
    def _keeps_books(self):
        """Tell whether the user is of the accounting kind."""
        return any(self.env.user.has_group(xmlid) for xmlid in GROUPS)

    @api.model
    def get_banners(self):
        """Return what is wrong with the connections of the user's companies.

        :return: list of {id, key, level (danger | warning), text, link, buttons};
            ``key`` changes with the trouble, so that a folded banner opens for a new
            one; ``buttons`` [{name, text}] may be missing
        """
        found = self._proxy_banners()
        if self._keeps_books():
            accounts = self.sudo().search(self._banner_domain())
            found += [banner for account in accounts for banner in account._banners()]
        elif self._sees_banner():
            alone = self.sudo().search(self._unattended_domain())
            found += [account._prepare_unattended_banner() for account in alone]
        return found

    @api.model
    def _banner_domain(self):
        in_trouble = Domain("connected", "=", True) & Domain("status", "in", _TROUBLED)
        in_trouble |= Domain("revoked_at", "!=", False)
        in_trouble |= self._unattended_domain()
        mine = Domain("company_id", "parent_of", self.env.user.company_ids.ids)
        return mine & (in_trouble | self._whereabouts_domain())

    @api.model
    def _unattended_domain(self):
        """Return which accounts have activities that nobody can act on.

        Once disconnected they are counted no more.
        """
        return Domain("connected", "=", True) & Domain("unattended_count", "!=", 0)

    def _banners(self):
        """Return what the account has to say; a doubt is about all the rest."""
        self.ensure_one()
        if self.connected and self._is_in_doubt():
            return [self._prepare_doubt_banner()]
        found = []
        if self.revoked_at or (self.connected and self.status in _TROUBLED):
            found.append(self._prepare_banner())
        if self.connected and self._rings_elsewhere():
            found.append(self._prepare_address_banner())
        if self.filtered_domain(self._unattended_domain()):
            found.append(self._prepare_unattended_banner())
        return found

    def _prepare_banner(self):
        self.ensure_one()
        return {
            "id": self.id,
            "key": f"{self.id}:{self.epoch}:{self.status}:{self.disabled_reason or ''}",
            "level": "warning" if self.status == "restricted_soon" else "danger",
            "text": self.env._(
                "Stripe, %(business)s: %(why)s",
                business=self.display_name,
                why=self.status_text,
            ),
            "link": self.env._("See what to do"),
        }

    def _prepare_unattended_banner(self):
        self.ensure_one()
        return {
            "id": self.id,
            "key": f"{self.id}:unattended",
            "level": "warning",
            "text": self.env._(
                "Stripe, %(business)s: nobody who may do the accounting of %(company)s"
                " is there to act. Activities that wait: %(count)s. An administrator"
                " can choose who is responsible in the settings.",
                business=self.display_name,
                company=self.company_id.name,
                count=self.unattended_count,
            ),
            "link": self.env._("See what to do"),
        }

    def _refresh_activities(self):
        """Let each rule find out what waits, then open, recount or close its activity.

        Whoever changed the books calls it; the rules stand in the rooms they are about.
        Then each activity is somebody's who can act.

        :return: the first trouble of a rule, which keeps no other one back; else None
        """
        rules, troubles = rules_of(self.env["kash.stripe.attention"]), []
        for account in self:
            troubles += account._let_each(
                rules, lambda rule, account=account: rule._bring_up_to_date(account)
            )
        for account in self.filtered("journal_id"):
            troubles += account._let_each(
                rules, lambda rule, account=account: rule._refresh(account)
            )
            troubles += account._let_each(
                [self.env["mail.activity"].sudo()], account._hand_over
            )
        return next(iter(troubles), None)

    def _refresh_one(self, name):
        """Do so for one rule alone, at once: what it is about was changed by hand."""
        for account in self.filtered("journal_id"):
            account._let_each(
                [self.env[name]],
                lambda rule, account=account: (
                    rule._bring_up_to_date(account),
                    rule._refresh(account),
                ),
            )

    def _hand_over(self, activities):
        """Give activities, whose person cannot act any more, to one who can."""
        companies = self.env["res.company"].sudo()
        family = companies.search([("id", "child_of", self.company_id.ids)])
        waiting = activities._kash_stripe_in(family)
        nobodys = activities._kash_stripe_hand_over(waiting)
        if nobodys != self.unattended_count:
            self.unattended_count = nobodys

    def _let_each(self, rules, act):
        """Let each rule of the account act; return what went wrong, which is logged."""
        troubles = []

        def stop(rules, error):
            what = f"{rules[0]._description}, {self.stripe_id}"
            reason_of(self.env, error, what, _logger)
            troubles.append(error)

        apart(self.env, rules, lambda some: list(map(act, some)), stop)
        return troubles
