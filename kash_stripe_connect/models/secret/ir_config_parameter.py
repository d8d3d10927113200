# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError

# Where they lay before; Settings rights read every parameter.
_SECRETS = {
    "kash_stripe_connect.platform_secret_key",
    "kash_stripe_connect.platform_webhook_secret",
}


class SecretParameter(models.Model):
    """No secret of ours is a system parameter."""

    _inherit = "ir.config_parameter"

    @api.constrains("key")
    def _kash_stripe_check_no_secret(self):
        """Refuse what nobody would read here: whoever sets it must learn the place."""
        if _SECRETS & set(self.mapped("key")):
            raise ValidationError(
                self.env._(
                    "Secrets of the Stripe platform are no system parameters: set them"
                    " under Stripe Platform, or in the environment of Odoo's server."
                )
            )
