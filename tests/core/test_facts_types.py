"""Every field of every fact, of every wrong type: a reason, or documented as absent."""

import copy
import dataclasses
import typing
from collections.abc import Mapping

import pytest
from facts_samples import (
    ACCOUNT,
    BALANCE,
    CAPABILITY,
    CHARGE,
    DISPUTE,
    ENDPOINT,
    EVENT,
    GRANT,
    INTENT,
    PAYOUT,
    REFUND,
    ROW,
    SESSION,
    THIN,
    WARNING,
)

from odoo.addons.kash_stripe_connect.core import (
    account_facts,
    days,
    dispute_facts,
    event_facts,
    facts,
    payout_facts,
    session_facts,
)

# What is read, and where in it stands what is merely shown: malformed, it is absent.
CASES = {
    "row": (
        facts.BalanceTransactionFacts.from_stripe,
        ROW,
        {"description", "fee_details.0.description"},
    ),
    "charge": (
        facts.ChargeFacts.from_stripe,
        CHARGE,
        {"failure_code", "failure_message", "outcome", "payment_method_details"},
    ),
    "refund": (
        facts.RefundFacts.from_stripe,
        REFUND,
        {"failure_reason", "next_action"},
    ),
    "payout": (
        payout_facts.PayoutFacts.from_stripe,
        PAYOUT,
        {
            "description",
            "destination.bank_name",
            "destination.last4",
            "statement_descriptor",
            "trace_id",
            "failure_code",
            "failure_message",
        },
    ),
    "intent": (
        facts.IntentFacts.from_stripe,
        INTENT,
        {"last_payment_error", "next_action"},
    ),
    "session": (session_facts.SessionFacts.from_stripe, SESSION, set()),
    "event": (event_facts.EventFacts.from_stripe, EVENT, {"api_version"}),
    "thin event": (event_facts.EventFacts.from_thin, THIN, {"related_object"}),
    "balance": (facts.BalanceFacts.from_stripe, BALANCE, set()),
    "account": (
        account_facts.AccountFacts.from_stripe,
        ACCOUNT,
        {
            "email",
            "business_profile",
            "settings.dashboard.display_name",
            "requirements.errors",
            "future_requirements.errors",
        },
    ),
    "capability": (
        account_facts.CapabilityFacts.from_stripe,
        CAPABILITY,
        {"requirements.errors"},
    ),
    "grant": (account_facts.AuthorisationFacts.from_stripe, GRANT, set()),
    "endpoint": (account_facts.EndpointFacts.from_stripe, ENDPOINT, set()),
    "dispute": (
        dispute_facts.DisputeFacts.from_stripe,
        DISPUTE,
        {"payment_method_details"},
    ),
    "warning": (dispute_facts.FraudWarningFacts.from_stripe, WARNING, {"fraud_type"}),
}
WRONG = ("ten", 7, 1.5, True, ["x"], [["x"]], {"x": {}}, {})
# Nested facts have a case of their own.
OWN_CASE = {
    "balance_transaction",
    "balance_transactions",
    "failure_balance_transaction",
    "latest_charge",
    "payment_intent",
}


def paths(value, before=()):
    """Yield the path of everything inside a sample, containers included."""
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, inner in items:
        yield (*before, key)
        if key not in OWN_CASE:
            yield from paths(inner, (*before, key))


def changed(sample, path, value):
    """Return the sample with another value at ``path``."""
    found = copy.deepcopy(sample)
    inner = found
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return found


def without(sample, path):
    """Return the sample without what stands at ``path``."""
    found = copy.deepcopy(sample)
    inner = found
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return found


def at(sample, path):
    """Return what stands at ``path``."""
    for key in path:
        sample = sample[key]
    return sample


def is_right(path, was, wrong):
    """Tell whether a type that differs from the sample's is one Stripe sends, too."""
    if path[-1] == "object":
        return True  # names the kind in reasons, decides nothing here
    if path[-1] == "exchange_rate":
        return type(wrong) in {int, float}
    if isinstance(was, list):
        return isinstance(wrong, list) and type(wrong[0]) is type(was[0])
    if isinstance(was, dict):
        # Of an expanded reference its id alone would do.
        return isinstance(wrong, dict) or ("id" in was and wrong == "ten")
    return type(wrong) is type(was)


