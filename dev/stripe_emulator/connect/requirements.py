"""What Stripe still wants to know of an account: the lists of `requirements`.

https://docs.stripe.com/connect/required-verification-information
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..errors import Json

LISTS = ("currently_due", "eventually_due", "past_due", "pending_verification")
BUSINESS = tuple(
    f"business_profile.{name}" for name in ("mcc", "product_description", "url")
)
ADDRESS = ("address.city", "address.line1", "address.postal_code", "address.state")
COMPANY = tuple(f"company.{n}" for n in (*ADDRESS, "name", "phone", "tax_id"))
DOB = ("dob.day", "dob.month", "dob.year")
PERSON = (*ADDRESS, *DOB, "email", "first_name", "last_name", "phone", "ssn_last_4")
REPRESENTATIVE = tuple(
    f"representative.{name}"
    for name in (*PERSON, "relationship.executive", "relationship.title")
)
INDIVIDUAL = tuple(f"individual.{name}" for name in PERSON)
LAST = ("external_account", "tos_acceptance.date", "tos_acceptance.ip")
ONLY_IN_THE_US = ("address.state", "ssn_last_4")


def blank(**fields: object) -> Json:
    """Return requirements of which nothing is due but what `fields` say."""
    lists: Json = {name: [] for name in LISTS}
    return {
        "alternatives": [],
        "current_deadline": None,
        "disabled_reason": None,
        "errors": [],
        **lists,
        **fields,
    }


def due(names: Iterable[str], **fields: object) -> Json:
    """Return requirements with these names due now."""
    wanted = sorted(names)
    return blank(currently_due=wanted, eventually_due=list(wanted), **fields)


def overdue(names: Iterable[str], **fields: object) -> Json:
    """Return requirements with these names past due, and the account disabled."""
    wanted = sorted(names)
    return due(
        wanted, past_due=list(wanted), disabled_reason="requirements.past_due", **fields
    )


def first(account: Json) -> Json:
    """Return what a new account owes, but for what it was made with."""
    if account["business_type"] == "individual":
        people: tuple[str, ...] = INDIVIDUAL
    else:
        people = (*COMPANY, *REPRESENTATIVE)
    if account["country"] != "US":
        people = tuple(name for name in people if not name.endswith(ONLY_IN_THE_US))
    names = (*BUSINESS, "business_type", *people, *LAST)
    return overdue(name for name in names if name not in given(account))


def given(account: Json) -> set[str]:
    """Return the names that an account's own fields answer."""
    profile = account["business_profile"].items()
    names = {f"business_profile.{name}" for name, value in profile if value}
    return names | ({"business_type"} if account["business_type"] else set())


def without(requirements: Json, answered: Iterable[str]) -> Json:
    """Return the requirements without those that have been answered."""
    gone = set(answered)
    left = {n: [x for x in requirements[n] if x not in gone] for n in LISTS}
    errors = [e for e in requirements["errors"] if e["requirement"] not in gone]
    return {**requirements, **left, "errors": errors}


def wanted(account: Json, *, eventually: bool, future: bool) -> list[str]:
    """Return what a hosted page asks for, by the link's `collection_options`."""
    now = account["requirements"]
    names = {*now["currently_due"], *now["past_due"]}
    if eventually:
        names.update(now["eventually_due"])
    if future:
        names.update(account["future_requirements"]["currently_due"])
    return sorted(names)
