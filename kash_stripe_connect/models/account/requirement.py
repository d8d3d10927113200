# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ...core import days, requirements
from ..base.records import replace_if_changed

_lt = LazyTranslate(__name__)

KINDS = [
    ("past_due", "Overdue"),
    ("currently_due", "Due"),
    ("pending_verification", "Being checked by Stripe"),
    ("future", "Due soon"),
    ("eventually_due", "Later"),
]
# https://docs.stripe.com/connect/required-verification-information
_WHO = {
    "individual": _lt("The owner"),
    "company": _lt("The company"),
    "representative": _lt("The representative"),
    "owners": _lt("The owners"),
    "directors": _lt("The directors"),
    "executives": _lt("The executives"),
    "authorizer": _lt("The authorised signatory"),
    "legal_guardian": _lt("The legal guardian"),
    "person": _lt("A person of the company"),
}
_WHAT = {
    "address": _lt("address"),
    "business_profile.annual_revenue": _lt("Yearly revenue"),
    "business_profile.mcc": _lt("Line of business"),
    "business_profile.name": _lt("Name of the business"),
    "business_profile.product_description": _lt("What the business sells"),
    "business_profile.support_email": _lt("E-mail address for customers"),
    "business_profile.support_phone": _lt("Telephone number for customers"),
    "business_profile.url": _lt("Website of the business"),
    "business_type": _lt("Legal form of the business"),
    "directors_provided": _lt("confirmation that all directors are named"),
    "dob": _lt("date of birth"),
    "email": _lt("e-mail address"),
    "executives_provided": _lt("confirmation that all executives are named"),
    "external_account": _lt("Bank account for payouts"),
    "first_name": _lt("first name"),
    "full_name_aliases": _lt("other names"),
    "id_number": _lt("personal identification number"),
    "last_name": _lt("last name"),
    "name": _lt("legal name"),
    "nationality": _lt("nationality"),
    "owners_provided": _lt("confirmation that all owners are named"),
    "ownership_declaration": _lt("declaration of ownership"),
    "phone": _lt("telephone number"),
    "political_exposure": _lt("political exposure"),
    "registration_number": _lt("registration number"),
    "relationship": _lt("role in the company"),
    "settings.payments.statement_descriptor": _lt("Name on customers' statements"),
    "ssn_last_4": _lt("last four digits of the Social Security number"),
    "structure": _lt("legal structure"),
    "tax_id": _lt("tax number"),
    "tos_acceptance": _lt("Agreement to Stripe's terms"),
    "vat_id": _lt("VAT number"),
    "verification.additional_document": _lt("second proof of identity"),
    "verification.document": _lt("proof of identity"),
}


class KashStripeRequirement(models.Model):
    """One thing Stripe still wants from an account, in words."""

    _name = "kash.stripe.requirement"
    _description = "Stripe Requirement"
    _order = "sequence, id"

    account_id = fields.Many2one(
        "kash.stripe.account",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="account_id.company_id", store=True)
    sequence = fields.Integer(readonly=True)
    who = fields.Char(readonly=True)
    what = fields.Char(required=True, readonly=True)
    name = fields.Char("Stripe Asks For", compute="_compute_name")
    kind = fields.Selection(KINDS, "When", required=True, readonly=True)
    deadline = fields.Datetime("Until", readonly=True)
    error = fields.Char("What Stripe Says", readonly=True)

    @api.depends("who", "what")
    @api.depends_context("lang")
    def _compute_name(self):
        for wanted in self:
            wanted.name = self._words(wanted.who, wanted.what)

    @api.model
    def _words(self, who, what):
        """Return a requirement in words; an unknown one in Stripe's own."""
        thing = str(_WHAT.get(what) or what.replace(".", " ").replace("_", " "))
        if not who:
            return thing[:1].upper() + thing[1:]
        return self.env._("%(who)s: %(what)s", who=str(_WHO[who]), what=thing)

    @api.model
    def _words_of_codes(self, codes):
        """Return Stripe's codes in words, each once, as one text."""
        words = dict.fromkeys(
            self._words(*requirements.split_code(code)) for code in codes
        )
        return ", ".join(words)

    @api.model
    def _apply_listed(self, account, listed):
        """Replace what is stored of ``account``, if it changed.

        :param listed: list of :class:`..core.requirements.Requirement`
        """
        wanted = [
            self._prepare_vals(account, number, requirement)
            for number, requirement in enumerate(listed)
        ]
        replace_if_changed(account.requirement_ids, wanted)

    @api.model
    def _prepare_vals(self, account, number, requirement):
        deadline = requirement.deadline
        return {
            "account_id": account.id,
            "sequence": number,
            "who": requirement.who or False,
            "what": requirement.what,
            "kind": requirement.kind,
            "deadline": days.utc(deadline) if deadline else False,
            "error": requirement.error or False,
        }
