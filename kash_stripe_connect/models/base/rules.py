# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Families of rules: models that inherit one, each with a place among the others."""


def rules_of(family):
    """Return the rules of a family, each as a model, in their order.

    The family names none of them: a room that has a rule inherits its model, under a
    name of its own, and gives it a ``_rule_order``.
    """
    names = family.pool.descendants([family._name], "_inherit")
    rules = [family.env[name] for name in names if name != family._name]
    return sorted(rules, key=lambda rule: rule._rule_order)
