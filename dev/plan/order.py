"""What runs after what: the steps of a sync, and rules by their places."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from dev.plan.facts import Offence
from dev.plan.house import House
from dev.plan.python_source import model_of, names_of, texts_of

STEPS_FILE = "models/sync/steps.py"
STEPS = "_STEPS"
BOOKING = "_booking_order"
PLACES = (BOOKING, "_rule_order")


@dataclass(frozen=True, order=True)
class Rule:
    """A rule with its place among the others of its family, the model it inherits."""

    place: str
    family: str
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


def rules(house: House) -> list[Rule]:
    """Return the rules of all families, each family in its order."""
    files = [path for path in house.files if path.endswith(".py")]
    return sorted(rule for path in files for rule in _rules(house, path))


def booking_rules(house: House) -> list[Rule]:
    """Return the rules in the order in which they look at rows."""
    return [rule for rule in rules(house) if rule.place == BOOKING]


def _rules(house: House, path: str) -> Iterator[Rule]:
    """Yield the rules of a file."""
    if not any(place in house.text(path) for place in PLACES):
        return
    for node in ast.walk(house.tree(path)):
        if isinstance(node, ast.ClassDef):
            family = str(_said(node, "_inherit") or "")
            for place in PLACES:
                order = _said(node, place)
                if isinstance(order, int):
                    model, _alone = model_of(node)
                    yield Rule(place, family, order, model, path, node.lineno)


def _said(node: ast.ClassDef, name: str) -> object:
    """Return the plain value that a class gives a name, None for none."""
    return next(
        (
            statement.value.value
            for statement in node.body
            if isinstance(statement, ast.Assign)
            and name in names_of(statement)
            and isinstance(statement.value, ast.Constant)
        ),
        None,
    )


def tied(house: House) -> Iterator[Offence]:
    """No two rules of a family have the same place: who is first would be chance."""
    places: dict[tuple[str, str, int], list[Rule]] = defaultdict(list)
    for rule in rules(house):
        places[rule.place, rule.family, rule.order].append(rule)
    for (_place, _family, order), [first, *others] in places.items():
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
