"""Parameters checked, and turned into Python values, by the SDK's own types.

Every endpoint names its class of `stripe.params`; nothing is listed here by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from stripe._request_options import RequestOptions
from stripe._stripe_object import UntypedStripeObject
from typing_extensions import get_type_hints, is_typeddict

from .errors import (
    Json,
    empty_parameter,
    invalid,
    missing_parameter,
    unknown_parameters,
)

# Names that the SDK's modules import for type checkers only.
NAMES = {"StripeContext": str, "Mapping": Mapping, "Any": Any}
OPTIONS = frozenset(RequestOptions.__annotations__)


@cache
def fields_of(spec: type) -> dict[str, Any]:
    """Return the parameters of a class, without the SDK's own request options."""
    hints = get_type_hints(spec, localns=NAMES)
    return {name: hint for name, hint in hints.items() if name not in OPTIONS}


def check(params: Json, spec: type) -> Json:
    """Return the parameters as Python values, or refuse them as Stripe does."""
    names = unknown(params, spec, "")
    if names:
        raise unknown_parameters(names)
    return _hash(params, spec, "")


def _name(path: str, key: str) -> str:
    return f"{path}[{key}]" if path else key


def unknown(value: Any, hint: Any, path: str) -> list[str]:
    """Collect unknown names at every depth, for Stripe reports them together."""
    if not isinstance(value, dict):
        return []
    names: list[str] = []
    for member in members(hint):
        if is_typeddict(member):
            fields = fields_of(member)
            for key, child in value.items():
                if key not in fields:
                    names.append(_name(path, key))
                else:
                    names += unknown(child, fields[key], _name(path, key))
        elif get_origin(member) is list:
            for key, child in value.items():
                names += unknown(child, get_args(member)[0], _name(path, key))
    return names


def members(hint: Any) -> list[Any]:
    """Flatten a union; the SDK's own object class never travels on the wire."""
    if str(get_origin(hint)) in (str(Union), "<class 'types.UnionType'>"):
        return [member for part in get_args(hint) for member in members(part)]
    origin = get_origin(hint) or hint
    return [] if origin in (UntypedStripeObject, type(None)) else [hint]


def _hash(value: Any, spec: type, path: str) -> Json:
    fields = fields_of(spec)
    required: frozenset[str] = getattr(spec, "__required_keys__", frozenset())
    for name in fields:
        if name in required and name not in value:
            raise missing_parameter(_name(path, name))
    return {
        key: _convert(child, fields[key], _name(path, key))
        for key, child in value.items()
    }


def _convert(value: Any, hint: Any, path: str) -> Any:
    options = members(hint)
    if isinstance(value, dict):
        return _convert_nested(value, options, path)
    literals = {x for m in options if get_origin(m) is Literal for x in get_args(m)}
    scalars = [m for m in options if get_origin(m) is None and not is_typeddict(m)]
    if value == "" and "" not in literals:
        raise empty_parameter(path)
    if value == "" or value in literals:
        return value
    if choices := sorted(literals - {""}):
        raise invalid(f"Invalid {path}: must be one of {_either(choices)}", path)
    if not scalars:
        nested = get_origin(options[-1]) is list
        raise invalid(f"Invalid {'array' if nested else 'object'}", path)
    return _scalar(value, scalars[0], path)


def _either(choices: list[str]) -> str:
    if len(choices) < 2:
        return "".join(choices)
    comma = "," if len(choices) > 2 else ""
    return f"{', '.join(choices[:-1])}{comma} or {choices[-1]}"


def _convert_nested(value: Json, members: list[Any], path: str) -> Any:
    for member in members:
        origin = get_origin(member)
        if is_typeddict(member):
            return _hash(value, member, path)
        if origin is list and all(key.isdigit() for key in value):
            children = sorted(value.items(), key=lambda item: int(item[0]))
            item = get_args(member)[0]
            return [_convert(child, item, f"{path}[{key}]") for key, child in children]
        if origin is dict:
            item = get_args(member)[1] | Literal[""]  # "" unsets one key
            return {
                key: _convert(v, item, f"{path}[{key}]") for key, v in value.items()
            }
    expected = "array" if any(get_origin(m) is list for m in members) else "string"
    shown = json.dumps(value) if expected == "string" else ""
    raise invalid(f"Invalid {expected}{': ' + shown if shown else ''}", path)


def _scalar(value: str, kind: Any, path: str) -> Any:
    if kind is int:
        return _integer(value, path)
    if kind is bool:
        if value not in ("true", "false"):
            raise invalid(f"Invalid boolean: {value}", path)
        return value == "true"
    if kind in (Decimal, float):
        return _decimal(value, path)
    return value


def _integer(value: str, path: str) -> int:
    if not re.fullmatch(r"[+-]?\d{1,18}", value):
        message = f"Invalid integer: {value}"
        raise invalid(message, path, "parameter_invalid_integer")
    return int(value)


def _decimal(value: str, path: str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise invalid(f"Invalid decimal: {value}", path)
    return number
