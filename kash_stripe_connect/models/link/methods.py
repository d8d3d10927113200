# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...core import methods, offers


class KashStripeOffer(models.AbstractModel):
    """The ways to pay that a link offers: all that are on at Stripe, less a few."""

    _name = "kash.stripe.offer"
    _description = "Ways to Pay That a Link Offers"

    refused_methods = fields.Char(
        readonly=True, help="Stripe's codes of what it refused for the amount below."
    )
    refused_methods_for = fields.Char(
        readonly=True, help="Minor units and currency that it was refused for."
    )
    refused_methods_text = fields.Char(
        "Ways to Pay Refused", compute="_compute_refused_methods_text"
    )

    @api.depends("refused_methods")
    def _compute_refused_methods_text(self):
        for link in self:
            link.refused_methods_text = link._refused_methods_text()

    def _refused_methods_text(self):
        """Return the names of what Stripe does not offer for the amount last asked."""
        self.ensure_one()
        codes = (self.refused_methods or "").split()
        names = [methods.METHODS[code] for code in codes if code in methods.METHODS]
        return ", ".join(names) or False

    def _refused_methods_shown(self, amount):
        """Return what a customer is told is not offered; nothing for another amount.

        :param amount: what is asked for now, in major units
        """
        if not self.refused_methods:
            return False
        currency = self._currency().name.lower()
        same = self.refused_methods_for == f"{self._units(amount)} {currency}"
        return same and self._refused_methods_text()

    def _prepare_offer(self, items):
        """Return the parameters that say which ways to pay are offered.

        :param items: the session's ``line_items``
        """
        self.ensure_one()
        return offers.offer(
            items[0]["price_data"]["currency"],
            only=self.company_id.kash_stripe_method_ids._kash_stripe_codes(),
            refused=self._refused_methods(items),
        )

    def _refused_methods(self, items):
        """Return what Stripe refused for the same amount before."""
        same = self.refused_methods_for == _asked(items)
        return (self.refused_methods or "").split() if same else []

    def _apply_refused_method(self, number, items, error):
        """Go on without a way to pay that Stripe refuses, as the next attempt.

        It is stored, as :meth:`_apply_refused_address` does: a press to come, and a
        request that Odoo runs again, ask for the same.

        :return: False if the refusal is about another thing
        """
        code = offers.named(error.param, str(error))
        known = self._refused_methods(items)
        left = offers.next_refused(known, code) if code else None
        if left is None:
            return False
        self.write(
            {
                "attempt_count": number,
                "refused_methods": " ".join(left),
                "refused_methods_for": _asked(items),
            }
        )
        return True


def _asked(items):
    """Return what is asked for in one word of a person's: ``10000 eur``."""
    prices = [(item["price_data"], item["quantity"]) for item in items]
    amount = sum(price["unit_amount"] * quantity for price, quantity in prices)
    return f"{amount} {prices[0][0]['currency']}"
