# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import Command, fields, models

from ...guard import alone, reason_of

_logger = logging.getLogger(__name__)


class KashStripePreviewWizard(models.AbstractModel):
    """A dialog with a *Preview* button; what keeps it from recording is shown."""

    _name = "kash.stripe.preview.wizard"
    _inherit = "kash.stripe.effect.dialog"
    _description = "Dialog With a Preview"

    error = fields.Char(readonly=True)

    # === WHAT THE HEIRS SAY === #

    def _title(self):
        """Return the name of the dialog."""
        raise NotImplementedError

    def _checked(self):
        """Return what is recorded, and how (a tuple), once the person may do so."""
        raise NotImplementedError

    def _preview(self, *checked):
        """Return what recording would change: {account, before, change, after} each."""
        raise NotImplementedError

    # === ACTION METHODS === #

    def action_preview(self):
        """Try it, look at it, and take it back."""
        self._check_one()
        checked = self._checked()
        effects, error = [], False
        with alone(self.env) as trouble:
            effects = self._preview(*checked)
        if trouble.error:
            error = reason_of(self.env, trouble.error, self._title(), _logger)
        self.write(
            {
                "error": error,
                "effect_ids": [Command.clear(), *map(Command.create, effects)],
            }
        )
        return self._get_records_action(target="new", name=self._title())

    def _forget_preview(self):
        """What was shown is not what would be posted now."""
        self.effect_ids = [Command.clear()]
        self.error = False