def is_shown(path, shown):
    """Tell whether a path lies at or under what is merely shown."""
    dotted = [".".join(map(str, path[:end])) for end in range(1, len(path) + 1)]
    return any(one in shown for one in dotted)


def fits(value, hint):
    """Tell whether a value is of the type its record promises."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is None:
        if hint is type(None):
            return value is None
        if dataclasses.is_dataclass(hint):
            return isinstance(value, hint) and is_sound(value)
        return type(value) is hint
    if origin in {tuple, frozenset}:
        return isinstance(value, origin) and all(fits(one, inner[0]) for one in value)
    if origin is Mapping:
        return isinstance(value, Mapping) and (
            inner[1] is typing.Any or all(fits(v, inner[1]) for v in value.values())
        )
    return any(fits(value, one) for one in inner)


def is_sound(record):
    """Tell whether every field of a record is of the type the record promises."""
    hints = typing.get_type_hints(type(record))
    return all(fits(getattr(record, name), hint) for name, hint in hints.items())


def mistyped():
    """Yield (case, path, wrong value) for everything that may be of another type."""
    for case, (_read, sample, _shown) in CASES.items():
        for path in paths(sample):
            for wrong in WRONG:
                if not is_right(path, at(sample, path), wrong):
                    yield case, path, wrong


@pytest.mark.parametrize("case", CASES)
def test_the_samples_say_everything(case):
    """A field that a sample leaves empty would be tested by nobody."""
    read, sample, _shown = CASES[case]
    record = read(sample)
    assert is_sound(record)
    empty = [
        one.name
        for one in dataclasses.fields(record)
        if getattr(record, one.name) in (None, (), {}, False, "")
    ]
    spared = {
        "row": ["source", "problem"],
        "thin event": ["api_version"],
    }
    assert empty == spared.get(case, [])


@pytest.mark.parametrize("case", CASES)
def test_a_wrong_type_is_a_reason_or_merely_not_shown(case):
    """Neither a traceback, nor text where the ledger would add numbers."""
    read, sample, shown = CASES[case]
    strange = []
    for found, path, wrong in mistyped():
        if found != case:
            continue
        try:
            record = read(changed(sample, path, wrong))
        except facts.BadFact:
            fine = not is_shown(path, shown)
        except Exception as error:  # noqa: BLE001 - the very thing that must not come
            fine, record = False, error
        else:
            fine = is_shown(path, shown) and is_sound(record)
        if not fine:
            strange.append((path, wrong))
    assert strange == []


@pytest.mark.parametrize("case", CASES)
def test_what_is_missing_or_null_is_a_reason_or_absent(case):
    """As before: only what we cannot do without stops the object."""
    read, sample, _shown = CASES[case]
    for path in paths(sample):
        for bare in (without(sample, path), changed(sample, path, None)):
            try:
                record = read(bare)
            except facts.BadFact:
                continue
            assert is_sound(record), path


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("wrong", ["a\0b", "\ud800", "x\udfffy"], ids=ascii)
def test_letters_no_database_keeps_are_a_reason_or_merely_not_shown(case, wrong):
    """A row with a NUL in its description could not even be kept as broken."""
    read, sample, shown = CASES[case]
    for path in paths(sample):
        if not isinstance(at(sample, path), str) or path[-1] == "object":
            continue
        try:
            record = read(changed(sample, path, wrong))
        except facts.BadFact:
            assert not is_shown(path, shown), path
        else:
            assert is_shown(path, shown), path
            assert wrong not in told_texts(record), path


def told_texts(record):
    """Return the texts of a record, and of those within it."""
    found = set()
    for one in dataclasses.fields(record):
        value = getattr(record, one.name)
        inner = value if isinstance(value, tuple) else (value,)
        for part in inner:
            if dataclasses.is_dataclass(part):
                found |= told_texts(part)
            elif isinstance(part, str):
                found.add(part)
    return found


@pytest.mark.parametrize(
    ("case", "path"),
    [
        (case, path)
        for case, (_read, sample, _shown) in CASES.items()
        for path in (("id",), ("source",), ("charge",), ("payment_intent",))
        if path[0] in sample and case not in {"event", "thin event"}
    ],
)
def test_an_id_longer_than_any_of_stripes_is_a_reason(case, path):
    """No index takes it, and the database would say so of the whole page."""
    read, sample, _shown = CASES[case]
    with pytest.raises(facts.BadFact, match="not an id"):
        read(changed(sample, path, "x" * 256))


@pytest.mark.parametrize("case", CASES)
def test_an_object_that_is_none_at_all_is_a_reason(case):
    """Read from a list whose items are anything."""
    read, _sample, _shown = CASES[case]
    for wrong in ("ten", 7, True, None, ["x"]):
        with pytest.raises(facts.BadFact):
            read(wrong)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"amount": "ten"},
            "Stripe's charge has text ('ten') as 'amount', not a whole number",
        ),
        (
            {"amount": True},
            "Stripe's charge has a flag (True) as 'amount', not a whole number",
        ),
        (
            {"metadata": "x" * 99},
            f"Stripe's charge has text ('{'x' * 39}…) as 'metadata', not an object",
        ),
        ({"payment_intent": 7}, "Stripe's charge has a whole number (7) as "),
        ({"id": None}, "Stripe's charge has no value of 'id'"),
        ({"created": 10**30}, "not a moment"),
    ],
)
def test_a_reason_names_object_field_and_what_was_found(changes, reason):
    """A person, or Stripe's support, must know what to look for."""
    with pytest.raises(facts.BadFact) as raised:
        facts.ChargeFacts.from_stripe({**CHARGE, **changes})
    assert reason in str(raised.value)


