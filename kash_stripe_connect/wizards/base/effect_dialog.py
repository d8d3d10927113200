# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

_VIEWS = ("list", "kanban")


class KashStripeEffectDialog(models.AbstractModel):
    """A dialog that shows what it does to the books, before it does it."""

    _name = "kash.stripe.effect.dialog"
    _inherit = "kash.stripe.wall"
    _description = "Dialog With Its Effects"

    effect_ids = fields.Many2many(
        "kash.stripe.effect", string="What It Does", readonly=True
    )

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Show effects alike in all dialogs: as a list, on a phone as cards.

        A view of its own kind on a phone must stand within the form.
        """
        arch, view = super()._get_view(view_id, view_type, **options)
        effects = self.env["kash.stripe.effect"]
        for node in arch.iterfind(".//field[@name='effect_ids']"):
            node.set("mode", ",".join(_VIEWS))
            for kind in _VIEWS:
                part = effects._get_view(view_type=kind)[0]
                # Nothing to open; a list of its own does not know the attribute.
                part.set("no_open", "1")
                node.append(part)
        return arch, view
