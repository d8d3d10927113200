# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

# A dialog saves in one request and presses its button in the next: seconds.
_TYPED_LIFE = timedelta(minutes=15)


class KashStripeSecret(models.Model):
    """A secret of a record's field, which nobody reads over any door.

    What a person types is kept for that person until the button uses it, once.
    """

    _name = "kash.stripe.secret"
    _description = "Stripe Secret"
    _rec_name = "name"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(
        model_field="res_model", required=True, readonly=True
    )
    name = fields.Char("Field", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, ondelete="cascade"
    )
    value = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        exportable=False,
        groups=fields.NO_ACCESS,
    )
    expires_at = fields.Datetime(required=True, readonly=True, index=True)

    _one_each = models.UniqueIndex("(res_model, res_id, name, user_id)")

    @api.model
    def _keep(self, record, name, value):
        """Keep what this person typed into a field, in place of what was kept."""
        self._kept(record, name).unlink()
        if value:
            self.sudo().create(
                {
                    "res_model": record._name,
                    "res_id": record.id,
                    "name": name,
                    "user_id": self.env.uid,
                    "value": value,
                    "expires_at": fields.Datetime.now() + _TYPED_LIFE,
                }
            )

    @api.model
    def _take(self, record, name):
        """Return what this person typed into a field, and forget it.

        Empty when nothing was typed, or too long ago.
        """
        kept = self._kept(record, name)
        fresh = kept.filtered(lambda secret: secret.expires_at > fields.Datetime.now())
        value = fresh.value or ""
        kept.unlink()
        return value

    @api.model
    def _kept(self, record, name):
        """Return what is kept of a field for this person (sudo)."""
        return self.sudo().search(
            [
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
                ("name", "=", name),
                ("user_id", "=", self.env.uid),
            ]
        )

    @api.autovacuum
    def _gc_secrets(self):
        """Forget what was typed and never used."""
        self.sudo().search([("expires_at", "<", fields.Datetime.now())]).unlink()
