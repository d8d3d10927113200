# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The four ways Stripe can fail us; nothing else leaves the gateway.

https://docs.stripe.com/error-handling
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import stripe
from stripe.oauth_error import OAuthError

from ..core.reading import BadFact, too_deep
from .redact import redact

if TYPE_CHECKING:
    from collections.abc import Iterator


# A platform's key asking for an account that is not linked to it.
_REVOKED = "account_invalid"


class GatewayError(Exception):
    """Stripe did not do what was asked; ``str()`` is Stripe's own, redacted text."""

    access_lost = False
    revoked = False
    unclear = False
    retry_after: int | None = None

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(redact(message))
        self.code = code
        self.param = param
        self.request_id = request_id


class StripeUnreachable(GatewayError):
    """No answer, a busy one, or a broken one: the same call may go through later.

    ``busy`` tells a rate or lock limit, which a pause mends; ``retry_after`` is how
    many seconds Stripe asks for, None where it does not say.
    """

    busy = False


class StripeRefused(GatewayError):
    """Stripe understood and said no: asking again the same way changes nothing.

    ``unclear`` tells an answer that cannot be read: what was asked may be done.
    """


class StripeUnauthorised(GatewayError):
    """The key is wrong, expired, lacks a permission, or access was revoked.

    ``access_lost`` tells the first, second and last from a mere lack of permission;
    ``revoked`` the last, which only a new connection mends.
    """


class StripeGone(GatewayError):
    """The object does not exist (any more) for this account."""


def _details(error: stripe.StripeError) -> dict[str, str | None]:
    # error.code is only filled for some classes; error.error has it for all.
    body = error.error
    code = getattr(body, "code", None) if body else None
    return {
        "code": str(code or error.code) if code or error.code else None,
        "param": getattr(error, "param", None),
        "request_id": error.request_id,
    }


def _unreachable(
    error: stripe.StripeError, message: str, details: dict[str, str | None]
) -> StripeUnreachable:
    """Return it with what Stripe says of asking again.

    A rate or lock limit is a 429: https://docs.stripe.com/rate-limits
    """
    found = StripeUnreachable(message, **details)
    found.busy = isinstance(error, stripe.RateLimitError)
    found.retry_after = _retry_after(error)
    return found


def _retry_after(error: stripe.StripeError) -> int | None:
    """Return the seconds of the header, which may also be a date or missing."""
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    given = str(headers.get("retry-after", ""))
    return int(given) if given.isdigit() else None


def translate(error: stripe.StripeError) -> GatewayError:
    """Return our error for one of the stripe package's."""
    message = error.user_message or str(error) or type(error).__name__
    details = _details(error)
    if isinstance(error, (stripe.AuthenticationError, stripe.PermissionError)):
        refused = StripeUnauthorised(message, **details)
        refused.revoked = details["code"] == _REVOKED
        refused.access_lost = refused.revoked or isinstance(
            error, stripe.AuthenticationError
        )
        return refused
    if isinstance(error, (stripe.APIConnectionError, stripe.RateLimitError)):
        return _unreachable(error, message, details)
    if error.http_status == 404 or details["code"] == "resource_missing":
        return StripeGone(message, **details)
    if isinstance(
        error,
        (
            stripe.InvalidRequestError,
            stripe.IdempotencyError,
            stripe.CardError,
            OAuthError,
        ),
    ):
        return StripeRefused(message, **details)
    # 409, 5xx and answers that are no JSON: https://docs.stripe.com/error-low-level
    return _unreachable(error, message, details)


@contextmanager
def stripe_errors() -> Iterator[None]:
    """Turn every error of the stripe package into one of the four."""
    try:
        yield
    except stripe.StripeError as error:
        raise translate(error) from error
    except BadFact as error:
        raise unclear_answer(str(error)) from error
    except RecursionError as error:
        raise unclear_answer(too_deep("answer")) from error


def unclear_answer(reason: str) -> StripeRefused:
    """Return the error of an answer that is of another shape than Stripe says."""
    found = StripeRefused(reason, code="unexpected_answer")
    found.unclear = True
    return found


def plain(answer: Any) -> Any:
    """Return an answer as plain containers; what is no object stays what it is."""
    if isinstance(answer, stripe.StripeObject):
        return answer.to_dict(for_json=True)
    return answer
