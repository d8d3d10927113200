"""Stripe's errors: one exception, and a builder for each message the API is known for.

Codes: https://docs.stripe.com/error-codes
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


class ApiError(Exception):
    """An answer of the API other than 200, in Stripe's envelope."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}
        self.error: Json = {"message": message, "type": kind, **extra}
        if code:
            self.error["code"] = code
            self.error["doc_url"] = f"https://docs.stripe.com/error-codes#{code}"
        if param:
            self.error["param"] = param

    def body(self, log_url: str) -> Json:
        """Return the JSON body, with the link to the request's log entry."""
        return {"error": {**self.error, "request_log_url": log_url}}


class RawError(Exception):
    """A body given by a test's fault injection, sent as it is."""

    def __init__(self, status: int, body: Any, headers: dict[str, str]) -> None:
        super().__init__(status)
        self.status, self.body, self.headers = status, body, headers


def invalid(
    message: str,
    param: str | None = None,
    code: str | None = None,
    status: int = 400,
) -> ApiError:
    """Refuse a request that makes no sense."""
    return ApiError(status, message, code=code, param=param)


def unknown_parameters(names: list[str]) -> ApiError:
    """Refuse parameters that the endpoint does not have."""
    plural = "s" if len(names) > 1 else ""
    message = f"Received unknown parameter{plural}: {', '.join(names)}"
    return invalid(message, names[0], "parameter_unknown")


def missing_parameter(name: str) -> ApiError:
    """Refuse a request without a parameter that it needs."""
    return invalid(f"Missing required param: {name}.", name, "parameter_missing")


def empty_parameter(name: str) -> ApiError:
    """Refuse an empty string where the parameter cannot be unset."""
    message = (
        f"You passed an empty string for '{name}'. We assume empty values are an "
        f"attempt to unset a parameter; however '{name}' cannot be unset. You should "
        f"remove '{name}' from your request or supply a non-empty value."
    )
    return invalid(message, name, "parameter_invalid_empty")


def no_such(
    label: str,
    object_id: str,
    param: str = "id",
    hint: str = "",
    status: int = 404,
) -> ApiError:
    """Refuse an id that this account does not have, whoever else may have it."""
    message = f"No such {label}: '{object_id}'{hint}"
    return invalid(message, param, "resource_missing", status)


def not_emulated(param: str) -> ApiError:
    """Refuse, loudly, a parameter of Stripe's that the emulator gives no effect."""
    message = f"The Stripe emulator does not implement '{param}' (yet)."
    return invalid(message, param, "emulator_not_implemented", 501)


def require(given: Json, name: str, path: str = "") -> None:
    """Refuse a request without a parameter that only this situation needs."""
    if not given.get(name) and given.get(name) != 0:
        raise missing_parameter(f"{path}[{name}]" if path else name)


def emulated(given: Json, known: set[str], path: str) -> None:
    """Refuse every parameter that would have no effect here."""
    for name in given:
        if name not in known:
            raise not_emulated(f"{path}[{name}]" if path else name)


def unrecognized_url(method: str, path: str) -> ApiError:
    """Refuse a path that is not part of the API."""
    message = (
        f"Unrecognized request URL ({method}: {path}). Please see "
        "https://stripe.com/docs or we can help at https://support.stripe.com/."
    )
    return invalid(message, status=404)
