"""What runs after what: the steps of a sync, and the booking rules by their places."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from dev.plan.facts import Offence
from dev.plan.house import House
from dev.plan.python_source import model_of, names_of, texts_of

STEPS_FILE = "models/sync/steps.py"
STEPS = "_STEPS"
PLACE = "_booking_order"


@dataclass(frozen=True, order=True)
class BookingRule:
    """A rule with its place among the others."""

    order: int
    model: str
    path: str
    line: int


def steps(house: House) -> list[str]:
    """Return what is asked of Stripe, in order; nothing if no file lists it yet."""
    if STEPS_FILE not in house.files:
        return []
    return [
        text
        for node in ast.walk(house.tree(STEPS_FILE))
        if isinstance(node, ast.Assign) and STEPS in names_of(node)
        for text in texts_of(node.value)
    ]


def booking_rules(house: House) -> list[BookingRule]:
    """Return the rules in the order in which they look at rows."""
    files = [path for path in house.files if path.endswith(".py")]
    return sorted(rule for path in files for rule in _rules(house, path))


def _rules(house: House, path: str) -> Iterator[BookingRule]:
    """Yield the rules of a file."""
    if PLACE not in house.text(path):
        return
    for node in ast.walk(house.tree(path)):
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                order = _order(statement)
                if order is not None:
                    model, _alone = model_of(node)
                    yield BookingRule(order, model, path, statement.lineno)


def _order(node: ast.stmt) -> int | None:
    """Return the place that a statement gives its rule."""
    if not isinstance(node, ast.Assign) or PLACE not in names_of(node):
        return None
    value = node.value.value if isinstance(node.value, ast.Constant) else None
    return value if isinstance(value, int) else None


def tied(house: House) -> Iterator[Offence]:
    """No two rules have the same place: who comes first would be chance."""
    places: dict[int, list[BookingRule]] = defaultdict(list)
    for rule in booking_rules(house):
        places[rule.order].append(rule)
    for order, [first, *others] in places.items():
        for other in others:
            yield Offence(
                "order",
                other.path,
                other.line,
                f"{order} {other.model}",
                f"{other.model} has place {order}, as {first.model} has"
                f" ({first.path}:{first.line})",
                "Give each rule a place of its own",
            )
