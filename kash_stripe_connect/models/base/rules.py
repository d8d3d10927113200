# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Families of rules: models that inherit one, each with a place among the others."""


def rules_of(family, place="_rule_order"):
    """Return the rules of a family, each as a model, in their order.

    The family names none of them: a room that has a rule inherits its model, under a
    name of its own, and gives it a place. What has none is no rule: what several rules
    share, or a service.

    :param place: the attribute that says a rule's place
    """
    names = family.pool.descendants([family._name], "_inherit")
    placed = [family.env[name] for name in names if getattr(family.env[name], place)]
    return sorted(placed, key=lambda model: getattr(model, place))
