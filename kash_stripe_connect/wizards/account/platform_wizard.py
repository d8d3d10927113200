# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...const import OPERATOR_GROUP

_SECRETS = ("secret_key", "webhook_secret")


class KashStripePlatformWizard(models.TransientModel):
    """The operator's secrets, which are written here and never read back."""

    _name = "kash.stripe.platform.wizard"
    _inherit = "kash.stripe.wall"
    _description = "Stripe Platform"

    secret_key = fields.Char(
        compute="_compute_typed",
        inverse="_inverse_secret_key",
        exportable=False,
        help="Never read back. Left empty: the one that is kept stays.",
    )
    webhook_secret = fields.Char(
        "Webhook Secrets",
        compute="_compute_typed",
        inverse="_inverse_webhook_secret",
        exportable=False,
        help="All that may sign, separated by spaces, in place of those that are kept."
        " Left empty: those that are kept stay.",
    )
    key_text = fields.Char("Platform's Key", compute="_compute_texts")
    webhook_text = fields.Char("Endpoints' Secrets", compute="_compute_texts")
    encryption_text = fields.Char("Encrypted Secrets", compute="_compute_texts")
    can_encrypt = fields.Boolean(compute="_compute_texts")

    # === COMPUTE METHODS === #

    def _compute_typed(self):
        self.secret_key = self.webhook_secret = False

    def _inverse_secret_key(self):
        self._secrets()._keep_typed(self, "secret_key")

    def _inverse_webhook_secret(self):
        self._secrets()._keep_typed(self, "webhook_secret")

    def _compute_texts(self):
        """Say what there is, in words that are no secret."""
        platform, secrets = self.env["kash.stripe.platform"], self._secrets()
        self.key_text = platform._key_text()
        self.webhook_text = platform._webhook_text()
        self.encryption_text = secrets._encryption_text()
        self.can_encrypt = secrets._can_encrypt()

    @api.model
    def _secrets(self):
        return self.env["kash.stripe.secret"]

    # === ACTION METHODS === #

    def action_save(self):
        """Keep what was typed, in place of what was kept."""
        self._check_one()
        self._check_operator()
        typed = {name: self._secrets()._take(self, name) for name in _SECRETS}
        values = {name: value for name, value in typed.items() if value}
        if not values:
            raise UserError(
                self.env._(
                    "Type what is to be kept: what was typed is used once, within 15"
                    " minutes."
                )
            )
        self.env["kash.stripe.platform"]._keep_secrets(values)
        return self._again()

    def action_forget(self):
        """Forget the platform's secrets that are kept in this database."""
        self._check_one()
        self._check_operator()
        self.env["kash.stripe.platform"]._keep_secrets(dict.fromkeys(_SECRETS, False))
        return self._again()

    def action_encrypt(self):
        """Encrypt what lies in clear, and anew what an older key encrypted."""
        self._check_one()
        self._check_operator()
        self._secrets()._encrypt_all()
        return self._again()

    def _again(self):
        """Show the same dialog with what is kept now."""
        self.ensure_one()
        return self._get_records_action(
            target="new", name=self.env._("Stripe Platform")
        )

    @api.model
    def _check_operator(self):
        if not self.env.user.has_group(OPERATOR_GROUP):
            raise AccessError(
                self.env._("Only the operator of this Odoo sets the platform's keys.")
            )
