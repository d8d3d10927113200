# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..const import PAYOUT_STATUSES, STATUSES
from ..core import keys, money, status

# What an accounting manager may write by the form or RPC; the rest has verbs.
_EDITABLE = {"clearing_account_id", "fee_account_id"}


_SECRET = {
    "readonly": True,
    "copy": False,
    "groups": "base.group_system",
    "exportable": False,
}


class KashStripeAccount(models.Model):
    """One Stripe account in one company; being connected is a state of it."""

    _name = "kash.stripe.account"
    _inherit = ["mail.thread"]
    _description = "Stripe Account"
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
        [("keys", "Own API keys")], required=True, readonly=True, default="keys"
    )
    connected = fields.Boolean(readonly=True, tracking=True)
    epoch = fields.Integer(
        readonly=True,
        help="Grows at each connect; old links end with it.",
    )
    connected_at = fields.Datetime(readonly=True)
    connected_by_id = fields.Many2one("res.users", readonly=True)
    database_uuid = fields.Char(readonly=True)

    # What Stripe says of the account
    status = fields.Selection(
        STATUSES, required=True, readonly=True, default="not_connected", tracking=True
    )
    payouts_status = fields.Selection(
        PAYOUT_STATUSES, "Payouts", readonly=True, tracking=True
    )
    status_reason = fields.Char("Why", readonly=True)
    charges_enabled = fields.Boolean("Can Take Payments", readonly=True)
    country_code = fields.Char("Country", readonly=True)
    default_currency = fields.Char("Stripe Currency", readonly=True)
    email = fields.Char(readonly=True)

    # Secrets: Settings rights only, and never in a log, a copy or an export
    secret_key = fields.Char(**_SECRET)
    publishable_key = fields.Char(**_SECRET)
    webhook_secret = fields.Char(**_SECRET)
    key_hint = fields.Char("Key", readonly=True, copy=False)

    # How Stripe rings
    webhook_ref = fields.Char(readonly=True, copy=False, index=True)
    webhook_endpoint = fields.Char(readonly=True, copy=False)
    webhook_serial = fields.Integer(readonly=True, copy=False)
    webhook_state = fields.Selection(
        [("webhook", "Webhook"), ("polling", "No webhook, polling")], readonly=True
    )
    webhook_note = fields.Char("About The Webhook", readonly=True)

    # Where the money goes
    provider_id = fields.Many2one("payment.provider", readonly=True, copy=False)
    journal_id = fields.Many2one(
        "account.journal", "Stripe Journal", readonly=True, check_company=True
    )
    clearing_account_id = fields.Many2one(
        "account.account",
        "Record Payments In",
        check_company=True,
        tracking=True,
        domain="[('account_type', '=', 'asset_current'), ('reconcile', '=', False)]",
        help="Stripe's balance in the books. Not reconcilable, and no other journal's.",
    )
    fee_account_id = fields.Many2one(
        "account.account",
        "Record Processing Fees In",
        check_company=True,
        tracking=True,
        domain="[('internal_group', '=', 'expense')]",
    )

    stripe_balance = fields.Monetary(
        "Stripe's Balance",
        readonly=True,
        help="Available and pending, when last asked.",
    )
    stripe_balance_at = fields.Datetime("Asked On", readonly=True)

    # How far the mirror has come
    mirror_start = fields.Datetime(
        "Rows Since", readonly=True, help="Earlier rows of Stripe's are not fetched."
    )
    mirrored_until = fields.Datetime("Rows Until", readonly=True)
    synced_at = fields.Datetime("Last Sync", readonly=True)
    next_sync_at = fields.Datetime("Next Sync", readonly=True, index=True)
    sync_failures = fields.Integer(readonly=True)
    sync_error = fields.Char("Last Trouble", readonly=True)
    reread_at = fields.Datetime(readonly=True, help="Last look at the last 72 hours.")
    deep_read_at = fields.Datetime(readonly=True, help="Last look at the last 35 days.")

    row_ids = fields.One2many("kash.stripe.balance.transaction", "account_id", "Rows")
    row_count = fields.Integer(compute="_compute_counts", string="Balance Transactions")
    held_count = fields.Integer(compute="_compute_counts", string="Held")
    stopped_count = fields.Integer(compute="_compute_counts", string="Stopped")
    link_count = fields.Integer(compute="_compute_counts", string="Payment Links")
    event_count = fields.Integer(compute="_compute_counts", string="Events")

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

    def _compute_counts(self):
        rows = dict.fromkeys(self.ids, 0)
        by_state = {"held": {}, "stopped": {}}
        for account, state, count in self.env[
            "kash.stripe.balance.transaction"
        ]._read_group(
            [("account_id", "in", self.ids)], ["account_id", "state"], ["__count"]
        ):
            rows[account.id] += count
            by_state.get(state, {})[account.id] = count
        links = self._count_of("kash.stripe.pay.link")
        events = self._count_of("kash.stripe.event")
        for account in self:
            account.row_count = rows.get(account.id, 0)
            account.held_count = by_state["held"].get(account.id, 0)
            account.stopped_count = by_state["stopped"].get(account.id, 0)
            account.link_count = links.get(account.id, 0)
            account.event_count = events.get(account.id, 0)

    def _count_of(self, model):
        groups = self.env[model]._read_group(
            [("account_id", "in", self.ids)], ["account_id"], ["__count"]
        )
        return {account.id: count for account, count in groups}

    # === CONSTRAINT METHODS === #

    @api.constrains("clearing_account_id", "fee_account_id", "journal_id")
    def _check_books(self):
        for account in self:
            ledger = account.clearing_account_id and account.fee_account_id
            if account.journal_id and not ledger:
                raise ValidationError(
                    self.env._("Stripe's money and fees need an account each.")
                )
            account._check_clearing_account()
            if account.fee_account_id.internal_group not in {False, "expense"}:
                raise ValidationError(
                    self.env._("Record Processing Fees In must be an expense account.")
                )

    def _check_clearing_account(self):
        self.ensure_one()
        clearing = self.clearing_account_id
        if not clearing:
            return
        if clearing.account_type != "asset_current" or clearing.reconcile:
            raise ValidationError(
                self.env._(
                    "%(account)s cannot hold Stripe's balance: choose a current asset"
                    " account that does not allow reconciliation.",
                    account=clearing.display_name,
                )
            )
        siblings = self.sudo().search(
            [("clearing_account_id", "=", clearing.id), ("id", "!=", self.id)], limit=1
        )
        if siblings:
            raise ValidationError(
                self.env._(
                    "%(account)s already holds the balance of another Stripe account.",
                    account=clearing.display_name,
                )
            )
        journal = self.env["account.journal"].search(
            [
                ("default_account_id", "=", clearing.id),
                ("id", "!=", self.journal_id.id),
            ],
            limit=1,
        )
        if journal:
            raise ValidationError(
                self.env._(
                    "%(account)s belongs to the journal %(journal)s.",
                    account=clearing.display_name,
                    journal=journal.display_name,
                )
            )

    # === CRUD METHODS === #

    def write(self, vals):
        if not self.env.su and set(vals) - _EDITABLE:
            raise AccessError(
                self.env._(
                    "This is set by connecting, syncing or disconnecting Stripe."
                )
            )
        if not self.env.su:
            self._check_may_manage()
        if "clearing_account_id" in vals:
            self._check_clearing_is_empty(vals["clearing_account_id"])
        result = super().write(vals)
        if "clearing_account_id" in vals:
            self.sudo()._align_journal()
        return result

    def _check_clearing_is_empty(self, new_account_id):
        """Refuse to leave an account that still holds Stripe's money."""
        for account in self.filtered("clearing_account_id"):
            clearing = account.clearing_account_id
            if clearing.id == new_account_id:
                continue
            balance = account.sudo()._clearing_balances()[account.id]
            if not account.currency_id.is_zero(balance):
                raise UserError(
                    self.env._(
                        "%(account)s still holds %(balance)s of Stripe's balance. Move"
                        " it first, then change Record Payments In.",
                        account=clearing.display_name,
                        balance=account.currency_id.format(balance),
                    )
                )

    def _clearing_balances(self):
        """Return {account id: what its clearing account holds}, in one query."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("account_id", "in", self.clearing_account_id.ids),
                ("parent_state", "=", "posted"),
            ],
            ["account_id"],
            ["balance:sum"],
        )
        held = {clearing.id: balance for clearing, balance in groups}
        return {
            account.id: account.currency_id.round(
                held.get(account.clearing_account_id.id, 0.0)
            )
            for account in self
        }

    def _prepare_dashboard_card(self, clearing):
        """Return what the journal's card shows (formatted amounts).

        :param clearing: what the clearing account holds (company currency)
        """
        self.ensure_one()
        difference = self.currency_id.round(clearing - self.stripe_balance)
        return {
            "clearing": self.currency_id.format(clearing),
            "stripe": self.currency_id.format(self.stripe_balance),
            "difference": self.currency_id.format(difference),
            "agrees": self.currency_id.is_zero(difference),
            "asked": bool(self.stripe_balance_at),
        }

    # === ACTION METHODS === #

    @api.model
    def action_open(self):
        """Open the current company's Stripe form; the dialog to connect without one."""
        account = self.env.company._kash_stripe_connected_account() or self.search(
            [("company_id", "=", self.env.company.id)], limit=1
        )
        if account:
            return account.sudo(False)._get_records_action()
        return self.env["ir.actions.act_window"]._for_xml_id(
            "kash_stripe_connect.kash_stripe_connect_wizard_action"
        )

    def action_sync_now(self):
        """Fetch what Stripe has and record it, now."""
        self._check_may_manage()
        self.sudo()._sync()
        trouble = "; ".join(
            account.sync_error for account in self if account.sync_error
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                # Not an error: what was learned before the trouble must be kept.
                "type": "danger" if trouble else "success",
                "message": trouble or self.env._("Up to date with Stripe."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_disconnect(self):
        """Stop using the account: links die at once, the books stay."""
        self._check_may_manage()
        self.sudo()._push_disconnect()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_view_rows(self):
        return self._action_view("kash_stripe_balance_transaction_action")

    def action_view_held(self):
        action = self._action_view("kash_stripe_balance_transaction_action")
        action["domain"] = [("account_id", "=", self.id), ("state", "=", "held")]
        return action

    def action_view_links(self):
        return self._action_view("kash_stripe_pay_link_action")

    def action_view_events(self):
        return self._action_view("kash_stripe_event_action")

    def _action_view(self, name):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"kash_stripe_connect.{name}"
        )
        action["domain"] = [("account_id", "=", self.id)]
        return action

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
        return bool(self and self.connected and self.charges_enabled)

    def _apply_account(self, facts):
        """Write what Stripe says of the account itself."""
        self.ensure_one()
        self.write(
            {
                "name": facts.business_name or facts.email or facts.id,
                "country_code": facts.country,
                "default_currency": facts.default_currency,
                "email": facts.email,
                "charges_enabled": facts.charges_enabled,
                "status": status.account_status(facts, now=int(time.time())),
                "payouts_status": status.payout_status(facts),
                "status_reason": facts.requirements.disabled_reason,
            }
        )

    def _apply_balance(self, facts):
        """Write what Stripe holds, for the card that compares it with the ledger."""
        self.ensure_one()
        code = self.currency_id.name
        self.write(
            {
                "stripe_balance": float(
                    money.to_major(facts.total(code.lower()), code.lower())
                ),
                "stripe_balance_at": fields.Datetime.now(),
            }
        )

    def _apply_lost_access(self, message):
        """Stripe no longer accepts our key: say so, and take no payment with it."""
        self.write(
            {
                "status": "not_connected",
                "charges_enabled": False,
                "status_reason": message,
            }
        )

    def _apply_disconnected(self):
        """End the connection's epoch: its links are void because of that."""
        self.write(
            {
                "connected": False,
                "status": "not_connected",
                "charges_enabled": False,
                "payouts_status": False,
                "secret_key": False,
                "publishable_key": False,
                "webhook_secret": False,
                "webhook_endpoint": False,
                "webhook_state": False,
                "key_hint": False,
            }
        )
        self.provider_id._kash_stripe_set_state("disabled")

    def _apply_keys(self, facts, *, secret_key, publishable_key):
        """Become connected by the company's own keys.

        A new epoch begins, unless the account is connected: then only keys change.
        """
        self.ensure_one()
        self.write(
            {
                "connection": "keys",
                "connected": True,
                "epoch": self.epoch + (not self.connected),
                "connected_at": fields.Datetime.now(),
                "connected_by_id": self.env.uid,
                "database_uuid": self._database_uuid(),
                "secret_key": secret_key,
                "publishable_key": publishable_key,
                "key_hint": keys.mask_key(secret_key),
                "sync_error": False,
                "sync_failures": 0,
                "next_sync_at": fields.Datetime.now(),
            }
        )
        self._apply_account(facts)

    @api.model
    def _database_uuid(self):
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")
