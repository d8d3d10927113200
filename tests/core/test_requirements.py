"""What Stripe still wants: each thing once, the urgent ones first."""

import pytest

from odoo.addons.kash_stripe_connect.core import requirements
from odoo.addons.kash_stripe_connect.core.account_facts import (
    AccountFacts,
    RequirementFacts,
)


def account(**data):
    """Return an account with requirements as Stripe sends them."""
    return AccountFacts.from_stripe({"id": "acct_1", **data})


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("external_account", ("", "external_account")),
        ("business_profile.url", ("", "business_profile.url")),
        ("tos_acceptance.ip", ("", "tos_acceptance")),
        ("person_1AbC.dob.day", ("person", "dob")),
        ("representative.address.line1", ("representative", "address")),
        (
            "owners.verification.document.front",
            ("owners", "verification.document"),
        ),
        ("company.tax_id", ("company", "tax_id")),
        ("individual.id_number", ("individual", "id_number")),
        ("person_1.documents.passport.files", ("person", "documents.passport")),
        ("company.ownership_declaration.ip", ("company", "ownership_declaration")),
        ("documents.proof_of_address.files", ("", "documents.proof_of_address")),
        (
            "interv_1.identity_verification.challenge",
            ("", "review.identity_verification"),
        ),
        ("person_1.relationship.title", ("person", "relationship")),
        ("default_currency", ("", "default_currency")),
        ("something.quite.new", ("", "something.quite.new")),
    ],
)
def test_a_code_tells_of_whom_and_what(code, parts):
    """Parts of one thing are one thing."""
    assert requirements.split_code(code) == parts


def test_a_thing_is_listed_once_under_its_most_urgent_kind():
    """Stripe repeats what is past due among what is due, and later again."""
    told = account(
        requirements={
            "past_due": ["external_account"],
            "currently_due": ["external_account", "company.tax_id"],
            "eventually_due": [
                "external_account",
                "company.tax_id",
                "person_1.dob.day",
            ],
            "current_deadline": 1_800_000_000,
        }
    )
    assert [(r.what, r.kind) for r in requirements.listed(told)] == [
        ("external_account", "past_due"),
        ("tax_id", "currently_due"),
        ("dob", "eventually_due"),
    ]


def test_only_what_has_a_deadline_shows_one():
    """Later is later."""
    told = account(
        requirements={
            "currently_due": ["company.tax_id"],
            "eventually_due": ["external_account"],
            "current_deadline": 1_800_000_000,
        },
        future_requirements={
            "currently_due": ["company.name"],
            "current_deadline": 1_900_000_000,
        },
    )
    deadlines = {r.what: r.deadline for r in requirements.listed(told)}
    assert deadlines == {
        "tax_id": 1_800_000_000,
        "name": 1_900_000_000,
        "external_account": None,
    }


def test_stripes_error_text_is_kept_with_its_requirement():
    """The person who can fix it reads what was wrong."""
    told = account(
        requirements={
            "currently_due": ["company.tax_id"],
            "errors": [
                {"requirement": "company.tax_id", "code": "x", "reason": "No match."}
            ],
        }
    )
    assert requirements.listed(told)[0].error == "No match."


def test_no_requirements_at_all_is_fine():
    """Accounts of other controllers have none."""
    assert requirements.listed(account()) == []
    assert RequirementFacts.from_stripe(None) == RequirementFacts()
