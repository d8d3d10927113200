# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe still wants, sorted by how much it hurries.

https://docs.stripe.com/connect/required-verification-information
"""

from dataclasses import dataclass

from .account_facts import AccountFacts

# Stripe asks for these by their parts; a person gives them as one thing.
_WHOLE = ("address", "dob", "relationship", "tos_acceptance", "verification.document")
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
    who = "person" if first.startswith("person_") else first
    if not rest or who not in _WHO | {"person"}:
        who, rest = "", code
    for whole in _WHOLE:
        if rest == whole or rest.startswith(f"{whole}."):
            return who, whole
    return who, rest


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
