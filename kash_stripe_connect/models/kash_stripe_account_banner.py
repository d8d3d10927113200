# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

GROUPS = ("account.group_account_readonly", "account.group_account_invoice")
_BANNER_FACTS = {
    "connected",
    "status",
    "deadline",
    "disabled_reason",
    "lost_reason",
    "revoked_at",
}


class KashStripeAccount(models.Model):
    """The banner at the top of the backend while a connection is in trouble."""

    _inherit = "kash.stripe.account"

    def _changes_banner(self, vals):
        """Tell whether writing ``vals`` would change what the banner says."""
        news = {name: vals[name] for name in _BANNER_FACTS & set(vals)}
        return any(
            (account[name] or False) != (value or False)
            for account in self
            for name, value in news.items()
        )

    def _ring_banner(self):
        """Let open pages ask again: the bus itself says nothing about any company."""
        for xmlid in GROUPS:
            self.env.ref(xmlid)._bus_send("kash_stripe.banner", {})

    @api.model
    def _sees_banner(self):
        """Tell whether the user is of the accounting kind; asks no query of its own."""
        return any(self.env.user.has_group(xmlid) for xmlid in GROUPS)

    @api.model
    def get_banners(self):
        """Return what is wrong with the connections of the user's companies.

        :return: list of {id, key, level (danger | warning), text, link}; ``key``
            changes with the trouble, so that a folded banner opens for a new one
        """
        if not self._sees_banner():
            return []
        accounts = self.sudo().search(self._banner_domain())
        return [account._prepare_banner() for account in accounts]

    @api.model
    def _banner_domain(self):
        in_trouble = Domain("connected", "=", True) & Domain(
            "status", "in", ["restricted", "restricted_soon", "not_connected"]
        )
        mine = Domain("company_id", "parent_of", self.env.user.company_ids.ids)
        return mine & (in_trouble | Domain("revoked_at", "!=", False))

    def _prepare_banner(self):
        self.ensure_one()
        return {
            "id": self.id,
            "key": f"{self.id}:{self.epoch}:{self.status}:{self.disabled_reason or ''}",
            "level": "warning" if self.status == "restricted_soon" else "danger",
            "text": self.env._(
                "Stripe, %(business)s: %(why)s",
                business=self.display_name,
                why=self.status_text,
            ),
            "link": self.env._("See what to do"),
        }
