# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe still wants, sorted by how much it hurries.

https://docs.stripe.com/connect/required-verification-information
"""

from dataclasses import dataclass

from .account_facts import AccountFacts

# Stripe asks for these by their parts; a person gives them as one thing.
_WHOLE = (
    *("external_account", "relationship", "us_cfpb_data"),
    "settings.paypay_payments.site",
)
_PARTS = frozenset(
    """
    account amount back city country currency date day files
    fiscal_year_end front ip line1 line2 month person postal_code service_agreement
    signer state town user_agent year
    """.split()
)
# What a review asks: an id of its own, what it is about, and how to answer.
# https://docs.stripe.com/connect/handling-api-verification#risk-requirements
_REVIEW = "interv_"
_ANSWERS = frozenset({"challenge", "form", "support"})
REVIEW = "review"
_WHO = frozenset(
    """
    authorizer company directors executives individual legal_guardian owners
    representative
    """.split()
)
# From the most urgent to the least: a code is listed once, under the first that has it.
_KINDS = ("past_due", "currently_due", "pending_verification", "eventually_due")


@dataclass(frozen=True)
class Requirement:
    """One thing Stripe wants: of whom, what, how urgently, and what was wrong."""

    who: str
    what: str
    kind: str
    deadline: int | None = None
    error: str = ""


def split_code(code: str) -> tuple[str, str]:
    """Return (who, what) of Stripe's code: ``person_1.dob.day`` → person, dob."""
    first, _, rest = code.partition(".")
    if first.startswith(_REVIEW) and rest:
        return "", f"{REVIEW}.{_without_end(rest, _ANSWERS)}"
    who = "person" if first.startswith("person_") else first
    if not rest or who not in _WHO | {"person"}:
        who, rest = "", code
    for whole in _WHOLE:
        if rest == whole or rest.startswith(f"{whole}."):
            return who, whole
    return who, _without_end(rest, _PARTS)


def _without_end(what: str, parts: frozenset[str]) -> str:
    """Return what the parts at its end are of; the first word always stays."""
    rest, _, last = what.rpartition(".")
    return _without_end(rest, parts) if rest and last in parts else what


def listed(account: AccountFacts) -> list[Requirement]:
    """Return all that Stripe wants now and later, each thing once, urgent first."""
    now, future = account.requirements, account.future_requirements
    errors = {e.requirement: e.reason for e in (*future.errors, *now.errors)}
    found: dict[tuple[str, str], Requirement] = {}
    sources = [(kind, getattr(now, kind), now.current_deadline) for kind in _KINDS]
    sources.insert(3, ("future", future.currently_due, future.current_deadline))
    for kind, codes, deadline in sources:
        for code in codes:
            who, what = split_code(code)
            hurries = kind in {"currently_due", "future"}
            wanted = Requirement(
                who, what, kind, deadline if hurries else None, errors.get(code, "")
            )
            found.setdefault((who, what), wanted)
    return list(found.values())
