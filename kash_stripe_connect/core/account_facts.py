# Copyright 2026 Kash
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe said of an account, as frozen records: see :mod:`.facts`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .facts import Json, need


@dataclass(frozen=True)
class RequirementError:
    """Why Stripe did not accept what it was given, in Stripe's own words."""

    requirement: str
    code: str
    reason: str


@dataclass(frozen=True)
class RequirementFacts:
    """What Stripe still wants from an account, or for one of its capabilities.

    https://docs.stripe.com/api/accounts/object#account_object-requirements
    """

    disabled_reason: str | None = None
    current_deadline: int | None = None
    currently_due: tuple[str, ...] = ()
    eventually_due: tuple[str, ...] = ()
    past_due: tuple[str, ...] = ()
    pending_verification: tuple[str, ...] = ()
    errors: tuple[RequirementError, ...] = ()

    @classmethod
    def from_stripe(cls, data: Json | None) -> "RequirementFacts":
        """Read ``requirements`` or ``future_requirements``; none at all is fine."""
        data = data or {}
        return cls(
            disabled_reason=data.get("disabled_reason"),
            current_deadline=data.get("current_deadline"),
            currently_due=tuple(data.get("currently_due") or ()),
            eventually_due=tuple(data.get("eventually_due") or ()),
            past_due=tuple(data.get("past_due") or ()),
            pending_verification=tuple(data.get("pending_verification") or ()),
            errors=tuple(_errors(data.get("errors") or ())),
        )


def _errors(errors: Iterable[Json]) -> Iterable[RequirementError]:
    for error in errors:
        yield RequirementError(
            requirement=error.get("requirement") or "",
            code=error.get("code") or "",
            reason=error.get("reason") or "",
        )


@dataclass(frozen=True)
class AccountFacts:
    """https://docs.stripe.com/api/accounts/object."""

    id: str
    country: str | None
    default_currency: str | None
    email: str | None
    business_name: str | None
    timezone: str | None
    charges_enabled: bool
    payouts_enabled: bool
    details_submitted: bool
    dashboard: str | None = None
    requirements: RequirementFacts = field(default_factory=RequirementFacts)
    future_requirements: RequirementFacts = field(default_factory=RequirementFacts)
    capabilities: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_stripe(cls, data: Json) -> "AccountFacts":
        """Read ``/v1/account`` or ``/v1/accounts/:id``."""
        settings = (data.get("settings") or {}).get("dashboard") or {}
        profile = data.get("business_profile") or {}
        controller = data.get("controller") or {}
        return cls(
            id=need(data, "id"),
            country=data.get("country"),
            default_currency=data.get("default_currency"),
            email=data.get("email"),
            business_name=settings.get("display_name") or profile.get("name"),
            timezone=settings.get("timezone"),
            charges_enabled=bool(data.get("charges_enabled")),
            payouts_enabled=bool(data.get("payouts_enabled")),
            details_submitted=bool(data.get("details_submitted")),
            dashboard=(controller.get("stripe_dashboard") or {}).get("type"),
            requirements=RequirementFacts.from_stripe(data.get("requirements")),
            future_requirements=RequirementFacts.from_stripe(
                data.get("future_requirements")
            ),
            capabilities=dict(data.get("capabilities") or {}),
        )


@dataclass(frozen=True)
class CapabilityFacts:
    """https://docs.stripe.com/api/capabilities/object: one way to be paid."""

    id: str
    status: str
    requirements: RequirementFacts = field(default_factory=RequirementFacts)

    @classmethod
    def from_stripe(cls, data: Json) -> "CapabilityFacts":
        """Read one of ``/v1/accounts/:id/capabilities``."""
        return cls(
            id=need(data, "id"),
            status=need(data, "status"),
            requirements=RequirementFacts.from_stripe(data.get("requirements")),
        )


@dataclass(frozen=True)
class AuthorisationFacts:
    """Who let us in: https://docs.stripe.com/connect/oauth-reference#post-token.

    Of the answer only this is kept: calls are made with the platform's key, so the
    tokens it carries would be secrets without a use.
    """

    stripe_id: str
    livemode: bool

    @classmethod
    def from_stripe(cls, data: Json) -> "AuthorisationFacts":
        """Read the answer of ``/oauth/token``."""
        return cls(
            stripe_id=need(data, "stripe_user_id"),
            livemode=bool(need(data, "livemode")),
        )


@dataclass(frozen=True)
class EndpointFacts:
    """https://docs.stripe.com/api/webhook_endpoints/object."""

    id: str
    url: str
    status: str
    enabled_events: frozenset[str] = frozenset()
    secret: str | None = field(default=None, repr=False)

    @classmethod
    def from_stripe(cls, data: Json) -> "EndpointFacts":
        """Read an endpoint; its secret is there only at creation."""
        return cls(
            id=need(data, "id"),
            url=need(data, "url"),
            status=need(data, "status"),
            enabled_events=frozenset(data.get("enabled_events") or ()),
            secret=data.get("secret"),
        )
