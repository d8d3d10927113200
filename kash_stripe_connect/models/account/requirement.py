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
    "additional_tos_acceptances": _lt("agreement to Stripe's terms"),
    "address": _lt("address"),
    "address_kana": _lt("address in kana"),
    "address_kanji": _lt("address in kanji"),
    "administrative_address": _lt("address of its administration"),
    "business_cross_border_transaction_classifications": _lt(
        "Kinds of business across borders"
    ),
    "business_profile.annual_revenue": _lt("Yearly revenue"),
    "business_profile.estimated_worker_count": _lt("Number of people who work there"),
    "business_profile.mcc": _lt("Line of business"),
    "business_profile.minority_owned_business_designation": _lt(
        "Ownership by a minority"
    ),
    "business_profile.monthly_estimated_revenue": _lt("Monthly revenue"),
    "business_profile.name": _lt("Name of the business"),
    "business_profile.product_description": _lt("What the business sells"),
    "business_profile.specified_commercial_transactions_act_url": _lt(
        "Web page with what Japan's law on commercial transactions asks for"
    ),
    "business_profile.support_address": _lt("Address for customers"),
    "business_profile.support_email": _lt("E-mail address for customers"),
    "business_profile.support_phone": _lt("Telephone number for customers"),
    "business_profile.support_url": _lt("Web page for customers"),
    "business_profile.url": _lt("Website of the business"),
    "business_type": _lt("Legal form of the business"),
    "business_vat_id_number": _lt("VAT number"),
    "default_currency": _lt("Currency of the account"),
    "directors_provided": _lt("confirmation that all directors are named"),
    "directorship_declaration": _lt("declaration of who its directors are"),
    "dob": _lt("date of birth"),
    "documents.bank_account_ownership_verification": _lt(
        "proof that the bank account belongs to the business"
    ),
    "documents.company_authorization": _lt("proof of authority to act for the company"),
    "documents.company_license": _lt("business licence"),
    "documents.company_memorandum_of_association": _lt("memorandum of association"),
    "documents.company_ministerial_decree": _lt(
        "ministerial decree of the company's establishment"
    ),
    "documents.company_registration_verification": _lt(
        "proof of the company's registration"
    ),
    "documents.company_tax_id_verification": _lt("proof of the company's tax number"),
    "documents.passport": _lt("passport"),
    "documents.proof_of_address": _lt("proof of address"),
    "documents.proof_of_business_presence": _lt("proof of where the business is"),
    "documents.proof_of_registration": _lt("proof of registration"),
    "documents.proof_of_ultimate_beneficial_ownership": _lt(
        "proof of who owns the business in the end"
    ),
    "documents.visa": _lt("visa"),
    "email": _lt("e-mail address"),
    "executives_provided": _lt("confirmation that all executives are named"),
    "export_license_id": _lt("export licence number"),
    "export_purpose_code": _lt("purpose of its exports"),
    "external_account": _lt("Bank account for payouts"),
    "first_name": _lt("first name"),
    "first_name_kana": _lt("first name in kana"),
    "first_name_kanji": _lt("first name in kanji"),
    "full_name_aliases": _lt("other names"),
    "gender": _lt("gender"),
    "id_number": _lt("personal identification number"),
    "id_number_secondary": _lt("second personal identification number"),
    "last_name": _lt("last name"),
    "last_name_kana": _lt("last name in kana"),
    "last_name_kanji": _lt("last name in kanji"),
    "maiden_name": _lt("name at birth"),
    "name": _lt("legal name"),
    "name_kana": _lt("legal name in kana"),
    "name_kanji": _lt("legal name in kanji"),
    "nationality": _lt("nationality"),
    "owners_provided": _lt("confirmation that all owners are named"),
    "ownership_declaration": _lt("declaration of ownership"),
    "ownership_exemption_reason": _lt("why its owners need not be named"),
    "phone": _lt("telephone number"),
    "physical_address": _lt("address where business is done"),
    "political_exposure": _lt("political exposure"),
    "principal_place_of_business": _lt("principal place of business"),
    "registered_address": _lt("registered address"),
    "registration_date": _lt("date of registration"),
    "registration_number": _lt("registration number"),
    "relationship": _lt("role in the company"),
    "representative_declaration": _lt("declaration of who may represent it"),
    "review.address_verification": _lt("Proof of the business's address"),
    "review.bank_account_verification": _lt("Details of the bank account"),
    "review.business_model_verification": _lt("What the business does, in detail"),
    "review.capability_disable_appeal": _lt(
        "Your objection, if you want a way to be paid that Stripe turned off"
    ),
    "review.credit_review": _lt("What the business does, for a review of its credit"),
    "review.customer_service_contact": _lt("How customers reach the business"),
    "review.domain_verification": _lt("Proof that the website belongs to the business"),
    "review.fulfillment_policy": _lt("How and when the business delivers"),
    "review.identity_verification": _lt(
        "Proof of identity, with a picture of the person's face"
    ),
    "review.intellectual_property_usage": _lt(
        "Proof that the business may sell what others have rights in"
    ),
    "review.other_business_inquiry": _lt("More about the business"),
    "review.other_compliance_inquiry": _lt(
        "More about how the business keeps to the law"
    ),
    "review.other_supportability_inquiry": _lt(
        "More about whether Stripe can serve the business"
    ),
    "review.platform_concern": _lt("An answer to a concern of this Odoo's operator"),
    "review.product_description": _lt("What the business sells, in detail"),
    "review.rejection_appeal": _lt(
        "Your objection, if you want Stripe to serve the business"
    ),
    "review.reserve_appeal": _lt(
        "Your objection, if you disagree with the reserve that Stripe holds"
    ),
    "review.restricted_or_prohibited_industry_diligence": _lt(
        "More about a line of business that Stripe restricts, or a licence for it"
    ),
    "review.statement_descriptor": _lt(
        "A name on customers' statements that fits the business"
    ),
    "review.supportability_rejection_appeal": _lt(
        "Your objection, if you want Stripe to serve this kind of business"
    ),
    "review.url_inquiry": _lt("A website that shows what the business sells"),
    "settings.bacs_debit_payments.display_name": _lt(
        "Name on customers' Bacs mandates"
    ),
    "settings.card_issuing.tos_acceptance": _lt(
        "Agreement to Stripe's terms for issuing cards"
    ),
    "settings.card_payments.statement_descriptor_prefix": _lt(
        "Short name on customers' statements"
    ),
    "settings.card_payments.statement_descriptor_prefix_kana": _lt(
        "Short name on customers' statements in kana"
    ),
    "settings.card_payments.statement_descriptor_prefix_kanji": _lt(
        "Short name on customers' statements in kanji"
    ),
    "settings.payments.statement_descriptor": _lt("Name on customers' statements"),
    "settings.payments.statement_descriptor_kana": _lt(
        "Name on customers' statements in kana"
    ),
    "settings.payments.statement_descriptor_kanji": _lt(
        "Name on customers' statements in kanji"
    ),
    "settings.paypay_payments.additional_files": _lt("More documents for PayPay"),
    "settings.paypay_payments.goods_type": _lt("What is sold by PayPay"),
    "settings.paypay_payments.site": _lt("Website where PayPay is offered"),
    "settings.sepa_debit_payments.creditor_id": _lt("SEPA creditor identifier"),
    "settings.treasury.tos_acceptance": _lt(
        "Agreement to Stripe's terms for financial accounts"
    ),
    "ssn_last_4": _lt("last four digits of the Social Security number"),
    "structure": _lt("legal structure"),
    "tax_id": _lt("tax number"),
    "tax_id_registrar": _lt("office where its tax number is registered"),
    "tos_acceptance": _lt("Agreement to Stripe's terms"),
    "us_cfpb_data": _lt("ethnicity and gender, which a United States law asks for"),
    "vat_id": _lt("VAT number"),
    "verification.additional_document": _lt("second proof of identity"),
    "verification.document": _lt("proof of identity"),
    "verification.proof_of_liveness": _lt("picture of the person's face"),
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
        """Return a requirement in words; an unknown one is said to be Stripe's."""
        thing = str(_WHAT.get(what) or self._words_of_unknown(what))
        if not who:
            return thing[:1].upper() + thing[1:]
        return self.env._("%(who)s: %(what)s", who=str(_WHO[who]), what=thing)

    @api.model
    def _words_of_unknown(self, what):
        return self.env._(
            "something new that Stripe calls “%(code)s” and explains on its own pages",
            code=what.removeprefix(f"{requirements.REVIEW}.")
            .replace(".", ", ")
            .replace("_", " "),
        )

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
