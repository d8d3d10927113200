# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class KashStripeNoticed(models.AbstractModel):
    """A record of Stripe's that a notice is about, and what it says of itself."""

    _name = "kash.stripe.noticed"
    _description = "Stripe Record With Notices"

    def _notice_reason(self):
        """Return why it happened, in the reader's words; empty if nobody says."""
        raise NotImplementedError

    def _notice_is_question(self):
        """Tell whether nothing has happened yet: somebody only asks."""
        return False
