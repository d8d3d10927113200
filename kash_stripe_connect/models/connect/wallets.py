# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from ...core import urls
from ...gateway.errors import StripeRefused, StripeUnauthorised

_ASK_AGAIN = timedelta(days=1)


class KashStripeWallets(models.AbstractModel):
    """Wallets in the pop-up: shown on a host that is registered at Stripe.

    Stripe's own page needs none: https://docs.stripe.com/payments/payment-methods/pmd-registration
    """

    _name = "kash.stripe.wallets"
    _description = "Wallets in the Pop-up"

    wallet_host = fields.Char(
        "Wallets Shown On",
        readonly=True,
        copy=False,
        help="The host of the payment page that Stripe was told of.",
    )
    wallet_note = fields.Char("About The Wallets", readonly=True, copy=False)
    wallet_asked_at = fields.Datetime(readonly=True, copy=False)

    def _push_wallet_host(self):
        """Tell Stripe, once, on which host the pop-up is; refused, a day later again.

        :raises GatewayError: Stripe does not answer, or lets us in no more
        """
        self.ensure_one()
        url = self.get_base_url()
        host = urls.host(url)
        reachable = urls.can_be_called(url, api_base=self._bases().api)
        if self._is_told(host) or not reachable or not self._browser_key():
            return
        note = self._push_host(host)
        self.write(
            {
                "wallet_host": host,
                "wallet_note": note,
                "wallet_asked_at": fields.Datetime.now(),
            }
        )

    def _is_told(self, host):
        asked = self.wallet_asked_at
        lately = asked and asked > fields.Datetime.now() - _ASK_AGAIN
        return self.wallet_host == host and bool(lately or not self.wallet_note)

    def _push_host(self, host):
        """Register a host; return Stripe's reason against it, False for none."""
        try:
            self._gateway(retries=1).register_domain(host=host)
        except (StripeRefused, StripeUnauthorised) as error:
            if getattr(error, "access_lost", False):
                raise
            return str(error)
        return False
