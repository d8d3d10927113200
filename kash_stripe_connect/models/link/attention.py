# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..account.attention import Reason

# So many invoices or addresses fit into a line.
_NAMED = 3


class KashStripeAttentionStart(models.AbstractModel):
    """Payments that customers wanted to make and Stripe refused to start."""

    _name = "kash.stripe.attention.start"
    _inherit = "kash.stripe.attention"
    _description = "Payments Stripe Refused to Start"

    _rule_order = 45
    _activity_type = "mail_activity_type_start"

    def _reason(self, account):
        refused = account._links_to_pay([("refused_reason", "!=", False)])
        text = self.env._(
            "Payments Stripe refused to start: %(count)s (%(invoices)s). %(reason)s",
            count=sum(refused.mapped("refused_starts")),
            invoices=", ".join(
                (link.move_id or link.partner_id).name for link in refused[:_NAMED]
            ),
            reason=refused[:1].refused_reason,
        )
        return Reason(len(refused), text)


class KashStripeAttentionAddress(models.AbstractModel):
    """E-mail addresses that Stripe does not take: their customers type one there."""

    _name = "kash.stripe.attention.address"
    _inherit = "kash.stripe.attention"
    _description = "E-mail Addresses Stripe Refuses"

    _rule_order = 46
    _activity_type = "mail_activity_type_address"

    def _reason(self, account):
        links = account._links_to_pay([("refused_address", "!=", False)])
        wrong = links.filtered(lambda link: link._address() == link.refused_address)
        customers = wrong.move_id.partner_id | wrong.partner_id
        text = self.env._(
            "Customers whose e-mail address Stripe refuses: %(count)s (%(addresses)s)."
            " Correct it on the contact.",
            count=len(customers),
            addresses=", ".join(sorted(set(wrong.mapped("refused_address")))[:_NAMED]),
        )
        return Reason(len(customers), text)