def test_a_reason_never_shows_what_is_inside_an_object():
    """It may be a secret, and reasons are stored and mailed."""
    with pytest.raises(facts.BadFact) as raised:
        account_facts.EndpointFacts.from_stripe({**ENDPOINT, "secret": ["whsec_x"]})
    assert "whsec_x" not in str(raised.value)


def test_a_malformed_detail_does_not_stop_the_money():
    """Which card it was is shown, no more."""
    charge = facts.ChargeFacts.from_stripe({**CHARGE, "payment_method_details": "card"})
    assert (charge.amount, charge.paid_with.receipt) == (100, None)


@pytest.mark.parametrize("path", list(paths(ROW)), ids=str)
@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_one_row_of_a_page_keeps_its_trouble_to_itself(path, wrong):
    """It is mirrored with the reason; without id or time it cannot even be that."""
    broken = changed(ROW, path, wrong)
    if path[0] in {"id", "created"} and type(wrong) is not type(at(ROW, path)):
        with pytest.raises(facts.BadFact):
            facts.BalanceTransactionFacts.from_list(broken)
        return
    row = facts.BalanceTransactionFacts.from_list(broken)
    assert is_sound(row)
    fine = is_right(path, at(ROW, path), wrong) or path[-1] == "description"
    assert bool(row.problem) is not fine or isinstance(wrong, dict)


@pytest.mark.parametrize(
    "source",
    [
        {**CHARGE, "balance_transaction": "txn_1", "amount": "ten"},
        {**REFUND, "metadata": ["x"]},
    ],
    ids=["charge", "refund"],
)
def test_a_row_whose_source_is_broken_keeps_its_trouble_to_itself(source):
    """The charge is read where all rows of a page are applied together."""
    row = facts.BalanceTransactionFacts.from_list({**ROW, "source": source})
    assert (row.amount, row.source, row.source_id) == (100, None, source["id"])
    assert source["object"] in row.problem


@pytest.mark.parametrize("case", ["charge", "session", "payout"])
def test_a_status_nobody_knows_is_a_reason(case):
    """What it means for the money would be a guess."""
    read, sample, _shown = CASES[case]
    with pytest.raises(facts.BadFact, match="'status', not one of"):
        read(changed(sample, ("status",), "teleported"))


def test_every_moment_that_is_read_has_a_day_in_every_zone():
    """The calendar ends; where a day begins before Greenwich's it ends sooner."""
    moments = [10**11, 253402300799, 253402300799 - 86400, 0]
    for created in moments:
        try:
            row = facts.BalanceTransactionFacts.from_stripe({**ROW, "created": created})
        except facts.BadFact:
            continue
        for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
            days.day_of(row.created, zone)
