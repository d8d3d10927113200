# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class KashStripeWhereabouts(models.AbstractModel):
    """Which database an account is connected in, and was before it moved."""

    _name = "kash.stripe.whereabouts"
    _description = "Stripe Whereabouts"

    database_uuid = fields.Char(readonly=True)
    former_uuids = fields.Json(
        "Known As Before",
        readonly=True,
        help="What this database was called when it stood elsewhere.",
    )

    @api.model
    def _database_uuid(self):
        return self.env["ir.config_parameter"].sudo().get_param("database.uuid")

    def _known_uuids(self):
        """Return every uuid that the database was connected under."""
        self.ensure_one()
        return {self.database_uuid, *(self.former_uuids or ())} - {False}

    def _prepare_home(self):
        """Return what makes this database the account's, and keeps what it was."""
        self.ensure_one()
        uuid = self._database_uuid()
        return {
            "database_uuid": uuid,
            "former_uuids": sorted(self._known_uuids() - {uuid}),
        }
