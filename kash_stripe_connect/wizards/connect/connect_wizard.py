# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.base.models.res_partner import _tz_get

from ...guard import alone, reason_of

_logger = logging.getLogger(__name__)

_FROM_COMPANY = {
    "compute": "_compute_details",
    "compute_sudo": False,
    "store": True,
    "readonly": False,
}


class KashStripeConnectWizard(models.TransientModel):
    """Choose a way to connect; keys are checked, handed on, and forgotten anyway."""

    _name = "kash.stripe.connect.wizard"
    _inherit = "kash.stripe.wall"
    _description = "Connect Stripe"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    way = fields.Selection(
        [
            ("create", "Create a Stripe account"),
            ("existing", "Connect an existing Stripe account"),
            ("keys", "Use own API keys"),
        ],
        required=True,
        default=lambda self: self._default_way(),
    )
    has_platform = fields.Boolean(compute="_compute_platform")
    has_oauth = fields.Boolean(compute="_compute_platform")
    platform_livemode = fields.Boolean(compute="_compute_platform")
    platform_trouble = fields.Char(compute="_compute_platform")
    begun_account_id = fields.Many2one(
        "kash.stripe.account", "Account Begun Before", compute="_compute_platform"
    )
    start_over = fields.Boolean(
        "Start over with a new account",
        help="The account begun before stays at Stripe, unused.",
    )
    tz = fields.Selection(
        _tz_get,
        "Time Zone of the Books",
        **_FROM_COMPANY,
        help="By which calendar a moment at Stripe becomes a day in your books. Left"
        " empty: the Stripe account's own.",
    )

    # What Stripe is told of a new account
    name = fields.Char("Name of the Business", **_FROM_COMPANY)
    email = fields.Char("E-Mail Address", **_FROM_COMPANY)
    website = fields.Char(**_FROM_COMPANY)

    # Own keys
    secret_key = fields.Char(
        "Secret or Restricted Key",
        compute="_compute_secret_key",
        inverse="_inverse_secret_key",
        exportable=False,
        help="Never read back: what is typed waits elsewhere for the button.",
    )
    publishable_key = fields.Char()

    # What was recorded before the addon was uninstalled
    left_text = fields.Char(compute="_compute_left_text")
    handover = fields.Binary("File From Before", attachment=False)
    handover_name = fields.Char()

    # What Stripe calls, and where it sends customers
    base_url = fields.Char(compute="_compute_base_url")
    base_url_is_frozen = fields.Boolean(compute="_compute_base_url")

    error = fields.Char(readonly=True)

    # === DEFAULTS, COMPUTE METHODS === #

    @api.model
    def _default_way(self):
        return "create" if self._platform()._is_set_up() else "keys"

    @api.model
    def _platform(self):
        return self.env["kash.stripe.platform"].sudo()

    @api.depends("company_id")
    def _compute_platform(self):
        platform = self._platform()
        accounts = self.env["kash.stripe.account"].sudo()
        for wizard in self:
            wizard.has_platform = platform._is_set_up()
            wizard.has_oauth = bool(wizard.has_platform and platform._client_id())
            wizard.platform_livemode = platform._livemode()
            wizard.platform_trouble = str(platform._locked() or "")
            # Only of the user's own companies: a name is a word about them.
            company = wizard.company_id & self.env.companies
            wizard.begun_account_id = (
                accounts._begun_account(company) if company else accounts.browse()
            )

    @api.depends("company_id")
    def _compute_details(self):
        """Begin with what the company says of itself."""
        for wizard in self:
            company = (wizard.company_id & self.env.companies).sudo()
            wizard.name = company.name
            wizard.email = company.email or self.env.user.email
            wizard.website = company.website
            wizard.tz = company.kash_stripe_tz

    @api.depends("company_id")
    def _compute_left_text(self):
        for wizard in self:
            # Of the user's own companies, like the account begun before.
            company = wizard.company_id & self.env.companies
            wizard.left_text = self.env["kash.stripe.handover"]._left_of(company)

    def _compute_base_url(self):
        """Say which address this Odoo has, and whether a login can change it."""
        params = self.env["ir.config_parameter"].sudo()
        for wizard in self:
            wizard.base_url = params.get_param("web.base.url")
            wizard.base_url_is_frozen = bool(params.get_param("web.base.url.freeze"))

    def _compute_secret_key(self):
        self.secret_key = False

    def _inverse_secret_key(self):
        self._secrets()._keep_typed(self, "secret_key")

    @api.model
    def _secrets(self):
        return self.env["kash.stripe.secret"]

    # === ACTION METHODS === #

    def action_connect(self):
        """Connect the company, or come back with the sentence that says why not.

        The key that was typed is used up in any case: it is kept on the account or
        nowhere.
        """
        self._check_one()
        self.env["kash.stripe.account"]._check_manager()
        keys = {
            "secret_key": self._secrets()._take(self, "secret_key"),
            "publishable_key": (self.publishable_key or "").strip(),
        }
        self.error = False
        with alone(self.env) as trouble:
            self._check_company()
            self._restore_left()
            self._keep_tz()
            return self._connect(keys)
        self.error = reason_of(self.env, trouble.error, "Connect Stripe", _logger)
        return self._get_records_action(target="new", name=self.env._("Connect Stripe"))

    def _check_company(self):
        if self.company_id not in self.env.companies:
            raise AccessError(self.env._("This is not one of your companies."))

    def _restore_left(self):
        """Take up the books that were left, so that nothing is recorded again."""
        if self.handover:
            restore = self.env["kash.stripe.handover.restore"].sudo()
            restore._restore(self.company_id, base64.b64decode(self.handover))
            self.handover = False

    def _keep_tz(self):
        if self.tz:
            self.company_id.sudo().kash_stripe_tz = self.tz

    def _connect(self, keys):
        accounts = self.env["kash.stripe.account"].sudo()
        if self.way == "keys":
            self._check_typed(keys)
            account = accounts._push_connect_keys(self.company_id, **keys)
            return account.sudo(False)._get_records_action()
        if self.way == "existing":
            return accounts._go_to(accounts._push_authorise_url(self.company_id))
        account = accounts._push_create(
            self.company_id,
            name=self.name,
            email=self.email,
            website=self.website,
            start_over=self.start_over,
        )
        return self._go_on_at_stripe(account)

    def _check_typed(self, keys):
        """Refuse to connect without a key: used up, too old, or never typed."""
        if not keys["secret_key"]:
            raise UserError(
                self.env._(
                    "Type the secret key again: what was typed is used once, within"
                    " 15 minutes."
                )
            )

    def _go_on_at_stripe(self, account):
        """Lead to Stripe's page; the account made is kept even when there is none."""
        with alone(self.env) as trouble:
            return account._go_to(account._push_onboarding_url())
        reason = reason_of(self.env, trouble.error, account.stripe_id, _logger)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": self.env._(
                    "The Stripe account is made, but its set-up page did not open:"
                    " %(reason)s",
                    reason=reason,
                ),
                "next": account.sudo(False)._get_records_action(),
            },
        }
