# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime
from zoneinfo import ZoneInfo

from odoo import api, models

from ...core import days


class KashStripeCalendar(models.AbstractModel):
    """Stripe's moments as days of the books, in the company's zone."""

    _name = "kash.stripe.calendar"
    _description = "Stripe Calendar"

    @api.model
    def _known_zone(self, zone):
        known = dict(
            self.env["res.company"]
            ._fields["kash_stripe_tz"]
            ._description_selection(self.env)
        )
        return zone if zone in known else False

    def _zone(self):
        """Return the zone that makes Stripe's moments days of the books."""
        return self.company_id.sudo().kash_stripe_tz or "UTC"

    def _mirror_today(self):
        """Return today in the account's zone."""
        return datetime.now(ZoneInfo(self._zone())).date()

    def _start_of(self, day):
        """Return the moment (naive UTC) at which ``day`` begins in the books."""
        return days.utc(days.start_of(day, self._zone()))

    def _day_of(self, moment):
        """Return the day of the books of a moment (naive UTC)."""
        return days.day_of(days.epoch(moment), self._zone())
