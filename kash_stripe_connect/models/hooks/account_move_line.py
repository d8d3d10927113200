# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter

from odoo import models


class HooksMoveLine(models.Model):
    """What several rooms know of a credit that is spent otherwise."""

    _inherit = "account.move.line"

    def _kash_stripe_spoken_for(self):
        """Return {line id: what of it is netted, given back or disputed already}.

        As positive amounts of the line's currency; more than is open of it, perhaps.
        """
        spoken = Counter(self._kash_stripe_netted())
        spoken.update(self._kash_stripe_given_back())
        spoken.update(self._kash_stripe_disputed())
        return dict(spoken)
