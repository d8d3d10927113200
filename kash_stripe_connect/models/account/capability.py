# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...core import methods, ways
from ..base.records import replace_if_changed

# https://docs.stripe.com/api/capabilities/object#capability_object-status
STATES = [
    ("active", "On"),
    ("pending", "Being checked"),
    ("inactive", "Off"),
    ("unrequested", "Not requested"),
    ("switched_off", "Turned off"),
    ("left_out", "Not offered"),
]


class KashStripeCapability(models.Model):
    """One way to be paid: whether it is on and, where not, why."""

    _name = "kash.stripe.capability"
    _description = "Stripe Payment Capability"
    _order = "sequence, id"
    _rec_name = "name"

    account_id = fields.Many2one(
        "kash.stripe.account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    sequence = fields.Integer(readonly=True)
    name = fields.Char("Payments By", compute="_compute_name")
    method = fields.Char(required=True, readonly=True, help="Stripe's code of it.")
    capability = fields.Char(
        readonly=True, help="What the account must be able to do for it."
    )
    state = fields.Selection(STATES, required=True, readonly=True)
    missing = fields.Char(readonly=True, help="Stripe's codes of what it needs for it.")
    error = fields.Char(readonly=True)
    reason = fields.Char("Why", compute="_compute_reason")

    @api.depends("method")
    def _compute_name(self):
        for capability in self:
            code = capability.method
            capability.name = methods.METHODS.get(code, code)

    @api.depends("state", "missing", "error", "account_id.connection")
    @api.depends_context("lang")
    def _compute_reason(self):
        for capability in self:
            capability.reason = capability._why_not()

    def _why_not(self):
        self.ensure_one()
        if self.state == "active":
            return False
        if self.error:
            return self.error
        if self.missing:
            words = self.env["kash.stripe.requirement"]._words_of_codes(
                self.missing.split()
            )
            return self.env._("Stripe needs: %(words)s", words=words)
        return {
            "pending": self.env._("Stripe is checking. There is nothing to do."),
            "inactive": self.env._("Stripe does not allow it at present."),
            "unrequested": self._why_unrequested(),
            "switched_off": self.env._(
                "It is turned off in Stripe's dashboard, under payment methods."
            ),
            "left_out": self.env._(
                "Left out of payment links: customers would transfer other amounts than"
                " the invoice's, in parts or too much."
            ),
        }[self.state]

    def _why_unrequested(self):
        if self.account_id.connection == "created":
            return self.env._("It is requested from Stripe within a day.")
        return self.env._("Turn it on in Stripe's dashboard, under payment methods.")

    @api.model
    def _apply_facts(self, account, facts, details, settings=None):
        """Write the ways to be paid of ``account``, if they changed.

        :param facts: the account (``AccountFacts``), which has the states
        :param details: list of ``CapabilityFacts``, which say why; empty when the
            account's own key cannot ask for them
        :param settings: ``ways.SettingsFacts``, what the owner turned on; None when
            the key cannot ask for it
        """
        listed = ways.listed(
            country=facts.country or "",
            currency=account.company_id.currency_id.name,
            capabilities=facts.capabilities,
            settings=settings,
        )
        why = {fact.id: fact.requirements for fact in details}
        wanted = [
            self._prepare_vals(account, why, number, method, state)
            for number, (method, state) in enumerate(listed)
        ]
        replace_if_changed(account.capability_ids, wanted)

    @api.model
    def _prepare_vals(self, account, why, number, method, state):
        capability = ways.capability(method)
        detail = why.get(capability)
        codes = (*detail.past_due, *detail.currently_due) if detail else ()
        errors = [error.reason for error in detail.errors] if detail else []
        return {
            "account_id": account.id,
            "sequence": number,
            "method": method,
            "capability": capability,
            "state": state,
            "missing": " ".join(dict.fromkeys(codes)) or False,
            "error": " ".join(errors) or False,
        }
