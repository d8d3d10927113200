# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...core import onboarding
from ..base.records import replace_if_changed

METHODS = [
    (onboarding.CARD, "Cards"),
    (onboarding.ACH, "ACH direct debit"),
    (onboarding.BACS, "Bacs direct debit"),
    (onboarding.SEPA, "SEPA direct debit"),
]
# https://docs.stripe.com/api/capabilities/object#capability_object-status
STATES = [
    ("active", "On"),
    ("pending", "Being checked"),
    ("inactive", "Off"),
    ("unrequested", "Not requested"),
    ("unavailable", "Not in this country"),
]


class KashStripeCapability(models.Model):
    """One way to be paid: whether it is on and, where not, why."""

    _name = "kash.stripe.capability"
    _description = "Stripe Payment Capability"
    _order = "sequence, id"
    _rec_name = "method"

    account_id = fields.Many2one(
        "kash.stripe.account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    sequence = fields.Integer(readonly=True)
    method = fields.Selection(METHODS, "Payments By", required=True, readonly=True)
    state = fields.Selection(STATES, required=True, readonly=True)
    missing = fields.Char(readonly=True, help="Stripe's codes of what it needs for it.")
    error = fields.Char(readonly=True)
    reason = fields.Char("Why", compute="_compute_reason")

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
            "unavailable": self.env._("Stripe does not offer it to this country."),
        }[self.state]

    def _why_unrequested(self):
        if self.account_id.connection == "created":
            return self.env._("It is requested from Stripe within a day.")
        return self.env._("Turn it on in Stripe's dashboard, under payment methods.")

    @api.model
    def _apply_facts(self, account, facts, details):
        """Write the ways to be paid of ``account``, if they changed.

        :param facts: the account (``AccountFacts``), which has the states
        :param details: list of ``CapabilityFacts``, which say why; empty when the
            account's own key cannot ask for them
        """
        wanted = [
            self._prepare_vals(account, facts, details, number, method)
            for number, (method, _label) in enumerate(METHODS)
        ]
        replace_if_changed(account.capability_ids, wanted)

    @api.model
    def _prepare_vals(self, account, facts, details, number, method):
        detail = {fact.id: fact.requirements for fact in details}.get(method)
        codes = (*detail.past_due, *detail.currently_due) if detail else ()
        errors = [error.reason for error in detail.errors] if detail else []
        return {
            "account_id": account.id,
            "sequence": number,
            "method": method,
            "state": self._state(facts, method),
            "missing": " ".join(dict.fromkeys(codes)) or False,
            "error": " ".join(errors) or False,
        }

    @api.model
    def _state(self, facts, method):
        state = facts.capabilities.get(method)
        if state:
            return state
        offered = onboarding.wanted_methods(facts.country or "")
        return "unrequested" if method in offered else "unavailable"
