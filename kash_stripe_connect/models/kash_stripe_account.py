# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError

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
    database_uuid = fields.Char(readonly=True)

    # What Stripe says of the account; its status stands in a file of its own
    country_code = fields.Char("Country", readonly=True)
    default_currency = fields.Char("Stripe Currency", readonly=True)
    email = fields.Char(readonly=True)

    # Secrets: Settings rights only, and never in a log, a copy or an export
    secret_key = fields.Char(**_SECRET)
    publishable_key = fields.Char(**_SECRET)
    webhook_secret = fields.Char(**_SECRET)
    webhook_secret_old = fields.Char(**_SECRET)
    webhook_secret_old_until = fields.Datetime(readonly=True, copy=False)
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

    # === CRUD METHODS === #

    def write(self, vals):
        """Everything here has a verb of its own; nothing is written by hand."""
        if not self.env.su:
            raise AccessError(
                self.env._(
                    "This is set by connecting, syncing or disconnecting Stripe."
                )
            )
        return super().write(vals)

    # === ACTION METHODS === #

    @api.model
    def action_open(self):
        """Open the current company's Stripe form; the dialog to connect without one."""
        company = self.env.company
        account = company._kash_stripe_connected_account() or self.search(
            [("company_id", "=", company.id)], limit=1
        )
        if account:
            return account.sudo(False)._get_records_action()
        return self._connect_action()

    @api.model
    def _connect_action(self):
        """Return the dialog to connect, for the account's company if there is one."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "kash_stripe_connect.kash_stripe_connect_wizard_action"
        )
        company = self.company_id[:1] or self.env.company
        return {**action, "context": {"default_company_id": company.id}}

    def action_continue_setup(self):
        """Go on at Stripe where the set-up was left, with the same account."""
        self.ensure_one()
        self._check_may_manage()
        return self._go_to(self.sudo()._push_onboarding_url())

    def action_manage(self):
        """Open the page where the owner gives Stripe what it wants."""
        self.ensure_one()
        self._check_may_manage()
        return self._go_to(self.sudo()._push_manage_url(), target="new")

    def action_dashboard(self):
        """Open the account in Stripe's dashboard."""
        self.ensure_one()
        return self._go_to(self._dashboard_url(), target="new")

    def action_disconnect(self):
        """Stop using the account: links die at once, the books stay."""
        self._check_may_manage()
        self.sudo()._push_disconnect()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_forget_revoked(self):
        """Take note that Stripe ended the connection: the banner goes."""
        self._check_may_manage()
        self.sudo().revoked_at = False
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    @api.model
    def _go_to(self, url, target="self"):
        return {"type": "ir.actions.act_url", "url": url, "target": target}

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
