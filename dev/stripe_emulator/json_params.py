"""Parameters of `/v2`: JSON, checked by the same classes of the SDK.

https://docs.stripe.com/api-v2-overview
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from typing_extensions import is_typeddict

from .errors import Json, invalid, missing_parameter, unknown_parameters
from .params import fields_of, members, unknown

SCALARS = {bool: "a boolean", int: "an integer", str: "a string"}


def check(params: Json, spec: type) -> Json:
    """Return the parameters, or refuse them."""
    names = unknown(_indexed(params), spec, "")
    if names:
        raise unknown_parameters([_dotted(name) for name in names])
    return _hash(params, spec, "")


def _dotted(name: str) -> str:
    return re.sub(r"\[([^\]]*)\]", r".\1", name)


def _indexed(value: Any) -> Any:
    """Return JSON with its arrays as hashes, as a form would say them."""
    if isinstance(value, list):
        return {str(index): _indexed(one) for index, one in enumerate(value)}
    if isinstance(value, dict):
        return {key: _indexed(one) for key, one in value.items()}
    return value


def _hash(value: Json, spec: type, path: str) -> Json:
    fields = fields_of(spec)
    required: frozenset[str] = getattr(spec, "__required_keys__", frozenset())
    for name in fields:
        if name in required and value.get(name) is None:
            raise missing_parameter(path + name)
    return {n: _convert(one, fields[n], path + n) for n, one in value.items()}


def _convert(value: Any, hint: Any, path: str) -> Any:
    if value is None:
        return _nothing(hint, path)
    options = members(hint)
    literals = {x for m in options if get_origin(m) is Literal for x in get_args(m)}
    if isinstance(value, str) and literals:
        return _choice(value, literals, path)
    for member in options:
        if is_typeddict(member) and isinstance(value, dict):
            return _hash(value, member, f"{path}.")
        if get_origin(member) is dict and isinstance(value, dict):
            item = get_args(member)[1]
            return {k: _convert(v, item, f"{path}.{k}") for k, v in value.items()}
        if get_origin(member) is list and isinstance(value, list):
            item = get_args(member)[0]
            return [_convert(v, item, f"{path}.{i}") for i, v in enumerate(value)]
        if _is_scalar(value, member):
            return value
    raise invalid(f"Invalid value for {path}: expected {_expected(options)}", path)


def _nothing(hint: Any, path: str) -> None:
    """Take `null`, if the parameter can be unset."""
    if type(None) not in get_args(hint):
        raise invalid(f"Invalid value for {path}: null", path)


def _choice(value: str, literals: set[Any], path: str) -> str:
    if value not in literals:
        choices = ", ".join(sorted(literals))
        raise invalid(f"Invalid value for {path}: must be one of {choices}", path)
    return value


def _is_scalar(value: Any, member: Any) -> bool:
    kinds = {Decimal: (str, int)}.get(member, member)
    if get_origin(member) is not None or is_typeddict(member):
        return False
    return isinstance(value, kinds) and (member is bool or not isinstance(value, bool))


def _expected(options: list[Any]) -> str:
    for member in options:
        if member in SCALARS:
            return SCALARS[member]
    return "an array" if get_origin(options[-1]) is list else "an object"
